"""Search over tasks by bigrams: finds a two-character Chinese name on both databases."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, and_, func, insert, select, true, update

from models.task import SearchGram, Task

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from sqlalchemy.orm import Session

    from models.case import Case

MAX_TEXT = 2000  # characters of a task's text that are indexed
MAX_GRAMS = 8  # pairs that narrow a search; more of them change nothing
RARE = 2000  # a pair's frequency is counted no further
MAX_VALUE = 200  # characters of one form value


def fold(text: str) -> str:
    """Compatibility-folded, case-folded text with single blanks: what is searched and searched for."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def grams(text: str) -> frozenset[str]:
    """Pairs of neighbouring characters within each word; a word of one character is itself."""
    found: set[str] = set()
    for word in fold(text).split(" "):
        found.update(word[i : i + 2] for i in range(max(1, len(word) - 1)))
    return frozenset(g for g in found if g)


def task_text(case: Case, task: Task) -> str:
    """Name, numbers, title and form values of a task."""
    parts = [case.person.name, case.person.number, case.number, case.title, *task.names.values()]
    parts += _values(case.variables)
    return " ".join(parts)[:MAX_TEXT]


def _values(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value[:MAX_VALUE]
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _values(inner)
    elif isinstance(value, list):
        for inner in value[:20]:
            yield from _values(inner)


def open_tasks(session: Session, case: Case, tasks: Sequence[Task]) -> None:
    """Index new tasks: one statement for all."""
    rows: list[Mapping[str, Any]] = [
        {"gram": g, "task_id": t.id, "scope": t.entity_id, "state": t.state, "sort_at": t.sort_at}
        for t in tasks
        for g in sorted(grams(task_text(case, t)))
    ]
    if rows:
        session.execute(insert(SearchGram), rows)


def close(session: Session, task_ids: Iterable[int], state: str) -> None:
    """Keep the index's state in line with its tasks."""
    session.execute(
        update(SearchGram)
        .where(SearchGram.task_id.in_(list(task_ids)))
        .values(state=state)
        .execution_options(synchronize_session=False)
    )


def matching_tasks(session: Session, text: str) -> ColumnElement[bool]:
    """Tasks whose text holds all pairs of the searched words, the rarest pair read first.

    A word of one character matches only a word of one character; two characters, as in 李娜, are one pair.
    """
    wanted = sorted(grams(text))
    if not wanted:
        return true()
    rarest = _by_rarity(session, wanted)[:MAX_GRAMS]
    return and_(*(Task.id.in_(select(SearchGram.task_id).where(SearchGram.gram == g)) for g in rarest))


def _by_rarity(session: Session, wanted: list[str]) -> list[str]:
    if len(wanted) == 1:
        return wanted
    counts = {
        g: session.scalar(
            select(func.count()).select_from(
                select(SearchGram.task_id).where(SearchGram.gram == g).limit(RARE).subquery()
            )
        )
        or 0
        for g in wanted[:MAX_GRAMS]
    }
    return sorted(counts, key=lambda g: (counts[g], g))
