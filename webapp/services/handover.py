"""Handing over when somebody leaves (离职交接): tasks, votes, turns that wait, stand-ins."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import Text, cast, func, or_, select
from sqlalchemy.orm import aliased, contains_eager, joinedload

from models.approval import Ballot, BallotState, Vote
from models.case import Case
from models.person import Person, Substitution
from models.procedure import Procedure, ProcedureFile, ProcedureVersion, VersionState
from models.task import Task, TaskState
from webapp.domain.approval import SeatKind, SeatState
from webapp.domain.errors import ForbiddenError, InvalidError, NotFoundError
from webapp.domain.permissions import Permission, Role
from webapp.domain.text import msg, named
from webapp.services import events
from webapp.services.approvals.ballots import drop_votes, sitting_of
from webapp.services.approvals.cast import conclude
from webapp.services.cases.assignment import is_personal, may_receive
from webapp.services.cases.operate import OVER, reason_given
from webapp.services.jobs.queue import lock_case
from webapp.services.notices import tell
from webapp.services.people import local_date, queue_name
from webapp.services.procedures.references import GIVEN
from webapp.services.scope import not_against, within

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement

    from webapp.domain.text import Message
    from webapp.services.work import Work

LIVE: Final = (SeatState.OPEN, SeatState.WAITING)
CASES: Final = 200  # cases of one press; what is left is handed over by the next


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """What somebody who leaves has to hand over."""

    person: Person
    tasks: tuple[Task, ...]
    waiting: tuple[Vote, ...]  # turns that have not come: later in order, added signers, owners of a delegate
    standins: tuple[Substitution, ...]  # for whom they stand in
    procedures: tuple[Message, ...]  # newest versions whose diagrams name them
    cases: tuple[Case, ...]  # of others, whose variables name them: approvers chosen for later

    @property
    def empty(self) -> bool:
        """Whether nothing is left that a press could hand over."""
        return not (self.tasks or self.waiting or self.standins)


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOver:
    """What a press did."""

    moved: int  # tasks and turns that the receiver has now
    queued: int  # tasks that the receiver may not decide: HR's queue has them
    merged: int  # votes that the receiver had already
    kept: int  # what only the person themselves can do


def leavers(work: Work) -> list[tuple[Person, int]]:
    """People of the actor's scope who have left or are about to, with their open tasks; most first.

    Steps against the actor are not counted, here and below: another of HR hands them over.
    """
    rows = work.session.execute(
        select(Person, func.count(Task.id))
        .join(Task, (Task.assignee_id == Person.id) & (Task.state == TaskState.OPEN))
        .join(Case, Case.id == Task.case_id)
        .where(Person.left_on.is_not(None), _in_scope(work), not_against(work.actor))
        .group_by(Person.id)
        .order_by(func.count(Task.id).desc(), Person.id)
        .limit(100)
    )
    return [(person, count) for person, count in rows]


def _in_scope(work: Work) -> ColumnElement[bool]:
    return within(work.actor, Permission.TASK_REASSIGN, entity=Person.entity_id)


def read_handover(work: Work, number: str) -> Handover:
    """Everything that hangs on a person; raises NotFoundError for one outside the actor's scope."""
    person = work.session.scalars(
        select(Person).where(Person.number == number, _in_scope(work))
    ).one_or_none()
    if person is None:
        raise NotFoundError
    return Handover(
        person=person,
        tasks=_tasks(work, person),
        waiting=_waiting(work, person),
        standins=tuple(
            work.session.scalars(
                select(Substitution).where(
                    Substitution.substitute_id == person.id,
                    Substitution.revoked_at.is_(None),
                    Substitution.ends_on >= local_date(work.now),
                )
            )
        ),
        procedures=_procedures(work, number),
        cases=_chosen_in(work, person),
    )


