"""Types as the check sees them: structure only, since allowed values are told apart in tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from webapp.decisions.types import BASES
from webapp.feel import TYPES, ContextType, FunctionType, ListType, Type
from webapp.feel.types import ANY, DATE, DATE_TIME, FUNCTION, NullType, conforms

if TYPE_CHECKING:
    from webapp.decisions.types import ItemDefinition, Types

Known = Type | None  # None: nobody can tell
_DEPTH = 6  # levels of a type that holds itself


def static_type(types: Types, ref: str, *, depth: int = 0) -> Known:
    """What a type's values look like; None for Any, unknown names, and the deep end of a recursive type."""
    definition = types.find(ref)
    if depth > _DEPTH or not ref:
        return None
    if definition is None:
        found = TYPES.get(BASES.get(ref.removeprefix("feel:"), ""))
        return None if found is None or type(found) is Type else found
    return _defined(types, definition, depth=depth + 1)


def _defined(types: Types, definition: ItemDefinition, *, depth: int) -> Known:
    inner: Known
    if depth > _DEPTH:
        return None
    if definition.components:
        parts = definition.components.items()
        inner = ContextType({name: _defined(types, part, depth=depth + 1) or ANY for name, part in parts})
    elif definition.function:
        inner = FUNCTION
    else:
        inner = static_type(types, definition.ref, depth=depth)
    return ListType(inner or ANY) if definition.collection else inner


def may_fit(found: Known, wanted: Known) -> bool:
    """Whether a value of the one type can be one of the other, with the implicit conversions."""
    if _open(found) or _open(wanted):
        return True
    assert found is not None
    assert wanted is not None
    if isinstance(found, ListType) != isinstance(wanted, ListType):
        item = found.item if isinstance(found, ListType) else found
        target = wanted.item if isinstance(wanted, ListType) else wanted
        return may_fit(item, target)
    if found == DATE and wanted == DATE_TIME:
        return True
    return _same_shape(found, wanted)


def _same_shape(found: Type, wanted: Type) -> bool:
    if isinstance(found, ListType) and isinstance(wanted, ListType):
        return may_fit(found.item, wanted.item)
    if isinstance(found, ContextType) and isinstance(wanted, ContextType):
        mine, theirs = found.members, wanted.members
        return not mine or all(name in mine and may_fit(mine[name], part) for name, part in theirs.items())
    if isinstance(found, FunctionType) and isinstance(wanted, FunctionType):
        return True
    return conforms(found, wanted)


def _open(kind: Known) -> bool:
    return kind is None or type(kind) is Type or isinstance(kind, NullType)
