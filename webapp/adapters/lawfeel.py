"""The law for expressions: each area as a FEEL function, and the working calendar for timers.

``severance({hired: …}).severance`` in a diagram or a decision table asks what ``hegui rule severance``
asks. A refused input or a missing parameter row is raised, not turned into null: a figure of law is
never guessed, and the case stops with a sentence that names what to mend.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, is_dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from webapp.domain.errors import InvalidError
from webapp.domain.explain import plain
from webapp.domain.periods import add_working_days, subtract_working_days
from webapp.domain.rules import RULES, ask
from webapp.domain.text import Message, msg
from webapp.feel import Function, Parameter

if TYPE_CHECKING:
    from collections.abc import Mapping

    from webapp.domain.law import Law


def law_functions(law: Law) -> Mapping[str, Function]:
    """``rule(area, inputs)`` and one function an area that takes its inputs as a context.

    ``law.as_of`` is the day that counts where the inputs name none.
    """
    functions = {area: _area_function(area, law) for area in RULES}
    functions["rule"] = Function(
        name="rule",
        parameters=(Parameter(name="area"), Parameter(name="inputs")),
        call=lambda area, inputs: _ask(area, inputs, law=law),
    )
    return functions


def _area_function(area: str, law: Law) -> Function:
    return Function(
        name=area, parameters=(Parameter(name="inputs"),), call=lambda inputs: _ask(area, inputs, law=law)
    )


def _ask(area: Any, inputs: Any, *, law: Law) -> Any:
    if not isinstance(area, str) or not isinstance(inputs, dict):
        raise InvalidError(msg("规则名应为文字，输入应为上下文。"))
    return _feel(ask(area, inputs, law=law).value)


def _feel(value: Any) -> Any:
    """The answer in FEEL's values: numbers and dates stay, values of the domain become contexts and text."""
    if isinstance(value, date | time | timedelta | Decimal | bool | int) or value is None:
        return value
    if is_dataclass(value) and not isinstance(value, Message):
        return {field.name: _feel(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, dict):
        return {str(plain(name)): _feel(item) for name, item in value.items()}
    if isinstance(value, tuple | list):
        return [_feel(item) for item in value]
    return plain(value)


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """The calendar as the engine asks for it: working days forward and back."""

    law: Law

    def is_working_day(self, day: date) -> bool:
        """Whether the day is a working day by the official arrangements."""
        return self.law.calendar.working(day)

    def add_working_days(self, start: date, days: int) -> date:
        """The day so many working days after (before, if negative) start, which is not counted."""
        if days < 0:
            return subtract_working_days(start, -days, calendar=self.law.calendar)
        return add_working_days(start, days, calendar=self.law.calendar)
