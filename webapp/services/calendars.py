"""The working calendar, read from its table only where somebody asks for it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from webapp.services.reference.load import load_calendar

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session


class LazyCalendar:
    """Working days after the calendar table, else the plain week; reads the table at first use."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def is_working_day(self, day: date) -> bool:
        """Whether a day is worked: make-up days are, statutory and rest days are not."""
        return load_calendar(self._session).working(day)

    def add_working_days(self, day: date, count: int) -> date:
        """The day that is ``count`` working days after ``day`` (before it where negative)."""
        step = timedelta(days=1 if count >= 0 else -1)
        left = abs(count)
        while left:
            day += step
            if self.is_working_day(day):
                left -= 1
        return day
