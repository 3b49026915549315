"""The law for expressions: each area as a FEEL function, and the working calendar for timers.

``severance(hired: …, avg_12m_gross: …).severance`` in a diagram or a decision table asks what
``hegui rule severance`` asks; a context in the place of names does the same. A refused input or a missing
parameter row is raised, not turned into null: a figure of law is never guessed, and the case stops with a
sentence that names what to mend.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from webapp.domain.errors import InvalidError
from webapp.domain.explain import UNIT_NAMES, Unit, plain
from webapp.domain.periods import add_working_days, subtract_working_days
from webapp.domain.rules import RULES, ask, find_rule
from webapp.domain.schema import read_value
from webapp.domain.text import Message, msg
from webapp.feel import Function, Parameter
from webapp.feel.nodes import Call, ContextLiteral, Literal, Node

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from webapp.domain.explain import Result, Step
    from webapp.domain.law import Law
    from webapp.domain.schema import Rule

    Heard = Callable[[str, Mapping[str, Any], Result[dict[str, Any]]], None]

INPUTS = "inputs"  # the whole question as one context
RULE = "rule"  # the function that takes the area as text
WORKING = "working"  # the same, with the lines that led to the answer
BY_TEXT = (RULE, WORKING)
NAMELESS = frozenset({Unit.NONE, Unit.DATE})  # units that a line of the working does not write


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """Where the functions find the law, what a question that names no region means, and who listens."""

    law: Callable[[], Law]  # ``as_of`` is the day that counts where the inputs name none
    region: Callable[[], str | None] = lambda: None
    heard: Heard | None = None  # told area, inputs and answer of every question

    def ask(self, area: Any, inputs: Any) -> Any:
        """Answer in FEEL's values; NotFoundError, InvalidError, MissingParameterError."""
        return _feel(self._ask(area, inputs).value)

    def work_out(self, area: Any, inputs: Any) -> dict[str, Any]:
        """The answer under ``value`` with its ``steps``, ``articles`` and ``doubts``, each a list of text.

        Raises what ``ask`` raises.
        """
        result = self._ask(area, inputs)
        doubts = (*result.disputed, *result.provisional)
        return {
            "value": _feel(result.value),
            "steps": [_line(step) for step in result.steps],
            "articles": list(result.articles),
            "doubts": [str(doubt) for doubt in doubts],
        }

    def _ask(self, area: Any, inputs: Any) -> Result[dict[str, Any]]:
        if not isinstance(area, str) or not isinstance(inputs, dict):
            raise InvalidError(msg("规则名应为文字，输入应为上下文。"))
        given = {name: value for name, value in inputs.items() if value is not None}
        if "region" not in given and any(each.name == "region" for each in find_rule(area).inputs):
            region = self.region()
            given |= {} if region is None else {"region": region}
        result = ask(area, given, law=self.law())
        if self.heard is not None:
            self.heard(area, given, result)
        return result

    def ask_by_name(self, area: str, whole: Any, *values: Any) -> Any:
        """As ``ask``, from one context or from a value for each input of the area."""
        if whole is not None:
            return self.ask(area, whole)
        names = (each.name for each in find_rule(area).inputs)
        return self.ask(area, dict(zip(names, values, strict=True)))


def law_functions(bench: Bench) -> Mapping[str, Function]:
    """``rule(area, inputs)``, ``working(area, inputs)`` and one function an area.

    The last takes its inputs by name or as a context.
    """
    return _Functions(bench)


