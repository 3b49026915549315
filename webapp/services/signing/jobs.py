"""What workers do to a document: sign, seal, archive, renew. Nothing is locked while an authority answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from models.organisation import Entity
from models.person import Person
from models.signing import SignedEdition, SigningFlow, Stage
from webapp.adapters.pdf.mark import Mark, draw_mark
from webapp.adapters.signing import Act
from webapp.domain.errors import ConflictError, InvalidError
from webapp.domain.keys import read_key
from webapp.domain.signing import (
    Edition,
    FlowState,
    SignerRequest,
    SigningUnavailableError,
    may_follow,
    read_stroke,
)
from webapp.domain.text import msg
from webapp.services.jobs.queue import lock_case
from webapp.services.signing.copies import deliver
from webapp.services.signing.editions import keep_edition, newest, newest_sha256
from webapp.services.signing.flows import COMPANY, flow_key, flow_of, log

if TYPE_CHECKING:
    from datetime import datetime

    from webapp.adapters.signing import DocumentDesk
    from webapp.services.jobs.handlers import TakenJob, Units
    from webapp.services.work import Work

AHEAD = timedelta(days=90)  # before a stamp's certificate ends it is renewed
RENEWALS = 20  # a sweep


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """All that a signature needs, read before the authorities are asked."""

    flow_id: int
    desk: DocumentDesk
    pdf: bytes
    sha256: str
    who: SignerRequest
    act: Act
    now: datetime


Make = Callable[[Taken], Edition]


def sign_document(units: Units, job: TakenJob) -> Mapping[str, Any]:
    """The job ``sign-document``: the person's own certificate signs, once their will is confirmed.

    Input: ``document``. Result: ``document_sha256``, ``signed_at``. Done twice, the second finds it done.
    """
    return _perform(units, job, Step(FlowState.SIGNED, Stage.SIGNED, _signer, _sign))


def seal_document(units: Units, job: TakenJob) -> Mapping[str, Any]:
    """The job ``seal-document``: the company seals after the person, once a holder approved."""
    return _perform(units, job, Step(FlowState.SEALED, Stage.SEALED, _sealer, _seal))


def archive_document(units: Units, job: TakenJob) -> Mapping[str, Any]:
    """The job ``archive-document``: revocation data and the archive stamp; then the person gets the copy."""
    return _perform(units, job, Step(FlowState.ARCHIVED, Stage.ARCHIVED, _archivist, _archive))


@dataclass(frozen=True, slots=True)
class Step:
    """One of the three jobs."""

    after: FlowState
    stage: Stage
    prepare: Callable[[Work, SigningFlow], tuple[SignerRequest, Act]]
    make: Make


def _perform(units: Units, job: TakenJob, step: Step) -> Mapping[str, Any]:
    named = str(job.payload["variables"].get("document") or "")
    with units() as work:
        flow = _flow(work, named)
        done = _done(work, flow, step.stage)
        if done is not None:
            return _result(done)
        _check_state(flow, step.after)
        taken = _take(work, flow, step)
    try:
        made = step.make(taken)
    except SigningUnavailableError as error:
        _wait(units, taken.flow_id, error)
        raise
    with units() as work:
        flow = _locked(work, taken.flow_id)
        done = _done(work, flow, step.stage)
        if done is not None:
            return _result(done)  # another worker took the job when the lease ran out
        _check_state(flow, step.after)
        return _result(_keep(work, flow, step, taken=taken, made=made))


def _keep(work: Work, flow: SigningFlow, step: Step, *, taken: Taken, made: Edition) -> SignedEdition:
    edition = keep_edition(work, flow, step.stage, made=made, before=taken.sha256)
    flow.waiting_for = None
    flow.state = step.after  # checked by the caller; the edition's event says it
    if step.stage is Stage.ARCHIVED:
        flow.archived_at = edition.stamped_at
        flow.stamp_ends_at = taken.desk.stamp_ends(made.pdf)
        deliver(work, flow)
    return edition


def _check_state(flow: SigningFlow, after: FlowState) -> None:
    if not may_follow(FlowState(flow.state), after):
        raise InvalidError(msg("文书的签署状态（{state}）不允许这一步。", state=flow.state))


def _flow(work: Work, named: str) -> SigningFlow:
    key = read_key(named)
    flow = None if key is None else flow_of(work, key)
    if flow is None:
        raise InvalidError(msg("这份文书没有签署记录。"))
    return flow


def _locked(work: Work, flow_id: int) -> SigningFlow:
    case_id = work.session.scalars(select(SigningFlow.case_id).where(SigningFlow.id == flow_id)).one()
    lock_case(work, case_id)
    return work.session.scalars(
        select(SigningFlow).where(SigningFlow.id == flow_id).execution_options(populate_existing=True)
    ).one()


def _done(work: Work, flow: SigningFlow, stage: Stage) -> SignedEdition | None:
    return work.session.scalars(
        select(SignedEdition).where(
            SignedEdition.document_id == flow.document_id, SignedEdition.stage == stage
        )
    ).one_or_none()


def _take(work: Work, flow: SigningFlow, step: Step) -> Taken:
    desk = work.ports.signing().desk
    if desk is None:
        raise SigningUnavailableError
    who, act = step.prepare(work, flow)
    sha256 = newest_sha256(work, flow.document)
    return Taken(
        flow_id=flow.id,
        desk=desk,
        pdf=work.ports.blobs.get(sha256),
        sha256=sha256,
        who=who,
        act=act,
        now=work.now,
    )


def _wait(units: Units, flow_id: int, error: SigningUnavailableError) -> None:
    """Write down why a document waits, once; the job itself is tried again."""
    with units() as work:
        flow = _locked(work, flow_id)
        if flow.waiting_for is None:
            log(work, flow, "delayed", state=flow.state, why=str(error.message))
        flow.waiting_for = str(error.message)


def _result(edition: SignedEdition) -> dict[str, str]:
    return {"document_sha256": edition.sha256, "stamped_at": edition.stamped_at.isoformat()}


def _signer(work: Work, flow: SigningFlow) -> tuple[SignerRequest, Act]:
    """The person, whose confirmed will names exactly these bytes."""
    intent = (flow.will or {}).get("intent", {})
    if intent.get("doc_sha256") != flow.document.sha256 or flow.outcome != "signed":
        raise InvalidError(msg("签署意愿与这份文书不一致，不能签署。"))
    person = work.session.get_one(Person, flow.person_id)
    mark = Mark(
        name=person.name,
        label="员工签署",
        at=flow.finished_at or work.now,
        stroke=read_stroke(flow.stroke) if flow.stroke else None,
        trial=work.ports.signing().trial,
    )
    who = SignerRequest(number=person.number, name=person.name, role=flow.role)
    return who, _act(flow, flow.role, reason=str(intent["text"]), mark=mark)


def _sealer(work: Work, flow: SigningFlow) -> tuple[SignerRequest, Act]:
    if flow.approved_by is None or flow.approved_at is None:
        raise InvalidError(msg("用印尚未获得批准。"))
    entity = work.session.get_one(Entity, flow.case.entity_id)
    mark = Mark(
        name=entity.name,
        label="单位盖章",
        at=flow.approved_at,
        seal=True,
        trial=work.ports.signing().trial,
    )
    who = SignerRequest(number=entity.code, name=entity.name, role=COMPANY)
    reason = f"用印批准：{flow.approved_by.name}"
    return who, _act(flow, COMPANY, reason=reason, mark=mark)


def _act(flow: SigningFlow, field: str, *, reason: str, mark: Mark) -> Act:
    return Act(
        field=field,
        reason=reason,
        appearance=draw_mark(mark),
        flow=flow_key(flow),
        title=flow.document.title,
    )


def _archivist(_work: Work, flow: SigningFlow) -> tuple[SignerRequest, Act]:
    return SignerRequest(number="", name="", role=flow.role), Act(field="", reason="")


def _sign(taken: Taken) -> Edition:
    return taken.desk.sign(taken.pdf, taken.who, taken.act, now=taken.now)


def _seal(taken: Taken) -> Edition:
    return taken.desk.seal(taken.pdf, taken.who, taken.act, now=taken.now)


def _archive(taken: Taken) -> Edition:
    return taken.desk.archive(taken.pdf, now=taken.now)


def due_renewals(work: Work) -> list[int]:
    """Flows whose last archive stamp rests on a certificate that ends within 90 days."""
    return list(
        work.session.scalars(
            select(SigningFlow.id)
            .where(SigningFlow.state == FlowState.ARCHIVED, SigningFlow.stamp_ends_at <= work.now + AHEAD)
            .order_by(SigningFlow.stamp_ends_at)
            .limit(RENEWALS)
        )
    )


def renew_stamp(units: Units, flow_id: int) -> bool:
    """Set a younger archive stamp; False where another worker did, or the authority has no longer one yet.

    Raises SigningUnavailableError: tried again at the next sweep.
    """
    with units() as work:
        flow = work.session.get_one(SigningFlow, flow_id)
        desk = work.ports.signing().desk
        edition = newest(work, flow.document_id)
        if desk is None or edition is None:
            return False
        pdf, before, now = work.ports.blobs.get(edition.sha256), edition.sha256, work.now
    if not desk.renewal_due(pdf, now=now, ahead=AHEAD):
        return False
    renewed = desk.archive(pdf, now=now)
    ends = desk.stamp_ends(renewed.pdf)
    with units() as work:
        flow = _locked(work, flow_id)
        if flow.stamp_ends_at is None or ends is None or ends <= flow.stamp_ends_at:
            return False
        try:
            edition = keep_edition(work, flow, Stage.RENEWED, made=renewed, before=before)
        except ConflictError:
            return False
        flow.archived_at, flow.stamp_ends_at = edition.stamped_at, ends
    return True
