"""What an administrator does to a case: add, move and withdraw tokens, begin an ended case again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from SpiffWorkflow.util.task import TaskState

from webapp.domain.errors import ConflictError, InvalidError
from webapp.domain.text import msg
from webapp.engine import activities, events, multi, places
from webapp.engine.errors import StuckError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from webapp.engine.cases import Case
    from webapp.engine.values import Restart


def modify(case: Case, *, withdraw: Iterable[Any], add: Sequence[str]) -> None:
    """Add a token before each element of ``add``, then withdraw the given tasks.

    A scope left without a token is withdrawn too; a case left without one ends as cancelled.
    """
    for element in add:
        _add(case, element)
    for task in withdraw:
        if task.id in case.tasks:
            _withdraw(case, task)


def _add(case: Case, element: str) -> None:
    node = case.plan.nodes.get(element)
    if node is None or node.kind in {"process", "boundaryEvent"} or node.by_event:
        raise InvalidError(msg("不能在“{element}”处加入令牌。", element=element))
    case.token(node, places.scope_for(case, node), before=[])


def _withdraw(case: Case, task: Any) -> None:
    scope = task.parent
    if scope is None:
        raise InvalidError(msg("不能撤下整个案件，请改用取消。"))
    case.drop(task)
    if scope.internal_data.get("body"):
        multi.carry_on(case, scope, stop=False)
    elif not case.tokens(scope):
        _withdraw_scope(case, scope)


def _withdraw_scope(case: Case, scope: Any) -> None:
    if scope.parent is None:
        case.cancel_all()
    else:
        _withdraw(case, scope)


def restart(case: Case, command: Restart) -> None:
    """Begin an ended case again, at its start or before an element of the process itself."""
    if not case.completed:
        raise ConflictError(msg("案件尚未结束。"))
    root = case.task_tree
    case.completed = False
    root._set_state(TaskState.STARTED)  # noqa: SLF001
    node = None if command.element is None else case.plan.nodes.get(command.element)
    try:
        if node is None and command.element is None:
            activities.enter_scope(case, root)
            return
        if (
            node is None
            or node.scope != case.plan.process_id
            or node.kind == "boundaryEvent"
            or node.by_event
        ):
            raise InvalidError(msg("不能在“{element}”处加入令牌。", element=command.element or ""))
        events.arm(case, root, events.handlers_of(case, case.plan.process_id))
        case.token(node, root, before=[])
    except StuckError as error:
        raise InvalidError(error.message) from error
