"""Circles in who leads whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def loops(leaders: Mapping[str, str | None]) -> Iterator[tuple[str, ...]]:
    """Each circle once, its smallest number first; ``leaders`` maps a person to the line manager."""
    settled: set[str] = set()
    for start in sorted(leaders):
        path: dict[str, int] = {}
        at: str | None = start
        while at is not None and at not in settled and at not in path:
            path[at] = len(path)
            at = leaders.get(at)
        if at is not None and at in path:
            circle = list(path)[path[at] :]
            least = circle.index(min(circle))
            yield (*circle[least:], *circle[:least])
        settled.update(path)
