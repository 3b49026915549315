"""Signers added and taken out, a vote delegated, a vote taken back: each verb checks who acts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from models.approval import Ballot, BallotState, Vote
from models.person import Person
from webapp.domain.approval import Mode, SeatKind, SeatState
from webapp.domain.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from webapp.domain.permissions import Permission
from webapp.domain.text import msg
from webapp.services import events
from webapp.services.approvals.ballots import ballot_of, begin_ballot, drop_votes, pause_vote, sitting_of
from webapp.services.approvals.cast import conclude
from webapp.services.cases.assignment import CLOSED, is_approval, is_personal, may_decide, may_receive
from webapp.services.cases.operate import check_running, check_seen, lock_readable, reason_given
from webapp.services.notices import tell
from webapp.services.tasks.lock import check_not_self, check_version, lock_task

if TYPE_CHECKING:
    from models.case import Case
    from models.task import Task
    from webapp.domain.text import Message
    from webapp.services.work import Work

ADDED: Final = (SeatKind.BEFORE, SeatKind.AFTER, SeatKind.BESIDE)
_COUNTED: Final = (SeatKind.ORIGINAL, SeatKind.BESIDE)
_LIVE: Final = (SeatState.OPEN, SeatState.WAITING)
DEPTH: Final = 5  # signers who add signers who add …
WORDS: Final[dict[str, Message]] = {
    SeatKind.BEFORE: msg("请您先签“{title}”。"),
    SeatKind.AFTER: msg("请您在之后签“{title}”。"),
    SeatKind.BESIDE: msg("请您一同审批“{title}”。"),
    SeatKind.DELEGATE: msg("请您就“{title}”提出意见。"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AddVote:
    """Ask somebody to sign before, after or beside the actor, or to advise them."""

    task_id: int
    version: int
    kind: str  # a SeatKind but the original
    person_id: int
    reason: str


def add_vote(work: Work, command: AddVote) -> Task:
    """Add a signer (加签), or delegate (委派): only whoever holds the task, and never the person concerned.

    Before, or a delegate: the actor waits until they are done, then decides. After: they are asked when the
    actor has agreed. Beside: one more vote. Raises ForbiddenError, InvalidError with fields, ConflictError.
    """
    task = lock_task(work, command.task_id)
    check_version(work, task, command.version)
    _check_holder(work, task)
    why = reason_given(command.reason)
    if command.kind not in (*ADDED, SeatKind.DELEGATE):
        raise InvalidError(fields={"kind": (msg("请选择加签的方式。"),)})
    person = _receiver(work, task, command.person_id)
    ballot = ballot_of(work, task) if task.seat else begin_ballot(work, task)
    mine = next(v for v in ballot.votes if v.task_id == task.id)
    _check_may_add(ballot, mine, command=command)
    vote = Vote(
        kind=command.kind,
        state=SeatState.WAITING,
        seq=mine.seq,
        weight=1,
        parent_id=mine.id,
        person_id=person.id,
        why="added",
        added_by_id=work.person_id,
        reason=why,
    )
    ballot.votes.append(vote)
    if command.kind in (SeatKind.BEFORE, SeatKind.DELEGATE):
        pause_vote(work, mine)
    work.session.flush()  # turns are worked out by ids
    what = "vote.delegated" if command.kind == SeatKind.DELEGATE else "vote.added"
    facts = {"vote": vote.id, "kind": command.kind, "person": person.number, "reason": why}
    events.append(work, what, {"element": ballot.element_id, **facts}, case=task.case)
    sentence = msg(WORDS[command.kind].key, title=task.case.title)
    tell(work, [person.id], sentence, kind="vote", case_id=task.case_id)
    conclude(work, task, ballot)
    work.session.flush()
    return task


def _check_holder(work: Work, task: Task) -> None:
    if task.assignee_id is None or task.assignee_id != work.actor.person_id:
        raise ForbiddenError(msg("只有办理人可以加签或委派；待认领的任务请先认领。"))
    check_not_self(work, task)
    if not is_approval(task.properties):
        raise InvalidError(msg("只有审批可以加签或委派。"))
    if is_personal(task.properties):
        raise InvalidError(msg("这一步只能由本人办理，不能转给他人。"))


def _receiver(work: Work, task: Task, person_id: int) -> Person:
    person = work.session.get(Person, person_id)
    if person is None or person.left_on is not None:
        raise InvalidError(fields={"to": (msg("请选择一位在职人员。"),)})
    if person.id == work.actor.person_id or not may_decide(task.case, task.properties, person.id):
        raise InvalidError(fields={"to": (msg("不能请您自己或申请人。"),)})
    if not may_receive(work, task, person.id):
        raise InvalidError(fields={"to": (CLOSED,)})
    return person


def _check_may_add(ballot: Ballot, mine: Vote, *, command: AddVote) -> None:
    busy = {v.person_id for v in ballot.votes if v.state in (SeatState.OPEN, SeatState.WAITING)}
    if command.person_id in busy:
        raise InvalidError(fields={"to": (msg("此人已在这一步的审批人中。"),)})
    if mine.kind == SeatKind.DELEGATE and command.kind != SeatKind.BEFORE:
        raise InvalidError(fields={"kind": (msg("受委派的人只提意见，只能请人先签。"),)})
    if _depth(ballot, mine) >= DEPTH:
        raise InvalidError(msg("加签的层数太多。"))


def _depth(ballot: Ballot, vote: Vote) -> int:
    known = {v.id: v for v in ballot.votes}
    depth = 0
    while vote.parent_id is not None:
        vote, depth = known[vote.parent_id], depth + 1
    return depth


def remove_vote(work: Work, vote_id: int, *, seen: int, reason: str) -> Ballot:
    """Take a signer out (减签) with all whom they added: by who added them, or by HR of the entity.

    What was voted stays. Raises ForbiddenError, ConflictError where the vote is given or the last one.
    """
    ballot, vote, case = _locked(work, vote_id, seen=seen)
    why = reason_given(reason)
    hr = work.actor.may_within(
        Permission.TASK_REASSIGN, entity_id=case.entity_id, department_path=case.department_path
    )
    concerned = work.actor.person_id in (case.person_id, case.starter_id)
    if concerned or not (hr or (vote.added_by_id is not None and vote.added_by_id == work.actor.person_id)):
        raise ForbiddenError(msg("只有加签的人或本单位人事可以减签。"))
    if vote.state not in (SeatState.OPEN, SeatState.WAITING):
        raise ConflictError(msg("已经表决，不能减签。"))
    gone = _with_added(ballot, vote)
    drop_votes(work, gone)
    for one in gone:
        one.reason = why if one is vote else one.reason
    if not [v for v in ballot.votes if v.kind in _COUNTED and v.state != SeatState.SKIPPED]:
        raise ConflictError(msg("这是最后一位审批人，不能减签；可以转办。"))
    work.session.flush()
    facts = {"vote": vote.id, "person": vote.person_id, "reason": why}
    events.append(work, "vote.removed", {"element": ballot.element_id, **facts}, case=case)
    conclude(work, sitting_of(work, ballot), ballot)
    work.session.flush()
    return ballot


def _with_added(ballot: Ballot, vote: Vote) -> list[Vote]:
    gone, ids = [vote], {vote.id}
    for other in ballot.votes:  # by id: whoever is added comes after who added them
        if other.parent_id in ids and other.state != SeatState.DONE:
            gone.append(other)
            ids.add(other.id)
    return gone


def retract_vote(work: Work, vote_id: int, *, seen: int) -> Ballot:
    """Take one's own vote back (撤回) while the step is undecided and nobody has acted because of it.

    Those whose turn it only became by that vote wait again. Raises ForbiddenError, ConflictError.
    """
    ballot, vote, case = _locked(work, vote_id, seen=seen)
    if vote.decided_by_id is None or vote.decided_by_id != work.actor.person_id:
        raise ForbiddenError(msg("只能撤回自己的表决。"))
    if vote.state != SeatState.DONE or vote.kind == SeatKind.DELEGATE or vote.why == "agreed":
        raise ConflictError(msg("这一票不能撤回。"))
    after = _because_of(ballot, vote)
    if any(v.state == SeatState.DONE for v in after):
        raise ConflictError(msg("后面的人已经表决，不能撤回。"))
    for other in after:
        pause_vote(work, other)
    vote.state, vote.decision, vote.values, vote.comment = SeatState.WAITING, None, None, ""
    vote.decided_at = vote.decided_by_id = None
    work.session.flush()
    facts = {"vote": vote.id, "person": work.actor.person_id}
    events.append(work, "vote.retracted", {"element": ballot.element_id, **facts}, case=case)
    conclude(work, sitting_of(work, ballot), ballot)
    work.session.flush()
    return ballot


def _because_of(ballot: Ballot, vote: Vote) -> list[Vote]:
    """Votes whose turn it became because a vote was given."""
    found = [v for v in ballot.votes if v.kind == SeatKind.AFTER and v.parent_id == vote.id]
    if vote.kind == SeatKind.BEFORE:
        found += [v for v in ballot.votes if v.id == vote.parent_id]
    if ballot.mode == Mode.SEQUENCE:
        found += [v for v in ballot.votes if v.kind == SeatKind.ORIGINAL and v.seq > vote.seq]
    return [v for v in found if v.state in (SeatState.OPEN, SeatState.DONE)]


def _locked(work: Work, vote_id: int, *, seen: int) -> tuple[Ballot, Vote, Case]:
    """A vote of an undecided ballot, its case held at the version that the page showed."""
    case_id = work.session.scalar(
        select(Ballot.case_id).join(Vote, Vote.ballot_id == Ballot.id).where(Vote.id == vote_id)
    )
    if case_id is None:
        raise NotFoundError
    case = lock_readable(work, case_id)
    check_running(case)
    check_seen(work, case, seen)
    vote = (
        work.session.scalars(
            select(Vote)
            .options(joinedload(Vote.ballot, innerjoin=True).joinedload(Ballot.votes))
            .where(Vote.id == vote_id)
            .execution_options(populate_existing=True)
        )
        .unique()
        .one()
    )
    if vote.ballot.state != BallotState.OPEN:
        raise ConflictError(msg("这一步已有结果。"))
    return vote.ballot, vote, case


def follow_transfer(work: Work, task: Task, person_id: int) -> None:
    """A vote goes with its task (转办); raises InvalidError for somebody who votes in this step already."""
    if not task.seat:
        return
    ballot = ballot_of(work, task)
    if any(v.person_id == person_id and v.state in _LIVE for v in ballot.votes):
        raise InvalidError(fields={"to": (msg("此人已在这一步的审批人中。"),)})
    for vote in ballot.votes:
        if vote.task_id == task.id and vote.state == SeatState.OPEN:
            vote.owner_id = vote.owner_id or vote.person_id
            vote.person_id, vote.queue, vote.why = person_id, None, "transferred"
