"""Length of service 工作年限 over the stints that count, both ends of each included."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from webapp.domain.calendar import ONE_DAY
from webapp.domain.errors import InvalidError
from webapp.domain.periods import MONTHS_A_YEAR, Elapsed, elapsed
from webapp.domain.text import msg

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date


@dataclass(frozen=True, kw_only=True, slots=True)
class Stint:
    """One uninterrupted employment: first and last day, both worked; ``compensated`` once paid for.

    劳动合同法实施条例第10条: years with an earlier employer that already paid for them do not count again.
    """

    first: date
    last: date
    compensated: bool = False

    def __post_init__(self) -> None:
        """Refuse a stint that ends before it begins."""
        if self.last < self.first:
            raise InvalidError(
                msg("工作年限的截止日 {last} 早于起始日 {first}。", last=self.last, first=self.first)
            )


def counted(stints: Iterable[Stint]) -> Elapsed:
    """Service over all stints that still count, in any order; those in touch are joined, overlaps count once.

    Months and days of separate stints are added; days never become a month, since no rule says how many.
    """
    joined: list[Stint] = []
    for stint in sorted(
        (each for each in stints if not each.compensated), key=lambda each: (each.first, each.last)
    ):
        if joined and stint.first <= joined[-1].last + ONE_DAY:
            joined[-1] = Stint(first=joined[-1].first, last=max(joined[-1].last, stint.last))
        else:
            joined.append(stint)
    parts = [elapsed(stint.first, stint.last) for stint in joined]
    months = sum(part.whole_months for part in parts)
    return Elapsed(*divmod(months, MONTHS_A_YEAR), sum(part.days for part in parts))
