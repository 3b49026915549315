"""Functions on lists (DMN 1.5, table 75)."""

from __future__ import annotations

from decimal import Decimal
from functools import cmp_to_key
from typing import TYPE_CHECKING, Any

from webapp.feel.builtins.strings import whole
from webapp.feel.compare import equal, order_of
from webapp.feel.limits import nesting_error
from webapp.feel.registry import builtin

if TYPE_CHECKING:
    from webapp.feel.limits import Budget
    from webapp.feel.runtime import Run

Items = tuple[Any, ...]
_HASHED = frozenset({str, Decimal, bool, type(None)})


class Gathering:
    """Items without doubles, in order; plain values are found by hash, others one by one."""

    def __init__(self, budget: Budget) -> None:
        self.budget = budget
        self.plain: set[tuple[type, Any]] = set()
        self.other: list[Any] = []
        self.items: list[Any] = []

    def add(self, item: Any) -> bool:
        """Add an item unless an equal one is there; whether it was new."""
        self.budget.charge(1)
        kind = type(item)
        if kind in _HASHED:
            if (kind, item) in self.plain:
                return False
            self.plain.add((kind, item))
        else:
            self.budget.charge(len(self.other))
            if any(equal(item, known, self.budget) for known in self.other):
                return False
            self.other.append(item)
        self.items.append(item)
        return True


def place(position: Decimal, size: int) -> int | None:
    """The index of a position counted from 1 or from the end; None outside."""
    number = whole(position)
    if not number or abs(number) > size:
        return None
    return number - 1 if number > 0 else size + number


@builtin("list contains", "list: list, element: Any", result="boolean")
def list_contains(run: Run, items: Items, element: Any) -> bool:
    """Whether an equal element is there; null counts."""
    run.budget.charge(len(items))
    return any(equal(item, element, run.budget) for item in items)


@builtin("count", "list: list", result="number")
def count(_run: Run, items: Items) -> Decimal:
    """How many items."""
    return Decimal(len(items))


def _extreme(run: Run, items: Items, sign: int) -> Any:
    items = items[0] if len(items) == 1 and type(items[0]) is tuple else items
    run.budget.charge(len(items))
    if not items:
        return None
    best = items[0]
    for item in items:
        order = order_of(item, best)
        if order is None:
            return None
        if order == sign:
            best = item
    return best


@builtin("min", "list: list", "*c: Any")
def minimum(run: Run, *items: Any) -> Any:
    """The least of values that can be compared."""
    return _extreme(run, items, -1)


@builtin("max", "list: list", "*c: Any")
def maximum(run: Run, *items: Any) -> Any:
    """The greatest of values that can be compared."""
    return _extreme(run, items, 1)


@builtin("sublist", "list: list, start position: number, length?: number", result="list")
def sublist(  # noqa: PLR0917 - the standard's parameters
    run: Run, items: Items, start: Decimal, length: Decimal | None = None
) -> Items | None:
    """So many items from a position."""
    first = place(start, len(items))
    size = len(items) if length is None else whole(length)
    if first is None or size is None or size < 0:
        return None
    found = items[first : first + size]
    run.budget.charge(len(found))
    return found


@builtin("append", "*list: Any", result="list")
def append(run: Run, *arguments: Any) -> Items | None:
    """The list with the items after it."""
    if not arguments or arguments[0] is None:
        return None
    base = arguments[0] if type(arguments[0]) is tuple else (arguments[0],)
    run.budget.charge(len(base) + len(arguments))
    return base + arguments[1:]


def _lists(run: Run, arguments: tuple[Any, ...]) -> list[Items] | None:
    if any(argument is None for argument in arguments):
        return None
    lists = [argument if type(argument) is tuple else (argument,) for argument in arguments]
    run.budget.charge(sum(map(len, lists)))
    return lists


