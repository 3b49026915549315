"""Ballots: opened for a step, their votes handed out in turn, closed when the outcome is certain."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import joinedload

from models.account import Grant
from models.approval import Ballot, BallotState, Vote
from models.person import Person
from models.task import Task
from webapp.domain import approval
from webapp.domain.approval import APPROVERS, MAX_SEATS, Decision, SeatKind, SeatState
from webapp.services.approvals.policy import policy_of, share_text, stored_policy, weight_of
from webapp.services.cases.assignment import Assignment, assign_each
from webapp.services.cases.seats import add_tasks, another_sitting, close_tasks, new_task

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from models.case import Case
    from webapp.engine.values import ItemKey, WorkItem
    from webapp.services.work import Work


def open_ballot(
    work: Work,
    case: Case,
    item: WorkItem,
    *,
    variables: Mapping[str, Any],
    agreed: frozenset[int] = frozenset(),
) -> Ballot:
    """Hand out the votes of a step: to each person once, in the order in which the step names them.

    ``agreed`` are people whose agreement in this case counts here too. The engine has seen to it that share
    and weights are such, and stopped the case otherwise.
    """
    policy = policy_of(item.properties)
    ballot = Ballot(
        case_id=case.id,
        element_instance=item.key.element_instance,
        round=item.key.round,
        element_id=item.element_id,
        mode=policy.mode,
        on_reject=policy.on_reject,
        share=share_text(policy.share),
        state=BallotState.OPEN,
        opened_at=work.now,
    )
    places = _places(work, case, item)
    ballot.votes = [
        _vote(place, seq=seq, weight=weight) for seq, (place, weight) in enumerate(places, start=1)
    ]
    for vote in ballot.votes:
        if vote.person_id in agreed:
            vote.state, vote.decision, vote.why = SeatState.DONE, Decision.APPROVE, "agreed"
            vote.decided_at, vote.decided_by_id = work.now, vote.person_id
    work.session.add(ballot)
    work.session.flush()  # votes are told apart by their ids
    due = set(rules_of(ballot).due())
    opened = [vote for vote in ballot.votes if vote.id in due]
    made = [
        (new_task(work, case, item, place=place_of(vote), seat=seat), place_of(vote))
        for seat, vote in enumerate(opened, start=1)
    ]
    add_tasks(work, made, variables=variables)
    for vote, (task, _) in zip(opened, made, strict=True):
        vote.state, vote.task_id = SeatState.OPEN, task.id
    return ballot


def foresee(work: Work, case: Case, item: WorkItem, *, agreed: frozenset[int]) -> Decision | None:
    """What a step would come to at once, where those who agreed before are not asked again."""
    seats = [
        approval.Seat(
            id=number,
            order=number,
            weight=weight,
            state=SeatState.DONE if place.assignee_id in agreed else SeatState.WAITING,
            decision=Decision.APPROVE if place.assignee_id in agreed else None,
        )
        for number, (place, weight) in enumerate(_places(work, case, item), start=1)
    ]
    return approval.Ballot(policy_of(item.properties), seats).outcome()


def _places(work: Work, case: Case, item: WorkItem) -> list[tuple[Assignment, int]]:
    """Who votes, each once with the weight of all for whom they stand."""
    numbers = approvers_of(work, case, item)
    found: dict[tuple[int | None, str | None], tuple[Assignment, int]] = {}
    for number, place in zip(numbers, assign_each(work, case, item, numbers=numbers), strict=False):
        key = (place.assignee_id, place.queue)
        weight = weight_of(item.properties, number) if number else 1
        known = found.get(key)
        found[key] = (place, weight) if known is None else (known[0], known[1] + weight)
    return list(found.values())


def approvers_of(work: Work, case: Case, item: WorkItem) -> tuple[str, ...]:
    """The employee numbers that a step names; one empty text where it names nobody.

    From the property, else the assignee, else the candidates, else holders of one of the roles, at most 50.
    """
    given = item.properties.get(APPROVERS)
    listed = [given] if isinstance(given, str) else given if isinstance(given, list | tuple) else []
    numbers = [str(n).strip() for n in listed if n not in (None, "")]
    numbers = numbers or ([item.assignee] if item.assignee else []) or list(item.candidate_users)
    if not numbers and item.candidate_groups:
        numbers = list(
            work.session.scalars(
                select(Person.number)
                .join(Grant, Grant.person_id == Person.id)
                .where(
                    Grant.role.in_(item.candidate_groups),
                    Grant.department_id.is_(None),
                    Grant.entity_id.is_(None) | (Grant.entity_id == case.entity_id),
                    Person.left_on.is_(None),
                    Person.id.not_in([case.person_id, case.starter_id]),
                )
                .order_by(Person.number)
                .distinct()
            )
        )
    return tuple(dict.fromkeys(numbers))[:MAX_SEATS] or ("",)


def _vote(place: Assignment, *, seq: int, weight: int) -> Vote:
    return Vote(
        kind=SeatKind.ORIGINAL,
        state=SeatState.WAITING,
        seq=seq,
        weight=weight,
        person_id=place.assignee_id,
        owner_id=place.owner_id,
        queue=place.queue,
        why=place.why,
    )


def place_of(vote: Vote) -> Assignment:
    """Where a vote's task goes."""
    return Assignment(
        assignee_id=vote.person_id,
        owner_id=vote.owner_id,
        queue=None if vote.person_id else vote.queue,
        why=vote.why,
    )


