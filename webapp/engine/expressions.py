"""FEEL at an element: compiled once, evaluated with the case's variables, errors named."""

from __future__ import annotations

from collections import ChainMap
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, Protocol, cast

from webapp.domain.errors import HeguiError
from webapp.domain.text import msg
from webapp.engine.calendar import NAMES, calendar_functions
from webapp.engine.encoding import clean
from webapp.engine.errors import StuckError
from webapp.feel import Expression, parse

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date, datetime


class Decide(Protocol):
    """Evaluates a decision: the value and the ids of the rules that fired; positional arguments."""

    def __call__(
        self, decision_id: str, inputs: Mapping[str, Any], now: datetime, /
    ) -> tuple[Any, tuple[str, ...]]:
        """Raise a HeguiError when the decision has no answer."""
        ...


class Calendar(Protocol):
    """The working calendar of the case's region and date, handed in."""

    def add_working_days(self, start: date, days: int) -> date:
        """The date that lies that many working days after ``start``."""
        ...

    def is_working_day(self, day: date) -> bool:
        """Whether people work on that day."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one command and one case may use; beyond it an incident is raised, never a value invented."""

    steps: int = 2_000  # element instances run by one command
    instances: int = 200  # of one multi-instance
    depth: int = 20  # of subprocesses and called processes
    tokens: int = 2_000  # alive at once in one case
    snapshot_bytes: int = 4_000_000


DEFAULT_LIMITS = Limits()


def unheard(_element_id: str) -> None:
    """Nobody wants to know which element runs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """Functions that expressions may call besides FEEL's own, and who is told which element asks next."""

    functions: Mapping[str, Any] = field(default_factory=dict)
    at: Callable[[str], None] = unheard


NO_LIBRARY = Library()


@dataclass(frozen=True, kw_only=True)
class Outside:
    """All that the engine knows of the world."""

    now: datetime
    calendar: Calendar
    decide: Decide
    limits: Limits = DEFAULT_LIMITS
    library: Library = NO_LIBRARY

    @cached_property
    def known_functions(self) -> Mapping[str, Any]:
        """The functions that expressions may call besides FEEL's own."""
        library = cast("dict[str, Any]", self.library.functions)  # only read: it makes a function when asked
        return ChainMap(library, dict(calendar_functions(self.calendar)))


@lru_cache(maxsize=4096)
def compiled(text: str) -> Expression:
    """The parsed expression; FeelError when it is not FEEL."""
    return parse(text, names=NAMES)


def evaluate(text: str, context: Mapping[str, Any], outside: Outside) -> Any:
    """The value of FEEL text without its ``=``; StuckError when it cannot be evaluated or saved."""
    try:
        value = compiled(text).evaluate(context, now=outside.now, functions=outside.known_functions)
    except HeguiError as error:
        raise StuckError(
            msg("表达式“{text}”无法计算：{reason}", text=text, reason=error.message), kind="expression"
        ) from error
    return clean(value)


def resolve(text: str | None, context: Mapping[str, Any], outside: Outside) -> Any:
    """The value of a field: FEEL when it begins with ``=``, else the text itself."""
    if text is None or not text.startswith("="):
        return text
    return evaluate(text[1:], context, outside)


def is_true(text: str, context: Mapping[str, Any], outside: Outside) -> bool:
    """Whether a condition holds; null and other types do not."""
    return resolve(text, context, outside) is True
