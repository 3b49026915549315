"""The search index of tasks by bigrams: finds a two-character Chinese name on both databases.

A row is (gram, scope, state, sort_at, task_id), and that is also its key: a walk over one gram within an
entity and a state comes out in the inbox's order; whether a task holds another gram is one look at a key.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, String, bindparam, delete, func, insert, literal, select, tuple_, update
from sqlalchemy.orm import joinedload

from models.base import json_strings
from models.case import Case
from models.task import SearchGram, Task, TaskState
from webapp.services.tasks.form import shown_values

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from sqlalchemy import ColumnElement, Delete, Insert, Select, Update
    from sqlalchemy.orm import Session

    from webapp.services.work import Work

MAX_TEXT = 2000  # characters of a task's text that are indexed
MAX_GRAMS = 8  # pairs that narrow a search; more of them change nothing
RARE = 1001  # a pair's frequency is counted no further
MAX_VALUE = 200  # characters of one form value
TASKS: Any = Task.__table__
GRAMS: Any = SearchGram.__table__
task, gram = TASKS.c, GRAMS.c
KEY = (gram.gram, gram.scope, gram.state, gram.sort_at, gram.task_id)


def fold(text: str) -> str:
    """Compatibility-folded, case-folded text with single blanks: what is searched and searched for."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def grams(text: str) -> frozenset[str]:
    """Pairs of neighbouring characters within each word; a word of one character is itself."""
    found: set[str] = set()
    for word in fold(text).split(" "):
        found.update(word[i : i + 2] for i in range(max(1, len(word) - 1)))
    return frozenset(g for g in found if g)


def task_grams(work: Work, about: Task, *, variables: Mapping[str, Any]) -> list[str]:
    """What a task is found by: name, numbers, title, and the variables that its own step may show.

    A value that the step hides is not in the index either: a search would betray it.
    """
    case = about.case
    parts = [case.person.name, case.person.number, case.number, case.title]
    parts += _values(shown_values(work, about, variables=variables))
    return sorted(grams(" ".join(parts)[:MAX_TEXT]))


def _values(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value[:MAX_VALUE]
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _values(inner)
    elif isinstance(value, list):
        for inner in value[:20]:
            yield from _values(inner)


def open_tasks(session: Session, task_ids: Iterable[int]) -> None:
    """Index flushed tasks by their grams: one statement for all."""
    session.execute(_opening(), {"tasks": list(task_ids)})


def close(session: Session, task_ids: Iterable[int], state: str) -> None:
    """Keep the index's state in line with its tasks, which were open: one statement for all."""
    session.execute(_closing(), {"tasks": list(task_ids), "new": state})


@cache
def _opening() -> Insert:
    return insert(GRAMS).from_select([c.key for c in KEY], _rows_of(state=task.state))


@cache
def _closing() -> Update:
    rows = _rows_of(state=literal(TaskState.OPEN.value))
    return update(GRAMS).where(tuple_(*KEY).in_(rows)).values(state=bindparam("new", type_=String))


@cache
def _forgetting() -> Delete:
    return delete(GRAMS).where(tuple_(*KEY).in_(_rows_of(state=task.state)))


def _rows_of(*, state: Any) -> Select[Any]:
    """The rows of the tasks named by the parameter ``tasks``, made from the grams that each keeps."""
    pair = json_strings(task.grams).table_valued("value")
    return (
        select(pair.c.value, task.entity_id, state, task.sort_at, task.id)
        .select_from(TASKS)
        .join(pair, literal(value=True))
        .where(task.id.in_(bindparam("tasks", expanding=True, type_=BigInteger)))
    )


def refresh_people(work: Work, person_ids: Iterable[int]) -> None:
    """Index anew what is about people whose name was changed."""
    wanted = sorted(set(person_ids))
    if wanted:
        _refresh_of(work, Case.person_id.in_(wanted))


def refresh_case(work: Work, case_id: int) -> None:
    """Index anew what is about a case whose variables were corrected."""
    _refresh_of(work, Case.id == case_id)


def _refresh_of(work: Work, cases: ColumnElement[bool]) -> None:
    work.session.flush()
    tasks = work.session.scalars(
        select(Task)
        .join(Task.case)
        .options(joinedload(Task.case, innerjoin=True).joinedload(Case.person, innerjoin=True))
        .where(cases)
        .order_by(Task.id)
    ).all()
    for start in range(0, len(tasks), 500):
        _refresh(work, tasks[start : start + 500])


def _refresh(work: Work, tasks: Iterable[Task]) -> None:
    ids = [t.id for t in tasks]
    work.session.execute(_forgetting(), {"tasks": ids})
    for each in tasks:  # not through the object: a page that shows the task is not stale for its index
        found = task_grams(work, each, variables=each.case.variables)
        work.session.execute(update(TASKS).where(task.id == each.id).values(grams=found))
    open_tasks(work.session, ids)


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What is searched for: pairs, the rarest first."""

    pairs: tuple[str, ...]
    rare: bool  # the first one has fewer than ``RARE`` rows: all of them may be read


def read_words(session: Session, text: str) -> Words | None:
    """The pairs of the searched words by rarity, None where there are none; one statement.

    A word of one character matches only a word of one character; two characters, as in 李娜, are one pair.
    """
    wanted = sorted(grams(text))[:MAX_GRAMS]
    if not wanted:
        return None
    values = {f"pair_{n}": pair for n, pair in enumerate(wanted)}
    row = session.execute(_rarity(len(wanted)), values).one()
    hits = sorted(zip(row, wanted, strict=True))
    return Words(pairs=tuple(pair for _, pair in hits), rare=hits[0][0] < RARE)


@lru_cache(maxsize=MAX_GRAMS)
def _rarity(number: int) -> Select[Any]:
    """How many rows each pair has, counted no further than ``RARE``: index rows alone."""
    named = (bindparam(f"pair_{n}", type_=String) for n in range(number))
    rows = (select(gram.task_id).where(gram.gram == name).limit(RARE).subquery() for name in named)
    return select(*(select(func.count()).select_from(r).scalar_subquery() for r in rows))
