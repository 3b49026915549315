"""The drawing itself: starts, ends, flows that stay in their scope, elements that can be reached."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from webapp.domain.text import msg
from webapp.engine.parser import MULTIPLE

if TYPE_CHECKING:
    from webapp.engine.lint.problems import Report
    from webapp.engine.parser import Parsed
    from webapp.engine.specs import Node

MAX_NESTING: Final = 15
LANGUAGES: Final = ("en", "zh-Hant")


def check(parsed: Parsed, report: Report) -> None:
    """Check every scope and every flow."""
    nodes = {node.id: node for node in parsed.nodes}
    for node in parsed.nodes:
        if node.kind in {"process", "subProcess"}:
            _scope(node, [inner for inner in parsed.nodes if inner.scope == node.id], report)
        if node.kind != "process":
            _links(node, nodes, report)
        _names(node, report)
    for name, tag in parsed.foreign:
        if tag == MULTIPLE:
            report.error(name, msg("一个事件只能有一个触发条件。"))
    for flow in parsed.flows:
        if nodes[flow.source].scope != nodes[flow.target].scope:
            report.error(flow.id, msg("连线不能穿过子流程的边界。"))
    _nesting(nodes, report)


def _scope(scope: Node, inside: list[Node], report: Report) -> None:
    starts = [node for node in inside if node.kind == "startEvent"]
    if not starts:
        report.error(scope.id, msg("流程或子流程没有开始事件。"))
    plain = [node for node in starts if node.event is None or node.event.kind == "none"]
    if len(plain) > 1:
        report.error(scope.id, msg("只能有一个无触发条件的开始事件。"))
    if scope.by_event:
        _handler(scope, starts, report)
    elif scope.kind == "subProcess" and starts and (len(starts) > 1 or not plain):
        report.error(scope.id, msg("子流程只能有一个无触发条件的开始事件。"))


def _handler(scope: Node, starts: list[Node], report: Report) -> None:
    if len(starts) != 1 or starts[0].event is None or starts[0].event.kind == "none":
        report.error(scope.id, msg("事件子流程必须恰有一个带触发条件的开始事件。"))
    if scope.incoming or scope.outgoing:
        report.error(scope.id, msg("事件子流程不能有连线。"))
    if scope.loop is not None:
        report.error(scope.id, msg("事件子流程不能设多实例。"))


def _links(node: Node, nodes: dict[str, Node], report: Report) -> None:
    event = node.event.kind if node.event else "none"
    if node.kind in {"startEvent", "boundaryEvent"} and node.incoming:
        report.error(node.id, msg("开始事件和边界事件不能有进入的连线。"))
    if node.kind == "endEvent" and node.outgoing:
        report.error(node.id, msg("结束事件不能有离开的连线。"))
    origin = node.kind in {"startEvent", "boundaryEvent"} or node.by_event
    if not origin and not node.incoming and not (node.kind == "intermediateCatchEvent" and event == "link"):
        report.error(node.id, msg("没有连线到达此元素，它永远不会运行。"))
    final = (
        node.kind == "endEvent"
        or node.by_event
        or (node.kind == "intermediateThrowEvent" and event == "link")
    )
    if not final and not node.outgoing:
        report.warn(node.id, msg("此元素之后没有连线，流程会在此结束。"))
    if node.kind == "boundaryEvent":
        _boundary(node, nodes.get(node.attached_to or ""), report)
    if node.default and node.default not in node.outgoing:
        report.error(node.id, msg("默认出口不是此元素的连线。"))


def _boundary(node: Node, host: Node | None, report: Report) -> None:
    hosts = ("Task", "task", "callActivity", "subProcess")
    if host is None or not host.kind.endswith(hosts) or host.by_event:
        report.error(node.id, msg("边界事件没有附在活动上。"))
    elif host.scope != node.scope:
        report.error(node.id, msg("边界事件与所附活动不在同一层。"))


def _names(node: Node, report: Report) -> None:
    if not node.names:
        return
    missing = [language for language in LANGUAGES if language not in node.names]
    if missing:
        report.info(node.id, msg("名称缺少译文：{languages}。", languages="、".join(missing)))


def _nesting(nodes: dict[str, Node], report: Report) -> None:
    for node in nodes.values():
        depth, at = 0, node
        while at.scope is not None:
            depth, at = depth + 1, nodes[at.scope]
        if depth == MAX_NESTING and node.kind == "subProcess":
            report.error(node.id, msg("子流程嵌套过深。"))
