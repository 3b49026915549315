"""Every expression is compiled, and names that nobody sets are told."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from webapp import feel
from webapp.domain.text import msg
from webapp.engine.calendar import NAMES, NoCalendar, calendar_functions

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from webapp.engine.lint.problems import Report
    from webapp.engine.parser import Parsed
    from webapp.engine.specs import Node

COUNTERS: Final = frozenset(
    {
        "loopCounter",
        "numberOfInstances",
        "numberOfActiveInstances",
        "numberOfCompletedInstances",
        "numberOfTerminatedInstances",
    }
)
TARGET: Final = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*")
FORBIDDEN: Final = frozenset({"typename"})


FUNCTIONS: Final = calendar_functions(NoCalendar())


def check(
    parsed: Parsed,
    report: Report,
    *,
    variables: Collection[str] | None,
    functions: Mapping[str, feel.Function],
) -> None:
    """Check every expression of a process; ``functions`` are those that it will be given."""
    known = {**FUNCTIONS, **functions}
    for node in parsed.nodes:
        for text in _texts(node):
            _expression(node.id, text, variables, report=report, functions=known)
        _targets(node, report)
        _loop(node, report)
    for flow in parsed.flows:
        if flow.condition:
            _expression(flow.id, flow.condition, variables, report=report, functions=known)


def _texts(node: Node) -> Iterator[str]:
    yield from (source for source, _target in (*node.inputs, *node.outputs))
    yield from node.settings.values()
    yield from node.properties.values()
    if node.event is not None:
        event = node.event
        yield from (text for text in (event.name, event.code, event.expression) if text)
    if node.loop is not None:
        loop = node.loop
        yield from (text for text in (loop.collection, loop.output_element, loop.condition) if text)


def _expression(
    element: str,
    text: str,
    variables: Collection[str] | None,
    *,
    report: Report,
    functions: Mapping[str, feel.Function],
) -> None:
    if not text.startswith("="):
        return
    try:
        parsed = feel.parse(text[1:], names=NAMES)
    except feel.FeelError as error:
        report.error(element, msg("表达式“{text}”有误：{reason}", text=text, reason=error.message))
        return
    for problem in feel.check(parsed, {*(variables or ()), *COUNTERS}, functions=functions):
        if problem.kind == "name" and variables is None:
            continue
        message = msg("表达式“{text}”：{reason}", text=text, reason=problem.message)
        if problem.kind in {"name", "type"}:
            report.warn(element, message)
        else:
            report.error(element, message)


def _targets(node: Node, report: Report) -> None:
    names = [target for _source, target in (*node.inputs, *node.outputs)]
    names += [node.settings["resultVariable"]] if "resultVariable" in node.settings else []
    if node.loop is not None:
        names += [name for name in (node.loop.element, node.loop.output_collection) if name]
    for name in names:
        if not TARGET.fullmatch(name) or name in FORBIDDEN:
            report.error(node.id, msg("“{name}”不能用作变量名。", name=name))


def _loop(node: Node, report: Report) -> None:
    loop = node.loop
    if loop is None:
        return
    if loop.kind == "standard":
        if loop.condition is None and loop.maximum is None:
            report.error(node.id, msg("循环没有条件，也没有次数上限。"))
    elif not (loop.collection or "").startswith("=") and not (loop.collection or "").isdigit():
        report.error(node.id, msg("多实例没有集合，或集合不以“=”开头。"))
    if loop.condition is not None and not loop.condition.startswith("="):
        report.error(node.id, msg("条件必须以“=”开头。"))
    if bool(loop.output_collection) != bool(loop.output_element):
        report.error(node.id, msg("多实例的输出集合与输出元素必须同时填写。"))


def known_names(
    parsed: Parsed, forms: Collection[str] | None, variables: Collection[str] | None
) -> set[str] | None:
    """All names that the diagram, its forms and its start set; None when the forms' fields are unknown."""
    if variables is None and not isinstance(forms, Mapping):
        return None
    names = set(variables or ())
    for node in parsed.nodes:
        names.update(target.split(".", 1)[0] for _source, target in (*node.inputs, *node.outputs))
        names.update(_set_by(node))
        if isinstance(forms, Mapping):
            names.update(forms.get(node.settings.get("formId", ""), ()))
        if _takes_anything(node):
            return None
    return names


def _set_by(node: Node) -> Iterator[str]:
    if "resultVariable" in node.settings:
        yield node.settings["resultVariable"]
    if node.kind == "userTask":
        yield from ("outcome", "votes")  # what the approval service hands over
    if node.loop is not None:
        yield from (name for name in (node.loop.element, node.loop.output_collection) if name)


def _takes_anything(node: Node) -> bool:
    """A job, message or call without output mapping hands on names that the diagram does not tell."""
    message = node.event is not None and node.event.kind in {"message", "signal", "error", "escalation"}
    catches = message and node.kind in {
        "intermediateCatchEvent",
        "boundaryEvent",
        "receiveTask",
        "startEvent",
    }
    return (catches or "jobType" in node.settings or node.kind == "callActivity") and not node.outputs
