"""The same approver again (去重): who has agreed in a case is not asked once more, where the step says so."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, String, bindparam, select

from models.person import Person
from models.task import Task, TaskState
from webapp.engine.values import Command, Complete
from webapp.services.approvals.ballots import foresee
from webapp.services.approvals.policy import is_vote
from webapp.services.cases.assignment import APART, APPROVAL

if TYPE_CHECKING:
    from sqlalchemy import Select

    from models.case import Case
    from webapp.engine.values import WorkItem
    from webapp.services.work import Work

SAME = "approval.sameApprover"
SKIP = "skip"
AGREED = "approve"


def who_agreed(work: Work, case: Case, item: WorkItem) -> frozenset[int]:
    """People who have agreed in a case, where a step says that this counts for its votes too."""
    if item.properties.get(SAME) != SKIP:
        return frozenset()
    rows = work.session.scalars(
        select(Task.completed_by_id).where(
            Task.case_id == case.id, Task.state == TaskState.COMPLETED, Task.outcome == AGREED
        )
    )
    return frozenset(person for person in rows if person is not None)


def skip_same(work: Work, case: Case, items: tuple[WorkItem, ...]) -> list[Command]:
    """Completions for new approvals whose approver, or enough of whose voters, agreed already."""
    foreseen = [
        (i, foresee(work, case, i, agreed=who_agreed(work, case, i)))
        for i in items
        if is_vote(i.properties) and i.properties.get(SAME) == SKIP
    ]
    return [*_skip_alone(work, case, items), *(_told(i, o) for i, o in foreseen if o is not None)]


def _told(item: WorkItem, outcome: str) -> Command:
    said: dict[str, object] = {"outcome": str(outcome), "comment": None, "refusal": None, "votes": []}
    return Complete(key=item.key, variables=said)


def _skip_alone(work: Work, case: Case, items: tuple[WorkItem, ...]) -> list[Command]:
    asked = [
        i
        for i in items
        if i.properties.get(SAME) == SKIP
        and APPROVAL in i.properties
        and not i.properties.get(APART)  # four eyes are four eyes
        and i.assignee
        and not is_vote(i.properties)
    ]
    if not asked:
        return []
    values = {"case": case.id, "numbers": [i.assignee for i in asked]}
    agreed = set(work.session.scalars(_agreed(), values))
    return [
        Complete(key=i.key, variables={"outcome": AGREED, "comment": None, "refusal": None})
        for i in asked
        if i.assignee in agreed
    ]


@cache
def _agreed() -> Select[Any]:
    return (
        select(Person.number)
        .join(Task, Task.completed_by_id == Person.id)
        .where(
            Task.case_id == bindparam("case", type_=BigInteger),
            Task.state == TaskState.COMPLETED,
            Task.outcome == AGREED,
            Person.number.in_(bindparam("numbers", expanding=True, type_=String)),
        )
    )