class _Functions(Mapping[str, Function]):
    """Each is made when somebody asks for it: every click makes the mapping anew, and most ask for none."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    def __getitem__(self, name: str) -> Function:
        if name in BY_TEXT:
            parameters = (Parameter(name="area"), Parameter(name=INPUTS))
            call = self._bench.ask if name == RULE else self._bench.work_out
            return Function(name=name, parameters=parameters, call=call, check=partial(_check_rule, name))
        if name not in RULES:
            raise KeyError(name)
        return Function(
            name=name,
            parameters=_parameters(name),
            call=partial(self._bench.ask_by_name, name),
            check=partial(_check_area, name),
        )

    def __iter__(self) -> Iterator[str]:
        return iter((*RULES, *BY_TEXT))

    def __len__(self) -> int:
        return len(RULES) + len(BY_TEXT)


@cache
def _parameters(area: str) -> tuple[Parameter, ...]:
    names = (INPUTS, *(each.name for each in find_rule(area).inputs))
    return tuple(Parameter(name=name, optional=True) for name in names)


# -- before anything runs ------------------------------------------------------------------------------


def _check_rule(name: str, call: Call) -> Iterator[Message]:
    given = dict(zip(call.names or ("area", INPUTS), call.arguments, strict=False))
    if given.keys() != {"area", INPUTS} or len(call.arguments) > len(given):
        yield msg("{name} 的第一个参数是规则名，第二个是作为上下文的输入。", name=name)
        return
    area = given["area"]
    if not isinstance(area, Literal) or not isinstance(area.value, str):
        return
    if area.value not in RULES:
        yield msg("没有名为“{area}”的规则。", area=area.value)
    else:
        yield from _check_inputs(RULES[area.value], given[INPUTS])


def _check_area(area: str, call: Call) -> Iterator[Message]:
    rule = RULES[area]
    if call.names is not None and call.names != (INPUTS,):
        yield from _check_names(rule, dict(zip(call.names, call.arguments, strict=True)))
    elif len(call.arguments) != 1:
        first = rule.inputs[0].name
        yield msg("规则“{area}”的输入要写名称，例如 {area}({first}: …)。", area=area, first=first)
    else:
        yield from _check_inputs(rule, call.arguments[0])


def _check_inputs(rule: Rule, inputs: Node) -> Iterator[Message]:
    if isinstance(inputs, ContextLiteral):
        yield from _check_names(rule, dict(inputs.entries))
    elif isinstance(inputs, Literal):
        yield msg("规则“{area}”的输入应为上下文。", area=rule.area)


def _check_names(rule: Rule, given: Mapping[str, Node]) -> Iterator[Message]:
    known = {each.name: each for each in rule.inputs}
    for name, value in given.items():
        if name not in known:
            yield msg(
                "规则“{area}”没有输入项“{name}”，可用的有：{names}。",
                area=rule.area,
                name=name,
                names="、".join(known),
            )
        elif isinstance(value, Literal) and isinstance(value.value, str | bool | Decimal):
            try:
                read_value(known[name], value.value)
            except InvalidError as error:
                yield error.message
    for each in rule.inputs:
        if each.required and each.name not in given:
            yield msg("规则“{area}”缺少输入项“{name}”。", area=rule.area, name=each.name)


# -- answers -------------------------------------------------------------------------------------------


def _line(step: Step) -> str:
    """One line of the working: the sentence, its figure where the sentence does not hold it, its articles."""
    said = str(step.message)
    shown = _shown(step)
    if shown and not _says(said, shown):
        unit = "" if step.unit in NAMELESS else f" {UNIT_NAMES[step.unit]}"
        said = f"{said.rstrip('。')}：{shown}{unit}"
    return f"{said}（{'、'.join(step.articles)}）" if step.articles else said


def _shown(step: Step) -> str:
    """The figure as text; empty for a code or a yes, which the sentence says in words."""
    coded = step.unit is Unit.NONE and not isinstance(step.figure, Decimal | int)
    return "" if step.figure is None or isinstance(step.figure, bool) or coded else str(plain(step.figure))


def _says(sentence: str, figure: str) -> bool:
    """Whether a sentence holds a figure as a number of its own: 3 does not stand in 13 or in 3.5."""
    return re.search(rf"(?<![\d.]){re.escape(figure)}(?!\.?\d)", sentence) is not None


def _feel(value: Any) -> Any:
    """The answer in FEEL's values: numbers and dates stay, values of the domain become contexts and text."""
    if isinstance(value, date | time | timedelta | Decimal | bool | int) or value is None:
        return value
    if is_dataclass(value) and not isinstance(value, Message):
        return {field.name: _feel(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, dict):
        return {str(plain(name)): _feel(item) for name, item in value.items()}
    if isinstance(value, tuple | list):
        return [_feel(item) for item in value]
    return plain(value)


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """The calendar as the engine asks for it: working days forward and back."""

    law: Law

    def is_working_day(self, day: date) -> bool:
        """Whether the day is a working day by the official arrangements."""
        return self.law.calendar.working(day)

    def add_working_days(self, start: date, days: int) -> date:
        """The day so many working days after (before, if negative) start, which is not counted."""
        if days < 0:
            return subtract_working_days(start, -days, calendar=self.law.calendar)
        return add_working_days(start, days, calendar=self.law.calendar)


def _no_law() -> Law:
    raise InvalidError(msg("检查时不作计算。"))


#: The functions where nothing is evaluated: for checks before publishing.
CHECKED: Mapping[str, Function] = law_functions(Bench(law=_no_law))
