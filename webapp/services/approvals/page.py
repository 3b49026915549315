"""What the task page shows of a vote: who was asked, how each stands, and what the reader may do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from models.approval import Ballot, BallotState, Vote
from models.task import TaskState
from webapp.domain.approval import Decision, Mode, OnReject, SeatKind, SeatState, Share
from webapp.domain.permissions import Permission
from webapp.domain.text import Message, msg
from webapp.services.approvals.ballots import rules_of
from webapp.services.cases.assignment import is_approval, is_personal, may_decide

if TYPE_CHECKING:
    from models.case import Case
    from models.task import Task
    from webapp.services.work import Work

MODES: Final[dict[str, Message]] = {
    Mode.ALL: msg("会签：全部同意才通过"),
    Mode.ANY: msg("或签：一人同意即通过"),
    Mode.SEQUENCE: msg("依次审批：前一人同意后轮到下一人"),
    Mode.SHARE: msg("票签：达到比例即通过"),
}
KINDS: Final[dict[str, Message]] = {
    SeatKind.ORIGINAL: msg("审批人"),
    SeatKind.BEFORE: msg("前加签"),
    SeatKind.AFTER: msg("后加签"),
    SeatKind.BESIDE: msg("并加签"),
    SeatKind.DELEGATE: msg("受委派"),
}
STATES: Final[dict[str, Message]] = {
    SeatState.WAITING: msg("未轮到"),
    SeatState.OPEN: msg("待表决"),
    SeatState.SKIPPED: msg("不需要"),
}
GIVEN: Final[dict[str, Message]] = {Decision.APPROVE: msg("同意"), Decision.REJECT: msg("不同意")}
ADVICE: Final[dict[str, Message]] = {Decision.APPROVE: msg("建议同意"), Decision.REJECT: msg("建议不同意")}
TONES: Final = {Decision.APPROVE: "ok", Decision.REJECT: "danger"}


@dataclass(frozen=True, slots=True, kw_only=True)
class VoteRow:
    """One line of the list."""

    vote: Vote
    who: str  # empty: a queue
    kind: Message
    word: Message
    tone: str
    depth: int
    removable: bool
    retractable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class BallotPage:
    """A vote as its page shows it."""

    ballot: Ballot
    mode: Message
    progress: Message
    rows: tuple[VoteRow, ...]
    advising: bool  # the reader has it as delegate: what they say is advice


def open_ballot_page(work: Work, task: Task) -> BallotPage | None:
    """The vote to which a task belongs; None where one person decides alone."""
    if not task.seat:
        return None
    ballot = (
        work.session.scalars(
            select(Ballot)
            .options(
                joinedload(Ballot.votes).joinedload(Vote.person),
                joinedload(Ballot.votes).joinedload(Vote.decided_by),
            )
            .where(
                Ballot.case_id == task.case_id,
                Ballot.element_instance == task.element_instance,
                Ballot.round == task.round,
            )
        )
        .unique()
        .one()
    )
    mine = next((v for v in ballot.votes if v.task_id == task.id), None)
    return BallotPage(
        ballot=ballot,
        mode=MODES[ballot.mode],
        progress=_progress(ballot),
        rows=tuple(_row(work, task.case, ballot, vote=vote) for vote in _in_order(ballot)),
        advising=mine is not None and mine.kind == SeatKind.DELEGATE,
    )


def may_add(work: Work, task: Task) -> bool:
    """Whether the reader may ask others to sign, or to advise them."""
    return (
        task.state == TaskState.OPEN
        and task.assignee_id is not None
        and task.assignee_id == work.actor.person_id
        and is_approval(task.properties)
        and not is_personal(task.properties)
        and may_decide(task.case, task.properties, work.actor.person_id)
    )


def _in_order(ballot: Ballot) -> list[Vote]:
    """Everybody below who added them."""
    below: dict[int | None, list[Vote]] = {}
    for vote in sorted(ballot.votes, key=lambda v: (v.seq, v.id)):
        below.setdefault(vote.parent_id, []).append(vote)

    def walk(parent: int | None) -> list[Vote]:
        return [one for vote in below.get(parent, ()) for one in (vote, *walk(vote.id))]

    return walk(None)


def _row(work: Work, case: Case, ballot: Ballot, *, vote: Vote) -> VoteRow:
    person = vote.decided_by or vote.person
    live = ballot.state == BallotState.OPEN
    hr = work.actor.may_within(
        Permission.TASK_REASSIGN, entity_id=case.entity_id, department_path=case.department_path
    )
    concerned = work.actor.person_id in (case.person_id, case.starter_id)
    added_by_me = vote.added_by_id is not None and vote.added_by_id == work.actor.person_id
    own = vote.decided_by_id is not None and vote.decided_by_id == work.actor.person_id
    return VoteRow(
        vote=vote,
        who="" if person is None else person.name,
        kind=KINDS[vote.kind],
        word=_word(vote),
        tone=TONES.get(Decision(vote.decision), "") if vote.decision else "info" if vote.task_id else "",
        depth=_depth(ballot, vote),
        removable=live
        and vote.state in (SeatState.OPEN, SeatState.WAITING)
        and not concerned
        and (added_by_me or hr),
        retractable=live
        and own
        and vote.state == SeatState.DONE
        and vote.kind != SeatKind.DELEGATE
        and vote.why != "agreed",
    )


def _word(vote: Vote) -> Message:
    if vote.decision is not None:
        said = ADVICE if vote.kind == SeatKind.DELEGATE else GIVEN
        return msg("前一步已同意") if vote.why == "agreed" else said[vote.decision]
    return STATES[vote.state]


def _depth(ballot: Ballot, vote: Vote) -> int:
    known = {v.id: v for v in ballot.votes}
    depth = 0
    while vote.parent_id is not None and depth < len(known):
        vote, depth = known[vote.parent_id], depth + 1
    return depth


def _progress(ballot: Ballot) -> Message:
    rules = rules_of(ballot)
    counted = [(s.weight, rules.standing(s)) for s in rules.counted]
    yes = sum(weight for weight, decision in counted if decision is Decision.APPROVE)
    no = sum(weight for weight, decision in counted if decision is Decision.REJECT)
    total = sum(weight for weight, _ in counted)
    if ballot.mode == Mode.SHARE:
        share = Share.read(ballot.share)
        needed = -(-share.numerator * total // share.denominator)
        return msg(
            "同意 {yes} 票，不同意 {no} 票，共 {total} 票，需 {needed} 票",
            yes=yes,
            no=no,
            total=total,
            needed=needed,
        )
    ends = ballot.on_reject == OnReject.DECIDES
    tail = msg("一人不同意即不通过") if ends else msg("不同意只计一票")
    return msg("同意 {yes}，不同意 {no}，共 {total} 人；{tail}", yes=yes, no=no, total=total, tail=tail)
