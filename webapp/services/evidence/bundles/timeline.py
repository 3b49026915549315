"""What happened to the person, over all their cases: acts, documents and papers on one line, to filter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from typing import TYPE_CHECKING

from sqlalchemy import select

from models.event import Event
from webapp.domain.text import Message, msg
from webapp.services.cases.timeline import read_whole
from webapp.services.evidence.bundles.access import exhibits_of
from webapp.services.evidence.bundles.collect import cases_of, in_days
from webapp.services.evidence.bundles.search import fold
from webapp.services.people import SHANGHAI

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from models.bundle import Bundle, Exhibit
    from models.case import Case
    from webapp.services.work import Work

MOST = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """One line: an act of a case, or an exhibit by the day on it."""

    at: datetime
    title: Message | str
    who: str
    case: str  # number; empty for an exhibit that was brought
    note: Message | str = ""
    state: str = "done"
    event: int | None = None  # to be added as an exhibit
    exhibit: int | None = None  # it is one


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What is asked for; empty fields ask for nothing."""

    words: str = ""
    case_id: int | None = None
    first: date | None = None
    last: date | None = None
    kind: str = ""  # acts or exhibits


def timeline(work: Work, bundle: Bundle, wanted: Filter) -> list[Moment]:
    """The moments of a bundle that the caller has read, newest first."""
    cases = cases_of(work, bundle)
    exhibits = exhibits_of(work, bundle.id)
    taken = {row.event_id: row.id for row in exhibits if row.event_id is not None}
    found: list[Moment] = []
    if wanted.kind != "exhibits":
        for case in cases:
            if wanted.case_id in (None, case.id):
                found += _acts(work, bundle, case, taken=taken)
    if wanted.kind != "acts" and wanted.case_id is None:
        found += _exhibits(exhibits)
    kept = [each for each in found if _fits(each, wanted)]
    return sorted(kept, key=lambda each: each.at, reverse=True)[:MOST]


def _acts(work: Work, bundle: Bundle, case: Case, *, taken: dict[int, int]) -> Iterator[Moment]:
    within = select(Event.sequence, Event.id).where(Event.case_id == case.id, in_days(bundle, Event.at))
    ids = {sequence: number for sequence, number in work.session.execute(within)}  # noqa: C416  (rows)
    for entry in read_whole(work, case).entries:
        if entry.sequence in ids:
            yield Moment(
                at=entry.at,
                title=entry.title,
                who=entry.who,
                case=case.number,
                note=entry.note,
                state=entry.state,
                event=ids[entry.sequence],
                exhibit=taken.get(ids[entry.sequence]),
            )


def _exhibits(rows: list[Exhibit]) -> Iterator[Moment]:
    """Exhibits by the day on them; those without a day have no place on a line of time."""
    for row in rows:
        if row.dated is not None and row.event_id is None:
            yield Moment(
                at=datetime.combine(row.dated, time(12), SHANGHAI),
                title=msg("证据《{name}》", name=row.name),
                who="",
                case="",
                note=row.proves,
                state="now",
                exhibit=row.id,
            )


def _fits(each: Moment, wanted: Filter) -> bool:
    day = each.at.astimezone(SHANGHAI).date()
    if wanted.first is not None and day < wanted.first:
        return False
    if wanted.last is not None and day > wanted.last:
        return False
    said = fold(f"{each.title}{each.note}{each.who}{each.case}")
    return fold(wanted.words) in said
