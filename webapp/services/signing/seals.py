"""The company's seal: what waits, one approval over a list by a holder, each document on its own."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from models.account import Account
from models.case import Case
from models.document import Document
from models.person import Person
from models.signing import SealBatch, SealItem, SealState, SigningFlow
from models.task import Task, TaskState
from webapp.adapters.catalog import translate
from webapp.domain.errors import ConflictError, ForbiddenError, HeguiError, InvalidError, NotFoundError
from webapp.domain.evidence import canonical_json
from webapp.domain.keys import read_key
from webapp.domain.permissions import Permission, Role
from webapp.domain.signing import FlowState, Intent
from webapp.domain.text import msg
from webapp.services import events
from webapp.services.cases.assignment import is_against
from webapp.services.jobs.queue import enqueue
from webapp.services.notices import stored
from webapp.services.people import load_actor, local_date, queue_name
from webapp.services.scope import not_against
from webapp.services.signing import texts
from webapp.services.signing.editions import newest_sha256
from webapp.services.signing.flows import (
    DOCUMENT,
    PAGE,
    SEAL,
    flow_of,
    is_company_paper,
    log,
    open_company_flow,
    task_document,
)
from webapp.services.signing.steps import check_own_password
from webapp.services.signing.will import check_passkey, passkeys_of, plain_assertion, read_assertion
from webapp.services.tasks.complete import CompleteTask, complete
from webapp.services.tasks.lock import lock_task

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from webapp.domain.permissions import Actor
    from webapp.services.jobs.handlers import TakenJob, Units
    from webapp.services.signing.will import Site
    from webapp.services.work import Work

MOST = 200  # documents of a batch, and rows of the desk
ANSWER_WITHIN = timedelta(minutes=10)
SEALED, DECLINED = "sealed", "declined"
JOB = "seal-batch"


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A document that waits for the seal."""

    task: Task
    document: Document
    flow: SigningFlow | None  # None for a paper of the company alone: nobody signs before its seal
    person: Person
    file_sha256: str  # of the edition that would be sealed


def check_holder(actor: Actor) -> None:
    """Only who holds a seal has a desk; raises NotFoundError."""
    if not actor.may(Permission.DOCUMENT_SEAL):
        raise NotFoundError


def waiting(work: Work) -> list[Waiting]:
    """What waits for the actor's seal, oldest first, at most 200; nothing of a restricted case about them."""
    check_holder(work.actor)
    tasks = list(
        work.session.scalars(
            select(Task)
            .join(Task.case)
            .options(contains_eager(Task.case).joinedload(Case.person))
            .where(
                Task.state == TaskState.OPEN,
                or_(
                    Task.assignee_id == work.person_id,
                    and_(Task.queue.in_(_queues(work.actor)), not_against(work.actor)),
                ),
            )
            .order_by(Task.opened_at, Task.id)
            .limit(MOST * 2)
        )
    )
    tasks = [each for each in tasks if (each.properties or {}).get(PAGE) == SEAL][:MOST]
    ids = [key for each in tasks if (key := read_key(str(each.properties.get(DOCUMENT)))) is not None]
    documents = {
        row.id: row
        for row in work.session.scalars(
            select(Document).options(joinedload(Document.person)).where(Document.id.in_(ids))
        )
    }
    flows = {
        flow.document_id: flow
        for flow in work.session.scalars(select(SigningFlow).where(SigningFlow.document_id.in_(documents)))
    }
    found = [(task, documents.get(int(task.properties[DOCUMENT]))) for task in tasks]
    return [
        _waiting(work, task, document, flow=flows.get(document.id))
        for task, document in found
        if document is not None and (document.id in flows or is_company_paper(document))
    ]


def _queues(actor: Actor) -> list[str]:
    return [each for each in actor.queues if each.startswith(f"{Role.SEAL_HOLDER}@")]


def _waiting(work: Work, task: Task, document: Document, *, flow: SigningFlow | None) -> Waiting:
    return Waiting(
        task=task,
        document=document,
        flow=flow,
        person=document.person,
        file_sha256=newest_sha256(work, document),
    )