def _tasks(work: Work, person: Person) -> tuple[Task, ...]:
    return tuple(
        work.session.scalars(
            select(Task)
            .join(Task.case)
            .options(contains_eager(Task.case))
            .where(Task.assignee_id == person.id, Task.state == TaskState.OPEN, not_against(work.actor))
            .order_by(Task.case_id, Task.id)
            .limit(CASES)
        )
    )


def _waiting(work: Work, person: Person) -> tuple[Vote, ...]:
    return tuple(
        work.session.scalars(
            select(Vote)
            .join(Vote.ballot)
            .join(Ballot.case)
            .options(contains_eager(Vote.ballot).contains_eager(Ballot.case))
            .where(
                not_against(work.actor),
                Vote.person_id == person.id,
                Vote.state == SeatState.WAITING,
                Ballot.state == BallotState.OPEN,
            )
            .order_by(Ballot.case_id, Vote.id)
            .limit(CASES)
        )
    )


def _chosen_in(work: Work, person: Person) -> tuple[Case, ...]:
    """Cases of others with a variable of their own that names a person: not the line that the house gave."""
    rows = work.session.scalars(
        select(Case)
        .where(
            Case.state.not_in(OVER),
            Case.person_id != person.id,
            Case.starter_id != person.id,
            not_against(work.actor),
            cast(Case.variables, Text).contains(f'"{person.number}"'),
            within(work.actor, Permission.CASE_OPERATE, entity=Case.entity_id, path=Case.department_path),
        )
        .order_by(Case.id)
        .limit(CASES)
    )
    quoted = f'"{person.number}"'
    return tuple(
        case
        for case in rows
        if any(quoted in json.dumps(v) for k, v in (case.variables or {}).items() if k not in GIVEN)
    )


def _procedures(work: Work, number: str) -> tuple[Message, ...]:
    later = aliased(ProcedureVersion)
    newest = (
        select(func.max(later.number))
        .where(later.procedure_id == Procedure.id, later.state == VersionState.RELEASED)
        .scalar_subquery()
    )
    rows = work.session.execute(
        select(Procedure.key, Procedure.titles)
        .join(ProcedureVersion, ProcedureVersion.procedure_id == Procedure.id)
        .join(ProcedureFile, ProcedureFile.version_id == ProcedureVersion.id)
        .where(
            ProcedureVersion.number == newest,
            ProcedureFile.kind.in_(["diagram", "decision"]),
            or_(*(ProcedureFile.body.contains(f"{a}{number}{b}") for a, b in QUOTES)),
        )
        .distinct()
    )
    return tuple(named(titles, key) for key, titles in rows)


QUOTES: Final = (('"', '"'), ("&quot;", "&quot;"), ("&#34;", "&#34;"))


def hand_over(work: Work, number: str, *, to: str, reason: str) -> HandedOver:
    """Give somebody everything that a person has open or waits for, case by case.

    A step that the receiver may not decide goes to HR's queue; a vote that they have already gains the
    other's weight; what only the person can do stays. Their standing in for others ends. Raises InvalidError
    at ``to`` for somebody who is not employed, ForbiddenError for handing over oneself.
    """
    found = read_handover(work, number)
    why = reason_given(reason)
    receiver = work.session.scalars(
        select(Person).where(Person.number == to.strip(), Person.left_on.is_(None))
    ).one_or_none()
    if receiver is None or receiver.id == found.person.id:
        raise InvalidError(fields={"to": (msg("请选择一位在职人员。"),)})
    if work.actor.person_id == found.person.id:
        raise ForbiddenError
    done = _Done()
    ids = sorted({t.case_id for t in found.tasks} | {v.ballot.case_id for v in found.waiting})[:CASES]
    for case_id in ids:
        _hand_over_case(work, lock_case(work, case_id), found.person, receiver=receiver, why=why, done=done)
    for row in found.standins:
        row.revoked_at = work.now
    facts = {"from": number, "to": receiver.number, "reason": why, "cases": len(ids), **done.facts()}
    events.append(work, "person.handed_over", facts, subject=f"person/{number}")
    sentence = msg("{name}的待办已转给您：{n} 项。", name=found.person.name, n=done.moved)
    tell(work, [receiver.id], sentence, kind="transfer")
    work.session.flush()
    return HandedOver(moved=done.moved, queued=done.queued, merged=done.merged, kept=done.kept)


