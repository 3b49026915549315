"""What tokens can do: joins that wait for ever, loops that never wait, branches that write the same name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from webapp.domain.text import msg
from webapp.engine.joins import reachability
from webapp.engine.lint.marking import Net, explore

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from webapp.engine.lint.problems import Report
    from webapp.engine.parser import Parsed
    from webapp.engine.specs import Node

AUTOMATIC: Final = frozenset(
    {
        "task",
        "manualTask",
        "scriptTask",
        "businessRuleTask",
        "sendTask",
        "exclusiveGateway",
        "parallelGateway",
        "inclusiveGateway",
        "intermediateThrowEvent",
    }
)
CHOOSING: Final = frozenset({"exclusiveGateway", "inclusiveGateway"})


def check(parsed: Parsed, report: Report) -> None:
    """Follow the tokens of every scope."""
    nodes = {node.id: node for node in parsed.nodes}
    flows = {flow.id: flow for flow in parsed.flows}
    reach = reachability(nodes, flows)
    for scope in parsed.nodes:
        if scope.kind in {"process", "subProcess"}:
            inside = {node.id: node for node in parsed.nodes if node.scope == scope.id}
            _check_scope(Net(nodes=inside, flows=flows, reach=reach), report)
    _check_loops(nodes, {node: _after(nodes[node], nodes, parsed) for node in nodes}, report)
    _check_recursion(parsed, report)


def _check_scope(net: Net, report: Report) -> None:
    found = explore(net)
    for join in sorted(found.stuck):
        if join not in found.passed and found.whole:
            report.error(join, msg("此汇合永远等不齐所有入口，流程会停在这里。"))
        else:
            report.warn(join, msg("在某些走向下，此汇合等不齐所有入口，流程会停在这里。"))
    for element in sorted(found.piling):
        report.warn(element, msg("令牌可能在此处越积越多，请检查并行分支与汇合是否成对。"))
    for first, second in sorted(found.together):
        names = written(net.nodes[first]) & written(net.nodes[second])
        for name in sorted(names):
            other = net.nodes[second].names.get("zh-Hans", second)
            report.warn(
                first,
                msg("与并行的“{other}”写同一变量“{name}”，后写的会覆盖先写的。", other=other, name=name),
            )


def written(node: Node) -> set[str]:
    """Top-level names that an element writes; dotted targets under one name do not collide."""
    names = {target for _source, target in node.outputs if "." not in target}
    if not node.outputs and "resultVariable" in node.settings:
        names.add(node.settings["resultVariable"])
    if node.loop is not None:
        names = {node.loop.output_collection} if node.loop.output_collection else set()
    return names


def _after(node: Node, nodes: Mapping[str, Node], parsed: Parsed) -> list[str]:
    targets = [flow.target for flow in parsed.flows if flow.source == node.id]
    if node.kind == "intermediateThrowEvent" and node.event and node.event.kind == "link":
        targets += [
            other.id
            for other in nodes.values()
            if other.kind == "intermediateCatchEvent"
            and other.event == node.event
            and other.scope == node.scope
        ]
    return targets


def _is_automatic(node: Node) -> bool:
    link = node.kind == "intermediateCatchEvent" and node.event is not None and node.event.kind == "link"
    return link or (node.kind in AUTOMATIC and "jobType" not in node.settings and node.loop is None)


def _check_loops(nodes: Mapping[str, Node], after: Mapping[str, list[str]], report: Report) -> None:
    """A loop in which nothing waits runs until the step limit stops it."""
    automatic = {name for name, node in nodes.items() if _is_automatic(node)}
    graph = {name: [other for other in after[name] if other in automatic] for name in automatic}
    for circle in _circles(graph):
        first = min(circle)
        if any(nodes[name].kind in CHOOSING and set(after[name]) - circle for name in circle):
            report.warn(first, msg("此循环中没有等待的步骤，条件若一直成立会触及步骤上限。"))
        else:
            report.error(first, msg("此循环没有出口，也没有等待的步骤，会永远转下去。"))


def _circles(graph: Mapping[str, Iterable[str]]) -> list[set[str]]:
    """The strongly connected parts that hold a cycle."""
    reached = {name: _reached(graph, name) for name in graph}
    parts: list[set[str]] = []
    done: set[str] = set()
    for name in graph:
        if name in done or name not in reached[name]:
            continue
        part = {other for other in reached[name] if name in reached[other]}
        parts.append(part)
        done |= part
    return parts


def _reached(graph: Mapping[str, Iterable[str]], start: str) -> set[str]:
    seen: set[str] = set()
    stack = list(graph[start])
    while stack:
        at = stack.pop()
        if at not in seen:
            seen.add(at)
            stack.extend(graph[at])
    return seen


def _check_recursion(parsed: Parsed, report: Report) -> None:
    for node in parsed.nodes:
        if node.kind == "callActivity" and node.settings.get("processId") == parsed.process_id:
            report.warn(node.id, msg("流程调用自己，请确认有尽头。"))
