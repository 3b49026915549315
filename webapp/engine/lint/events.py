"""Events: each with what it needs, in the places where it can happen."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from webapp.domain.text import msg
from webapp.engine import timers
from webapp.engine.errors import StuckError

if TYPE_CHECKING:
    from webapp.engine.lint.problems import Report
    from webapp.engine.parser import Parsed
    from webapp.engine.specs import Event, Node

PLACES: Final = {
    "startEvent": {"none", "timer", "message", "signal", "conditional"},
    "endEvent": {"none", "message", "signal", "error", "escalation", "terminate"},
    "intermediateCatchEvent": {"timer", "message", "signal", "conditional", "link"},
    "intermediateThrowEvent": {"none", "message", "signal", "escalation", "link"},
    "boundaryEvent": {"timer", "message", "signal", "error", "escalation", "conditional"},
}
HANDLER: Final = {"timer", "message", "signal", "error", "escalation", "conditional"}
_SOME_DAY: Final = datetime(2026, 1, 1, tzinfo=UTC)


def check(parsed: Parsed, report: Report) -> None:
    """Check every event."""
    nodes = {node.id: node for node in parsed.nodes}
    for node in parsed.nodes:
        if node.event is not None:
            handler = node.kind == "startEvent" and nodes[node.scope or ""].by_event
            _event(node, node.event, report, handler=handler)
    _links(parsed, report)
    _doubles(parsed, report)


def _event(node: Node, event: Event, report: Report, *, handler: bool) -> None:
    allowed = HANDLER if handler else PLACES.get(node.kind, {"message"})
    if event.kind not in allowed:
        report.error(node.id, msg("此位置不支持“{kind}”事件。", kind=event.kind))
    elif event.kind == "timer":
        _timer(node, event, report, handler=handler)
    elif event.kind == "message":
        _message(node, event, report, handler=handler)
    elif event.kind in {"signal", "link"} and not event.name:
        report.error(node.id, msg("信号或链接没有名称。"))
    elif event.kind == "conditional" and not (event.expression or "").startswith("="):
        report.error(node.id, msg("条件必须以“=”开头。"))
    elif event.kind in {"error", "escalation"}:
        _code(node, event, report)


def _code(node: Node, event: Event, report: Report) -> None:
    if node.kind in {"endEvent", "intermediateThrowEvent"} and not event.code:
        report.error(node.id, msg("抛出的错误或升级没有代码。"))
    if event.kind == "error" and node.kind in {"boundaryEvent", "startEvent"} and not node.interrupting:
        report.error(node.id, msg("错误事件总是中断，不能设为非中断。"))


def _message(node: Node, event: Event, report: Report, *, handler: bool) -> None:
    sends = node.kind in {"endEvent", "intermediateThrowEvent", "sendTask"}
    if sends and "jobType" in node.settings:
        return
    if not event.name:
        report.error(node.id, msg("没有选择消息，或消息没有名称。"))
    elif not sends and (handler or node.kind != "startEvent") and not event.expression:
        report.error(node.id, msg("消息没有关联键，无法找到对应的案件。"))


def _timer(node: Node, event: Event, report: Report, *, handler: bool) -> None:
    text = event.expression
    if not text:
        report.error(node.id, msg("定时没有填写时间。"))
        return
    if event.timer == "cycle" and not _may_repeat(node, handler=handler):
        report.error(node.id, msg("此处的定时只触发一次，不能填写周期。"))
    if event.timer == "duration" and node.kind == "startEvent" and not handler:
        report.error(node.id, msg("流程的定时开始只能填写日期或周期。"))
    if text.startswith("="):
        return
    try:
        _literal(event.timer or "duration", text)
    except StuckError as error:
        report.error(node.id, error.message)


def _may_repeat(node: Node, *, handler: bool) -> bool:
    if node.kind == "startEvent":
        return not handler or not node.interrupting
    return node.kind == "boundaryEvent" and not node.interrupting


def _literal(kind: str, text: str) -> None:
    if kind == "cycle":
        timers.cycle_of(text, _SOME_DAY)
    elif kind == "date":
        timers.parse_moment(text)
    else:
        timers.parse_length(text)


def _links(parsed: Parsed, report: Report) -> None:
    links = [node for node in parsed.nodes if node.event and node.event.kind == "link"]
    catches = Counter(
        (n.scope, n.event.name) for n in links if n.kind == "intermediateCatchEvent" and n.event
    )
    throws = {(n.scope, n.event.name) for n in links if n.kind == "intermediateThrowEvent" and n.event}
    for node in links:
        place = node.scope, node.event.name if node.event else None
        if node.kind == "intermediateThrowEvent" and not catches[place]:
            report.error(node.id, msg("链接没有接收的一端。"))
        elif node.kind == "intermediateCatchEvent" and catches[place] > 1:
            report.error(node.id, msg("同一链接只能有一个接收的一端。"))
        elif node.kind == "intermediateCatchEvent" and place not in throws:
            report.error(node.id, msg("没有连线到达此元素，它永远不会运行。"))


def _doubles(parsed: Parsed, report: Report) -> None:
    """Two boundaries of one activity that catch the same: which one wins nobody could tell."""
    seen: set[tuple[str | None, str, str | None]] = set()
    for node in parsed.nodes:
        if (
            node.kind != "boundaryEvent"
            or node.event is None
            or node.event.kind not in {"error", "escalation"}
        ):
            continue
        what = node.attached_to, node.event.kind, node.event.code
        if what in seen:
            report.error(node.id, msg("同一活动上已有相同的错误或升级事件。"))
        seen.add(what)
