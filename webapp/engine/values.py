"""What goes through the seam between cases and the token engine: frozen values, no engine types."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from webapp.domain.text import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemKey:
    """A work item's key: a return uses an engine task id again, so the round belongs to it."""

    element_instance: str
    round: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkItem:
    """A user task that is now open; every expression is already evaluated."""

    key: ItemKey
    element_id: str
    names: Mapping[str, str]  # language tag (zh-Hans, en, zh-Hant) -> label
    assignee: str | None = None
    candidate_users: tuple[str, ...] = ()
    candidate_groups: tuple[str, ...] = ()
    due: datetime | None = None
    follow_up: datetime | None = None
    priority: int = 50
    form_id: str | None = None
    variables: Mapping[str, Any] = field(default_factory=dict)  # what the node's scope chain shows
    properties: Mapping[str, Any] = field(default_factory=dict)  # zeebe:property
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A service task waiting for a worker."""

    key: ItemKey
    element_id: str
    type: str
    retries: int
    headers: Mapping[str, str]
    variables: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Timer:
    """A timer that waits: fire it with the Fire command when ``due_at`` (aware, UTC) has come."""

    key: ItemKey
    element_id: str
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageWait:
    """A message that the case waits for: Correlate reaches it."""

    key: ItemKey
    element_id: str
    name: str
    correlation_key: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalWait:
    """A signal that the case waits for: a Signal command with its name reaches all waits at once."""

    key: ItemKey
    element_id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Thrown:
    """A message, signal or escalation that left the case.

    A signal has reached all waits of its own case already: tell only the others. A message reached nobody.
    """

    kind: str  # message, signal, escalation
    name: str
    correlation_key: str | None = None
    variables: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """The case stands still at an element until somebody mends it and retries."""

    element_id: str
    kind: str
    message: Message
    key: ItemKey | None = None  # the element instance that stands still


@dataclass(frozen=True, slots=True, kw_only=True)
class FiredRule:
    """A decision's answer with the rules that gave it, for the timeline and the evidence pack."""

    element_id: str
    decision_id: str
    inputs: Mapping[str, Any]
    output: Any
    rules: tuple[str, ...]  # ids of the rules, in the order in which they fired
    law: bool = False  # an area of the law answered, ``rules`` are its articles
    parameters: tuple[Mapping[str, Any], ...] = ()  # the rows that it read


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """A token went through an element: what the drawn path and the timeline show."""

    element_id: str
    state: str  # completed, cancelled
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Advance:
    """Everything that one command changed; the caller writes it down in one transaction."""

    snapshot: str
    variables: Mapping[str, Any]  # the root scope
    opened: tuple[WorkItem, ...]
    closed: tuple[ItemKey, ...]  # completed or cancelled work items
    jobs: tuple[Job, ...]
    cancelled_jobs: tuple[ItemKey, ...]
    timers: tuple[Timer, ...]  # all that wait now, not only new ones
    messages: tuple[MessageWait, ...]  # all that wait now
    signals: tuple[SignalWait, ...]  # all that wait now
    thrown: tuple[Thrown, ...]
    incidents: tuple[Incident, ...]  # all that stand now
    fired: tuple[FiredRule, ...]
    passed: tuple[Passed, ...]
    children: tuple[str, ...]  # ids of the called processes begun; they run inside this case
    ended: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """Begin a case with these root variables."""

    variables: Mapping[str, Any]
    start_element: str | None = None
    message: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Complete:
    """Finish a work item or a job.

    Only what its output mapping names leaves a work item; a job without a mapping hands on all its variables,
    as in Camunda 8.
    """

    key: ItemKey
    variables: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Throw:
    """A worker or a person reports a BPMN error or escalation at an element."""

    key: ItemKey
    kind: str  # error, escalation
    code: str
    variables: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fire:
    """A timer's time has come."""

    key: ItemKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Correlate:
    """A message arrives that the case waits for."""

    key: ItemKey
    name: str
    variables: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """A signal is broadcast to the case."""

    name: str
    variables: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancel:
    """End the case with all that is open in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Return:
    """Send a case back to a finished step; all that came out of that step is withdrawn and run again.

    With ``straight_back`` nothing but the step is done again, then the item opens once more.
    """

    from_key: ItemKey
    to_element: str
    straight_back: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Modify:
    """An administrator adds tokens before elements and withdraws items or jobs; both move a token."""

    add: tuple[str, ...] = ()
    withdraw: tuple[ItemKey, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Restart:
    """Begin an ended case again with its variables, at its start or before an element."""

    element: str | None = None
    variables: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class SetVariables:
    """An administrator mends variables: of the case, or as an item, job or incident sees them.

    With ``at`` each name is written to the nearest scope around that element instance that has it.
    """

    variables: Mapping[str, Any]
    at: ItemKey | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Retry:
    """Run on from an incident."""

    element_id: str


Command = (
    Start
    | Complete
    | Throw
    | Fire
    | Correlate
    | Signal
    | Cancel
    | Return
    | Modify
    | Restart
    | SetVariables
    | Retry
)
