"""How much one evaluation may cost. Counts decide, so the answer is the same on every machine."""

from __future__ import annotations

from dataclasses import dataclass
from time import monotonic

from webapp.domain.text import msg
from webapp.feel.errors import FeelLimitError

CLOCK_EVERY = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bounds of one evaluation (all counts; ``seconds`` is only a backstop that raises)."""

    source: int = 50_000  # characters of an expression
    nodes: int = 20_000  # parts of an expression
    nesting: int = 60  # levels of an expression
    steps: int = 1_000_000  # work units of an evaluation
    calls: int = 320  # levels of syntax open at once, over all calls of functions
    size: int = 200_000  # units of a value that comes in or goes out, shared parts counted each time
    depth: int = 100  # levels of lists and contexts in a value
    string: int = 200_000  # characters of a string
    seconds: float = 10.0


DEFAULT_LIMITS = Limits()


class Budget:
    """What is left of the limits; pass one Budget as ``limits`` to let several evaluations share it."""

    __slots__ = ("calls", "deadline", "left", "limits", "mark")

    def __init__(self, limits: Limits = DEFAULT_LIMITS) -> None:
        self.limits = limits
        self.left = limits.steps
        self.mark = max(0, self.left - CLOCK_EVERY)
        self.calls = limits.calls
        self.deadline = monotonic() + limits.seconds

    def charge(self, units: int) -> None:
        """Pay for work; raises FeelLimitError when nothing is left."""
        self.left -= units
        if self.left < self.mark:
            self._look()

    def _look(self) -> None:
        if self.left < 0:
            raise FeelLimitError(msg("表达式计算步骤过多（上限 {limit} 步）。", limit=self.limits.steps))
        if monotonic() > self.deadline:
            raise FeelLimitError(msg("表达式计算超时。"))
        self.mark = max(0, self.left - CLOCK_EVERY)

    def check_string(self, length: int) -> None:
        """Pay for a new string of so many characters, or refuse it."""
        if length > self.limits.string:
            raise FeelLimitError(msg("文本过长（上限 {limit} 个字符）。", limit=self.limits.string))
        self.charge(length >> 3)


def nesting_error() -> FeelLimitError:
    """The error for text, values or calls that are nested too deeply."""
    return FeelLimitError(msg("表达式或数据嵌套过深。"))