@builtin("concatenate", "*list: Any", result="list")
def concatenate(run: Run, *arguments: Any) -> Items | None:
    """All lists one after the other."""
    lists = _lists(run, arguments)
    if lists is None:
        return None
    return tuple(item for items in lists for item in items)


@builtin("union", "*list: Any", result="list")
def union(run: Run, *arguments: Any) -> Items | None:
    """All lists one after the other, without doubles."""
    lists = _lists(run, arguments)
    return None if lists is None else distinct_values(run, tuple(item for items in lists for item in items))


@builtin("distinct values", "list: list", result="list")
def distinct_values(run: Run, items: Items) -> Items:
    """Without doubles."""
    found = Gathering(run.budget)
    for item in items:
        found.add(item)
    return tuple(found.items)


@builtin("insert before", "list: list, position: number, newItem: Any", result="list")
def insert_before(  # noqa: PLR0917 - the standard's parameters
    run: Run, items: Items, position: Decimal, new: Any
) -> Items | None:
    """With the item before a position."""
    index = place(position, len(items))
    if index is None:
        return None
    run.budget.charge(len(items))
    return (*items[:index], new, *items[index:])


@builtin("remove", "list: list, position: number", result="list")
def remove(run: Run, items: Items, position: Decimal) -> Items | None:
    """Without the item at a position."""
    index = place(position, len(items))
    if index is None:
        return None
    run.budget.charge(len(items))
    return items[:index] + items[index + 1 :]


@builtin(
    "list replace",
    "list: list, position: number, newItem: Any",
    "list: list, match: function, newItem: Any",
    result="list",
)
def list_replace(  # noqa: PLR0917 - the standard's parameters
    run: Run, items: Items, where: Any, new: Any
) -> Items | None:
    """With another item at a position, or wherever a function of item and new item says true."""
    run.budget.charge(len(items))
    if isinstance(where, Decimal):
        index = place(where, len(items))
        return None if index is None else (*items[:index], new, *items[index + 1 :])
    if len(where.parameters) != 2:
        return None
    verdicts = [run.invoke(where, [item, new]) for item in items]
    if any(type(verdict) is not bool for verdict in verdicts):
        return None
    return tuple(new if verdict else item for item, verdict in zip(items, verdicts, strict=True))


@builtin("reverse", "list: list", result="list")
def reverse(run: Run, items: Items) -> Items:
    """Last to first."""
    run.budget.charge(len(items))
    return items[::-1]


@builtin("index of", "list: list, match: Any", result="numbers")
def index_of(run: Run, items: Items, match: Any) -> tuple[Decimal, ...]:
    """The positions of all equal items."""
    run.budget.charge(len(items))
    return tuple(Decimal(i) for i, item in enumerate(items, 1) if equal(item, match, run.budget))


@builtin("flatten", "list: list", result="list")
def flatten(run: Run, items: Items) -> Items:
    """All lists inside unpacked, however deep."""
    out: list[Any] = []
    _unpack(items, out, run.budget, depth=0)
    return tuple(out)


def _unpack(items: Items, out: list[Any], budget: Budget, *, depth: int) -> None:
    if depth > budget.limits.depth:
        raise nesting_error()
    budget.charge(len(items) + 1)
    for item in items:
        if type(item) is tuple:
            _unpack(item, out, budget, depth=depth + 1)
        else:
            out.append(item)


@builtin("sort", "list: list, precedes?: function", result="list")
def sort(run: Run, items: Items, precedes: Any = None) -> Items | None:
    """In the order that a function of two items gives, or in the natural one."""
    run.budget.charge(len(items))
    if precedes is None:
        if any(order_of(items[0], item) is None for item in items):
            return None
        return tuple(sorted(items, key=cmp_to_key(lambda a, b: order_of(a, b) or 0)))
    if len(precedes.parameters) != 2:
        return None
    by = cmp_to_key(lambda a, b: -1 if run.invoke(precedes, [a, b]) is True else 0)
    return tuple(sorted(items, key=by))
