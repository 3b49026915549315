"""Yearly days by rule: written once a year as a grant, mended by adjustments, each with its working."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from models.leave import LeaveEntry
from webapp.domain.explain import Step, Unit, Working
from webapp.domain.leave import AnnualService, LeaveType, entitlement
from webapp.domain.regions import parameter_region
from webapp.domain.text import Message, msg
from webapp.services.leave.asked import day_minutes
from webapp.services.leave.counting import kept_steps
from webapp.services.leave.kinds import GRANTED
from webapp.services.notices import stored

if TYPE_CHECKING:
    from collections.abc import Iterable

    from models.person import Person
    from webapp.domain.law import Law
    from webapp.services.leave.balances import Book
    from webapp.services.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class Entitled:
    """What a year gives, and why."""

    minutes: int
    sentence: Message
    steps: tuple[Step, ...]


def entitled(person: Person, kind: str, year: int, *, law: Law) -> Entitled:
    """The days that a rule gives a person for a year; raises MissingParameterError where no row answers.

    The present unbroken work is taken from the recorded begin of service: nothing is deducted for a gap that
    the record does not show (企业职工带薪年休假实施办法 art. 3).
    """
    if kind == LeaveType.ANNUAL:
        service = AnnualService(
            hired=person.hired_on,
            cumulative_since=person.service_from,
            continuous_since=person.service_from,
            last_day=person.left_on,
        )
        annual = entitlement(year, service, law=law)
        return _entitled(Decimal(annual.value.days), annual.steps, year=year, law=law)
    working = Working(law, region=parameter_region(person.region), on=date(year, 1, 1))
    row = working.parameter(f"leave.{kind}.days")
    working.step(
        msg("{title}：{days} 天。", title=Message(row.title, {}), days=row.number),
        row.number,
        unit=Unit.DAYS,
        articles=(row.source,),
    )
    return _entitled(row.number, working.result(None).steps, year=year, law=law)


def _entitled(days: Decimal, steps: tuple[Step, ...], *, year: int, law: Law) -> Entitled:
    return Entitled(
        minutes=int(days * day_minutes(law, on=date(year, 1, 1))),
        sentence=msg("{year} 年可休 {days} 天。", year=str(year), days=days),
        steps=steps,
    )


def ensure_grants(
    work: Work,
    person: Person,
    book: Book,
    *,
    kinds: Iterable[str],
    years: Iterable[int],
    law: Law,
    record: bool = True,
) -> None:
    """Count the grants that the ledger does not have yet in the book; ``record`` writes them, too."""
    for kind in kinds:
        for year in years if kind in GRANTED else ():
            if (kind, year) not in book.granted:
                found = entitled(person, kind, year, law=law)
                if record:
                    _write(work, person.id, kind, year=year, minutes=found.minutes, found=found)
                book.given[(kind, year)] = book.given.get((kind, year), 0) + found.minutes
                book.granted.add((kind, year))


def mend_grant(work: Work, person: Person, kind: str, *, year: int, law: Law, granted: int) -> int:
    """Follow a grant by the difference to what the rule says now; minutes written, 0 for none."""
    found = entitled(person, kind, year, law=law)
    difference = found.minutes - granted
    if difference:
        _write(work, person.id, kind, year=year, minutes=difference, found=found)
    return difference


def _write(work: Work, person_id: int, kind: str, *, year: int, minutes: int, found: Entitled) -> None:
    work.session.add(
        LeaveEntry(
            person_id=person_id,
            kind=kind,
            year=year,
            minutes=minutes,
            what="grant",
            reason={**stored(found.sentence), "steps": kept_steps(found.steps)},
            at=work.now,
        )
    )
