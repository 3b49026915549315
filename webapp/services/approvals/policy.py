"""What a step's properties say about its vote."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from webapp.domain.approval import MANY, MODE, ON_REJECT, SHARE, WEIGHTS, Mode, OnReject, Policy, Share
from webapp.domain.errors import InvalidError
from webapp.domain.text import msg

if TYPE_CHECKING:
    from models.approval import Ballot


def is_vote(properties: Mapping[str, Any]) -> bool:
    """Whether a step asks several people."""
    return properties.get(MODE) in set(MANY)


def policy_of(properties: Mapping[str, Any]) -> Policy:
    """The policy of a step, whose faults the engine has refused already.

    Where the step does not say what one rejection does, it decides; in a vote by share it counts.
    """
    mode = Mode(properties[MODE])
    usual = OnReject.COUNTS if mode is Mode.SHARE else OnReject.DECIDES
    given = properties.get(ON_REJECT)
    return Policy(
        mode=mode,
        on_reject=OnReject(given) if given in set(OnReject) else usual,
        share=Share.read(properties.get(SHARE, 100)),
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
    """How much a person's vote counts: a whole number; 1 where the step does not say."""
    weights = properties.get(WEIGHTS)
    return int(weights.get(number, 1)) if isinstance(weights, Mapping) else 1
