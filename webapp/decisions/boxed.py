"""Boxed expressions, ready to run: those of DMN 1.1, and the conditional, filter and loops of 1.4.

Each node is read once and evaluated often. A scope maps the names that a FEEL text may use to their values.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from webapp.decisions.errors import ExpressionError
from webapp.decisions.language import UNKNOWN, items_of, make_function
from webapp.domain.text import msg

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from webapp.decisions.language import Text
    from webapp.decisions.run import Run
    from webapp.decisions.types import Types
    from webapp.feel import Function

Scope = dict[str, Any]
WIDE = 64  # names of a scope that are copied for the price of one step
CALLEE, ARGUMENT = "_callee_", "_argument_"  # names that no author writes


class Boxed(Protocol):
    """Anything that a decision's logic can be made of."""

    @property
    def id(self) -> str:
        """The element's id in the file, or the empty text."""

    def evaluate(self, scope: Scope, run: Run) -> Any:
        """The value, or a DecisionError."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """An expression of a type; a value that does not conform becomes null (DMN 1.5, 10.3.2.9.4)."""

    inner: Boxed
    type_ref: str
    types: Types

    @property
    def id(self) -> str:
        """The id of what is inside."""
        return self.inner.id

    def evaluate(self, scope: Scope, run: Run) -> Any:
        """The value inside, coerced."""
        return self.types.null_coerce(self.inner.evaluate(scope, run), self.type_ref, run)


@dataclass(frozen=True, slots=True, kw_only=True)
class Literal:
    """A FEEL text."""

    id: str
    text: Text

    def evaluate(self, scope: Scope, run: Run) -> Any:
        """The text's value in this scope."""
        run.count()
        return self.text.evaluate(scope, run)


@dataclass(frozen=True, slots=True, kw_only=True)
class Nothing:
    """Logic that the file leaves out: null."""

    id: str

    def evaluate(self, scope: Scope, run: Run) -> Any:  # noqa: ARG002 - the protocol's shape
        """Null."""
        run.count()


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A named part of a context; the last may have no name and is then the context's value."""

    name: str
    value: Boxed


@dataclass(frozen=True, slots=True, kw_only=True)
class ContextBox:
    """Named values one after the other; each sees those above it (DMN 1.5, 10.2.1.4)."""

    id: str
    entries: tuple[Entry, ...]

    def evaluate(self, scope: Scope, run: Run) -> Any:
        """The context, or the value of the entry without a name."""
        run.count()
        inner, made = dict(scope), {}
        for entry in self.entries:
            value = entry.value.evaluate(inner, run)
            if not entry.name:
                return value
            inner[entry.name] = made[entry.name] = value
        return made


