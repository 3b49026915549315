"""One evaluation of a model: what it was given, what it has found out, and how much it may still do."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from webapp.decisions.errors import LimitError
from webapp.feel import Budget

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from webapp.feel import Function


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionLimits:
    """How much one evaluation of a model may do, beside FEEL's own limits, which all its texts share."""

    steps: int = 200_000  # expressions and cells evaluated
    depth: int = 40  # decisions, services and functions inside each other


DEFAULT_LIMITS = DecisionLimits()


@dataclass(frozen=True, slots=True, kw_only=True)
class Fired:
    """A rule that gave an answer, or a part of it."""

    decision_id: str  # of the decision or the knowledge model whose table it is
    rule_id: str  # the id in the file, or "rule N"
    index: int  # from 0
    inputs: Mapping[str, Any]  # input label or expression -> value
    annotations: tuple[str, ...] = ()


@dataclass(slots=True, kw_only=True)
class Frame:
    """What decisions are evaluated against: the model's inputs, or those of one call of a service."""

    inputs: Mapping[str, Any]
    known: dict[tuple[str, str], Any] = field(default_factory=dict)  # by namespace and id
    refused: bool = False  # whether something given was not of its type


@dataclass(slots=True, kw_only=True)
class Run:
    """The state of one evaluation; lives as long as one call of ``Model.evaluate``."""

    now: datetime | None
    functions: Mapping[str, Function]
    limits: DecisionLimits
    fired: list[Fired] = field(default_factory=list)
    owners: list[str] = field(default_factory=list)  # ids of what is being evaluated, outermost first
    steps: int = 0
    budget: Budget = field(default_factory=Budget)  # of all FEEL texts together

    @property
    def owner(self) -> str:
        """The id of what is being evaluated now."""
        return self.owners[-1] if self.owners else ""

    def count(self, steps: int = 1) -> None:
        """Take steps off what is left; LimitError where none are."""
        self.steps += steps
        if self.steps > self.limits.steps:
            raise LimitError

    @contextmanager
    def within(self, owner: str) -> Iterator[None]:
        """Evaluate inside the element of this id; LimitError where too many are inside each other."""
        if len(self.owners) >= self.limits.depth:
            raise LimitError
        self.owners.append(owner)
        try:
            yield
        finally:
            self.owners.pop()