def list_batch(work: Work, task_ids: Sequence[int]) -> SealBatch:
    """Write down the list that the holder is about to approve; nothing is sealed yet."""
    chosen = [each for each in waiting(work) if each.task.id in set(task_ids)]
    if not chosen:
        raise InvalidError(msg("请至少选择一份文书。"))
    rows = [(each.task.id, each.document.id, each.file_sha256) for each in chosen]
    listed = [{"task": t, "document": d, "file_sha256": s} for t, d, s in rows]
    digest = hashlib.sha256(canonical_json(listed)).hexdigest()
    number = work.session.scalars(select(Person.number).where(Person.id == work.person_id)).one()
    intent = Intent(
        flow=f"seal-{secrets.token_hex(8)}",
        doc_sha256=digest,
        signer=number,
        role="company",
        act="seal",
        text=translate(msg(texts.SEAL.key, count=len(rows)), work.actor.language),
        nonce=secrets.token_hex(16),
        time=work.now.isoformat(timespec="seconds"),
    )
    batch = SealBatch(
        holder_id=work.person_id,
        list_sha256=digest,
        listed_at=work.now,
        proof={"intent": asdict(intent)},
        items=[
            SealItem(task_id=t, document_id=d, file_sha256=s, state=SealState.WAITING) for t, d, s in rows
        ],
    )
    work.session.add(batch)
    work.session.flush()
    return batch


def read_batch(work: Work, batch_id: int) -> SealBatch:
    """The holder's own batch; raises NotFoundError."""
    found = work.session.scalars(
        select(SealBatch)
        .options(joinedload(SealBatch.items).joinedload(SealItem.document).joinedload(Document.person))
        .where(SealBatch.id == batch_id, SealBatch.holder_id == work.actor.person_id)
    ).unique()
    batch = found.one_or_none()
    if batch is None:
        raise NotFoundError
    return batch


def batch_intent(batch: SealBatch) -> Intent:
    """What the holder confirms."""
    return Intent(**batch.proof["intent"])


def holder_keys(work: Work) -> tuple[bytes, ...]:
    """Ids of the holder's passkeys."""
    return tuple(each.credential_id for each in passkeys_of(work))


def approve_by_passkey(work: Work, batch_id: int, *, answer: Mapping[str, Any], site: Site) -> SealBatch:
    """Approve the list by a passkey over its hash; raises IntentNotConfirmedError."""
    batch = _open_batch(work, batch_id)
    assertion = read_assertion(answer)
    check_passkey(work, batch_intent(batch), assertion, site=site)
    proof = {"rp_id": site.rp_id, "origin": site.origin, **plain_assertion(assertion)}
    return _approved(work, batch, method="passkey", proof=proof)


def approve_by_password(work: Work, batch_id: int, *, password: str) -> SealBatch:
    """Approve the list by the password again; raises WrongPasswordError."""
    batch = _open_batch(work, batch_id)
    account = work.session.scalars(select(Account).where(Account.person_id == work.person_id)).one()
    check_own_password(work, account, password)
    return _approved(work, batch, method="password", proof={})


def _open_batch(work: Work, batch_id: int) -> SealBatch:
    check_holder(work.actor)
    locked = select(SealBatch.id).where(SealBatch.id == batch_id).with_for_update()
    work.session.execute(locked)
    batch = read_batch(work, batch_id)
    if batch.approved_at is not None or work.now - batch.listed_at > ANSWER_WITHIN:
        raise ConflictError(msg("这份用印清单已处理或已过期，请重新选择。"))
    return batch


def _approved(work: Work, batch: SealBatch, *, method: str, proof: Mapping[str, Any]) -> SealBatch:
    batch.method, batch.approved_at = method, work.now
    batch.proof = {**batch.proof, **proof}
    items = [
        {"task": i.task_id, "document": i.document_id, "file_sha256": i.file_sha256} for i in batch.items
    ]
    facts = {"batch": batch.id, "method": method, "list_sha256": batch.list_sha256, "items": items}
    events.append(work, "seal.approved", {**facts, "proof": batch.proof}, subject=f"seal/{batch.id}")
    enqueue(work, JOB, {"batch": batch.id}, key=f"{JOB}-{batch.id}")
    return batch


