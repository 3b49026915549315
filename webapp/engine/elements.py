"""SpiffWorkflow's task spec for one element of a diagram.

The library's own BPMN specs are not used: they predict a tree of future tasks, copy data from task to task
and count cancelled siblings at joins. Here a task's parent is the scope that it runs in, and what an element
does is decided by the case (see docs/decisions on the token engine).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from SpiffWorkflow.specs.base import TaskSpec

if TYPE_CHECKING:
    from webapp.engine.specs import Node


class Element(TaskSpec):  # type: ignore[misc]  # the library is untyped
    """One element; shared by all cases of a specification and never changed after it was built."""

    def __init__(self, workflow_spec: Any, node: Node) -> None:
        super().__init__(workflow_spec, node.id, inputs=[], outputs=[], data={}, defines={})
        self.node = node

    def test(self) -> None:
        """The linter has checked the diagram; the library's own check refuses loops that are lawful."""

    def _predict(self, my_task: Any, *_args: Any, **_kwargs: Any) -> None:
        """Nothing is predicted: a tree of guesses costs time and goes wrong in loops."""

    def _run_hook(self, my_task: Any) -> bool | None:
        return True if my_task.workflow.enter(my_task) else None  # None: started, not yet finished

    def _on_complete(self, my_task: Any) -> None:
        my_task.workflow.leave(my_task)
