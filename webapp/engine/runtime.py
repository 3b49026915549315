"""The seam: one command on one case, from text to text. No clock, no database, no network."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from webapp.domain.errors import ConflictError, InvalidError
from webapp.domain.text import msg
from webapp.engine import activities, events, items, joins, modify, returns, scopes, snapshot
from webapp.engine.cases import Case, unpack
from webapp.engine.encoding import clean
from webapp.engine.errors import EarlyError, GoneError, SnapshotError, StuckError
from webapp.engine.expressions import DEFAULT_LIMITS, NO_LIBRARY, Calendar, Decide, Library, Limits, Outside
from webapp.engine.specs import Plan, load
from webapp.engine.values import (
    Advance,
    Cancel,
    Command,
    Complete,
    Correlate,
    Fire,
    Incident,
    ItemKey,
    MessageWait,
    Modify,
    Restart,
    Retry,
    Return,
    SetVariables,
    Signal,
    SignalWait,
    Start,
    Throw,
    Timer,
)

if TYPE_CHECKING:
    from collections.abc import Mapping


def act(
    specification: str,
    state: str | None,
    command: Command,
    *,
    now: datetime,
    calendar: Calendar,
    decide: Decide,
    limits: Limits = DEFAULT_LIMITS,
    library: Library = NO_LIBRARY,
) -> Advance:
    """Carry out one command and run the case as far as it goes.

    ``state`` is the last Advance's snapshot, None to start. ``decide(decision_id, variables, now)`` gives
    a decision's value and the ids of the rules that fired; ``library`` holds what expressions may call.
    Raises GoneError for a key that is not open any
    more, EarlyError, InvalidError, SnapshotError; the caller's snapshot then still holds. What an element
    cannot evaluate is no error but an Incident in the Advance.
    """
    outside = Outside(now=now, calendar=calendar, decide=decide, limits=limits, library=library)
    plan = load(specification)
    if state is None:
        if not isinstance(command, Start):
            raise SnapshotError
        case = _begin(plan, outside, command)
    else:
        case = snapshot.restore(state, plan, outside)
        _perform(case, command)
    drain(case)
    return collect(case)


def drain(case: Case) -> None:
    """Run until every token waits."""
    while True:
        if case.signals:
            events.broadcast(case, *case.signals.popleft())
        elif case.ready:
            _run_next(case)
        elif case.completed or not (joins.release(case) or events.meet_conditions(case)):
            return


def _run_next(case: Case) -> None:
    task = case.tasks.get(case.ready.popleft())
    if task is None or task.state != TaskState.READY:
        return
    case.steps += 1
    limits = case.outside.limits
    if case.steps > limits.steps or len(case.tasks) > limits.tokens:
        case.stick(task, StuckError(msg("一次操作运行的步骤过多，可能有不停的循环。"), kind="limit"))
    else:
        case.step(task)


def _begin(plan: Plan, outside: Outside, command: Start) -> Case:
    case = Case(plan, outside)
    case.sequence = 1
    root = Task(case, plan.element(plan.process_id), None, state=TaskState.STARTED, id=1)
    root.internal_data = {"role": "token", "before": [], "round": 1}
    case.task_tree = root
    root.data.update(checked(command.variables))
    chosen = command.start_element
    if command.message is not None:
        chosen = _message_start(plan, command.message)
    try:
        activities.enter_scope(case, root, chosen)
    except StuckError as error:
        raise InvalidError(error.message) from error
    return case


def _message_start(plan: Plan, name: str) -> str:
    for node in plan.children.get(plan.process_id, ()):
        event = node.event
        if node.kind == "startEvent" and event is not None and event.kind == "message" and event.name == name:
            return node.id
    raise InvalidError(msg("没有以消息“{name}”开始的事件。", name=name))


def checked(variables: Mapping[str, Any]) -> dict[str, Any]:
    """Variables from outside; InvalidError when one cannot be kept."""
    try:
        cleaned = clean(dict(variables))
    except StuckError as error:
        raise InvalidError(error.message) from error
    return dict(cleaned)


# -- commands ----------------------------------------------------------------------------------------------


def _perform(case: Case, command: Command) -> None:
    if case.completed and not isinstance(command, SetVariables | Restart):
        raise GoneError
    match command:
        case Start():
            raise ConflictError
        case Complete():
            _complete(case, command)
        case Throw():
            _throw(case, command)
        case Fire():
            _fire(case, command)
        case Correlate():
            _correlate(case, command)
        case _:
            _administer(case, command)


def _administer(case: Case, command: Command) -> None:
    match command:
        case Signal():
            case.signals.append((command.name, checked(command.variables)))
        case Cancel():
            case.cancel_all()
        case SetVariables():
            place = case.task_tree if command.at is None else any_token(case, command.at)
            scopes.write(place, checked(command.variables))
        case Retry():
            _retry(case, command)
        case Return():
            task = open_task(case, command.from_key)
            returns.send_back(case, task, command.to_element, straight=command.straight_back)
        case Modify():
            tasks = [any_token(case, key) for key in command.withdraw]
            modify.modify(case, withdraw=tasks, add=command.add)
        case Restart():
            case.task_tree.data.update(checked(command.variables))
            modify.restart(case, command)
        case _:
            raise TypeError(command)


def _found(case: Case, key: ItemKey) -> Any:
    """The live task behind a key; GoneError when the key is not open any more."""
    number = key.element_instance
    task = case.tasks.get(int(number)) if number.isdecimal() else None
    if task is None or task.state == TaskState.ERROR or items.key(task) != key:
        raise GoneError
    return task


def any_token(case: Case, key: ItemKey) -> Any:
    """The token behind a key, an incident's too; GoneError otherwise."""
    task = case.tasks.get(int(key.element_instance)) if key.element_instance.isdecimal() else None
    if task is None or items.key(task) != key or task.internal_data["role"] != "token":
        raise GoneError
    return task