def rules_of(ballot: Ballot) -> approval.Ballot:
    """A ballot as the rules see it."""
    seats = [
        approval.Seat(
            id=vote.id,
            kind=SeatKind(vote.kind),
            state=SeatState(vote.state),
            order=vote.seq,
            weight=vote.weight,
            parent=vote.parent_id,
            decision=None if vote.decision is None else Decision(vote.decision),
        )
        for vote in ballot.votes
    ]
    return approval.Ballot(stored_policy(ballot), seats)


def ballot_of(work: Work, task: Task) -> Ballot:
    """The ballot of a vote's task, with all its votes; the caller holds the case's lock."""
    return (
        work.session.scalars(
            select(Ballot)
            .options(joinedload(Ballot.votes).joinedload(Vote.person))
            .where(
                Ballot.case_id == task.case_id,
                Ballot.element_instance == task.element_instance,
                Ballot.round == task.round,
            )
            .execution_options(populate_existing=True)
        )
        .unique()
        .one()
    )


def settle(work: Work, ballot: Ballot, template: Task) -> Decision | None:
    """Give every vote whose turn has come its task; the outcome once it is certain."""
    rules = rules_of(ballot)
    outcome = rules.outcome()
    if outcome is not None:
        close_ballot(work, ballot, outcome=outcome)
        return outcome
    due = set(rules.due())
    opened = [vote for vote in ballot.votes if vote.id in due]
    if not opened:
        return None
    last = work.session.scalar(
        select(func.max(Task.seat)).where(
            Task.case_id == ballot.case_id,
            Task.element_instance == ballot.element_instance,
            Task.round == ballot.round,
        )
    )
    made = [
        (another_sitting(work, template, place=place_of(vote), seat=seat), place_of(vote))
        for seat, vote in enumerate(opened, start=(last or 0) + 1)
    ]
    add_tasks(work, made, variables=template.case.variables)
    for vote, (task, _) in zip(opened, made, strict=True):
        vote.state, vote.task_id = SeatState.OPEN, task.id
    return None


def pause_vote(work: Work, vote: Vote) -> None:
    """Take a vote's task away: its turn comes again."""
    if vote.state == SeatState.OPEN and vote.task_id is not None:
        close_tasks(work, [vote.task_id])
    vote.state = SeatState.WAITING


def drop_votes(work: Work, votes: Sequence[Vote]) -> None:
    """Take votes out for good, with their tasks."""
    close_tasks(work, [v.task_id for v in votes if v.state == SeatState.OPEN and v.task_id is not None])
    for vote in votes:
        if vote.state != SeatState.DONE:
            vote.state = SeatState.SKIPPED


def close_ballot(work: Work, ballot: Ballot, *, outcome: Decision) -> None:
    """The outcome is certain: nobody else is asked."""
    drop_votes(work, [v for v in ballot.votes if v.state in (SeatState.OPEN, SeatState.WAITING)])
    ballot.state, ballot.outcome, ballot.decided_at = BallotState.DECIDED, outcome, work.now


def cancel_ballot(work: Work, case: Case, key: ItemKey) -> None:
    """The case went on without a step: its tasks are closed by the caller, its votes here."""
    ballot_id = work.session.scalar(
        update(Ballot)
        .where(
            Ballot.case_id == case.id,
            Ballot.element_instance == key.element_instance,
            Ballot.round == key.round,
            Ballot.state == BallotState.OPEN,
        )
        .values(state=BallotState.CANCELLED, decided_at=work.now)
        .returning(Ballot.id)
        .execution_options(synchronize_session=False)
    )
    if ballot_id is not None:
        work.session.execute(
            update(Vote)
            .where(Vote.ballot_id == ballot_id, Vote.state.in_([SeatState.OPEN, SeatState.WAITING]))
            .values(state=SeatState.SKIPPED)
            .execution_options(synchronize_session=False)
        )


def begin_ballot(work: Work, task: Task) -> Ballot:
    """Make a ballot of an approval that one person decides, so that others can sign beside them.

    The person's task becomes the first vote; with one vote more, both have to agree.
    """
    ballot = Ballot(
        case_id=task.case_id,
        element_instance=task.element_instance,
        round=task.round,
        element_id=task.element_id,
        mode=approval.Mode.ALL,
        on_reject=approval.OnReject.DECIDES,
        share="100/100",
        state=BallotState.OPEN,
        opened_at=task.opened_at,
    )
    ballot.votes = [
        replace_vote(
            Vote(kind=SeatKind.ORIGINAL, state=SeatState.OPEN, seq=1, weight=1, task_id=task.id), task
        )
    ]
    task.seat = 1
    work.session.add(ballot)
    work.session.flush()
    return ballot


def replace_vote(vote: Vote, task: Task) -> Vote:
    """Give a vote to whoever holds its task now."""
    vote.person_id, vote.owner_id, vote.queue = task.assignee_id, task.owner_id, task.queue
    vote.why = str((task.properties or {}).get("assigned.why", "named"))
    return vote


def open_seat_of(ballot: Ballot, task: Task) -> Vote:
    """The vote whose turn it is at a task."""
    return next(v for v in ballot.votes if v.task_id == task.id and v.state == SeatState.OPEN)


def sitting_of(work: Work, ballot: Ballot) -> Task:
    """Any sitting of the step: the next ones are like it."""
    return work.session.scalars(
        select(Task)
        .options(joinedload(Task.case, innerjoin=True))
        .where(
            Task.case_id == ballot.case_id,
            Task.element_instance == ballot.element_instance,
            Task.round == ballot.round,
        )
        .order_by(Task.id)
        .limit(1)
    ).one()
