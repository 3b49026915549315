"""What a step's properties say about its vote."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from webapp.domain.approval import MANY, Mode, OnReject, Policy, Share
from webapp.domain.errors import InvalidError
from webapp.domain.text import msg

if TYPE_CHECKING:
    from models.approval import Ballot

MODE: Final = "approval.mode"
APPROVERS: Final = "approval.approvers"  # FEEL: employee numbers, in their order
SHARE: Final = "approval.share"  # 60, 60% or 2/3
WEIGHTS: Final = "approval.weights"  # FEEL: {"E0002": 2}
ON_REJECT: Final = "approval.onReject"
MAX_SEATS: Final = 50
MAX_WEIGHT: Final = 1000


def is_vote(properties: Mapping[str, Any]) -> bool:
    """Whether a step asks several people."""
    return properties.get(MODE) in set(MANY)


def policy_of(properties: Mapping[str, Any]) -> Policy:
    """The policy of a step; raises InvalidError for a share that is none.

    Where the step does not say what one rejection does, it decides; in a vote by share it counts.
    """
    mode = Mode(properties[MODE])
    usual = OnReject.COUNTS if mode is Mode.SHARE else OnReject.DECIDES
    given = properties.get(ON_REJECT)
    return Policy(
        mode=mode,
        on_reject=OnReject(given) if given in set(OnReject) else usual,
        share=read_share(properties.get(SHARE, 100)),
    )


def read_share(text: object) -> Share:
    """A share as the studio writes it; raises InvalidError for anything else."""
    try:
        return Share.read(text)
    except ValueError as error:
        raise InvalidError(msg("通过比例“{share}”要写成 60%、60 或 2/3。", share=str(text))) from error


def stored_policy(ballot: Ballot) -> Policy:
    """The policy that was frozen when the step opened."""
    return Policy(
        mode=Mode(ballot.mode), on_reject=OnReject(ballot.on_reject), share=Share.read(ballot.share)
    )


def share_text(share: Share) -> str:
    """A share as a row keeps it."""
    return f"{share.numerator}/{share.denominator}"


def weight_of(properties: Mapping[str, Any], number: str) -> int:
    """How much a person's vote counts; raises InvalidError for anything but a whole number from 1."""
    weights = properties.get(WEIGHTS)
    value = weights.get(number, 1) if isinstance(weights, Mapping) else 1
    if isinstance(value, bool) or value != int(value) or not 1 <= value <= MAX_WEIGHT:
        raise InvalidError(msg("{number} 的票数要是 1 到 1000 的整数。", number=number))
    return int(value)
