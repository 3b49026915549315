"""A calculation on one page: the answer, what went in, each step with figure and article, the doubts."""

from __future__ import annotations

from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING, Any

from reportlab.platypus.flowables import CondPageBreak

from webapp.adapters.catalog import translate
from webapp.adapters.pdf.flow import Column, Grid, Heading, Pairs, Prose
from webapp.adapters.pdf.page import Sheet, render, show_time
from webapp.adapters.pdf.typeset import BODY, CELL, MM, NOTE, TITLE
from webapp.domain.explain import UNIT_NAMES, Unit
from webapp.domain.scene import Align
from webapp.domain.text import Message, msg

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from reportlab.platypus.flowables import Flowable

    from webapp.domain.casebook import Words
    from webapp.domain.explain import Result, Step
    from webapp.domain.schema import Rule


LABEL_WIDTH = 112.0  # points


@dataclass(frozen=True, slots=True, kw_only=True)
class Printing:
    """Who prints, when, for whom; ``labels`` names the values of the answer."""

    at: datetime
    by: str
    organisation: str = ""
    about: str = ""  # a person or case that the calculation is for
    labels: Mapping[str, Words]


def render_result(
    rule: Rule,
    result: Result[Any],
    *,
    printing: Printing,
    language: str = "zh-Hans",
    translate: Callable[[Message | str, str], str] = translate,
) -> bytes:
    """Print a rule's answer with its working; the same result and printing give the same bytes."""

    def say(words: Words) -> str:
        return translate(words, language) if isinstance(words, Message) else words

    sheet = Sheet(
        title=say(rule.title),
        left=" · ".join(filter(None, (printing.organisation, say(msg("测算说明"))))),
        right=printing.about,
        foot=say(msg("{person} 打印于 {time}（北京时间）", person=printing.by, time=show_time(printing.at))),
        language=language,
        translate=say,
        made_at=printing.at,
    )
    return render(sheet, lambda: list(_Writer(rule, result, printing, say).write()))


@dataclass
class _Writer:
    rule: Rule
    result: Result[Any]
    printing: Printing
    say: Callable[[Words], str]

    def write(self) -> Iterator[Flowable]:
        yield Prose(self.say(self.rule.title), TITLE, after=4)
        yield from self._answer()
        yield from self._inputs()
        yield from self._steps()
        yield from self._parameters()
        yield from self._doubts()
        yield Prose(self.say(msg("测算结果供参考，以经办人核实的事实和主管部门、裁判机构的认定为准。")), NOTE)

    def _heading(self, title: Message, key: str) -> Iterator[Flowable]:
        yield CondPageBreak(25 * MM)
        yield Heading(self.say(title), key=key)

    def _answer(self) -> Iterator[Flowable]:
        value = self.result.value
        named = value if isinstance(value, dict) else {"value": value}
        labels = {"value": msg("结果"), **self.printing.labels}
        pairs = [(self.say(labels.get(key, key)), show_value(item, self.say)) for key, item in named.items()]
        yield _pairs([(label, text, len(text) > 24) for label, text in pairs])

    def _inputs(self) -> Iterator[Flowable]:
        titles = {each.name: each for each in self.rule.inputs}
        given = [(name, value) for name, value in self.result.inputs if value is not None]
        if not given:
            return
        yield from self._heading(msg("已知条件"), "inputs")
        pairs = []
        for name, value in given:
            known = titles.get(name)
            label = self.say(known.title) if known else name
            text = show_value(value, self.say) + self._unit(known.unit if known else Unit.NONE)
            pairs.append((label, text, len(text) > 24))
        yield _pairs(pairs)

    def _unit(self, unit: Unit) -> str:
        return "" if unit in (Unit.NONE, Unit.DATE) else f" {self.say(UNIT_NAMES[unit])}"

    def _steps(self) -> Iterator[Flowable]:
        if not self.result.steps:
            return
        yield from self._heading(msg("计算过程"), "steps")
        columns = [
            Column(title=self.say(msg("序号")), share=1.2, style=CELL.evolve(align=Align.RIGHT)),
            Column(title=self.say(msg("步骤")), share=8),
            Column(title=self.say(msg("数值")), share=3.4, style=CELL.evolve(align=Align.RIGHT)),
            Column(title=self.say(msg("依据")), share=4.4, style=CELL.evolve(size=7.5, leading=11)),
        ]
        yield Grid(columns, [self._step(number, step) for number, step in enumerate(self.result.steps, 1)])

    def _step(self, number: int, step: Step) -> tuple[str, ...]:
        figure = "" if step.figure is None else show_value(step.figure, self.say) + self._unit(step.unit)
        return str(number), self.say(step.message), figure, "\n".join(step.articles)

    def _parameters(self) -> Iterator[Flowable]:
        if not self.result.parameters:
            return
        yield from self._heading(msg("所用参数"), "parameters")
        columns = [
            Column(title=self.say(msg("参数")), share=5),
            Column(title=self.say(msg("地区")), share=1.8),
            Column(title=self.say(msg("数值")), share=3),
            Column(title=self.say(msg("生效日期")), share=2.4),
            Column(title=self.say(msg("来源")), share=5, style=CELL.evolve(size=7.5, leading=11)),
        ]
        rows = [
            (
                self.say(Message(row.title, {}))
                + ("" if not row.unconfirmed else self.say(msg("（待核实）"))),
                row.region,
                show_value(row.value, self.say),
                row.valid_from.isoformat(),
                row.source,
            )
            for row in self.result.parameters
        ]
        yield Grid(columns, rows)

    def _doubts(self) -> Iterator[Flowable]:
        parts = (
            (msg("暂定事项"), "provisional", self.result.provisional),
            (msg("争议事项"), "disputed", self.result.disputed),
        )
        for title, key, reasons in parts:
            if reasons:
                yield from self._heading(title, key)
                for reason in reasons:
                    yield Prose(f"· {self.say(reason)}", BODY)


def _pairs(pairs: list[tuple[str, str, bool]]) -> Pairs:
    """Pairs whose labels are long, so that a calculation keeps to its page."""
    made = Pairs(pairs)
    made.label_width = LABEL_WIDTH
    return made


def show_value(value: Any, say: Callable[[Words], str]) -> str:
    """Write a value for people: thousands separated, yes and no in words, lists with the language's comma."""
    if value is None:
        return "—"
    if isinstance(value, bool):
        return say(msg("是")) if value else say(msg("否"))
    if isinstance(value, Decimal | int):
        return f"{value:,f}" if isinstance(value, Decimal) else f"{value:,}"
    if isinstance(value, date | time):
        return _show_moment(value)
    return _show_many(value, say)


def _show_moment(value: date | time) -> str:
    if isinstance(value, datetime):
        return show_time(value) if value.tzinfo else value.isoformat(" ", "minutes")
    return value.isoformat("minutes") if isinstance(value, time) else value.isoformat()


def _show_many(value: Any, say: Callable[[Words], str]) -> str:
    if isinstance(value, Message):
        return say(value)
    if isinstance(value, Enum):
        return str(value.value)
    if is_dataclass(value) and not isinstance(value, type):
        value = {field.name: getattr(value, field.name) for field in fields(value)}
    if isinstance(value, dict):
        return "\n".join(f"{key}：{show_value(item, say)}" for key, item in value.items())
    if isinstance(value, set | frozenset):
        value = sorted(value)
    if isinstance(value, list | tuple):
        nested = any(isinstance(item, list | tuple | dict) for item in value)
        return ("\n" if nested else "、").join(show_value(item, say) for item in value) or "—"
    return str(value)
