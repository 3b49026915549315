"""Tasks: what each needs before it can run, and who does it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from webapp.domain.text import msg

if TYPE_CHECKING:
    from collections.abc import Collection

    from webapp.engine.lint.problems import Report
    from webapp.engine.parser import Parsed
    from webapp.engine.specs import Node

ASSIGNMENT: Final = ("assignee", "candidateUsers", "candidateGroups")
APPROVAL: Final = "approval."


def check(
    parsed: Parsed,
    report: Report,
    *,
    forms: Collection[str] | None,
    decisions: Collection[str] | None,
    processes: Collection[str],
) -> None:
    """Check every task against what is known."""
    for node in parsed.nodes:
        _needs(node, report)
        _refers(node.id, node.settings.get("formId"), forms, report=report, what=msg("表单"))
        _refers(node.id, node.settings.get("decisionId"), decisions, report=report, what=msg("决策"))
        if node.kind == "callActivity":
            _call(node, processes, report)
        elif node.kind == "userTask":
            _user(node, report)


def _needs(node: Node, report: Report) -> None:
    settings, job = node.settings, "jobType" in node.settings
    if node.kind == "serviceTask" and not job:
        report.error(node.id, msg("服务任务没有指定作业类型。"))
    elif node.kind == "sendTask" and not job and node.event is None:
        report.error(node.id, msg("发送任务没有指定作业类型或消息。"))
    elif node.kind == "scriptTask" and not job:
        _script(node, report)
    elif node.kind == "businessRuleTask" and not job:
        if "decisionId" not in settings:
            report.error(node.id, msg("业务规则任务没有选择决策。"))
        elif "resultVariable" not in settings:
            report.warn(node.id, msg("决策的结果没有变量名，会被丢弃。"))
    if job and ("script" in settings or "decisionId" in settings):
        report.error(node.id, msg("作业类型与表达式或决策只能选择一种。"))


def _script(node: Node, report: Report) -> None:
    if not node.settings.get("script", "").startswith("="):
        report.error(node.id, msg("脚本任务的表达式必须以“=”开头。"))
    if "resultVariable" not in node.settings:
        report.error(node.id, msg("脚本任务没有结果变量。"))


def _refers(
    element: str, name: str | None, known: Collection[str] | None, *, report: Report, what: object
) -> None:
    if name and not name.startswith("=") and known is not None and name not in known:
        report.error(element, msg("没有找到{what}“{name}”。", what=what, name=name))


def _call(node: Node, processes: Collection[str], report: Report) -> None:
    name = node.settings.get("processId", "")
    if not name:
        report.error(node.id, msg("调用活动没有选择流程。"))
    elif name.startswith("="):
        report.error(node.id, msg("被调用的流程必须写明，不能用表达式。"))
    elif name not in processes:
        report.error(node.id, msg("没有找到被调用的流程“{process}”。", process=name))


def _user(node: Node, report: Report) -> None:
    approval = any(name.startswith(APPROVAL) for name in node.properties)
    if not any(name in node.settings for name in ASSIGNMENT):
        report.warn(node.id, msg("没有指定办理人，此任务不会出现在任何人的待办中。"))
    if approval and f"{APPROVAL}self" not in node.properties:
        report.warn(node.id, msg("没有说明发起人就是审批人时怎么办。"))
    if approval and f"{APPROVAL}emptyAssignee" not in node.properties:
        report.warn(node.id, msg("没有说明找不到审批人时怎么办。"))
    if approval and not node.outputs:
        report.warn(node.id, msg("没有输出映射，审批结果不会写入案件。"))
