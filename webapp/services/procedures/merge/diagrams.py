"""Diagrams element by element, and within an element property by property."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lxml import etree

from webapp.engine import xml as bpmn
from webapp.services.procedures import flatten
from webapp.services.procedures.compare import changed_facts
from webapp.services.procedures.merge.units import Unit, same, says

if TYPE_CHECKING:
    from collections.abc import Iterator

    from webapp.services.procedures.flatten import Item, Site

SPLIT = "\t"  # between element and property in a unit's key
ENDS = ("sourceRef", "targetRef")  # properties of a flow that other elements repeat
HEAD = ("documentation", "extensionElements")  # what stands first within an element
DRAWN = "bpmnElement"  # attribute of a shape or an edge


@dataclass(frozen=True, slots=True, kw_only=True)
class _States:
    """An element in the base, as the owner has it and as it ships now; None where it is not there."""

    key: str
    was: Item | None
    own: Item | None
    now: Item | None


def offer(base: str, local: str, new: str) -> list[Unit]:
    """A unit for each element that came or went, and for each property that the shipped state changed."""
    was, own, now = (flatten.diagram(body) for body in (base, local, new))
    found: list[Unit] = []
    for key in dict.fromkeys((*now, *was)):
        states = _States(key=key, was=was.get(key), own=own.get(key), now=now.get(key))
        if states.was and states.own and states.now:
            found += _properties(key, states.was, [states.own, states.now])
        else:
            found += _element(states)
    return found


def _element(states: _States) -> Iterator[Unit]:
    """The element as a whole: one of the three states lacks it."""
    was, own, now = states.was, states.own, states.now
    if same(was, now) or same(own, now):
        return
    named = now or was
    assert named is not None  # the key is from one of the two
    key = states.key
    yield Unit(key=key, name=named.name or key, says=says(key, was, now), ours=says(key, was, own))


def _properties(key: str, was: Item, others: list[Item]) -> Iterator[Unit]:
    for fact in dict.fromkeys(fact for item in (was, others[1]) for fact in item.facts):
        first, own, now = (
            flatten.Item(kind=item.kind, name=item.name, facts=_only(item, fact)) for item in (was, *others)
        )
        if same(first, now) or same(own, now):
            continue
        yield Unit(
            key=f"{key}{SPLIT}{fact}",
            name=now.name or key,
            says=tuple(change.message for change in changed_facts(key, first, new=now)),
            ours=tuple(change.message for change in changed_facts(key, first, new=own)),
        )


def _only(item: Item, fact: str) -> dict[str, str]:
    return {fact: item.facts[fact]} if item.facts.get(fact) else {}


def apply(_base: str, local: str, new: str, *, taken: frozenset[str]) -> str:
    """The owner's diagram with what is taken as shipped; its flows are named at both ends again."""
    own, now = bpmn.read(local.encode()), bpmn.read(new.encode())
    for key in sorted(taken, key=lambda each: SPLIT in each):  # elements before their properties
        element, _, fact = key.partition(SPLIT)
        if fact:
            _set_property(own, now, element=element, fact=fact)
        else:
            _set_element(own, now, key=element)
    _name_flows(own)
    return str(etree.tostring(own, xml_declaration=True, encoding="UTF-8").decode())


def _find(root: Any, key: str) -> Any:
    return next((e for e in root.iter(f"{bpmn.BPMN}*") if e.get("id") == key), None)


def _set_element(own: Any, now: Any, *, key: str) -> None:
    """Put an element in, in place of the owner's where there is one, or take it out; with its drawing."""
    ours, theirs = _find(own, key), _find(now, key)
    if theirs is None:
        if ours is not None:
            for inner in [e.get("id") for e in ours.iter() if e.get("id")]:
                _undraw(own, inner)
            ours.getparent().remove(ours)
        return
    taken = copy.deepcopy(theirs)
    if ours is not None:
        ours.getparent().replace(ours, taken)
    else:
        holder = _find(own, str(theirs.getparent().get("id")))
        if theirs.getparent() is now:
            holder = own
        (next(own.iter(f"{bpmn.BPMN}process")) if holder is None else holder).append(taken)
        if holder is own:  # messages and the like stand before the processes
            own.insert(0, taken)
    for inner in [e.get("id") for e in taken.iter() if e.get("id")]:
        _draw(own, now, inner)


