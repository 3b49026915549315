"""Forms field by field; what a container holds are fields of their own."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

from webapp.services.procedures import flatten
from webapp.services.procedures.merge.units import Unit, item_units

if TYPE_CHECKING:
    from collections.abc import Iterator

    Component = dict[str, Any]


def offer(base: str, local: str, new: str) -> list[Unit]:
    """A unit for each field that the shipped state changed."""
    return list(item_units(*(flatten.form(json.loads(body)) for body in (base, local, new))))


def apply(_base: str, local: str, new: str, *, taken: frozenset[str]) -> str:
    """The owner's form with the taken fields as shipped; a new one stands behind its neighbour."""
    own, now = json.loads(local), json.loads(new)
    for holder, component, before in _walk(now):
        key = flatten.field_key(component)
        if key in taken:
            _put(own, component, holder=holder, before=before)
    shipped = {flatten.field_key(component) for _, component, _ in _walk(now)}
    for holder, component, _ in list(_walk(own)):
        if (key := flatten.field_key(component)) in taken and key not in shipped:
            holder["components"].remove(component)
    return json.dumps(own, ensure_ascii=False, indent=2) + "\n"


def _walk(holder: Component, before: Component | None = None) -> Iterator[tuple[Component, Component, Any]]:
    """Every field with what holds it and the field before it there."""
    for component in holder.get("components", []):
        yield holder, component, before
        yield from _walk(component)
        before = component


def _put(own: Component, component: Component, *, holder: Component, before: Component | None) -> None:
    key = flatten.field_key(component)
    for place, known, _ in list(_walk(own)):
        if flatten.field_key(known) == key:
            inner = {"components": known["components"]} if "components" in known else {}
            places = place["components"]
            places[places.index(known)] = {**_alone(component), **inner}
            return
    fields = {flatten.field_key(known): (place, known) for place, known, _ in _walk(own)}
    if before is not None and flatten.field_key(before) in fields:
        place, neighbour = fields[flatten.field_key(before)]
        place["components"].insert(place["components"].index(neighbour) + 1, _alone(component))
        return
    into = fields[flatten.field_key(holder)][1] if flatten.field_key(holder) in fields else own
    into.setdefault("components", []).insert(
        0 if before is None else len(into["components"]), _alone(component)
    )


def _alone(component: Component) -> Component:
    """A field without those that it holds: they are taken or left one by one."""
    alone = copy.deepcopy(component)
    if "components" in alone:
        alone["components"] = []
    return alone
