"""Reading a case without changing it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from webapp.engine import items, returns, scopes, snapshot
from webapp.engine.calendar import NoCalendar
from webapp.engine.expressions import Outside
from webapp.engine.runtime import any_token, collect, open_task
from webapp.engine.specs import load

if TYPE_CHECKING:
    from collections.abc import Mapping

    from webapp.engine.cases import Case
    from webapp.engine.returns import Target
    from webapp.engine.values import Advance, ItemKey, Job, WorkItem


def _no_decision(
    decision_id: str, inputs: Mapping[str, Any], now: datetime, /
) -> tuple[Any, tuple[str, ...]]:
    raise NotImplementedError(decision_id, inputs, now)


NOWHERE: Final = Outside(now=datetime(1970, 1, 1, tzinfo=UTC), calendar=NoCalendar(), decide=_no_decision)


def _read(specification: str, state: str) -> Case:
    return snapshot.restore(state, load(specification), NOWHERE)


def variables_of(specification: str, state: str, key: ItemKey) -> dict[str, Any]:
    """The variables that an open item or job sees now; GoneError when it is not open any more."""
    return dict(scopes.visible(open_task(_read(specification, state), key)))


def variables_at(specification: str, state: str, key: ItemKey) -> dict[str, Any]:
    """The variables that a live token sees, an incident's too; GoneError when it is gone."""
    return dict(scopes.visible(any_token(_read(specification, state), key)))


def root_variables(specification: str, state: str) -> dict[str, Any]:
    """The exact values of the case's own variables, also when it has ended."""
    return dict(_read(specification, state).task_tree.data)


def return_targets(specification: str, state: str, key: ItemKey) -> tuple[Target, ...]:
    """The steps that an open item may be sent back to, the latest first; GoneError when it is not open."""
    case = _read(specification, state)
    return returns.targets_of(case, open_task(case, key))


def has_finished(specification: str, state: str, element_id: str) -> bool:
    """Whether an element has been gone through, now or in an earlier round."""
    history = _read(specification, state).history.records
    return any(r.element == element_id and not r.cancelled for r in history.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A live element instance, for the page on which an administrator mends a case."""

    key: ItemKey
    element_id: str
    state: str  # item, job, incident, join (waits for other branches), scope, wait
    locals: Mapping[str, Any]
    inside: ItemKey | None  # the scope around it


def tokens_of(specification: str, state: str) -> tuple[Token, ...]:
    """Everything alive in a case, scopes before what is in them; those can be withdrawn by Modify."""
    case = _read(specification, state)
    alive = [
        task for task in case.walk() if task.internal_data["role"] == "token" and task.parent is not None
    ]
    return tuple(
        Token(
            key=items.key(task),
            element_id=task.task_spec.name,
            state=_state_of(task),
            locals=dict(task.data),
            inside=items.key(task.parent),
        )
        for task in alive
    )


def _state_of(task: Any) -> str:
    info = task.internal_data
    if "incident" in info:
        return "incident"
    if info.get("arrived"):
        return "join"
    if info.get("body") or task.task_spec.node.kind in {"process", "subProcess", "callActivity"}:
        return "scope"
    return str(info.get("open", "wait"))


def standing(specification: str, state: str) -> Advance:
    """What waits in a case now, as an Advance that changed nothing: timers, messages, incidents."""
    return collect(_read(specification, state))


def open_work(
    specification: str, state: str, *, outside: Outside
) -> tuple[tuple[WorkItem, ...], tuple[Job, ...]]:
    """All open items and jobs, evaluated anew: to repair rows, or after variables were mended."""
    case = snapshot.restore(state, load(specification), outside)
    work = [(task, task.internal_data.get("open")) for task in case.walk()]
    return (
        tuple(items.work_item(task, outside) for task, kind in work if kind == "item"),
        tuple(items.job(task, outside) for task, kind in work if kind == "job"),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a command would do, for the sentence that is shown before it is pressed."""

    cancelled: tuple[str, ...]  # elements whose open work would be withdrawn
    opened: tuple[str, ...]  # elements that would be open afterwards and are not now
    ended: bool


def preview(advance: Advance) -> Preview:
    """What the Advance of a trial run shows: act() changes nothing but its answer, so try and do not save."""
    return Preview(
        cancelled=tuple(step.element_id for step in advance.passed if step.state == "cancelled"),
        opened=tuple(item.element_id for item in advance.opened)
        + tuple(job.element_id for job in advance.jobs),
        ended=advance.ended,
    )
