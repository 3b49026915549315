"""From the fields of an HTML form to the raw values that a rule reads.

A list is written one value a line or with commas; a list of lists one list a line. A record's
columns are named ``field.column``, those of a list of records ``field.0.column``. An empty field is
not given.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from webapp.domain.errors import InvalidError
from webapp.domain.rules import find_rule
from webapp.domain.schema import Input, Kind
from webapp.domain.text import msg

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

SEPARATORS = re.compile(r"[,，、\n\r]+")
INSIDE = re.compile(r"[,，、\s]+")
YES_NO = {"true": True, "false": False}
MOST_ROWS = 200  # rows of a form that a person can still fill in


def read_form(area: str, form: Mapping[str, str]) -> dict[str, Any]:
    """Raw values for ``calculate``; unknown fields are passed on, so that the rule refuses them by name.

    Errors: NotFoundError (area), InvalidError (too many rows).
    """
    rule = find_rule(area)
    values, used = _read_inputs(rule.inputs, form, prefix="")
    for name, text in form.items():
        if name not in used and text.strip():
            values[name] = text
    return values


def _read_inputs(
    inputs: Iterable[Input], form: Mapping[str, str], *, prefix: str
) -> tuple[dict[str, Any], set[str]]:
    values: dict[str, Any] = {}
    used: set[str] = set()
    for each in inputs:
        name = prefix + each.name
        if each.kind is Kind.RECORD:
            value, names = _read_records(each, form, name)
            used |= names
        else:
            used.add(name)
            value = _read_text(each, form.get(name, ""))
        if value is not None:
            values[each.name] = value
    return values, used


def _read_text(each: Input, text: str) -> Any:
    if not text.strip():
        return None
    if each.many == 0:
        return _scalar(each, text.strip() if each.kind is not Kind.WORD else text)
    lines = [
        line for line in (text.splitlines() if each.many > 1 else SEPARATORS.split(text)) if line.strip()
    ]
    if each.many == 1:
        return [_scalar(each, line.strip()) for line in lines]
    return [[_scalar(each, cell) for cell in INSIDE.split(line.strip()) if cell] for line in lines]


def _scalar(each: Input, text: str) -> Any:
    return YES_NO.get(text, text) if each.kind is Kind.SWITCH else text


def _read_records(each: Input, form: Mapping[str, str], name: str) -> tuple[Any, set[str]]:
    if each.many:
        return _read_rows(each, form, name)
    if each.columns:
        value, used = _read_inputs(each.columns, form, prefix=f"{name}.")
        return value or None, used
    used = {key for key in form if key.startswith(f"{name}.")}
    free = {
        key.removeprefix(f"{name}."): YES_NO.get(form[key], form[key]) for key in used if form[key].strip()
    }
    return free or None, used


def _read_rows(each: Input, form: Mapping[str, str], name: str) -> tuple[Any, set[str]]:
    pattern = re.compile(rf"{re.escape(name)}\.([0-9]{{1,6}})\..+")
    numbers = sorted({int(match.group(1)) for key in form if (match := pattern.fullmatch(key))})
    if len(numbers) > MOST_ROWS:
        raise InvalidError(msg("最多填写 {most} 行。", most=MOST_ROWS))
    rows: list[dict[str, Any]] = []
    used: set[str] = set()
    for number in numbers:
        row, names = _read_inputs(each.columns, form, prefix=f"{name}.{number}.")
        used |= names
        if row:
            rows.append(row)
    return rows or None, used
