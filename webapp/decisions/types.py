"""Item definitions: what a type allows, and the implicit conversions (DMN 1.5, 7.3.3 and 10.3.2.9.4)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from webapp.decisions.errors import ModelError
from webapp.decisions.language import UNKNOWN, is_of, midnight_of
from webapp.domain.text import msg
from webapp.feel import Type

if TYPE_CHECKING:
    from collections.abc import Mapping

    from webapp.decisions.language import Tests
    from webapp.decisions.run import Run
    from webapp.feel import Budget

DEPTH_LIMIT = 50  # values inside each other, and definitions that refer to each other

BASES = {
    "number": "number",
    "string": "string",
    "boolean": "boolean",
    "date": "date",
    "time": "time",
    "date and time": "date and time",
    "dateTime": "date and time",
    "days and time duration": "days and time duration",
    "dayTimeDuration": "days and time duration",
    "years and months duration": "years and months duration",
    "yearMonthDuration": "years and months duration",
    "Any": "Any",
    "context": "context",
    "list": "list",
    "function": "function",
    "range": "range",
    # Names of DMN 1.1 tools and of Camunda's modeler.
    "integer": "number",
    "long": "number",
    "double": "number",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemDefinition:
    """One type. Of ``ref``, ``components`` and ``function`` one is set, or none (then anything conforms)."""

    name: str
    ref: str = ""  # another type's name
    components: Mapping[str, ItemDefinition] = field(default_factory=dict)
    function: bool = False
    output_ref: str = ""  # of a function
    collection: bool = False
    allowed: Tests | None = None  # of each item, where it is a collection
    constraint: Tests | None = None  # of the whole value


@dataclass(frozen=True, slots=True)
class NamedType(Type):
    """One of the definitions, as FEEL's ``instance of`` and typed parameters want it."""

    name: str
    types: Types

    def holds(self, value: Any, budget: Budget | None = None) -> bool:
        """Whether a value, not null, is of the type; ``instance of`` does not look at allowed values."""
        return value is not None and _Walk(self.types, budget=budget).conforms(value, self.name)

    def __str__(self) -> str:
        """The name."""
        return self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Types:
    """The named types of one model, those of its imports under ``import name.type name``."""

    definitions: Mapping[str, ItemDefinition]

    def for_feel(self) -> dict[str, Type]:
        """The definitions by name, for texts that name them."""
        return {name: NamedType(name, self) for name in self.definitions}

    def find(self, ref: str) -> ItemDefinition | None:
        """The definition of a name or of a path ``type.component``; None for built-in and unknown names."""
        found = self.definitions.get(ref)
        if found is None and "." in ref:
            owner, _, component = ref.rpartition(".")
            parent = self.find(owner)
            found = parent.components.get(component) if parent else None
        return found

    def knows(self, ref: str) -> bool:
        """Whether the name is a built-in type, a definition, or empty (which is Any)."""
        return not ref or _strip(ref) in BASES or self.find(ref) is not None

    def coerce(self, value: Any, ref: str, run: Run) -> Any:
        """The value as the type wants it: itself, wrapped, unwrapped or as date and time; else UNKNOWN.

        UNKNOWN tells "does not conform" from the value null, which conforms to every type.
        """
        if value is None or not ref:
            return value
        if self.conforms(value, ref, run):
            return value
        if isinstance(value, list | tuple):
            single = len(value) == 1 and not self.is_collection(ref) and self.conforms(value[0], ref, run)
            return value[0] if single else UNKNOWN
        if self.is_collection(ref):
            wrapped = (value,)
            return wrapped if self.conforms(wrapped, ref, run) else UNKNOWN
        if self.base(ref) == "date and time" and is_of(value, "date"):
            return midnight_of(value)
        return UNKNOWN

    def null_coerce(self, value: Any, ref: str, run: Run) -> Any:
        """As ``coerce``, with null for a value that does not conform, as the standard has it."""
        coerced = self.coerce(value, ref, run)
        return None if coerced is UNKNOWN else coerced

    def conforms(self, value: Any, ref: str, run: Run) -> bool:
        """Whether the value is one of the type, allowed values and constraints included."""
        return _Walk(self, budget=run.budget, run=run).conforms(value, ref)

    def is_collection(self, ref: str, *, depth: int = 0) -> bool:
        """Whether values of the type are lists, here or through what it refers to."""
        definition = self.find(ref)
        if definition is None or depth > DEPTH_LIMIT:
            return BASES.get(_strip(ref)) == "list"
        return definition.collection or self.is_collection(definition.ref, depth=depth + 1)

    def base(self, ref: str, *, depth: int = 0) -> str:
        """The built-in type under a name; "list", "context", "function" for built-up ones, "Any" if open."""
        definition = self.find(ref)
        if definition is None or depth > DEPTH_LIMIT:
            return BASES.get(_strip(ref), "Any")
        if definition.collection:
            return "list"
        if definition.components:
            return "context"
        return "function" if definition.function else self.base(definition.ref, depth=depth + 1)

    def allowed_text(self, ref: str, *, depth: int = 0) -> str:
        """The text of the allowed values of a type, its own or those of what it refers to."""
        definition = self.find(ref)
        if definition is None or depth > DEPTH_LIMIT:
            return ""
        own = definition.allowed.source if definition.allowed else ""
        return own or self.allowed_text(definition.ref, depth=depth + 1)

    def refuse_circles(self) -> None:
        """ModelError where a type is defined by nothing but itself."""
        for name in self.definitions:
            seen, ref = {name}, self.definitions[name].ref
            while ref in self.definitions:
                if ref in seen:
                    raise ModelError(msg("类型“{name}”循环引用自身。", name=name))
                seen.add(ref)
                ref = self.definitions[ref].ref


class _Walk:
    """Goes through a value beside its type and pays for it; without a ``run``, through structure alone."""

    def __init__(self, types: Types, *, budget: Budget | None, run: Run | None = None) -> None:
        self.types = types
        self.budget = budget
        self.run = run

    def conforms(self, value: Any, ref: str, depth: int = 0) -> bool:
        if value is None or not ref or depth > DEPTH_LIMIT:
            return depth <= DEPTH_LIMIT
        definition = self.types.find(ref)
        if definition is not None:
            return self._is_defined(value, definition, depth)
        base = BASES.get(_strip(ref))
        return base is None or is_of(value, base)  # a type that nobody defined is one that the check tells

    def _is_defined(self, value: Any, definition: ItemDefinition, depth: int) -> bool:
        if value is None:
            return True
        if not self._passes(definition.constraint, value):
            return False
        if not definition.collection:
            return self._is_one(value, definition, depth)
        if not isinstance(value, list | tuple):
            return False
        return all(item is None or self._is_one(item, definition, depth + 1) for item in value)

    def _is_one(self, value: Any, definition: ItemDefinition, depth: int) -> bool:
        if self.budget:
            self.budget.charge(1)
        if not self._passes(definition.allowed, value):
            return False
        if definition.components:
            return isinstance(value, dict) and all(
                name in value and self._is_defined(value[name], component, depth + 1)
                for name, component in definition.components.items()
            )
        if definition.function:
            return is_of(value, "function")
        return self.conforms(value, definition.ref, depth + 1)

    def _passes(self, tests: Tests | None, value: Any) -> bool:
        return tests is None or self.run is None or tests.match(value, {}, self.run)


def _strip(ref: str) -> str:
    """A built-in name without the prefix that DMN 1.1 tools put before it."""
    return ref.removeprefix("feel:")
