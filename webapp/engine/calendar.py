"""Functions of the working calendar that expressions may call."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from webapp.feel import Function, Parameter, text_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from webapp.engine.expressions import Calendar

LOCAL: Final = ZoneInfo("Asia/Shanghai")
NAMES: Final = ("working days after", "add working days", "is working day", "cycle")


class NoCalendar:
    """Stands where nothing is evaluated."""

    def add_working_days(self, start: date, days: int) -> date:
        """Nobody knows."""
        raise NotImplementedError(start, days)

    def is_working_day(self, day: date) -> bool:
        """Nobody knows."""
        raise NotImplementedError(day)


def calendar_functions(calendar: Calendar) -> Mapping[str, Any]:
    """``working days after(date, n)``, ``add working days``, ``is working day(date)``, ``cycle(n, length)``.

    A date and time keeps its time of day; a bad argument gives null, as FEEL's own functions do.
    """

    def after(start: Any, count: Decimal | None) -> Any:
        day = _day(start)
        if day is None or count is None or count != int(count):
            return None
        moved = calendar.add_working_days(day, int(count))
        return start + timedelta(days=(moved - day).days) if isinstance(start, datetime) else moved

    def working(value: Any) -> bool | None:
        day = _day(value)
        return None if day is None else calendar.is_working_day(day)

    return {
        "working days after": _function("working days after", after, ("date", "n")),
        "add working days": _function("add working days", after, ("date", "n")),
        "is working day": _function("is working day", working, ("date",)),
        "cycle": _function("cycle", _cycle, ("repetitions", "interval")),
    }


def _function(name: str, call: Any, parameters: tuple[str, ...]) -> Function:
    return Function(name=name, parameters=tuple(Parameter(name=item) for item in parameters), call=call)


def _day(value: Any) -> date | None:
    if isinstance(value, datetime):
        return (value.astimezone(LOCAL) if value.tzinfo else value).date()
    return value if isinstance(value, date) else None


def _cycle(repetitions: Any, interval: Any) -> Any:
    """Camunda's ``cycle``: the text of a repeating timer."""
    count = "" if repetitions is None else int(repetitions)
    return None if interval is None else f"R{count}/{text_of(interval)}"
