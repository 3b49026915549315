"""The working calendar, read from its table only where somebody asks for it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from models.reference import CalendarDay

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session

WEEKEND = (5, 6)  # Saturday, Sunday


class LazyCalendar:
    """Working days after the calendar table, else the plain week; reads the table at first use."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._days: dict[date, str] | None = None

    def is_working_day(self, day: date) -> bool:
        """Whether a day is worked: make-up days are, statutory and rest days are not."""
        if self._days is None:
            rows = self._session.execute(select(CalendarDay.day, CalendarDay.kind))
            self._days = {d: k for d, k in rows}  # noqa: C416  (rows are not plain tuples)
        kind = self._days.get(day)
        return kind == "working" if kind is not None else day.weekday() not in WEEKEND

    def add_working_days(self, day: date, count: int) -> date:
        """The day that is ``count`` working days after ``day`` (before it where negative)."""
        step = timedelta(days=1 if count >= 0 else -1)
        left = abs(count)
        while left:
            day += step
            if self.is_working_day(day):
                left -= 1
        return day
