"""What was observed about people in a period, as far as profile, notice and consent let it be seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from models.observation import Customer, CustomerContact, Punch, WorkReport, WorkResult
from webapp.domain.monitoring import Measure, PunchFact, Watch, Watched
from webapp.domain.periods import add_months
from webapp.services.consents.ledger import LOCATION, consenting
from webapp.services.monitoring.times import days_between, read_times

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from models.monitoring import MonitoringProfile
    from models.person import Person
    from webapp.services.monitoring.inforce import Coverage
    from webapp.services.monitoring.times import WorkingTimes
    from webapp.services.work import Work

DAILY, VISIT = "daily", "visit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """Which profile looks at whom, over which days."""

    profile: MonitoringProfile
    people: Sequence[Person]
    coverage: Coverage
    first: date
    last: date
    measure: Measure


def read_watches(work: Work, look: Look) -> dict[int, Watch]:
    """By person; whoever was not told before the period's end is not in it, earlier days are left out."""
    since = {p.id: look.coverage.since(look.profile, p.id) for p in look.people}
    seen = [p for p in look.people if (day := since[p.id]) is not None and day <= look.last]
    if not seen:
        return {}
    ids = [p.id for p in seen]
    times = read_times(work, ids, first=look.first, last=look.last)
    rows = _Rows.read(work, look, ids)
    found = {}
    for person in seen:
        first = max(look.first, since[person.id] or look.first)
        found[person.id] = _watch(person, times, rows, first=first, look=look)
    return found


def _watch(person: Person, times: WorkingTimes, rows: _Rows, *, first: date, look: Look) -> Watch:
    days = days_between(first, look.last)
    return Watch(
        first=look.first,
        last=look.last,
        working_days=frozenset(day for day in days if times.works(person.id, day)),
        leave_days=sum(times.on_leave(person.id, day) for day in days),
        days_at_post=(look.last - person.hired_on).days,
        punches=rows.punches_of(person.id, first),
        daily=rows.reports_of(person.id, DAILY, first),
        visits=rows.reports_of(person.id, VISIT, first),
        results=None if rows.results is None else rows.results.get(person.id, {}),
        customers=rows.customers_of(person.id, first),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rows:
    """Observations of several people; None: not watched, or nothing came from any system for this period."""

    punches: dict[int, list[Punch]] | None
    consented: frozenset[int]
    reports: dict[int, list[WorkReport]] | None
    kinds: frozenset[str]  # kinds of report that came for anybody at all
    results: dict[int, dict[date, tuple[Any, Any]]] | None
    contacts: dict[int, list[CustomerContact]] | None
    known: frozenset[str]

    @classmethod
    def read(cls, work: Work, look: Look, ids: list[int]) -> _Rows:
        """One statement for each kind that the profile watches."""
        watches = set(look.profile.watches)
        reports = _by_person(work, WorkReport, look, ids) if Watched.REPORT in watches else None
        results = _results(work, look, ids) if Watched.RESULT in watches else None
        known = _known(work, look) if Watched.CONTACT in watches else frozenset()
        return cls(
            punches=_by_person(work, Punch, look, ids) if Watched.PUNCH in watches else None,
            consented=frozenset(consenting(work, LOCATION, ids)) if Watched.PUNCH in watches else frozenset(),
            reports=reports,
            kinds=_kinds(work, look) if reports is not None else frozenset(),
            results=results,
            contacts=_by_person(work, CustomerContact, look, ids) if known else None,
            known=known,
        )

    def punches_of(self, person_id: int, first: date) -> list[PunchFact] | None:
        """Punches whose place was asked; None without a standing consent to that."""
        if self.punches is None or person_id not in self.consented:
            return None
        return [
            PunchFact(at=row.at, day=row.day, in_zone=row.in_zone, source=row.source)
            for row in self.punches.get(person_id, ())
            if row.in_zone is not None and row.day >= first
        ]

    def reports_of(self, person_id: int, kind: str, first: date) -> list[date] | None:
        """Days with a report; None where nobody's came: then the import is missing, not the report."""
        if self.reports is None or kind not in self.kinds:
            return None
        return [row.day for row in self.reports.get(person_id, ()) if row.kind == kind and row.day >= first]

    def customers_of(self, person_id: int, first: date) -> list[tuple[str, bool]] | None:
        """Customers by code; None where the company has no list to compare with."""
        if self.contacts is None:
            return None
        codes = [row.code for row in self.contacts.get(person_id, ()) if row.day >= first]
        return [(code, code in self.known) for code in codes]


def _by_person(work: Work, table: Any, look: Look, ids: list[int]) -> dict[int, list[Any]]:  # noqa: PLR0917
    found: dict[int, list[Any]] = {}
    for row in work.session.scalars(
        select(table)
        .where(
            table.person_id.in_(ids),
            table.profile_id == look.profile.id,
            table.day.between(look.first, look.last),
        )
        .order_by(table.day, table.id)
    ):
        found.setdefault(row.person_id, []).append(row)
    return found


def _kinds(work: Work, look: Look) -> frozenset[str]:
    return frozenset(
        work.session.scalars(
            select(WorkReport.kind)
            .where(WorkReport.profile_id == look.profile.id, WorkReport.day.between(look.first, look.last))
            .distinct()
        )
    )


def _results(work: Work, look: Look, ids: list[int]) -> dict[int, dict[date, tuple[Any, Any]]]:
    earliest = add_months(look.first.replace(day=1), -look.measure.baseline_months)
    found: dict[int, dict[date, tuple[Any, Any]]] = {}
    for row in work.session.scalars(
        select(WorkResult).where(
            WorkResult.person_id.in_(ids),
            WorkResult.profile_id == look.profile.id,
            WorkResult.month.between(earliest, look.last),
        )
    ):
        found.setdefault(row.person_id, {})[row.month] = (row.amount, row.hours)
    return found


def _known(work: Work, look: Look) -> frozenset[str]:
    return frozenset(
        work.session.scalars(select(Customer.code).where(Customer.entity_id == look.profile.entity_id))
    )
