"""Block-structured processes: what the token model runs and what is drawn as BPMN."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Trigger:
    """What a boundary, an event subprocess or a catch event waits for."""

    kind: str  # message, signal, timer, cycle, error, escalation
    hours: int = 0  # of a timer, or between the occurrences of a cycle
    times: int | None = None  # occurrences of a cycle; None: for ever
    code: str | None = None  # of an error or escalation; None: any


MESSAGE = Trigger("message")


@dataclass(frozen=True)
class Task:
    name: str
    job: bool = False  # a service task, for a worker


@dataclass(frozen=True)
class Raise:
    """A task; when variable ``name`` is true at its end, an end event throws or terminates, else work goes on."""

    name: str
    kind: str  # error, escalation, terminate
    code: str | None = None


@dataclass(frozen=True)
class Wait:
    """An intermediate catch event."""

    name: str
    trigger: Trigger


@dataclass(frozen=True)
class Race:
    """An event-based gateway: one trigger and the branch behind it each."""

    name: str
    branches: tuple[tuple[Trigger, Any], ...]


@dataclass(frozen=True)
class Many:
    name: str
    count: int
    sequential: bool


@dataclass(frozen=True)
class Each:
    """A subprocess with a multi-instance marker."""

    name: str
    body: Any
    count: int
    sequential: bool


@dataclass(frozen=True)
class Line:
    parts: tuple[Any, ...]


@dataclass(frozen=True)
class Par:
    name: str
    branches: tuple[Any, ...]


@dataclass(frozen=True)
class Xor:
    name: str
    branches: tuple[Any, ...]  # by variable ``name`` = 0, 1 …; else the last


@dataclass(frozen=True)
class Inc:
    name: str
    branches: tuple[Any, ...]  # each by variable ``name_k``; when none, the last


@dataclass(frozen=True)
class Loop:
    name: str
    body: Any  # again while variable ``name`` is true


@dataclass(frozen=True)
class Bound:
    name: str
    host: Any  # Task, Many, Each, Sub or Handled
    handler: Any
    interrupts: bool
    trigger: Trigger = MESSAGE


@dataclass(frozen=True)
class Sub:
    name: str
    body: Any


@dataclass(frozen=True)
class Handled:
    """A subprocess with an event subprocess."""

    name: str
    body: Any
    handler: Any
    interrupts: bool
    trigger: Trigger = MESSAGE
