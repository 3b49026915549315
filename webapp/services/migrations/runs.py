"""Runs: which cases move, each in a transaction of its own, and the way back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import func, insert, select
from sqlalchemy.orm import joinedload

from models.case import Case
from models.job import Job
from models.migration import MemberState, MigrationMember, MigrationRun
from webapp.domain.errors import ConflictError, HeguiError, NotFoundError, UnavailableError
from webapp.domain.text import msg
from webapp.services import events
from webapp.services.cases.messages import deliver_buffered
from webapp.services.cases.migrate import move, put_back
from webapp.services.cases.operate import reason_given
from webapp.services.jobs.queue import enqueue, lock_case
from webapp.services.migrations.plan import movable_cases, readable_among
from webapp.services.notices import restored, stored
from webapp.services.people import load_actor
from webapp.services.procedures.drafts import may_edit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from models.procedure import Procedure, ProcedureVersion
    from webapp.domain.text import Message
    from webapp.services.jobs.handlers import TakenJob, Units
    from webapp.services.work import Work

MOVE: Final = "migrate-cases"
CHUNK: Final = 50  # cases of one job; the next chunk is another job, so that no lease runs out
PAGE: Final = 200


def start_run(
    work: Work,
    procedure: Procedure,
    *,
    source: ProcedureVersion,
    target: ProcedureVersion,
    mapping: Mapping[str, str],
    reason: str,
) -> MigrationRun:
    """Write down which cases are to be moved and ask the worker; those begun later are not in it.

    Raises InvalidError without a reason, ConflictError where there is nothing to move.
    """
    why = reason_given(reason)
    mine = movable_cases(work, procedure) & (Case.procedure_version_id == source.id)
    cases = work.session.scalars(select(Case.id).where(mine).order_by(Case.id)).all()
    if not cases or source.id == target.id:
        raise ConflictError(msg("没有可以迁移的案件。"))
    run = MigrationRun(
        procedure_id=procedure.id,
        from_version_id=source.id,
        to_version_id=target.id,
        mapping=dict(mapping),
        reason=why,
        started_by_id=work.person_id,
        started_at=work.now,
    )
    _enlist(work, run, cases)
    facts = {"from": source.number, "to": target.number, "mapping": dict(mapping), "reason": why}
    _record(work, procedure.key, run, facts={**facts, "cases": len(cases)})
    return run


def take_back(work: Work, run_id: int, *, reason: str) -> MigrationRun:
    """Ask for the moved cases of a run to be moved back.

    One on which nobody has acted since gets its exact state back; the others are moved by the mapping turned
    round. Raises ConflictError while the run still moves, or where nothing of it was moved.
    """
    run = read_run(work, run_id)
    if run.finished_at is None:
        raise ConflictError(msg("迁移还在进行，完成后才能退回。"))
    why = reason_given(reason)
    moved = work.session.scalars(
        select(MigrationMember.case_id)
        .where(MigrationMember.run_id == run.id, MigrationMember.state == MemberState.MOVED)
        .order_by(MigrationMember.case_id)
    ).all()
    if not moved or work.session.scalar(select(MigrationRun.id).where(MigrationRun.back_of_id == run.id)):
        raise ConflictError(msg("没有可以退回的案件，或已经退回过。"))
    back = MigrationRun(
        procedure_id=run.procedure_id,
        from_version_id=run.to_version_id,
        to_version_id=run.from_version_id,
        mapping=_turned(run.mapping),
        reason=why,
        back_of_id=run.id,
        started_by_id=work.person_id,
        started_at=work.now,
    )
    _enlist(work, back, moved)
    _record(work, run.procedure.key, back, facts={"back_of": run.id, "reason": why, "cases": len(moved)})
    return back


def _turned(mapping: Mapping[str, str]) -> dict[str, str]:
    """Backwards; where two elements went to one nobody can tell which it was, and those cases stay."""
    targets = list(mapping.values())
    return {new: old for old, new in mapping.items() if targets.count(new) == 1}


def _enlist(work: Work, run: MigrationRun, cases: Sequence[int]) -> None:
    work.session.add(run)
    work.session.flush()  # members name it by id
    work.session.execute(
        insert(MigrationMember),
        [{"run_id": run.id, "case_id": case_id, "state": MemberState.PENDING} for case_id in cases],
    )
    enqueue(work, MOVE, {"run": run.id}, key=f"{MOVE}/{run.id}")


def _record(work: Work, key: str, run: MigrationRun, *, facts: Mapping[str, Any]) -> None:
    events.append(
        work, "procedure.migrated", {"key": key, "run": run.id, **facts}, subject=f"procedure/{key}"
    )


# -- the job -----------------------------------------------------------------------------------------------


def move_cases(units: Units, job: TakenJob) -> Mapping[str, Any]:
    """Move the next cases of a run; killed halfway, the next try goes on with those still pending."""
    run_id = int(job.payload["run"])
    for _ in range(CHUNK):
        with units() as work:
            case_id = _next(work, run_id)
            if case_id is None:
                _finish(work, run_id)
                return {}
        _move_one(units, run_id, case_id)
    with units() as work:
        _ask_again(work, run_id, job)
    return {}


def _next(work: Work, run_id: int) -> int | None:
    return work.session.scalars(
        select(MigrationMember.case_id)
        .where(MigrationMember.run_id == run_id, MigrationMember.state == MemberState.PENDING)
        .order_by(MigrationMember.case_id)
        .limit(1)
    ).first()


def _move_one(units: Units, run_id: int, case_id: int) -> None:
    try:
        with units() as work:
            _move(work, run_id, case_id)
    except UnavailableError:
        raise  # the database, not the case: the job is tried again
    except HeguiError as error:
        with units() as work:
            member = _lock(work, run_id, case_id)
            if member.state == MemberState.PENDING:
                member.state, member.problem = MemberState.BLOCKED, stored(error.message)


def _move(work: Work, run_id: int, case_id: int) -> None:
    """Case first, then member: a click locks the case first, too."""
    case = lock_case(work, case_id)
    member = _lock(work, run_id, case_id)
    run = member.run
    if member.state != MemberState.PENDING:
        return  # another worker was faster
    own = replace(work, actor=load_actor(work.session, run.started_by_id))
    before = case.snapshot
    facts = {"run": run.id, "reason": run.reason}
    exact = _exact_state(work, run, case)
    if exact is not None:
        put_back(own, case, version_id=run.to_version_id, snapshot=exact, facts=facts)
    else:
        _check_source(case, run)
        move(own, case, version_id=run.to_version_id, mapping=run.mapping, facts=facts)
    deliver_buffered(own, case)
    work.session.flush()
    member.state, member.moved_at = MemberState.MOVED, work.now
    member.snapshot, member.case_version = before, case.version


def _check_source(case: Case, run: MigrationRun) -> None:
    if case.procedure_version_id != run.from_version_id:
        raise ConflictError(msg("案件已经在另一个版本上。"))


def _exact_state(work: Work, run: MigrationRun, case: Case) -> str | None:
    """The state before the move that is taken back, as long as nobody has acted on the case since."""
    if run.back_of_id is None:
        return None
    moved = work.session.get_one(MigrationMember, (run.back_of_id, case.id))
    return moved.snapshot if moved.case_version == case.version else None


def _lock(work: Work, run_id: int, case_id: int) -> MigrationMember:
    return work.session.scalars(
        select(MigrationMember)
        .options(joinedload(MigrationMember.run, innerjoin=True))
        .where(MigrationMember.run_id == run_id, MigrationMember.case_id == case_id)
        .with_for_update(of=MigrationMember)
        .execution_options(populate_existing=True)
    ).one()


def _finish(work: Work, run_id: int) -> None:
    run = work.session.get_one(MigrationRun, run_id, with_for_update=True)
    if run.finished_at is None:
        run.finished_at = work.now


def _ask_again(work: Work, run_id: int, job: TakenJob) -> None:
    """The next chunk: one row, also when this job is done twice."""
    key = f"{MOVE}/{run_id}/{job.id}"
    work.session.get_one(MigrationRun, run_id, with_for_update=True)
    if work.session.scalar(select(Job.id).where(Job.idempotency_key == key)) is None:
        enqueue(work, MOVE, {"run": run_id}, key=key)


# -- reading -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """A run as its page shows it."""

    run: MigrationRun
    counts: Mapping[str, int]  # by MemberState
    members: tuple[MigrationMember, ...]  # blocked first, at most PAGE
    back: MigrationRun | None  # the run that took it back
    named: frozenset[int]  # cases that the actor may read

    @property
    def total(self) -> int:
        """How many cases are in it."""
        return sum(self.counts.values())

    @property
    def done(self) -> int:
        """How many had their turn."""
        return self.total - self.counts.get(MemberState.PENDING, 0)


def read_run(work: Work, run_id: int) -> MigrationRun:
    """A run of a procedure that the actor owns, or that they started; raises NotFoundError otherwise."""
    run = work.session.scalars(
        select(MigrationRun)
        .options(
            joinedload(MigrationRun.procedure, innerjoin=True),
            joinedload(MigrationRun.from_version, innerjoin=True),
            joinedload(MigrationRun.to_version, innerjoin=True),
            joinedload(MigrationRun.started_by, innerjoin=True),
        )
        .where(MigrationRun.id == run_id)
    ).one_or_none()
    if run is None or not (run.started_by_id == work.actor.person_id or may_edit(work, run.procedure)):
        raise NotFoundError
    return run


def read_progress(work: Work, run_id: int) -> Progress:
    """A run with what became of its cases."""
    run = read_run(work, run_id)
    rows = work.session.execute(
        select(MigrationMember.state, func.count())
        .where(MigrationMember.run_id == run.id)
        .group_by(MigrationMember.state)
    )
    members = work.session.scalars(
        select(MigrationMember)
        .options(joinedload(MigrationMember.case, innerjoin=True))
        .where(MigrationMember.run_id == run.id)
        .order_by(MigrationMember.state, MigrationMember.case_id)
        .limit(PAGE)
    ).all()
    return Progress(
        run=run,
        counts={state: count for state, count in rows},  # noqa: C416  (rows, not pairs)
        members=tuple(members),
        back=work.session.scalars(select(MigrationRun).where(MigrationRun.back_of_id == run.id)).first(),
        named=readable_among(work, [member.case_id for member in members]),
    )


def runs_of(work: Work, procedure: Procedure) -> tuple[MigrationRun, ...]:
    """The latest runs of a procedure that the actor may see."""
    query = select(MigrationRun).where(MigrationRun.procedure_id == procedure.id)
    if not may_edit(work, procedure):
        query = query.where(MigrationRun.started_by_id == work.actor.person_id)
    query = query.options(
        joinedload(MigrationRun.from_version, innerjoin=True),
        joinedload(MigrationRun.to_version, innerjoin=True),
        joinedload(MigrationRun.started_by, innerjoin=True),
    )
    return tuple(work.session.scalars(query.order_by(MigrationRun.id.desc()).limit(20)))


def problem_of(member: MigrationMember) -> Message | None:
    """Why a case stays, as a sentence."""
    return None if member.problem is None else restored(member.problem)
