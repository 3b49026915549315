"""A request assessed: count, entitlement with what is held back, limits, overlap; for page and act."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from webapp.domain.errors import InvalidError
from webapp.domain.explain import Working
from webapp.domain.leave import BalanceError, draw
from webapp.domain.parameters import MissingParameterError
from webapp.domain.regions import parameter_region
from webapp.domain.text import Message, msg
from webapp.services.leave import rules
from webapp.services.leave.balances import ledger_kind
from webapp.services.leave.counting import as_days, count, kept_steps
from webapp.services.leave.grants import ensure_grants
from webapp.services.leave.kinds import LEDGERS, NAMES, kind_name
from webapp.services.notices import stored

if TYPE_CHECKING:
    from collections.abc import Iterator

    from models.person import Person
    from webapp.domain.explain import Step
    from webapp.domain.law import Law
    from webapp.domain.leave import Pot
    from webapp.services.leave.asked import Asked
    from webapp.services.leave.balances import Book, Standing
    from webapp.services.leave.counting import Counted
    from webapp.services.work import Work

Draws = tuple[tuple[str, int, int], ...]  # ledger kind, year, minutes


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessed:
    """What a request costs, from where, and what stands against it."""

    asked: Asked
    counted: Counted
    draws: Draws
    steps: tuple[Step, ...]
    objections: dict[str, tuple[Message, ...]]  # field -> sentences; empty: may be sent
    free: int | None  # minutes left before this request; None: the kind has no balance
    stands: tuple[Standing, ...] = ()

    @property
    def free_after(self) -> int | None:
        """Minutes left after this request."""
        return None if self.free is None else self.free - self.counted.minutes

    def explanation(self) -> dict[str, Any]:
        """What the request's row keeps."""
        return {
            "steps": kept_steps(self.steps),
            "days": [[day.isoformat(), minutes] for day, minutes in self.counted.each],
            "draws": [{"kind": k, "year": y, "minutes": m} for k, y, m in self.draws],
            "provisional": [stored(m) for m in self.counted.provisional],
            "hours": self.asked.hours,
        }


def assess(
    work: Work,
    person: Person,
    asked: Asked,
    *,
    law: Law,
    book: Book,
    but: int | None = None,
    record: bool = False,
) -> Assessed:
    """Assess a request; ``record`` writes yearly grants that the ledger does not have yet.

    Raises InvalidError at the field ``type`` where a parameter row is missing.
    """
    region = parameter_region(person.region)
    working = Working(law, region=region, on=asked.first)
    objections: dict[str, list[Message]] = {"start_date": [], "end_date": []}
    try:
        counted = count(asked, law=law, region=region)
        years = tuple(counted.by_year) or (asked.first.year,)
        ledgers = LEDGERS.get(asked.kind, ())
        ensure_grants(work, person, book, kinds=ledgers, years=years, law=law, record=record)
        objections["start_date"] += rules.annual_not_due(asked, person, book=book, working=working)
        objections["end_date"] += rules.too_long(asked, counted, working)
    except MissingParameterError as error:
        raise InvalidError(fields={"type": (error.message,)}) from error
    if not counted.minutes:
        objections["end_date"].append(msg("所选日期都不需要请假。"))
    objections["start_date"] += rules.unemployed(asked, person)
    objections["start_date"] += _overlaps(asked, book, but)
    draws: Draws = tuple((asked.kind.value, year, minutes) for year, minutes in counted.by_year.items())
    free = None
    if ledgers:
        pots = book.pots(ledgers, but=but)
        free = _free(pots, counted)
        draws, short = _draw(asked, counted, pots=pots, working=working)
        objections["end_date"] += short
    return Assessed(
        asked=asked,
        counted=counted,
        draws=draws,
        steps=(*counted.steps, *working.result(None).steps),
        objections={k: tuple(v) for k, v in objections.items() if v},
        free=free,
        stands=book.standing,
    )


def _free(pots: tuple[Pot, ...], counted: Counted) -> int:
    """Minutes left in pots that are usable in any year of the request."""
    years = set(counted.by_year)
    return sum(p.free for p in pots if years & set(range(p.usable_from.year, p.usable_to.year + 1)))


def _overlaps(asked: Asked, book: Book, but: int | None) -> Iterator[Message]:
    begin, end = asked.position
    for other in book.standing:
        if other.id != but and begin < other.end and other.begin < end:
            yield msg(
                "与已有的{kind}（{first} 至 {last}，{number}）时间重叠。",
                kind=kind_name(other.kind),
                first=other.first.isoformat(),
                last=other.last.isoformat(),
                number=other.number,
            )


def _draw(
    asked: Asked, counted: Counted, *, pots: tuple[Pot, ...], working: Working
) -> tuple[Draws, list[Message]]:
    """Draw each year's minutes from the pots of that year, in the order of use."""
    found: list[tuple[str, int, int]] = []
    short: list[Message] = []
    for year, minutes in counted.by_year.items():
        first = next(day for day, _ in counted.each if day.year == year)
        try:
            drawn = draw(pots, minutes, on=first, law=working.law).value
        except BalanceError:
            free = sum(p.free for p in pots if p.usable_from <= first <= p.usable_to)
            short.append(
                msg(
                    "{year} 年的{kind}余额不足：需要 {need} 天，扣除待审批的申请后还剩 {left} 天。",
                    year=str(year),
                    kind=NAMES[asked.kind],
                    need=as_days(minutes, asked.day),
                    left=as_days(free, asked.day),
                )
            )
            continue
        found += [(ledger_kind(d.pot), d.pot.year, d.minutes) for d in drawn]
        for d in drawn:
            working.step(
                msg(
                    "从{ledger}（{year} 年）扣 {days} 天。",
                    ledger=kind_name(ledger_kind(d.pot)),
                    year=str(d.pot.year),
                    days=as_days(d.minutes, asked.day),
                )
            )
    return tuple(found), short
