"""A saved state written anew for another specification."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from webapp.engine.specs import Plan


def relocate(body: dict[str, Any], old: Plan, new: Plan, *, names: Mapping[str, str]) -> str:
    """The state with every element and flow under its new id; waits whose element is gone are left out.

    History keeps the old id of elements that are gone: they can be shown, but not returned to.
    """
    dropped: set[int] = set()
    tasks = []
    for number, parent, element, state, info, data in body["tasks"]:
        target = names.get(element, element)
        if parent in dropped or (
            info.get("role") == "catch" and not _keeps(old, new, element, target=target)
        ):
            dropped.add(number)
            continue
        tasks.append([number, parent, target, state, _renamed(info, names), data])
    history = [_record(record, names) for record in body["history"]]
    rounds = {names.get(element, element): count for element, count in body["rounds"].items()}
    moved = {**body, "spec": new.sha256, "tasks": tasks, "history": history, "rounds": rounds}
    return json.dumps(moved, ensure_ascii=False, separators=(",", ":"))


def _keeps(old: Plan, new: Plan, element: str, *, target: str) -> bool:
    """Whether a wait goes on: its event is still there and of the same kind."""
    before, after = old.nodes[element], new.nodes.get(target)
    if after is None or after.kind != before.kind or before.event is None or after.event is None:
        return False
    return (before.event.kind, before.event.timer) == (after.event.kind, after.event.timer)


def _renamed(info: dict[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    out = dict(info)
    for key in ("via", "start"):
        if key in out:
            out[key] = names.get(out[key], out[key])
    if "flows" in out:
        out["flows"] = [names.get(flow, flow) for flow in out["flows"]]
    return out


def _record(record: list[Any], names: Mapping[str, str]) -> list[Any]:
    out = list(record)
    out[1] = names.get(out[1], out[1])
    if len(out) > 4:
        out[4] = [names.get(flow, flow) for flow in out[4]]
    return out
