"""Working hours 工时: the clock (``clock``) and the comprehensive cycle (``cycle``)."""

from webapp.domain.hours.clock import (
    LOCAL,
    Piece,
    Session,
    Window,
    merge,
    night_window,
    shift_session,
    split_at_midnight,
    window_minutes,
)
from webapp.domain.hours.cycle import (
    CYCLE_NAMES,
    Basis,
    Cycle,
    CycleHours,
    CycleKind,
    average_standard,
    settle_cycle,
    standard_hours,
)

__all__ = [
    "CYCLE_NAMES",
    "LOCAL",
    "Basis",
    "Cycle",
    "CycleHours",
    "CycleKind",
    "Piece",
    "Session",
    "Window",
    "average_standard",
    "merge",
    "night_window",
    "settle_cycle",
    "shift_session",
    "split_at_midnight",
    "standard_hours",
    "window_minutes",
]