def open_task(case: Case, key: ItemKey) -> Any:
    """The task behind an open work item or job; GoneError otherwise."""
    task = _found(case, key)
    if "open" not in task.internal_data:
        raise GoneError
    return task


def _complete(case: Case, command: Complete) -> None:
    task = open_task(case, command.key)
    task.data.update(checked(command.variables))
    case.complete(task)


def _throw(case: Case, command: Throw) -> None:
    task = open_task(case, command.key)
    payload = checked(command.variables)
    wait = events.catcher(task, command.kind, command.code)
    is_job = task.internal_data["open"] == "job"
    if wait is not None:
        if is_job and wait.task_spec.node.interrupting:
            del task.internal_data["open"]  # the worker that throws gives its job back itself
        events.trigger(case, wait, payload)
    elif is_job and command.kind == "error":
        del task.internal_data["open"]
        case.stick(task, StuckError(msg("错误“{code}”没有人处理。", code=command.code), kind="error"))
    else:
        raise InvalidError(msg("流程图没有处理“{code}”的事件。", code=command.code))


def _wait(case: Case, key: ItemKey, kind: str) -> Any:
    task = _found(case, key)
    if not events.is_waiting(task, kind):
        raise GoneError
    return task


def _fire(case: Case, command: Fire) -> None:
    wait = _wait(case, command.key, "timer")
    if due_of(wait) > case.outside.now:
        raise EarlyError
    events.trigger(case, wait, {})


def _correlate(case: Case, command: Correlate) -> None:
    wait = _wait(case, command.key, "message")
    if wait.internal_data["name"] != command.name:
        raise GoneError
    events.trigger(case, wait, checked(command.variables))


def _retry(case: Case, command: Retry) -> None:
    stuck = [
        task
        for task in case.walk()
        if task.state == TaskState.ERROR and task.task_spec.name == command.element_id
    ]
    if not stuck:
        raise GoneError
    for task in stuck:
        del task.internal_data["incident"]
        task.internal_data["round"] = (
            task.internal_data.get("round", 1) + 1
        )  # a job given again is another job
        task._set_state(TaskState.READY)  # noqa: SLF001
        case.ready.append(task.id)


# -- what comes out ----------------------------------------------------------------------------------------


def due_of(task: Any) -> datetime:
    """When a timer is due, aware, UTC."""
    return datetime.fromisoformat(task.internal_data["due"])


def collect(case: Case) -> Advance:
    """Everything that the command changed, and all that waits now."""
    waits = list(case.walk())
    trace = case.trace
    return Advance(
        snapshot=snapshot.save(case),
        variables=dict(case.task_tree.data),
        opened=tuple(trace.opened.values()),
        closed=tuple(trace.closed),
        jobs=tuple(trace.jobs.values()),
        cancelled_jobs=tuple(trace.cancelled_jobs),
        timers=tuple(_timer(task) for task in waits if events.is_waiting(task, "timer")),
        messages=tuple(_message(task) for task in waits if events.is_waiting(task, "message")),
        signals=tuple(_signal(task) for task in waits if events.is_waiting(task, "signal")),
        thrown=tuple(trace.thrown),
        incidents=tuple(_incident(task) for task in waits if task.state == TaskState.ERROR),
        fired=tuple(trace.fired),
        passed=tuple(trace.passed),
        children=tuple(trace.children),
        ended=case.completed,
    )


def _timer(task: Any) -> Timer:
    return Timer(key=items.key(task), element_id=task.task_spec.name, due_at=due_of(task))


def _message(task: Any) -> MessageWait:
    info = task.internal_data
    return MessageWait(
        key=items.key(task),
        element_id=task.task_spec.name,
        name=info["name"],
        correlation_key=info["key"],
    )


def _signal(task: Any) -> SignalWait:
    return SignalWait(key=items.key(task), element_id=task.task_spec.name, name=task.internal_data["name"])


def _incident(task: Any) -> Incident:
    info = task.internal_data["incident"]
    return Incident(
        element_id=task.task_spec.name,
        kind=info["kind"],
        message=unpack(info["message"]),
        key=items.key(task),
    )
