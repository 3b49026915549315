"""What a request would cost, while it is being filled in: reads only, says what is still wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from webapp.domain.errors import InvalidError
from webapp.services.leave.ask import assess_values
from webapp.services.leave.counting import as_days
from webapp.services.leave.persons import read_me

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from webapp.domain.text import Message
    from webapp.services.leave.assess import Assessed
    from webapp.services.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """Days counted and what is left; ``problems`` stand against sending."""

    days: Decimal | None = None
    left: Decimal | None = None  # after this request; None: the kind has no balance
    calendar_days: int = 0
    assessed: Assessed | None = None
    problems: tuple[Message, ...] = ()
    provisional: tuple[Message, ...] = ()


def preview_ask(work: Work, values: Mapping[str, Any]) -> Preview | None:
    """Count what was picked so far; None while kind or dates are missing or unreadable."""
    try:
        assessed = assess_values(work, read_me(work), values)
    except InvalidError as error:
        sentences = [m for listed in error.fields.values() for m in listed]
        return Preview(problems=tuple(sentences or [error.message]))
    except (KeyError, ValueError):  # not filled in yet
        return None
    after = assessed.free_after
    return Preview(
        days=assessed.counted.days,
        left=None if after is None else as_days(after, assessed.counted.day),
        calendar_days=(assessed.asked.last - assessed.asked.first).days + 1,
        assessed=assessed,
        problems=tuple(m for listed in assessed.objections.values() for m in listed),
        provisional=assessed.counted.provisional,
    )
