"""A vote is cast: counted, and when the outcome is certain the engine is told, once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from webapp.domain.approval import Decision, SeatKind, SeatState
from webapp.domain.errors import InvalidError
from webapp.domain.text import msg
from webapp.engine.values import Complete, ItemKey
from webapp.services import events
from webapp.services.approvals.ballots import ballot_of, open_seat_of, settle
from webapp.services.cases.facts import facts
from webapp.services.cases.run import run
from webapp.services.cases.values import plain
from webapp.services.notices import tell

if TYPE_CHECKING:
    from collections.abc import Mapping

    from models.approval import Ballot, Vote
    from models.task import Task
    from webapp.engine.values import Advance
    from webapp.services.work import Work


def cast(work: Work, task: Task, values: Mapping[str, Any]) -> None:
    """Count the vote of a task that its holder has just completed; the caller has locked case and task.

    Raises InvalidError for anything but agreement or refusal.
    """
    outcome = values.get("outcome")
    if outcome not in set(Decision):
        raise InvalidError(fields={"outcome": (msg("请选择同意或不同意。"),)})
    ballot = ballot_of(work, task)
    vote = open_seat_of(ballot, task)
    vote.state, vote.decision = SeatState.DONE, str(outcome)
    vote.person_id = vote.decided_by_id = work.person_id
    vote.decided_at = work.now
    vote.values, vote.comment = plain(dict(values)), _comment(values)
    work.session.flush()
    _record(work, task, ballot, vote=vote)
    if vote.kind == SeatKind.DELEGATE:
        _hand_back(work, task, ballot, vote=vote)
    conclude(work, task, ballot, values=values)


def conclude(
    work: Work, task: Task, ballot: Ballot, *, values: Mapping[str, Any] | None = None
) -> Advance | None:
    """Give the next their turn, or tell the engine what the votes came to; None while others still vote."""
    outcome = settle(work, ballot, task)
    work.session.flush()
    if outcome is None:
        return None
    key = ItemKey(element_instance=ballot.element_instance, round=ballot.round)
    told = {**(values or {}), "outcome": str(outcome), "votes": _votes(ballot)}
    advance = run(work, task.case, Complete(key=key, variables=told))
    events.append(
        work,
        "approval.decided",
        {
            "element": ballot.element_id,
            "ballot": ballot.id,
            "outcome": str(outcome),
            "mode": ballot.mode,
            "votes": _votes(ballot),
            **facts(advance),
        },
        case=task.case,
    )
    return advance


def _votes(ballot: Ballot) -> list[dict[str, Any]]:
    """Votes and advice as the case and its event keep them, in the order in which they were given."""
    given = sorted((v for v in ballot.votes if v.state == SeatState.DONE), key=lambda v: (v.decided_at, v.id))
    return [
        {
            "person": v.decided_by_id,
            "kind": v.kind,
            "decision": v.decision,
            "weight": v.weight,
            "comment": v.comment,
            "at": None if v.decided_at is None else v.decided_at.isoformat(),
        }
        for v in given
    ]


def _record(work: Work, task: Task, ballot: Ballot, *, vote: Vote) -> None:
    kind = "vote.advised" if vote.kind == SeatKind.DELEGATE else "vote.cast"
    events.append(
        work,
        kind,
        {
            "element": ballot.element_id,
            "task": task.id,
            "vote": vote.id,
            "outcome": vote.decision,
            "values": vote.values,
            "on_behalf_of": vote.owner_id,
        },
        case=task.case,
    )


def _hand_back(work: Work, task: Task, ballot: Ballot, *, vote: Vote) -> None:
    owner = next(v for v in ballot.votes if v.id == vote.parent_id)
    if owner.person_id is not None:
        sentence = msg("{name}已就“{title}”给出意见，请您决定。", name=work.actor.name, title=task.case.title)
        tell(work, [owner.person_id], sentence, kind="advice", case_id=task.case_id)


def _comment(values: Mapping[str, Any]) -> str:
    said = values.get("refusal") or values.get("comment") or ""
    return said if isinstance(said, str) else ""