def seal_batch(units: Units, job: TakenJob) -> Mapping[str, Any]:
    """The job ``seal-batch``: each document's task is completed on its own; one that fails stops no other."""
    with units() as work:
        batch = work.session.get_one(SealBatch, job.payload["batch"])
        ids = [each.id for each in batch.items if each.state == SealState.WAITING]
    for item_id in ids:
        try:
            with units() as work:
                _seal_item(work, item_id)
        except HeguiError as error:
            with units() as work:
                item = work.session.get_one(SealItem, item_id)
                item.state, item.problem, item.done_at = SealState.FAILED, stored(error.message), work.now
    return {}


def _seal_item(work: Work, item_id: int) -> None:
    item = work.session.get_one(SealItem, item_id)
    if item.state != SealState.WAITING:
        return
    batch = item.batch
    holder = work.session.get_one(Person, batch.holder_id)
    work.actor = load_actor(work.session, holder.id)  # the act is the holder's, with what they may do now
    task = lock_task(work, item.task_id)
    if not may_seal(work, holder, task):
        raise ForbiddenError(msg("{name}已不再持有印章，这份文书没有盖章。", name=holder.name))
    flow = flow_of(work, item.document_id) or open_company_flow(work, task)
    if flow is None or flow.state not in {FlowState.SIGNED, FlowState.READY}:
        raise ConflictError(msg("员工尚未签署，或文书已撤回，不能盖章。"))
    if newest_sha256(work, flow.document) != item.file_sha256:
        raise ConflictError(msg("清单列出之后文书已变化，不能盖章。请刷新后重新选择。"))
    flow.approved_by_id, flow.approved_at = holder.id, batch.approved_at
    log(
        work,
        flow,
        "seal_approved",
        batch=batch.id,
        holder=holder.id,
        method=batch.method,
        list_sha256=batch.list_sha256,
        file_sha256=item.file_sha256,
    )
    item.state, item.done_at = SealState.DONE, work.now
    work.session.flush()
    complete(
        work,
        CompleteTask(task_id=task.id, version=task.version, values={"outcome": SEALED}, door=SEAL),
    )


def may_seal(work: Work, holder: Person, task: Task) -> bool:
    """Whether a person holds the seal of a task's entity today and is still employed."""
    left = holder.left_on is not None and holder.left_on < local_date(work.now)
    return not left and load_actor(work.session, holder.id).may_within(
        Permission.DOCUMENT_SEAL, entity_id=task.entity_id
    )


def decline(work: Work, task_id: int, *, version: int, reason: str) -> None:
    """Send a document back unsealed, with a reason: outcome ``declined``."""
    check_holder(work.actor)
    if not reason.strip():
        raise InvalidError(fields={"reason": (msg("请写明退回原因。"),)})
    task = lock_task(work, task_id)
    if (task.properties or {}).get(PAGE) != SEAL:
        raise NotFoundError
    flow = flow_of(work, task_document(work, task).id)
    if flow is not None:
        log(work, flow, "seal_declined", reason=reason.strip())
    values = {"outcome": DECLINED, "comment": reason.strip()}
    complete(work, CompleteTask(task_id=task_id, version=version, values=values, door=SEAL))


def sealable_document(work: Work, task_id: int) -> Document:
    """The document of a seal task of the actor; raises NotFoundError."""
    check_holder(work.actor)
    task = work.session.get(Task, task_id)
    here = {queue_name(Role.SEAL_HOLDER, task.entity_id)} if task is not None else set()
    if task is None or (task.properties or {}).get(PAGE) != SEAL:
        raise NotFoundError
    shared = here & set(work.actor.queues) and not is_against(task.case, work.actor.person_id)
    if task.assignee_id != work.actor.person_id and not shared:
        raise NotFoundError
    return task_document(work, task)
