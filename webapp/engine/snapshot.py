"""The saved state of a case: TEXT JSON without the specification, parents before children.

Format 1: ``spec`` the specification's sha256; ``sequence`` the last id given; ``rounds`` how often each
element was entered; ``tasks`` as [id, parent, element, state, internals, variables]; ``history`` as
[id, element, scope, before, flows, cancelled]. Every later version must read it: see tests/engine/corpus.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from SpiffWorkflow.task import Task

from webapp.engine.cases import Case
from webapp.engine.encoding import decode, encode
from webapp.engine.errors import SnapshotError, TooLargeError
from webapp.engine.history import History

if TYPE_CHECKING:
    from webapp.engine.expressions import Outside
    from webapp.engine.specs import Plan

FORMAT: Final = 1


def save(case: Case) -> str:
    """The case as text; TooLargeError beyond the limit."""
    body = {
        "format": FORMAT,
        "spec": case.plan.sha256,
        "sequence": case.sequence,
        "ended": case.completed,
        "rounds": case.rounds,
        "history": case.history.dump(),
        "tasks": [_task(task) for task in case.walk()],
    }
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    if len(text) > case.outside.limits.snapshot_bytes:
        raise TooLargeError
    return text


def _task(task: Any) -> list[Any]:
    parent = None if task.parent is None else task.parent.id
    return [task.id, parent, task.task_spec.name, task.state, encode(task.internal_data), encode(task.data)]


def restore(text: str, plan: Plan, outside: Outside) -> Case:
    """The case behind a saved state; SnapshotError when it belongs to another specification or is broken."""
    try:
        body = json.loads(text)
        if body["format"] != FORMAT or body["spec"] != plan.sha256:
            raise SnapshotError
        case = Case(plan, outside)
        case.sequence, case.rounds, case.completed = body["sequence"], body["rounds"], body["ended"]
        case.history = History(body["history"])
        for item in body["tasks"]:
            _untask(case, item)
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise SnapshotError from error
    return case


def _untask(case: Case, item: list[Any]) -> None:
    number, parent, element, state, info, data = item
    task = Task(
        case,
        case.plan.element(element),
        None if parent is None else case.tasks[parent],
        state=state,
        id=number,
    )
    task.internal_data, task.data = decode(info), decode(data)
    if parent is None:
        case.task_tree = task
