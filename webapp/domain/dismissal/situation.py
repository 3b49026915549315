"""What is known of a planned end, and what a check answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from webapp.domain.parameters import NATIONAL

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from webapp.domain.text import Message


class Protection(StrEnum):
    """The six situations of 劳动合同法第42条."""

    OCCUPATIONAL = "occupational"  # exposure without exit check, or under observation
    INJURY = "injury"  # disabled by a work injury or occupational disease
    MEDICAL = "medical"  # within the medical period
    MATERNITY = "maternity"  # pregnancy, maternity, nursing
    SENIOR = "senior"  # fifteen years here and less than five to retirement
    OTHER = "other"  # others by law, such as union officers


@dataclass(frozen=True, kw_only=True, slots=True)
class Union:
    """The union's part: whether there is one, when it was told, when it answered."""

    exists: bool = True
    notified_on: date | None = None
    answered_on: date | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Expiry:
    """What matters when a term runs out; None is unknown."""

    fixed_terms: int = 1  # fixed terms concluded in a row, the present one included
    wants_open_ended: bool | None = None  # the person asks for or agrees to an open-ended contract
    renewal_offered: bool | None = None  # the same or better terms were offered
    renewal_refused: bool | None = None  # and refused


@dataclass(frozen=True, kw_only=True, slots=True)
class Situation:
    """One planned end. ``on`` is the day of the decision; ``facts`` answer the ground's questions by key."""

    ground: str
    on: date
    region: str = NATIONAL
    facts: Mapping[str, bool] = field(default_factory=dict)
    last_day: date | None = None
    hired: date | None = None
    retirement_on: date | None = None
    contract_ends_on: date | None = None
    in_probation: bool = False
    by_contract_employer: bool = True
    dispatched_here: bool = False
    protections: frozenset[Protection] = frozenset()
    protections_checked: bool = False
    protection_known_on: date | None = None
    medical_period_ends_on: date | None = None
    notice_given_on: date | None = None
    pay_in_lieu: bool = False
    circumstance: str | None = None  # of dismissal.circumstances, for art. 40(3)
    union: Union = field(default_factory=Union)
    expiry: Expiry = field(default_factory=Expiry)


@dataclass(frozen=True, kw_only=True, slots=True)
class Block:
    """What stands in the way, by which article, and what would open the way."""

    article: str
    reason: Message
    opening: Message


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """A fact that is not known yet."""

    key: str
    article: str
    question: Message


@dataclass(frozen=True, kw_only=True, slots=True)
class Findings:
    """What one check found."""

    blocks: tuple[Block, ...] = ()
    questions: tuple[Question, ...] = ()
    cautions: tuple[Message, ...] = ()
    earliest_last_day: date | None = None
