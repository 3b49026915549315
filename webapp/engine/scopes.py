"""Variables live in scopes, as in Camunda 8: a task's parent is its scope, a process is a wall."""

from __future__ import annotations

from collections import ChainMap
from typing import TYPE_CHECKING, Any

from webapp.engine.encoding import clean
from webapp.engine.expressions import Outside, resolve

if TYPE_CHECKING:
    from collections.abc import Mapping


def chain(task: Any) -> list[Any]:
    """The task and the scopes around it, inmost first, up to the process that it runs in."""
    out = [task]
    while task.task_spec.node.kind != "process" and task.parent is not None:
        task = task.parent
        out.append(task)
    return out


def visible(task: Any) -> ChainMap[str, Any]:
    """All variables that the task sees; inner ones hide outer ones."""
    return ChainMap(*(item.data for item in chain(task)))


def write(task: Any, values: Mapping[str, Any]) -> None:
    """Write each value to the nearest scope that has the name, else to the process."""
    scopes = chain(task)
    for name, value in values.items():
        home = next((scope for scope in scopes if name in scope.data), scopes[-1])
        home.data[name] = clean(value)


def map_inputs(task: Any, outside: Outside) -> None:
    """Give the task its locals; later mappings see earlier ones."""
    fresh: dict[str, Any] = {}
    outer = visible(task)
    for source, target in task.task_spec.node.inputs:
        value = resolve(source, ChainMap(fresh, outer), outside)
        _assign(fresh, target, value)
    task.data.update(fresh)


def mapped_outputs(task: Any, outside: Outside) -> dict[str, Any]:
    """What the output mappings make of the task's variables, by top-level name."""
    fresh: dict[str, Any] = {}
    inner = visible(task)
    around = visible(task.parent)
    for source, target in task.task_spec.node.outputs:
        value = resolve(source, ChainMap(fresh, inner), outside)
        head = target.split(".", 1)[0]
        if "." in target and head not in fresh and isinstance(around.get(head), dict):
            fresh[head] = dict(around[head])
        _assign(fresh, target, value)
    return fresh


def _assign(into: dict[str, Any], target: str, value: Any) -> None:
    """Set a possibly dotted target; contexts on the way are copied, never changed in place."""
    *path, last = target.split(".")
    for name in path:
        inner = into.get(name)
        into[name] = dict(inner) if isinstance(inner, dict) else {}
        into = into[name]
    into[last] = value
