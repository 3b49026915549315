"""A form laid over values: which fields there are, row by row, and which of them conditions hide."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from webapp.services.forms import conditions
from webapp.services.forms.access import Access, get, has, put
from webapp.services.forms.values import empty

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from webapp.services.forms.schema import Component, Form

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Where we are: the form as a whole, or a row of a list."""

    base: Path = ()  # of the row in the values
    names: tuple[str, ...] = ()  # the same without indexes, as access maps write it
    this: Any = None
    parent: Any = None
    indexes: tuple[int, ...] = ()  # from 1
    hidden: bool = False  # by a condition above
    locked: bool = False  # by the access map above


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    """One field at one place."""

    component: Component
    path: Path
    hidden: bool  # by its own condition or one above
    locked: bool
    scope: Mapping[str, Any] = field(repr=False)  # what its expressions see

    @property
    def name(self) -> str:
        """Dotted path with row numbers from 0, as errors and inputs are named."""
        return ".".join(map(str, self.path))


def instances(
    form: Form, rows: Mapping[str, Any], *, facts: Mapping[str, Any], access: Access
) -> Iterator[Instance]:
    """Every field and list that the step knows; ``facts`` decide conditions, ``rows`` how many rows."""
    return _walk(form.components, (rows, facts, access), Row())


def _walk(
    components: tuple[Component, ...], sources: tuple[Mapping[str, Any], Mapping[str, Any], Access], row: Row
) -> Iterator[Instance]:
    rows, facts, access = sources
    scope = conditions.scope(facts, row.this, parent=row.parent, indexes=row.indexes)
    for component in components:
        if access.hides(component, row.names):
            continue
        hidden = row.hidden or (component.hide is not None and component.hide.hides(scope))
        locked = row.locked or access.locks(component, row.names)
        path = (*row.base, *component.path)
        if component.keyed or component.repeats:
            yield Instance(component=component, path=path, hidden=hidden, locked=locked, scope=scope)
        if component.repeats:
            for inner in rows_of(component, at(rows, path), row):
                yield from _walk(component.children, sources, under(inner, hidden=hidden, locked=locked))
        elif component.children:
            yield from _walk(component.children, sources, under(row, hidden=hidden, locked=locked))


def rows_of(component: Component, listed: Any, row: Row) -> Iterator[Row]:
    """The rows of a list, each with its place."""
    for index, item in enumerate(listed if isinstance(listed, list) else ()):
        yield Row(
            base=(*row.base, *component.path, index),
            names=(*row.names, *component.path),
            this=item,
            parent=row.this,
            indexes=(*row.indexes, index + 1),
        )


def under(row: Row, *, hidden: bool, locked: bool) -> Row:
    """The same place below something that hides or locks."""
    return Row(
        base=row.base,
        names=row.names,
        this=row.this,
        parent=row.parent,
        indexes=row.indexes,
        hidden=hidden,
        locked=locked,
    )


def starting(form: Form, context: Mapping[str, Any], access: Access) -> dict[str, Any]:
    """Values with which the page opens: those of the case, else the default, else empty."""
    values = deepcopy(dict(context))
    _start(form.components, values, (access, ()))
    return values


def _start(
    components: tuple[Component, ...], values: dict[str, Any], place: tuple[Access, tuple[str, ...]]
) -> None:
    access, names = place
    for component in components:
        if access.hides(component, names):
            _forget(component, values)
        elif component.repeats:
            listed = get(values, component.path)
            rows = listed if isinstance(listed, list) else [{} for _ in range(component.repetitions)]
            rows = [row if isinstance(row, dict) else {} for row in rows]
            put(values, component.path, rows)
            for row in rows:
                _start(component.children, row, (access, (*names, *component.path)))
        elif component.keyed:
            if get(values, component.path) is None:
                put(
                    values,
                    component.path,
                    empty(component) if component.default is None else component.default,
                )
        else:
            _start(component.children, values, place)


def _forget(component: Component, values: dict[str, Any]) -> None:
    if component.path and has(values, component.path):
        put(values, component.path, None)
    for child in component.children:
        if not component.repeats:
            _forget(child, values)


def settled(
    form: Form, state: Mapping[str, Any], *, initial: Mapping[str, Any], access: Access
) -> dict[str, Any]:
    """What conditions see at last: the values without those that the first look at the conditions hides.

    The page takes the opening values for top-level names that are gone; so does this.
    """
    cleaned = deepcopy(dict(state))
    for instance in instances(form, state, facts=state, access=access):
        if instance.hidden:
            _remove(cleaned, instance.path)
    return {**initial, **cleaned}


def _remove(values: Any, path: Path) -> None:
    if len(path) > 1:
        holder = at(values, path[:-1])
        if isinstance(holder, dict):
            holder.pop(str(path[-1]), None)
        if holder is not None and not holder:
            _remove(values, path[:-1])
    elif isinstance(values, dict):
        values.pop(str(path[0]), None)


def at(values: Any, path: Path) -> Any:
    """The value at a path with row numbers, or None."""
    found = values
    for part in path:
        if isinstance(found, dict):
            found = found.get(part)
        elif isinstance(found, list) and isinstance(part, int) and part < len(found):
            found = found[part]
        else:
            return None
    return found