def _undraw(root: Any, key: str) -> None:
    for drawn in [e for e in root.iter() if e.get(DRAWN) == key]:
        drawn.getparent().remove(drawn)


def _draw(own: Any, now: Any, key: str) -> None:
    """Draw an element as the shipped file does, on the first plane."""
    shape = next((e for e in now.iter() if e.get(DRAWN) == key and "Plane" not in str(e.tag)), None)
    plane = next((e for e in own.iter() if str(e.tag).endswith("}BPMNPlane")), None)
    if shape is not None and plane is not None:
        _undraw(plane, key)
        plane.append(copy.deepcopy(shape))


def _set_property(own: Any, now: Any, *, element: str, fact: str) -> None:
    ours, theirs = _find(own, element), _find(now, element)
    if ours is None or theirs is None:
        return  # it went as a whole
    here, there = _site(ours, fact), _site(theirs, fact)
    if there is None:
        if here is not None:
            _clear(here)
    elif there.attribute is not None:
        node = ours if there.node is theirs else _holder(ours, theirs, there.node)
        node.set(there.attribute, there.value)
    elif here is not None:
        here.node.getparent().replace(here.node, copy.deepcopy(there.node))
    else:
        _add(ours, theirs, there.node)
    if fact in ENDS:
        _draw(own, now, element)


def _site(element: Any, fact: str) -> Site | None:
    return next((site for site in flatten.sites(element) if site.fact == fact), None)


def _clear(site: Site) -> None:
    node = site.node
    if site.attribute is not None:
        del node.attrib[site.attribute]
        if node.attrib or len(node) or not str(node.tag).startswith(bpmn.ZEEBE):
            return
    node.getparent().remove(node)


def _add(ours: Any, theirs: Any, node: Any) -> None:
    """Put a part of the shipped element into the owner's, where it belongs."""
    parent = node.getparent()
    holder = ours if parent is theirs else _holder(ours, theirs, parent)
    taken = copy.deepcopy(node)
    if bpmn.local(node) == HEAD[0]:
        holder.insert(0, taken)
    else:
        holder.append(taken)


def _holder(ours: Any, theirs: Any, node: Any) -> Any:
    """The owner's part that answers to a part of the shipped element; an empty one where there is none."""
    parent = node.getparent()
    within = ours if parent is theirs else _holder(ours, theirs, parent)
    found = within.find(node.tag)
    if found is None:
        found = etree.Element(node.tag, nsmap=node.nsmap)
        if bpmn.local(node) == HEAD[1]:
            place = sum(bpmn.local(child) == HEAD[0] for child in within)
            within.insert(place, found)
        else:
            within.append(found)
    return found


def _name_flows(root: Any) -> None:
    """Write ``incoming`` and ``outgoing`` anew from the flows, as BPMN 2.0.2 section 10.5.1 wants them."""
    nodes: dict[str, list[tuple[str, str]]] = {}
    for flow in root.iter(f"{bpmn.BPMN}sequenceFlow"):
        nodes.setdefault(str(flow.get("targetRef")), []).append(("incoming", str(flow.get("id"))))
        nodes.setdefault(str(flow.get("sourceRef")), []).append(("outgoing", str(flow.get("id"))))
    for element in list(root.iter(f"{bpmn.BPMN}*")):
        said = [c for c in element if bpmn.local(c) in flatten.SKIPPED]
        wanted = sorted(nodes.get(str(element.get("id")), []))
        if sorted((bpmn.local(c), (c.text or "").strip()) for c in said) == wanted:
            continue
        for child in said:
            element.remove(child)
        place = sum(bpmn.local(child) in HEAD for child in element)
        for offset, (tag, flow_id) in enumerate(wanted):
            child = etree.Element(f"{bpmn.BPMN}{tag}")
            child.text = flow_id
            element.insert(place + offset, child)