@dataclass(frozen=True, slots=True, kw_only=True)
class ListBox:
    """A list of expressions."""

    id: str
    items: tuple[Boxed, ...]

    def evaluate(self, scope: Scope, run: Run) -> Any:
        """The values, in order."""
        run.count()
        return tuple(item.evaluate(scope, run) for item in self.items)


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """Rows of named columns (DMN 1.5, 10.2.1.6)."""

    id: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Boxed, ...], ...]

    def evaluate(self, scope: Scope, run: Run) -> Any:
        """A list of contexts."""
        run.count()
        return tuple(
            {name: cell.evaluate(scope, run) for name, cell in zip(self.columns, row, strict=False)}
            for row in self.rows
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A formal parameter."""

    name: str
    type_ref: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionBox:
    """A function definition: a value that keeps the scope in which it was defined."""

    id: str
    parameters: tuple[Parameter, ...]
    body: Boxed
    types: Types
    kind: str = "FEEL"

    @property
    def parameter_names(self) -> tuple[str, ...]:
        """The names, in order."""
        return tuple(parameter.name for parameter in self.parameters)

    def evaluate(self, scope: Scope, run: Run) -> Function:
        """The function; one of kind Java or PMML is refused when it is called."""
        run.count()
        name = self.id or run.owner

        def call(*arguments: Any) -> Any:
            return self.apply(arguments, scope=scope, run=run, name=name)

        return make_function(name, parameters=self.parameter_names, call=call)

    def apply(self, arguments: tuple[Any, ...], *, scope: Scope, run: Run, name: str) -> Any:
        """The body's value; null, without a look at the body, where an argument is not of its type."""
        if self.kind not in {"", "FEEL"}:
            raise ExpressionError(msg("不支持 {kind} 外部函数。", kind=self.kind))
        inner = dict(scope)
        for parameter, argument in zip(self.parameters, arguments, strict=True):
            coerced = self.types.coerce(argument, parameter.type_ref, run)
            if coerced is UNKNOWN:
                return None
            inner[parameter.name] = coerced
        with run.within(name):
            return self.body.evaluate(inner, run)


@dataclass(frozen=True, slots=True, kw_only=True)
class Invocation:
    """A call with named arguments (DMN 1.5, 7.3.9)."""

    id: str
    callee: Boxed
    call: Text  # ``CALLEE(name: ARGUMENT 0, …)``, so that FEEL's own rules of calls hold
    bindings: tuple[Entry, ...]

    def evaluate(self, scope: Scope, run: Run) -> Any:
        """What the function gives; null where there is no such function or its parameters differ."""
        run.count()
        inner = dict(scope)
        inner[CALLEE] = self.callee.evaluate(scope, run)
        for place, binding in enumerate(self.bindings):
            inner[f"{ARGUMENT}{place}"] = binding.value.evaluate(scope, run)
        return self.call.evaluate(inner, run)


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditional:
    """If, then, else (DMN 1.4)."""

    id: str
    condition: Boxed
    then: Boxed
    otherwise: Boxed

    def evaluate(self, scope: Scope, run: Run) -> Any:
        """``then`` where the condition is true; null counts as false; null where it is no boolean at all."""
        run.count()
        condition = self.condition.evaluate(scope, run)
        if condition is not None and not isinstance(condition, bool):
            return None
        return (self.then if condition else self.otherwise).evaluate(scope, run)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """The items of a list for which a condition is true (DMN 1.4)."""

    id: str
    source: Boxed
    match: Boxed

    def evaluate(self, scope: Scope, run: Run) -> Any:
        """The items that match; a single value counts as a list of one; null where a match is no boolean."""
        run.count()
        source = self.source.evaluate(scope, run)
        items = [] if source is None else source if isinstance(source, list | tuple) else [source]
        run.count(len(items) * (1 + len(scope) // WIDE))
        found = [(item, self.match.evaluate(_open(item, scope), run)) for item in items]
        if any(match is not None and not isinstance(match, bool) for _, match in found):
            return None
        return tuple(item for item, match in found if match)


def _open(item: Any, scope: Scope) -> Scope:
    """The scope of a filter's condition: ``item``, and the item's own entries where it is a context."""
    own: Mapping[str, Any] = item if isinstance(item, dict) else {}
    return {**scope, "item": item, **own}


@dataclass(frozen=True, slots=True, kw_only=True)
class Loop:
    """What ``for``, ``some`` and ``every`` have in common: a variable that goes over a list or a range."""

    variable: str
    source: Boxed
    body: Boxed

    def steps(self, scope: Scope, run: Run, *, partial: list[Any] | None = None) -> Iterator[Any]:
        """The body's values; ``partial`` is what the body may see of the results so far."""
        for item in items_of(self.source.evaluate(scope, run)):
            run.count(1 + len(scope) // WIDE)
            inner = {**scope, self.variable: item}
            if partial is not None:
                inner["partial"] = partial
            yield self.body.evaluate(inner, run)


@dataclass(frozen=True, slots=True, kw_only=True)
class For:
    """A value for each item (DMN 1.4)."""

    id: str
    loop: Loop

    def evaluate(self, scope: Scope, run: Run) -> Any:
        """The list of values."""
        run.count()
        made: list[Any] = []
        for value in self.loop.steps(scope, run, partial=made):
            made.append(value)  # noqa: PERF402 - the loop reads it through ``partial``
        return tuple(made)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantified:
    """``some`` (decisive: true) or ``every`` (decisive: false) over a list (DMN 1.4)."""

    id: str
    loop: Loop
    decisive: bool

    def evaluate(self, scope: Scope, run: Run) -> Any:
        """Three-valued: the decisive value if any item gives it, null if one is unknown, else the other."""
        run.count()
        unknown = False
        for value in self.loop.steps(scope, run):
            if value is self.decisive:
                return self.decisive
            unknown = unknown or not isinstance(value, bool)
        return None if unknown else not self.decisive
