"""How several votes become one decision (会签, 或签, 依次, 票签), with signers added before and after.

Whole numbers only: two thirds is two thirds, and no rounding lets a vote pass or fail. A vote is counted as
soon as nothing that is still open could change the outcome.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, Self

from webapp.domain.text import Message, msg

if TYPE_CHECKING:
    from collections.abc import Iterable


class Mode(StrEnum):
    """How many have to agree."""

    SINGLE = "single"  # one person decides: no vote
    ALL = "all"  # 会签: everybody, at the same time
    ANY = "any"  # 或签: whoever is first
    SEQUENCE = "sequence"  # 依次: everybody, one after the other
    SHARE = "share"  # 票签: a share of the weights


MODE: Final = "approval.mode"  # names of the step's properties
APPROVERS: Final = "approval.approvers"  # FEEL: employee numbers, in their order
SHARE: Final = "approval.share"  # 60, 60% or 2/3
WEIGHTS: Final = "approval.weights"  # FEEL: {"E0002": 2}
ON_REJECT: Final = "approval.onReject"
MAX_SEATS: Final = 50
MAX_WEIGHT: Final = 1000
MANY: Final = (Mode.ALL, Mode.ANY, Mode.SEQUENCE, Mode.SHARE)


class OnReject(StrEnum):
    """What one rejection does."""

    DECIDES = "decides"  # the whole step is rejected at once
    COUNTS = "counts"  # it is one vote like another


class Decision(StrEnum):
    """What a vote, or the whole step, came to."""

    APPROVE = "approve"  # 同意
    REJECT = "reject"  # 不同意


class SeatKind(StrEnum):
    """How a vote came into being."""

    ORIGINAL = "original"  # the step named this person
    BESIDE = "beside"  # 并加签: added as one more vote of its own
    BEFORE = "before"  # 前加签: has to agree before the one who added them decides
    AFTER = "after"  # 后加签: has to agree after the one who added them agreed
    DELEGATE = "delegate"  # 委派: advises, the owner decides


class SeatState(StrEnum):
    """Where a vote stands."""

    WAITING = "waiting"  # not its turn, or its holder waits for signers before them or for advice
    OPEN = "open"  # its holder has a task
    DONE = "done"  # voted or advised
    SKIPPED = "skipped"  # taken out (减签), or not needed any more


COUNTED: Final = (SeatKind.ORIGINAL, SeatKind.BESIDE)  # those with a weight of their own
BLOCKING: Final = (SeatKind.BEFORE, SeatKind.DELEGATE)  # until they are done, who added them waits


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A share as two whole numbers: 60 % is 60 of 100, two thirds 2 of 3."""

    numerator: int
    denominator: int

    @classmethod
    def read(cls, text: object) -> Self:
        """``60``, ``60%`` or ``2/3``; raises ValueError for anything else, for nothing and for over all."""
        words = str(text).strip().removesuffix("%").strip()
        upper, slash, lower = words.partition("/")
        if not upper.strip().isascii() or not lower.strip().isascii():
            raise ValueError(text)
        share = cls(numerator=int(upper), denominator=int(lower) if slash else 100)
        if not 0 < share.numerator <= share.denominator:
            raise ValueError(text)
        return share


def fault_of(properties: Mapping[str, Any]) -> Message | None:
    """What keeps a step's vote from being held, in words; None where nothing does, or nobody votes."""
    if properties.get(MODE) not in set(MANY):
        return None
    try:
        Share.read(properties.get(SHARE, 100))
    except ValueError:
        return msg("通过比例“{share}”要写成 60%、60 或 2/3。", share=str(properties.get(SHARE)))
    approvers = properties.get(APPROVERS)
    if isinstance(approvers, list | tuple) and len(approvers) > MAX_SEATS:
        return msg("一个审批步骤最多 {most} 人。", most=MAX_SEATS)
    weights = properties.get(WEIGHTS)
    for number, weight in weights.items() if isinstance(weights, Mapping) else ():
        if isinstance(weight, bool) or not isinstance(weight, int | Decimal) or not _whole(weight):
            return msg("{number} 的票数要是 1 到 1000 的整数。", number=str(number))
    return None


