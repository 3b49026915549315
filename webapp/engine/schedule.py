"""When a process starts by itself: the timer start events of a diagram."""

from __future__ import annotations

from typing import TYPE_CHECKING

from webapp.engine import timers
from webapp.engine.errors import StuckError
from webapp.engine.expressions import Outside, resolve

if TYPE_CHECKING:
    from datetime import datetime

    from webapp.engine.diagrams import StartKind


def next_start(start: StartKind, *, published: datetime, outside: Outside) -> datetime | None:
    """The next moment after ``outside.now`` at which a timer start event begins a case; None if none is left.

    Cycles count from ``published``, so that a restart of the server shifts nothing; missed starts are
    skipped. Raises StuckError when the text gives no time (the linter has checked what it can).
    """
    if start.kind != "timer":
        raise StuckError(kind="timer")
    value = resolve(start.expression, {}, outside)
    if start.timer == "cycle":
        found = timers.next_occurrence(timers.cycle_of(value, published), 0, outside.now)
        return None if found is None else found[1]
    moment = timers.moment_of(value) if start.timer == "date" else timers.length_of(value).after(published)
    return moment if moment > outside.now else None
