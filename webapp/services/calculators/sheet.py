"""Run one calculator and lay its explanation out as rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from enum import Enum
from typing import TYPE_CHECKING, Any

from webapp.domain.explain import UNIT_NAMES, Unit
from webapp.domain.rules import ask, find_rule
from webapp.domain.text import Message, msg
from webapp.services.calculators.choices import choice_title
from webapp.services.calculators.labels import label
from webapp.services.calculators.values import Answer, Line, Sheet, Table

if TYPE_CHECKING:
    from webapp.domain.explain import Result, Step
    from webapp.domain.law import Law
    from webapp.domain.parameters import Parameter
    from webapp.domain.schema import Rule
    from webapp.services.calculators.values import Parts, Shown

FEN = Decimal("0.01")
NUMBERS = (int, float, Decimal)  # several of them stand in one line
SHOWN_PLACES = -4  # a figure with more decimals is shown to the fen
NAMED_COLUMNS = (msg("项目"), msg("取值"))
PARAMETER_COLUMNS = (msg("参数"), msg("取值"), msg("地区"), msg("有效期"), msg("来源"), msg("把握程度"))


def calculate(area: str, raw: Mapping[str, Any], *, law: Law) -> Sheet:
    """Answer an area for raw values and show the working.

    Errors: NotFoundError (area), InvalidError (inputs, by field), MissingParameterError (row to fill in).
    """
    return lay_out(find_rule(area), ask(area, raw, law=law), raw)


def lay_out(rule: Rule, result: Result[dict[str, Any]], raw: Mapping[str, Any]) -> Sheet:
    """The rows of an answer; of the inputs those that were given."""
    titles = {each.name: each.title for each in rule.inputs}
    given = [(name, raw[name]) for name in titles if raw.get(name) not in (None, "", [], {})]
    return Sheet(
        area=rule.area,
        title=rule.title,
        inputs=tuple(_answer(name, titles[name], value) for name, value in given),
        answers=tuple(
            _answer(name, label(name), value)
            for name, value in result.value.items()
            if not (name == "title" and "ground" in result.value)  # the ground shows its title
        ),
        working=tuple(_line(step) for step in result.steps),
        parameters=_parameters(result),
        unconfirmed=tuple(row.title for row in result.unconfirmed),
        provisional=result.provisional,
        disputed=result.disputed,
        articles=result.articles,
    )


def show(value: Any) -> Shown:
    """One value as text or sentence."""
    if value is None or value == "":
        return msg("无")
    if isinstance(value, bool):
        return msg("是") if value else msg("否")
    if isinstance(value, Decimal):
        return _figure(value)
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    if isinstance(value, Enum):
        value = value.value
    return value if isinstance(value, Message) else choice_title(str(value))


def _figure(value: Decimal) -> str:
    exponent = value.as_tuple().exponent
    if isinstance(exponent, int) and exponent < SHOWN_PLACES:
        value = value.quantize(FEN, ROUND_HALF_UP)
    return format(value, "f")


def _answer(name: str, title: Message, value: Any) -> Answer:
    table = _mapping(value) if isinstance(value, Mapping) else _records(value)
    if table is not None:
        return Answer(name=name, title=title, table=table)
    if isinstance(value, list | tuple) and not all(isinstance(item, NUMBERS) for item in value):
        return Answer(name=name, title=title, lines=tuple(_parts(item) for item in value))
    return Answer(name=name, title=title, lines=(_parts(value),))


def _parts(value: Any) -> Parts:
    """One value or several side by side; a record becomes its named parts."""
    record = _record(value)
    if record is not None:
        return tuple(
            msg("{name}：{value}", name=label(name), value=part)
            for name, item in record.items()
            for part in _parts(item)
        )
    if isinstance(value, list | tuple):
        return tuple(part for item in value for part in _parts(item)) or (show(None),)
    return (show(value),)


def _mapping(value: Mapping[Any, Any]) -> Table:
    """A mapping whose names are data, such as dates or years: one row each."""
    return Table(
        columns=NAMED_COLUMNS,
        rows=tuple(((label(str(show(name))),), _parts(item)) for name, item in value.items()),
    )


def _records(value: Any) -> Table | None:
    """Rows of a table, if the value is a record or a list of records."""
    records = [_record(item) for item in (value if isinstance(value, list | tuple) else [value])]
    rows = [record for record in records if record is not None]
    if not rows or len(rows) != len(records):
        return None
    names = list(dict.fromkeys(name for row in rows for name in row))
    if "question" in names:  # its key is for machines
        names.remove("key")
    return Table(
        columns=tuple(label(name) for name in names),
        rows=tuple(tuple(_parts(row.get(name)) for name in names) for row in rows),
    )


def _record(item: Any) -> dict[str, Any] | None:
    if isinstance(item, Message):
        return None
    if is_dataclass(item) and not isinstance(item, type):
        return {each.name: getattr(item, each.name) for each in fields(item)}
    return {str(name): part for name, part in item.items()} if isinstance(item, Mapping) else None


def _line(step: Step) -> Line:
    plain_unit = step.unit in {Unit.NONE, Unit.DATE}
    return Line(
        text=step.message,
        figure=() if step.figure is None else _parts(step.figure),
        unit=None if plain_unit else UNIT_NAMES[step.unit],
        articles=step.articles,
    )


def _parameters(result: Result[dict[str, Any]]) -> Table:
    return Table(columns=PARAMETER_COLUMNS, rows=tuple(_parameter(row) for row in result.parameters))


def _parameter(row: Parameter) -> tuple[Parts, ...]:
    until = "" if row.valid_to is None else row.valid_to.isoformat()
    return (
        (Message(row.title, {}),),
        _parts(row.value),
        (row.region,),
        (f"{row.valid_from.isoformat()} — {until}",),
        (row.source,),
        (choice_title(row.confidence.value),),
    )