def _whole(weight: int | Decimal) -> bool:
    return weight == int(weight) and 1 <= weight <= MAX_WEIGHT


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What the step says about its vote."""

    mode: Mode
    on_reject: OnReject
    share: Share = Share(numerator=100, denominator=100)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """A vote as the rules see it; ``order`` is its place among those who are asked one after the other."""

    id: int
    kind: SeatKind = SeatKind.ORIGINAL
    state: SeatState = SeatState.WAITING
    order: int = 0
    weight: int = 1
    parent: int | None = None  # the seat whose holder added it
    decision: Decision | None = None


class Ballot:
    """All seats of a step, with what follows from them."""

    def __init__(self, policy: Policy, seats: Iterable[Seat]) -> None:
        self.policy = policy
        self.seats: Mapping[int, Seat] = {s.id: s for s in seats}
        self._children: dict[int, list[Seat]] = {}
        for seat in self.seats.values():
            if seat.parent is not None and seat.state is not SeatState.SKIPPED:
                self._children.setdefault(seat.parent, []).append(seat)

    @property
    def counted(self) -> tuple[Seat, ...]:
        """Seats with a weight of their own, in order, without those taken out."""
        found = (s for s in self.seats.values() if s.kind in COUNTED and s.state is not SeatState.SKIPPED)
        return tuple(sorted(found, key=lambda s: (s.order, s.id)))

    def standing(self, seat: Seat) -> Decision | None:
        """What a seat comes to with the signers before and after it; None while that is open.

        One of them who rejects rejects for the seat; a delegate's advice decides nothing.
        """
        signers = [c for c in self._children.get(seat.id, ()) if c.kind in (SeatKind.BEFORE, SeatKind.AFTER)]
        found = [self.standing(signer) for signer in signers]
        if Decision.REJECT in (seat.decision, *found):
            return Decision.REJECT
        return None if seat.decision is None or None in found else Decision.APPROVE

    def outcome(self) -> Decision | None:
        """The decision of the step, as soon as it is certain either way; None until then."""
        counted = self.counted
        found = [(seat.weight, self.standing(seat)) for seat in counted]
        yes = sum(weight for weight, decision in found if decision is Decision.APPROVE)
        no = sum(weight for weight, decision in found if decision is Decision.REJECT)
        total = sum(weight for weight, _ in found)
        if not counted:
            return None
        if no and self.policy.on_reject is OnReject.DECIDES:
            return Decision.REJECT
        needed, of = self._needed(total)
        if yes * of >= needed:
            return Decision.APPROVE
        return Decision.REJECT if (total - no) * of < needed else None

    def _needed(self, total: int) -> tuple[int, int]:
        """``yes * of >= needed`` approves."""
        if self.policy.mode is Mode.ANY:
            return 1, 1
        if self.policy.mode is Mode.SHARE:
            return self.policy.share.numerator * total, self.policy.share.denominator
        return total, 1

    def due(self) -> tuple[int, ...]:
        """Seats that wait and whose turn it is now."""
        return tuple(s.id for s in self.seats.values() if s.state is SeatState.WAITING and self._turn(s))

    def _turn(self, seat: Seat) -> bool:
        if self.standing(seat) is not None or seat.decision is not None:
            return False
        if any(c.kind in BLOCKING and self._pending(c) for c in self._children.get(seat.id, ())):
            return False
        if seat.kind is SeatKind.AFTER:
            return self.seats[seat.parent or 0].decision is Decision.APPROVE
        if seat.kind is not SeatKind.ORIGINAL or self.policy.mode is not Mode.SEQUENCE:
            return True
        before = (s for s in self.counted if s.kind is SeatKind.ORIGINAL and s.order < seat.order)
        return all(self.standing(s) is Decision.APPROVE for s in before)

    def _pending(self, seat: Seat) -> bool:
        if seat.kind is SeatKind.DELEGATE:
            return seat.decision is None
        return self.standing(seat) is None
