"""Gateways: conditions where they count, a default where one is needed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from webapp.domain.text import msg

if TYPE_CHECKING:
    from webapp.engine.lint.problems import Report
    from webapp.engine.parser import Parsed
    from webapp.engine.specs import Flow, Node

CHOOSING: Final = frozenset({"exclusiveGateway", "inclusiveGateway"})
BLIND: Final = frozenset({"parallelGateway", "eventBasedGateway", "startEvent", "boundaryEvent"})


def check(parsed: Parsed, report: Report) -> None:
    """Check every gateway and every condition's place."""
    nodes = {node.id: node for node in parsed.nodes}
    flows = {flow.id: flow for flow in parsed.flows}
    for node in parsed.nodes:
        leaving = [flows[name] for name in node.outgoing]
        if node.kind in CHOOSING and len(leaving) > 1:
            _choice(node, leaving, report)
        elif node.kind in BLIND and any(flow.condition for flow in leaving):
            report.error(node.id, msg("此元素的出口不看条件，请删除条件或改用排他网关。"))
        if node.kind == "eventBasedGateway":
            _events(node, [nodes[flow.target] for flow in leaving], report)
    for flow in parsed.flows:
        if flow.condition and not flow.condition.startswith("="):
            report.error(flow.id, msg("条件必须以“=”开头。"))


def _choice(node: Node, leaving: list[Flow], report: Report) -> None:
    for flow in leaving:
        if flow.id == node.default and flow.condition:
            report.warn(flow.id, msg("默认出口的条件不会被检查。"))
        if flow.id != node.default and not flow.condition:
            report.error(flow.id, msg("出口没有条件，也不是默认出口。"))
    if not node.default:
        report.warn(node.id, msg("没有默认出口：所有条件都不成立时流程会停在此处。"))


def _events(node: Node, targets: list[Node], report: Report) -> None:
    if len(targets) < 2:
        report.error(node.id, msg("事件网关至少要有两个出口。"))
    for target in targets:
        kind = target.event.kind if target.event else "none"
        waits = target.kind == "intermediateCatchEvent" and kind in {
            "timer",
            "message",
            "signal",
            "conditional",
        }
        if not waits and target.kind != "receiveTask":
            report.error(node.id, msg("事件网关之后只能是捕获事件或接收任务。"))
        elif len(target.incoming) > 1:
            report.error(target.id, msg("事件网关之后的事件不能有其他进入的连线。"))
