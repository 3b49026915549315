"""All the ways in which tokens can go through one scope, with every condition left open, up to a bound."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from itertools import combinations
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from webapp.engine.specs import Flow, Node

    Marking = tuple[str, ...]  # flow ids with a token, sorted; twice when there are two

MAX_MARKINGS: Final = 4_000
MAX_ON_FLOW: Final = 2
MAX_SUBSETS: Final = 5  # an inclusive gateway with more exits is followed by single exits and all


@dataclass(frozen=True, slots=True, kw_only=True)
class Net:
    """One scope."""

    nodes: Mapping[str, Node]
    flows: Mapping[str, Flow]
    reach: Mapping[str, Mapping[str, frozenset[str]]]


@dataclass(slots=True)
class Found:
    """What the exploration met."""

    whole: bool = True  # no bound was reached
    stuck: set[str] = field(default_factory=set)  # joins at which tokens stay for ever
    passed: set[str] = field(default_factory=set)  # joins that some way passes
    piling: set[str] = field(default_factory=set)
    together: set[tuple[str, str]] = field(default_factory=set)  # elements that can have a token at once


def explore(net: Net) -> Found:
    """Follow every start event's token."""
    found = Found()
    queue: deque[Marking] = deque()
    seen: set[Marking] = set()
    for node in net.nodes.values():
        if node.kind == "startEvent" and node.outgoing:
            queue.append(tuple(sorted(node.outgoing)))
    while queue:
        marking = queue.popleft()
        if marking in seen:
            continue
        if len(seen) >= MAX_MARKINGS:
            found.whole = False
            return found
        seen.add(marking)
        queue.extend(_visit(net, marking, found))
    return found


def _visit(net: Net, marking: Marking, found: Found) -> list[Marking]:
    targets = [net.flows[flow].target for flow in marking]
    for first, second in combinations(sorted(targets), 2):
        found.together.add((first, second))
    following = []
    for flow in dict.fromkeys(marking):
        for after in _fire(net, marking, flow, found=found):
            crowded = next((f for f in after if after.count(f) > MAX_ON_FLOW), None)
            if crowded is None:
                following.append(after)
            else:
                found.piling.add(net.flows[crowded].target)
    if marking and not following and not found.piling:
        ends = {name for name in targets if net.nodes[name].kind in {"parallelGateway", "inclusiveGateway"}}
        found.stuck |= ends
    return following


def _fire(net: Net, marking: Marking, flow: str, *, found: Found) -> Iterator[Marking]:
    """Every marking after the element behind ``flow`` has taken its token."""
    node = net.nodes[net.flows[flow].target]
    taken = _needed(net, node, marking, flow=flow)
    if taken is None:
        return
    if len(node.incoming) > 1 and len(taken) > 1:
        found.passed.add(node.id)
    rest = list(marking)
    for name in taken:
        rest.remove(name)
    for made in _results(net, node):
        yield tuple(sorted([*rest, *made])) if made is not None else ()


def _needed(net: Net, node: Node, marking: Marking, *, flow: str) -> list[str] | None:
    """The flows whose tokens the element takes together; None when it must wait."""
    if node.kind == "parallelGateway":
        return list(node.incoming) if set(node.incoming) <= set(marking) else None
    if node.kind == "inclusiveGateway" and node.id in net.reach:
        filled = [name for name in node.incoming if name in marking]
        return None if flow != filled[0] or _awaits(net, node, marking) else filled
    return [flow]


def _awaits(net: Net, node: Node, marking: Marking) -> bool:
    reach = net.reach[node.id]
    for flow in set(marking) - set(node.incoming):
        at = net.flows[flow].target
        reached = {name for name, sources in reach.items() if at in sources}
        if reached and not reached & set(marking):
            return True
    return False


def _results(net: Net, node: Node) -> Iterator[list[str] | None]:
    """The sets of flows that the element may put tokens on; None when it ends its whole scope."""
    leaving = list(node.outgoing)
    if node.event is not None and node.kind == "endEvent" and node.event.kind in {"terminate", "error"}:
        yield None
    elif node.kind in {"exclusiveGateway", "eventBasedGateway"}:
        yield from ([flow] for flow in leaving)
    elif node.kind == "inclusiveGateway" and len(leaving) > 1:
        yield from _subsets(leaving)
    elif node.event is not None and node.event.kind == "link" and node.kind == "intermediateThrowEvent":
        yield from (list(other.outgoing) for other in net.nodes.values() if _is_catch(other, node))
    elif any(net.flows[flow].condition for flow in leaving):
        yield from _subsets(leaving)
    else:
        yield leaving
        yield from _boundaries(net, node, leaving)


def _subsets(flows: list[str]) -> Iterator[list[str]]:
    sizes = range(1, len(flows) + 1) if len(flows) <= MAX_SUBSETS else (1, len(flows))
    for size in sizes:
        yield from (list(chosen) for chosen in combinations(flows, size))


def _is_catch(other: Node, throw: Node) -> bool:
    return other.kind == "intermediateCatchEvent" and other.event == throw.event


def _boundaries(net: Net, node: Node, leaving: list[str]) -> Iterator[list[str]]:
    for other in net.nodes.values():
        if other.attached_to == node.id:
            yield list(other.outgoing) if other.interrupting else [*leaving, *other.outgoing]
