"""Calendar and parameter rows as the values that rules read; built once and kept until the rows change."""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from decimal import Decimal
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from models.reference import CalendarDay, RegionParameter
from webapp.adapters.lawdata import seed_law
from webapp.domain.calendar import Calendar, YearArrangement
from webapp.domain.law import Law
from webapp.domain.parameters import Parameter, ParameterSet, Value
from webapp.domain.regions import parameter_region
from webapp.services.reference.rows import clip, confidence_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

    from models.reference import RegionParameter as Row

STATUTORY, REST, WORKING = "statutory", "rest", "working"  # kinds of calendar_day
ACTIVE = "active"
KEPT = 8
NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?", re.ASCII)

DayRow = tuple[Any, ...]  # day, kind, name, source, published on
_kept: OrderedDict[tuple[Any, ...], ParameterSet] = OrderedDict()
_lock = threading.Lock()


def load_law(session: Session) -> Law:
    """Parameters and calendar of the database; at most two statements a session."""
    found: Law | None = session.info.get("law")
    if found is None:
        found = Law(parameters=_load_parameters(session), calendar=load_calendar(session))
        session.info["law"] = found
    return found


@cache
def _calendar_rows() -> Select[Any]:
    days = CalendarDay.__table__.c
    return select(days.day, days.kind, days.name, days.source, days.published_on).order_by(days.day)


def load_calendar(session: Session) -> Calendar:
    """The calendar of the database; one statement a session.

    A year without rows is answered from the shipped forecast, else from the fixed days: provisional.
    """
    found: Calendar | None = session.info.get("calendar")
    if found is None:
        rows = session.execute(_calendar_rows())
        found = _build_calendar(tuple(tuple(row) for row in rows))
        session.info["calendar"] = found
    return found


def current_law(session: Session, today: date) -> Law:
    """The law of the house where a question names no day: today's. Where nothing was seeded, as shipped."""
    law, seed = load_law(session), seed_law()
    return Law(
        parameters=law.parameters if law.parameters.rows else seed.parameters,
        calendar=law.calendar if any(year.published for year in law.calendar.years) else seed.calendar,
        as_of=today,
    )


def forget_law(session: Session) -> None:
    """Read anew: whoever changes rows in a session and goes on with rules in it calls this."""
    session.info.pop("law", None)
    session.info.pop("calendar", None)


@lru_cache(maxsize=KEPT)
def _build_calendar(rows: tuple[DayRow, ...]) -> Calendar:
    shipped = seed_law().calendar
    years: dict[int, list[DayRow]] = {}
    for row in rows:
        years.setdefault(row[0].year, []).append(row)
    forecasts = [a for a in shipped.years if a.year not in years and not a.published]
    return Calendar(
        years=(*(_arrangement(year, found) for year, found in years.items()), *forecasts),
        fixed=shipped.fixed,
    )


def _arrangement(year: int, rows: Sequence[DayRow]) -> YearArrangement:
    return YearArrangement(
        year=year,
        source=rows[0][3],
        published_on=max(row[4] for row in rows),
        statutory={row[0]: row[2] for row in rows if row[1] == STATUTORY},
        off=frozenset(row[0] for row in rows if row[1] == REST),
        makeup=frozenset(row[0] for row in rows if row[1] == WORKING),
    )


def _load_parameters(session: Session) -> ParameterSet:
    stamp = session.execute(
        select(
            func.count(RegionParameter.id),
            func.max(RegionParameter.changed_at),
            func.sum(RegionParameter.id),
        ).where(RegionParameter.state == ACTIVE)
    ).one()
    key = (str(session.get_bind().engine.url), *stamp)
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    found = read_parameters(session.scalars(select(RegionParameter).where(RegionParameter.state == ACTIVE)))
    with _lock:
        _kept[key] = found
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    return found


def read_parameters(rows: Iterable[Row]) -> ParameterSet:
    """Parameter rows as the rules read them; titles and notes come from the shipped law."""
    shipped = {row.identity: row for row in seed_law().parameters.rows}
    titles = {row.key: row.title for row in seed_law().parameters.rows}
    found = []
    for row in rows:
        region = parameter_region(row.region)
        same = shipped.get((row.key, region, row.valid_from))
        found.append(
            Parameter(
                key=row.key,
                region=region,
                valid_from=row.valid_from,
                valid_to=row.valid_to,
                value=read_value(row.value),
                unit=row.unit,
                title=titles.get(row.key, row.key),
                source=row.source,
                confidence=confidence_of(row),
                disputed=same is not None and same.disputed,
                note="" if same is None else same.note,
            )
        )
    return ParameterSet.of(clip(found))


def read_value(raw: Any) -> Value:
    """A stored value: text that is a number is one; lists are scales."""
    if isinstance(raw, list):
        return tuple(tuple(_scalar(cell) for cell in row) for row in raw)
    return _scalar(raw)


def _scalar(raw: Any) -> Decimal | str | bool:
    if isinstance(raw, bool):
        return raw
    text = str(raw)
    return Decimal(text) if NUMBER.fullmatch(text) else text


def write_value(value: Value) -> Any:
    """A value as a row stores it: numbers as text, so that none loses a digit."""
    if isinstance(value, tuple):
        return [[_text(cell) for cell in row] for row in value]
    return _text(value)


def _text(value: Decimal | str | bool) -> str | bool:  # noqa: FBT001  # a cell may be yes or no
    return format(value, "f") if isinstance(value, Decimal) else value
