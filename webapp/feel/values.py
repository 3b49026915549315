"""The values of FEEL: what comes in, what goes out, and what they look like inside.

Inside: None, bool, str, Decimal, tuple, Context, Range, Function, and the types of ``temporal``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from webapp.domain.text import Message
    from webapp.feel.nodes import Call
    from webapp.feel.types import Type


class _Missing:
    """Stands for "nothing there" where None is a value."""

    __slots__ = ()


MISSING = _Missing()


def _frozen(_self: object, *_args: object, **_kwargs: object) -> NoReturn:
    raise TypeError("a FEEL context does not change")


class Context(dict[str, Any]):
    """A context: a dict that does not change."""

    __slots__ = ()
    __setitem__ = __delitem__ = __ior__ = _frozen
    clear = pop = popitem = setdefault = update = _frozen


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """All values between two ends; ``operator`` is set for ``(< 10)`` and its kin, open at one end."""

    low: Any
    high: Any
    low_included: bool
    high_included: bool
    operator: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A parameter of a function; ``type`` None takes anything, null too."""

    name: str
    type: Type | None = None
    optional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Function:
    """A function that FEEL may call, given in by the caller or made by ``function(...)``.

    ``call`` gets the arguments in the order of ``parameters`` as FEEL values (numbers are Decimal, lists
    tuples, dates Python's dates), None for absent optional ones, and returns a value.
    With ``variadic`` the last parameter takes all further arguments.
    """

    name: str
    parameters: tuple[Parameter, ...]
    call: Callable[..., Any]
    result: Type | None = None
    variadic: bool = False
    inner: Callable[..., Any] | None = None  # of functions written in FEEL: gets the caller's run first
    height: int = 1  # levels of syntax that a call opens
    check: Callable[[Call], Iterable[Message]] | None = None  # looks at a call that has not run yet


def range_of(operator: str, end: Any) -> Range:
    """The range of a unary test such as ``< 10``."""
    if operator == "=":
        return Range(low=end, high=end, low_included=True, high_included=True)
    if operator == "!=":
        return Range(low=end, high=end, low_included=False, high_included=False, operator="!=")
    if operator in ("<", "<="):
        return Range(
            low=None, high=end, low_included=False, high_included=operator == "<=", operator=operator
        )
    return Range(low=end, high=None, low_included=operator == ">=", high_included=False, operator=operator)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Builtin:
    """A function of the standard; ``signatures`` are tried in turn, ``call`` gets the run first."""

    name: str
    signatures: tuple[Signature, ...]
    call: Callable[..., Any]
    result: Type | None = None
    height: int = 1

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """The parameters of the first signature."""
        return self.signatures[0].parameters


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """One way to call a built-in; ``spread``: the last parameter takes all further arguments as a list."""

    parameters: tuple[Parameter, ...]
    spread: bool = False
    required: int = 0
