"""The types of FEEL, for ``instance of``, signatures and the static check (DMN 1.5, 10.3.2.6)."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from webapp.feel.temporal import Date, DateTime, DaysTimeDuration, Time, YearsMonthsDuration
from webapp.feel.values import Builtin, Context, Function, Range

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from webapp.feel.limits import Budget


@dataclass(frozen=True, slots=True)
class Type:
    """A type; this class itself is Any."""

    def holds(self, value: Any, budget: Budget | None = None) -> bool:  # noqa: ARG002
        """Whether a value, not null, is of this type."""
        return value is not None

    def admits(self, value: Any, budget: Budget | None = None) -> bool:
        """Whether a value or null may stand where this type is asked for."""
        return value is None or self.holds(value, budget)

    def __str__(self) -> str:
        """As FEEL writes it."""
        return "Any"


@dataclass(frozen=True, slots=True)
class SimpleType(Type):
    """A type that is told by the class of the value."""

    name: str
    classes: tuple[type, ...]

    def holds(self, value: Any, budget: Budget | None = None) -> bool:  # noqa: ARG002
        """Exact classes, since a bool is an int to Python but no number to FEEL."""
        return type(value) in self.classes

    def __str__(self) -> str:
        """The name."""
        return self.name


@dataclass(frozen=True, slots=True)
class NullType(Type):
    """Only null."""

    def holds(self, value: Any, budget: Budget | None = None) -> bool:  # noqa: ARG002
        """Nothing but null."""
        return value is None

    def __str__(self) -> str:
        """The name."""
        return "Null"


@dataclass(frozen=True, slots=True)
class ListType(Type):
    """A list of one type of items."""

    item: Type

    def holds(self, value: Any, budget: Budget | None = None) -> bool:
        """A list whose items are all admitted."""
        if type(value) is not tuple:
            return False
        if budget is not None:
            budget.charge(len(value))
        return type(self.item) is Type or all(self.item.admits(item, budget) for item in value)

    def __str__(self) -> str:
        """As FEEL writes it."""
        return f"list<{self.item}>"


@dataclass(frozen=True, slots=True)
class RangeType(Type):
    """A range over one type of ends."""

    end: Type

    def holds(self, value: Any, budget: Budget | None = None) -> bool:  # noqa: ARG002
        """A range with an end of the type."""
        if type(value) is not Range:
            return False
        ends = [end for end in (value.low, value.high) if end is not None]
        return all(self.end.holds(end) for end in ends)

    def __str__(self) -> str:
        """As FEEL writes it."""
        return f"range<{self.end}>"


@dataclass(frozen=True, slots=True)
class ContextType(Type):
    """A context with at least these entries."""

    members: Mapping[str, Type] = field(default_factory=dict, hash=False)

    def holds(self, value: Any, budget: Budget | None = None) -> bool:
        """A context that has every entry, of its type or null."""
        if not isinstance(value, Context):
            return False
        if budget is not None:
            budget.charge(len(self.members))
        return all(name in value and kind.admits(value[name], budget) for name, kind in self.members.items())

    def __str__(self) -> str:
        """As FEEL writes it."""
        return f"context<{', '.join(f'{name}: {kind}' for name, kind in self.members.items())}>"


@dataclass(frozen=True, slots=True)
class FunctionType(Type):
    """A function with parameters and a result."""

    parameters: tuple[Type, ...] | None
    result: Type

    def holds(self, value: Any, budget: Budget | None = None) -> bool:  # noqa: ARG002
        """A function of as many parameters, whose types do not contradict."""
        if type(value) not in (Function, Builtin):
            return False
        if self.parameters is None:
            return True
        if len(value.parameters) != len(self.parameters):
            return False
        pairs = zip(value.parameters, self.parameters, strict=True)
        return all(mine.type is None or conforms(other, mine.type) for mine, other in pairs) and (
            value.result is None or conforms(value.result, self.result)
        )

    def __str__(self) -> str:
        """As FEEL writes it."""
        return f"function<{', '.join(map(str, self.parameters or ()))}> -> {self.result}"


ANY = Type()
NULL = NullType()
NUMBER = SimpleType("number", (Decimal,))
STRING = SimpleType("string", (str,))
BOOLEAN = SimpleType("boolean", (bool,))
DATE = SimpleType("date", (Date,))
TIME = SimpleType("time", (Time,))
DATE_TIME = SimpleType("date and time", (DateTime,))
DAYS_TIME = SimpleType("days and time duration", (DaysTimeDuration,))
YEARS_MONTHS = SimpleType("years and months duration", (YearsMonthsDuration,))
DURATION = SimpleType("duration", (DaysTimeDuration, YearsMonthsDuration))
LIST = ListType(ANY)
CONTEXT = ContextType()
RANGE = RangeType(ANY)
FUNCTION = FunctionType(None, ANY)

BUILTIN: dict[str, Type] = {
    "Any": ANY,
    "Null": NULL,
    "number": NUMBER,
    "string": STRING,
    "boolean": BOOLEAN,
    "date": DATE,
    "time": TIME,
    "date and time": DATE_TIME,
    "dateTime": DATE_TIME,
    "days and time duration": DAYS_TIME,
    "dayTimeDuration": DAYS_TIME,
    "years and months duration": YEARS_MONTHS,
    "yearMonthDuration": YEARS_MONTHS,
    "list": LIST,
    "context": CONTEXT,
    "range": RANGE,
    "function": FUNCTION,
}

_BY_CLASS: dict[type, Type] = {
    kind: found
    for found in (NUMBER, STRING, BOOLEAN, DATE, TIME, DATE_TIME, DAYS_TIME, YEARS_MONTHS)
    for kind in found.classes
}
_BY_CLASS |= {
    tuple: LIST,
    Context: CONTEXT,
    Range: RANGE,
    Function: FUNCTION,
    Builtin: FUNCTION,
    type(None): NULL,
}


def type_of(value: Any) -> Type:
    """The type of a value inside an evaluation."""
    return _BY_CLASS.get(type(value), ANY)


def conforms(narrow: Type, wide: Type) -> bool:  # noqa: PLR0911 - one return for each kind of type
    """Whether every value of ``narrow`` is one of ``wide`` (DMN 1.5, 10.3.2.9.2)."""
    if type(wide) is Type or narrow == wide or isinstance(narrow, NullType):
        return True
    if isinstance(narrow, SimpleType) and isinstance(wide, SimpleType):
        return set(narrow.classes) <= set(wide.classes)
    if isinstance(narrow, ListType) and isinstance(wide, ListType):
        return conforms(narrow.item, wide.item)
    if isinstance(narrow, RangeType) and isinstance(wide, RangeType):
        return conforms(narrow.end, wide.end)
    if isinstance(narrow, ContextType) and isinstance(wide, ContextType):
        mine = narrow.members
        return all(name in mine and conforms(mine[name], kind) for name, kind in wide.members.items())
    if isinstance(narrow, FunctionType) and isinstance(wide, FunctionType):
        return _function_conforms(narrow, wide)
    return False


def _function_conforms(narrow: FunctionType, wide: FunctionType) -> bool:
    if narrow.parameters is None or wide.parameters is None:
        return wide.parameters is None
    if len(narrow.parameters) != len(wide.parameters):
        return False
    pairs = zip(wide.parameters, narrow.parameters, strict=True)
    return all(conforms(theirs, mine) for theirs, mine in pairs) and conforms(narrow.result, wide.result)


def closest(word: str, known: Iterable[str]) -> str:
    """The known word that ``word`` was probably meant to be, or an empty string."""
    found = get_close_matches(word, list(known), 1, 0.6)
    return found[0] if found else ""
