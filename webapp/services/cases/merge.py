"""Several commands of one click, seen as one change."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from webapp.engine.values import Advance


def merge(first: Advance | None, then: Advance) -> Advance:
    """What both did together: an item opened by the first and closed by the second never happened."""
    if first is None:
        return then
    gone = set(then.closed)
    done = set(then.cancelled_jobs)
    born = {i.key for i in first.opened}
    asked = {j.key for j in first.jobs}
    return replace(
        then,
        opened=(*(i for i in first.opened if i.key not in gone), *then.opened),
        closed=(*first.closed, *(k for k in then.closed if k not in born)),
        jobs=(*(j for j in first.jobs if j.key not in done), *then.jobs),
        cancelled_jobs=(*first.cancelled_jobs, *(k for k in then.cancelled_jobs if k not in asked)),
        thrown=(*first.thrown, *then.thrown),
        fired=(*first.fired, *then.fired),
        passed=(*first.passed, *then.passed),
        children=(*first.children, *then.children),
    )
