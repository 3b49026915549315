"""Who may read and write which field at a step: the step's properties say it, and it holds everywhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from webapp.domain.text import msg
from webapp.services.forms.schema import Problem, walk

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from webapp.services.forms.schema import Component, Form

READ = "fields.read"
HIDDEN = "fields.hidden"


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Fields that a step only shows, and fields that it does not even show; all others may be written.

    A name covers the field and whatever lies under it: ``items`` covers ``items.amount``.
    """

    read: frozenset[str] = frozenset()
    hidden: frozenset[str] = frozenset()

    @classmethod
    def of(cls, properties: Mapping[str, Any]) -> Access:
        """The map that a node's ``zeebe:property`` rows ``fields.read`` and ``fields.hidden`` give."""
        return cls(read=_names(properties.get(READ)), hidden=_names(properties.get(HIDDEN)))

    def hides(self, component: Component, base: tuple[str, ...] = ()) -> bool:
        """Whether the step may not see the component."""
        return _covers(self.hidden, component, base)

    def locks(self, component: Component, base: tuple[str, ...] = ()) -> bool:
        """Whether the step may see the component but not change it."""
        return component.readonly or component.disabled or _covers(self.read, component, base)


OPEN = Access()


def access_problems(form: Form, properties: Mapping[str, Any]) -> tuple[Problem, ...]:
    """Names in a step's access lists that the form does not have."""
    known = {name for c in walk(form.components) for name in (*_prefixes(c.path), c.id)}
    known |= {name for c in _inside_lists(form.components, ()) for name in c}
    access = Access.of(properties)
    return tuple(
        Problem(element=name, message=msg("步骤的字段权限写了“{name}”，表单里没有这个字段。", name=name))
        for name in sorted((access.read | access.hidden) - known)
    )


def visible(form: Form, values: Mapping[str, Any], access: Access) -> dict[str, Any]:
    """What of the values the step may show: page, API, export, print and history all ask here.

    Only fields of the form come out; conditions are the page's business, access is not.
    """
    return _cut(form.components, values, access=access, base=())


def aside(form: Form, values: Mapping[str, Any], access: Access) -> dict[str, Any]:
    """What the page needs beside the values of fields: conditions, limits and options look at it.

    Without it form-js would hide what a condition over the case's own variables shows, and offer no options.
    """
    fields = {component.path[0] for component in form.fields()}  # of these ``visible`` decides
    wanted = {name for c in walk(form.components) if not access.hides(c) for name in _looks_at(c)}
    return {name: values[name] for name in sorted(wanted - fields) if name in values}


def _looks_at(component: Component) -> Iterator[str]:
    rules = component.rules
    bounds = (rules.minimum, rules.maximum, rules.min_length, rules.max_length)
    for condition in (component.hide, *(bound.expression for bound in bounds if bound is not None)):
        yield from () if condition is None else condition.uses
    if component.values_key:
        yield component.values_key


def _cut(
    components: tuple[Component, ...], values: Mapping[str, Any], *, access: Access, base: tuple[str, ...]
) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for component in components:
        if access.hides(component, base):
            continue
        if component.repeats:
            rows = get(values, component.path)
            if isinstance(rows, list | tuple):
                inner = (*base, *component.path)
                cut = [
                    _cut(component.children, r, access=access, base=inner) if isinstance(r, dict) else {}
                    for r in rows
                ]
                put(out, component.path, cut)
        elif component.keyed:
            if has(values, component.path):
                put(out, component.path, get(values, component.path))
        elif component.type == "table" and component.source in values:
            out[component.source] = _columns(component, values[component.source])
        else:
            merge(out, _cut(component.children, values, access=access, base=base))
    return out


def _columns(table: Component, rows: Any) -> list[dict[str, Any]]:
    keys = [key for key, _ in table.columns]
    return (
        [{k: r[k] for k in keys if k in r} for r in rows if isinstance(r, dict)]
        if isinstance(rows, list)
        else []
    )


def get(values: Mapping[str, Any], path: tuple[str, ...]) -> Any:
    """The value at a path, or None."""
    found: Any = values
    for part in path:
        if not isinstance(found, dict):
            return None
        found = found.get(part)
    return found


def has(values: Mapping[str, Any], path: tuple[str, ...]) -> bool:
    """Whether there is anything at a path, None included."""
    holder = get(values, path[:-1]) if len(path) > 1 else values
    return isinstance(holder, dict) and path[-1] in holder


def put(values: dict[str, Any], path: tuple[str, ...], value: Any) -> None:
    """Write a value at a path, making the contexts on the way."""
    holder = values
    for part in path[:-1]:
        inner = holder.get(part)
        if not isinstance(inner, dict):
            inner = holder[part] = {}
        holder = inner
    holder[path[-1]] = value


def merge(into: dict[str, Any], other: Mapping[str, Any]) -> None:
    """Add another tree of contexts to one."""
    for key, value in other.items():
        if isinstance(value, dict) and isinstance(into.get(key), dict):
            merge(into[key], value)
        else:
            into[key] = value


def _names(value: Any) -> frozenset[str]:
    return frozenset(part.strip() for part in str(value or "").split(",") if part.strip())


def _covers(names: frozenset[str], component: Component, base: tuple[str, ...]) -> bool:
    if not names:
        return False
    return component.id in names or not names.isdisjoint(_prefixes((*base, *component.path)))


def _prefixes(path: tuple[str, ...]) -> list[str]:
    return [".".join(path[: n + 1]) for n in range(len(path))]


def _inside_lists(components: tuple[Component, ...], base: tuple[str, ...]) -> list[list[str]]:
    found: list[list[str]] = []
    for component in components:
        inner = (*base, *component.path) if component.repeats else base
        found.append(_prefixes((*base, *component.path)))
        found += _inside_lists(component.children, inner)
    return found
