"""The shape of one row of the table of grounds."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from webapp.domain.text import Message


class Party(StrEnum):
    """Who ends the contract."""

    EMPLOYER = "employer"  # 用人单位单方解除
    EMPLOYEE = "employee"  # 劳动者单方解除
    BOTH = "both"  # 协商一致
    LAW = "law"  # 终止


class Notice(StrEnum):
    """What must be told beforehand."""

    NONE = "none"  # nothing
    THIRTY_DAYS_OR_PAY = "thirty_days_or_pay"  # thirty days in writing, or a month's wage
    BY_EMPLOYEE = "by_employee"  # thirty days in writing, in probation three days
    TELL = "tell"  # tell the employer; not even that under violence
    TO_STAFF = "to_staff"  # thirty days before: explain to the union or all staff, then report the plan
    LOCAL = "local"  # a local rule may ask for notice


class Pay(StrEnum):
    """Severance owed."""

    NONE = "none"  # none
    N = "n"  # severance
    N_UNLESS_REFUSED = "n_unless_refused"  # none only if the person refused the same or better terms


@dataclass(frozen=True, kw_only=True, slots=True)
class Condition:
    """A fact that must hold: question, article, and what would make it hold."""

    key: str
    question: Message
    article: str
    opening: Message


@dataclass(frozen=True, kw_only=True, slots=True)
class Ground:
    """One ground: ``all_of`` must hold, and all of at least one group of ``any_of`` where there are groups.

    ``forbids`` are facts that must not hold. ``protected``: 劳动合同法第42条 stands in its way.
    """

    code: str
    title: Message
    article: str
    by: Party
    all_of: tuple[Condition, ...] = ()
    any_of: tuple[tuple[Condition, ...], ...] = ()
    forbids: tuple[Condition, ...] = ()
    notice: Notice = Notice.NONE
    union: bool = False
    protected: bool = False
    allowed_in_probation: bool = True
    by_circumstances: bool = False  # rests on changed circumstances, which regions read differently
    pay: Pay = Pay.NONE
    documents: tuple[Message, ...] = ()
    next_steps: tuple[Message, ...] = ()
    cautions: tuple[Message, ...] = ()

    @property
    def conditions(self) -> Iterator[Condition]:
        """All facts that the ground asks about."""
        yield from self.all_of
        for group in self.any_of:
            yield from group
        yield from self.forbids
