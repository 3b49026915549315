"""Scopes opened from outside: for returns into finished subprocesses and for modifications."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from SpiffWorkflow.util.task import TaskState

from webapp.domain.errors import InvalidError
from webapp.domain.text import msg
from webapp.engine import events, scopes
from webapp.engine.errors import StuckError

if TYPE_CHECKING:
    from webapp.engine.cases import Case
    from webapp.engine.provenance import Past
    from webapp.engine.specs import Node


def open_scope(case: Case, node: Node, parent: Any, *, before: list[int]) -> Any:
    """A subprocess opened without a token on its start event: inputs, boundaries and handlers as usual."""
    scope = case.create(node, parent, before=before)
    case.rounds[node.id] = scope.internal_data["round"] = case.rounds.get(node.id, 0) + 1
    scope._set_state(TaskState.STARTED)  # noqa: SLF001
    try:
        scopes.map_inputs(scope, case.outside)
        events.arm(case, scope, case.plan.boundaries.get(node.id, ()))
        events.arm(case, scope, events.handlers_of(case, node.id))
    except StuckError as error:
        raise InvalidError(error.message) from error
    return scope


def open_again(case: Case, past: Past, number: int) -> Any:
    """Open a finished subprocess again, and those around it; what happened in it belongs to the new one.

    Gives back the live scope behind an old number, whether it had to be opened or not.
    """
    number = moved(case, number)
    if number in case.tasks:
        return case.tasks[number]
    old = past.instances[number]
    parent = open_again(case, past, old.scope or 0)
    scope = open_scope(case, case.plan.nodes[old.element], parent, before=list(old.before))
    case.moves[number] = scope.id
    for record in case.history.records.values():
        if record.scope == number:
            record.scope = scope.id
        record.before = [scope.id if item == number else item for item in record.before]
    return scope


def moved(case: Case, number: int) -> int:
    """The id of the scope that an old scope was opened again as in this command."""
    return case.moves.get(number, number)


def scope_for(case: Case, node: Node) -> Any:
    """The live scope that an element belongs to, opened with all around it when there is none."""
    home = case.plan.nodes[node.scope or ""]
    if home.kind == "process" and home.id == case.plan.process_id:
        return case.task_tree
    alive = [
        task
        for task in case.walk()
        if task.task_spec.node is home
        and task.state == TaskState.STARTED
        and not task.internal_data.get("body")
        and task.internal_data["role"] == "token"
    ]
    if len(alive) > 1:
        raise InvalidError(msg("“{element}”所在的子流程有多个实例，无法确定加在哪里。", element=node.id))
    if alive:
        return alive[0]
    if home.kind != "subProcess" or home.loop is not None or home.by_event:
        raise InvalidError(msg("“{element}”所在的子流程没有在运行。", element=node.id))
    return open_scope(case, home, scope_for(case, home), before=[])
