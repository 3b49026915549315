"""The shipped law as first rows of the tables; never overwrites what is there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select

from models.reference import CalendarDay, RegionParameter
from webapp.adapters.lawdata import seed_law
from webapp.services import events
from webapp.services.reference.gaps import seed_gap_rules
from webapp.services.reference.load import ACTIVE, REST, STATUTORY, WORKING, forget_law, write_value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from webapp.domain.calendar import YearArrangement
    from webapp.services.work import Work


def seed_reference(work: Work) -> int:
    """Add published years that have no day yet and parameter rows that are unknown; how many rows."""
    days = _new_days(work)
    rows = _new_parameters(work)
    if days:
        work.session.execute(insert(CalendarDay), days)
    if rows:
        work.session.execute(insert(RegionParameter), rows)
    rules = seed_gap_rules(work)
    if days or rows or rules:
        told = {"days": len(days), "parameters": len(rows), "gap_rules": rules}
        events.append(work, "reference.seeded", told)
        work.session.flush()
        forget_law(work.session)
    return len(days) + len(rows) + rules


def _new_days(work: Work) -> list[dict[str, Any]]:
    known = {day.year for day in work.session.scalars(select(CalendarDay.day))}
    years = [a for a in seed_law().calendar.years if a.published and a.year not in known]
    return [row for year in years for row in _days_of(year)]


def _days_of(year: YearArrangement) -> Iterator[dict[str, Any]]:
    rest = year.off - year.statutory.keys()
    kinds = [
        *((day, STATUTORY, name) for day, name in year.statutory.items()),
        *((day, REST, "放假") for day in rest),
        *((day, WORKING, "调休上班") for day in year.makeup),
    ]
    for day, kind, name in sorted(kinds):
        yield {
            "day": day,
            "kind": kind,
            "name": name,
            "source": year.source[:200],
            "published_on": year.published_on,
        }


def _new_parameters(work: Work) -> list[dict[str, Any]]:
    rows = work.session.execute(
        select(RegionParameter.key, RegionParameter.region, RegionParameter.valid_from)
    )
    known = {tuple(row) for row in rows}
    return [
        {
            "key": row.key,
            "region": row.region,
            "valid_from": row.valid_from,
            "valid_to": row.valid_to,
            "value": write_value(row.value),
            "unit": row.unit,
            "source": row.source[:300],
            "confidence": row.confidence.value,
            "state": ACTIVE,
            "changed_at": work.now,
        }
        for row in seed_law().parameters.rows
        if row.identity not in known
    ]
