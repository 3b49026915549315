"""The law as it is handed to a rule: parameter rows and the calendar."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from webapp.domain.errors import InvalidError
from webapp.domain.text import msg

if TYPE_CHECKING:
    from datetime import date

    from webapp.domain.calendar import Calendar
    from webapp.domain.parameters import ParameterSet


@dataclass(frozen=True, kw_only=True, slots=True)
class Law:
    """What every rule reads besides its inputs."""

    parameters: ParameterSet
    calendar: Calendar
    as_of: date | None = None  # the day that counts where a question names none: today, given by the caller

    def asked_on(self, given: date | None) -> date:
        """The day named by the question, else ``as_of``; InvalidError if there is neither."""
        day = given or self.as_of
        if day is None:
            raise InvalidError(msg("缺少计算日期（on）。"))
        return day