class _Done:
    """Counts of one press."""

    def __init__(self) -> None:
        self.moved = self.queued = self.merged = self.kept = 0

    def facts(self) -> dict[str, int]:
        return {"moved": self.moved, "queued": self.queued, "merged": self.merged, "kept": self.kept}


def _hand_over_case(
    work: Work, case: Case, person: Person, *, receiver: Person, why: str, done: _Done
) -> None:
    votes = _live_votes(work, case, person)
    tasks = work.session.scalars(
        select(Task)
        .where(Task.case_id == case.id, Task.assignee_id == person.id, Task.state == TaskState.OPEN)
        .options(joinedload(Task.case, innerjoin=True))
        .with_for_update(of=Task)
        .execution_options(populate_existing=True)
    ).all()
    data = {"from": person.number, "to": receiver.number, "reason": why, "tasks": [t.id for t in tasks]}
    events.append(work, "task.handed_over", {**data, "votes": [v.id for v in votes]}, case=case)
    for task in tasks:
        if not task.seat:
            _give_task(work, task, receiver, done=done)
    for vote in votes:
        _give_vote(work, case, vote, receiver=receiver, done=done)
    work.session.flush()


def _live_votes(work: Work, case: Case, person: Person) -> Sequence[Vote]:
    return (
        work.session.scalars(
            select(Vote)
            .join(Vote.ballot)
            .options(joinedload(Vote.ballot, innerjoin=True).joinedload(Ballot.votes), joinedload(Vote.task))
            .where(
                Ballot.case_id == case.id,
                Ballot.state == BallotState.OPEN,
                Vote.person_id == person.id,
                Vote.state.in_(LIVE),
            )
            .order_by(Vote.id)
            .execution_options(populate_existing=True)
        )
        .unique()
        .all()
    )


def _give_task(work: Work, task: Task, receiver: Person, *, done: _Done) -> None:
    if is_personal(task.properties):
        done.kept += 1
        return
    task.owner_id = task.owner_id or task.assignee_id
    if may_receive(work, task, receiver.id):
        task.assignee_id = receiver.id
        done.moved += 1
    else:
        task.assignee_id = None
        task.queue = task.queue or queue_name(Role.HR, task.entity_id)
        done.queued += 1


def _give_vote(work: Work, case: Case, vote: Vote, *, receiver: Person, done: _Done) -> None:
    ballot = vote.ballot
    template = sitting_of(work, ballot)
    other = next((v for v in ballot.votes if v.person_id == receiver.id and v.state in LIVE), None)
    counted = vote.kind in (SeatKind.ORIGINAL, SeatKind.BESIDE)
    if other is not None:
        if counted and other.kind in (SeatKind.ORIGINAL, SeatKind.BESIDE):
            other.weight += vote.weight
        for below in ballot.votes:
            if below.parent_id == vote.id:
                below.parent_id = other.id
        drop_votes(work, [vote])
        work.session.flush()
        conclude(work, template, ballot)
        done.merged += 1
        return
    fits = may_receive(work, template, receiver.id)
    vote.owner_id = vote.owner_id or vote.person_id
    vote.person_id = receiver.id if fits else None
    vote.queue = vote.queue if fits else queue_name(Role.HR, case.entity_id)
    vote.why = "left"
    if vote.task is not None and vote.state == SeatState.OPEN:
        vote.task.owner_id = vote.task.owner_id or vote.task.assignee_id
        vote.task.assignee_id = vote.person_id
        vote.task.queue = vote.queue if not fits else vote.task.queue
    done.moved += fits
    done.queued += not fits
