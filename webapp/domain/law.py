"""The law as it is handed to a rule: parameter rows and the calendar."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from webapp.domain.calendar import Calendar
    from webapp.domain.parameters import ParameterSet


@dataclass(frozen=True, kw_only=True, slots=True)
class Law:
    """What every rule reads besides its inputs."""

    parameters: ParameterSet
    calendar: Calendar
