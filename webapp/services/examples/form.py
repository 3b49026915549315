"""From a calculator to an example: its inputs are kept, what must come out is typed by a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from webapp.domain import nesting
from webapp.domain.errors import ForbiddenError, InvalidError
from webapp.domain.explain import plain_number
from webapp.domain.rules import ask, find_rule
from webapp.domain.schema import read
from webapp.domain.text import Message, msg
from webapp.services.calculators.desk import law_today
from webapp.services.calculators.forms import read_form
from webapp.services.calculators.labels import label
from webapp.services.calculators.sheet import lay_out
from webapp.services.examples.read import check_readable, may_add

if TYPE_CHECKING:
    from collections.abc import Mapping

    from webapp.services.calculators.values import Answer
    from webapp.services.work import Work

EXPECTED = "expected."  # before the names of what must come out
YES_NO = {"是": True, "否": False, "yes": True, "no": False, "true": True, "false": False}
HINTS: Mapping[type, Message] = {
    bool: msg("填 是 或 否"),
    int: msg("填数字"),
    float: msg("填数字"),
    list: msg("多个值写成 JSON 列表，例如 [1, 8]"),
    str: msg("填日期（2026-06-30）或代码"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One value that the rule answers with, to be filled in without seeing the product's own."""

    name: str
    title: Message
    hint: Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """An example that lacks what must come out."""

    area: str
    title: Message
    inputs: Mapping[str, Any]
    shown: tuple[Answer, ...]  # the inputs as people read them
    asked: tuple[Asked, ...]


def begin_example(work: Work, area: str, form: Mapping[str, str]) -> Begun:
    """Keep a calculator's inputs for an example. Raises as ``calculate``, and ForbiddenError."""
    rule = find_rule(area)
    raw = read_form(area, form)
    known = read(rule.inputs, raw)
    return resume_example(work, area, {name: plain_number(known.get(name)) for name in raw})


def resume_example(work: Work, area: str, inputs: Mapping[str, Any]) -> Begun:
    """The same from inputs that were kept already."""
    check_readable(work)
    if not may_add(work):
        raise ForbiddenError
    rule = find_rule(area)
    result = ask(area, inputs, law=law_today(work))
    return Begun(
        area=area,
        title=rule.title,
        inputs=inputs,
        shown=lay_out(rule, result, inputs).inputs,
        asked=tuple(
            Asked(name=name, title=label(name), hint=HINTS[type(value)])
            for name, value in plain_number(result.value).items()
            if type(value) in HINTS and not _is_nested(value)
        ),
    )


def finish_example(form: Mapping[str, str]) -> dict[str, Any]:
    """The example of a posted form, in the values of the file; InvalidError with fields."""
    given = {name.removeprefix(EXPECTED): text.strip() for name, text in form.items() if name[:9] == EXPECTED}
    expected = {name: _typed(text) for name, text in given.items() if text}
    code = form.get("code", "").strip()
    wrong: dict[str, tuple[Message, ...]] = {}
    if not code:
        wrong["code"] = (msg("请给算例一个编号，例如 SV-21。"),)
    if not form.get("basis", "").strip():
        wrong["basis"] = (msg("请写明依据的法条和手算过程。"),)
    if not expected:
        wrong["expected"] = (msg("请至少填一项应得结果。"),)
    if wrong:
        raise InvalidError(fields=wrong)
    return {
        "id": code,
        "area": form.get("area", ""),
        "inputs": read_inputs(form),
        "expected": expected,
        "basis": form["basis"].strip(),
        "confidence": form.get("confidence") or "medium",
    }


def read_inputs(form: Mapping[str, str]) -> dict[str, Any]:
    """The kept inputs that a page carries; InvalidError where somebody changed them into something else."""
    try:
        inputs = nesting.read_json(form.get("inputs", ""))
    except ValueError:
        inputs = None
    if not isinstance(inputs, dict):
        raise InvalidError(msg("提交的内容有误，请刷新页面后再试。"))
    return inputs


def _typed(text: str) -> Any:
    """Yes or no, a number or a list as JSON writes it, else a word or date as it stands."""
    if text.lower() in YES_NO:
        return YES_NO[text.lower()]
    plain = text.replace(",", "").replace("，", "") if text[:1] not in "[{" else text
    try:
        return nesting.read_json(plain)
    except ValueError:
        return _day(text)


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text.replace("/", "-").replace(".", "-")).isoformat()
    except ValueError:
        return text


def _is_nested(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(item, dict | list) for item in value)
