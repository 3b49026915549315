"""A case: SpiffWorkflow's task tree with scopes as parents, and the moves of its tokens."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState
from SpiffWorkflow.workflow import Workflow

from webapp.domain.text import Message, msg
from webapp.engine import activities, events, items, multi, outputs
from webapp.engine.errors import StuckError
from webapp.engine.history import History, Record
from webapp.engine.values import ItemKey, Job, Passed, WorkItem

if TYPE_CHECKING:
    from collections.abc import Iterable

    from webapp.engine.expressions import Outside
    from webapp.engine.specs import Node, Plan


@dataclass(slots=True)
class Trace:
    """What one command did, in order."""

    opened: dict[int, WorkItem] = field(default_factory=dict)
    jobs: dict[int, Job] = field(default_factory=dict)
    closed: list[ItemKey] = field(default_factory=list)
    cancelled_jobs: list[ItemKey] = field(default_factory=list)
    thrown: list[Any] = field(default_factory=list)
    fired: list[Any] = field(default_factory=list)
    passed: list[Passed] = field(default_factory=list)
    children: list[str] = field(default_factory=list)


class Case(Workflow):  # type: ignore[misc]  # the library is untyped
    """One running process. Made for one command, then thrown away; never shared between threads."""

    def __init__(self, plan: Plan, outside: Outside) -> None:
        super().__init__(plan.workflow, deserializing=True)
        self.plan = plan
        self.outside = outside
        self.trace = Trace()
        self.ready: deque[int] = deque()
        self.signals: deque[tuple[str, dict[str, Any]]] = deque()
        self.history = History()
        self.rounds: dict[str, int] = {}
        self.moves: dict[int, int] = {}  # finished scope -> the scope that it was opened again as
        self.sequence = 0
        self.steps = 0
        self.task_tree: Any = None

    # -- tokens ------------------------------------------------------------------------------------------

    def create(self, node: Node, scope: Any, **info: Any) -> Any:
        """A new task of that element in a scope, not yet run; ``before`` and ``role`` stand in ``info``."""
        self.sequence += 1
        task = Task(self, self.plan.element(node.id), scope, state=TaskState.READY, id=self.sequence)
        task.internal_data = {"role": "token", "before": [], **info}
        return task

    def token(self, node: Node, scope: Any, **info: Any) -> Any:
        """A new token that will run."""
        task = self.create(node, scope, **info)
        if "round" not in info:
            self.rounds[node.id] = self.rounds.get(node.id, 0) + 1
            task.internal_data["round"] = self.rounds[node.id]
        self.ready.append(task.id)
        return task

    def step(self, task: Any) -> None:
        """Run one ready task; what cannot go on becomes an incident."""
        self.outside.library.at(task.task_spec.name)
        try:
            if task.internal_data.get("phase") == "leave":
                task.complete()
            else:
                task.run()
        except StuckError as error:
            self.stick(task, error)

    def stick(self, task: Any, error: StuckError) -> None:
        """Stand still at this task with an incident."""
        events.disarm(task)
        task._set_state(TaskState.ERROR)  # noqa: SLF001  # the library's own way to force a state
        task.internal_data["incident"] = {
            "kind": error.kind,
            "message": pack(error.message),
        }

    def enter(self, task: Any) -> bool:
        """What an element does when a token reaches it: True when it is done at once."""
        task.internal_data["phase"] = "enter"
        node = task.task_spec.node
        if node.loop is not None and "index" not in task.internal_data:
            return multi.enter_body(self, task)
        return activities.enter(self, task)

    def complete(self, task: Any) -> None:
        """Finish a task that waited; an error in its mappings becomes its incident."""
        self.outside.library.at(task.task_spec.name)
        try:
            task.complete()
        except StuckError as error:
            self.stick(task, error)

    def leave(self, task: Any) -> None:
        """Outputs, then the tokens behind the element."""
        info = task.internal_data
        info["phase"] = "leave"
        self.close(task, cancelled=False)
        if "index" in info:
            multi.leave_instance(self, task)
            return
        outputs.write(task, self.outside)
        flows = outputs.outgoing(self, task)
        scope, back = task.parent, info.get("back")
        self.finish(task)
        if back is not None:
            self.resume(back)
        for flow in () if back is not None else flows:
            self.follow(flow, scope, task.id)
        self.settle(scope)

    def follow(self, flow_id: str, scope: Any, before: int) -> None:
        """Send a token down a flow."""
        target = self.plan.nodes[self.plan.flows[flow_id].target]
        self.token(target, scope, before=[before], via=flow_id)

    def resume(self, task_id: int) -> None:
        """Open again a task that waited for a detour."""
        task = self.tasks.get(task_id)
        if task is None:
            return
        info = task.internal_data
        info.pop("detour", None)
        self.rounds[task.task_spec.name] = info["round"] = self.rounds.get(task.task_spec.name, 0) + 1
        task._set_state(TaskState.READY)  # noqa: SLF001
        self.ready.append(task.id)

    def finish(self, task: Any, *, cancelled: bool = False) -> None:
        """Take a task out of the tree and into the history."""
        self.close(task, cancelled=cancelled)
        for child in task.children:
            self.drop(child)
        self.note(task, cancelled=cancelled)
        self._remove_task(task.id)

    def drop(self, task: Any) -> None:
        """Cancel a task with all in it."""
        for child in task.children:
            self.drop(child)
        info = task.internal_data
        if info["role"] == "token":
            self.close(task, cancelled=True)
            self.note(task, cancelled=True)
            if "back" in info and info["back"] in self.tasks:
                self.resume(info["back"])
        self._remove_task(task.id)

    def note(self, task: Any, *, cancelled: bool) -> None:
        """Write the task into history and timeline."""
        info, node = task.internal_data, task.task_spec.node
        if info.get("arrived"):
            return  # waits at a join: its token has passed nothing yet
        self.history.add(
            Record(
                id=task.id,
                element=node.id,
                scope=task.parent.id,
                before=info["before"],
                flows=info.get("flows", []),
                cancelled=cancelled,
            )
        )
        if "index" not in info and node.kind != "process":
            state = "cancelled" if cancelled else "completed"
            self.trace.passed.append(Passed(element_id=node.id, state=state, at=self.outside.now))

    def close(self, task: Any, *, cancelled: bool) -> None:
        """Close the work item or job of a task that had one open."""
        info = task.internal_data
        kind = info.pop("open", None)
        if kind == "item":
            self._withdraw(task, self.trace.opened, self.trace.closed)
        elif kind == "job" and cancelled:
            self._withdraw(task, self.trace.jobs, self.trace.cancelled_jobs)

    def _withdraw(self, task: Any, fresh: dict[int, Any], gone: list[ItemKey]) -> None:
        if fresh.pop(task.id, None) is None:  # else opened and closed within one command: nobody saw it
            gone.append(items.key(task))

    # -- scopes ------------------------------------------------------------------------------------------

    def tokens(self, scope: Any) -> list[Any]:
        """The live tokens directly in a scope."""
        return [child for child in scope.children if child.internal_data["role"] == "token"]

    def settle(self, scope: Any) -> None:
        """Complete a scope in which no token is left."""
        if scope.id not in self.tasks or self.tokens(scope):
            return
        if scope.parent is None:
            self._end(scope)
        elif scope.task_spec.node.kind == "process":
            activities.return_from_call(self, scope)
        else:
            self.complete(scope)

    def cancel_all(self) -> None:
        """End the case with all that is open in it."""
        self._end(self.task_tree)

    def _end(self, root: Any) -> None:
        for child in root.children:
            self.drop(child)
        root._set_state(TaskState.COMPLETED)  # noqa: SLF001
        self.completed = True

    def depth_of(self, task: Any) -> int:
        """How many scopes lie around a task."""
        depth = 0
        while task.parent is not None:
            task, depth = task.parent, depth + 1
        return depth

    def walk(self) -> Iterable[Any]:
        """All live tasks, parents before children; no limit to the depth."""
        stack = [self.task_tree]
        while stack:
            task = stack.pop()
            yield task
            stack.extend(reversed(task.children))

    def refuse_depth(self, task: Any) -> None:
        """Raise StuckError when scopes lie too deep in one another."""
        if self.depth_of(task) > self.outside.limits.depth:
            raise StuckError(msg("子流程嵌套过深。"), kind="limit")


def pack(message: Message) -> list[Any]:
    """A sentence as JSON: its key, then its values, sentences inside sentences too."""
    values = {
        name: pack(value) if isinstance(value, Message) else str(value)
        for name, value in message.values.items()
    }
    return [message.key, values]


def unpack(body: list[Any]) -> Message:
    """The sentence that ``pack`` wrote."""
    key, values = body
    return Message(
        key, {name: unpack(value) if isinstance(value, list) else value for name, value in values.items()}
    )
