"""A provider calls back: checked, remembered once, and taken only as a hint to ask how far the flow is."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from models.job import Job, JobState
from models.signing import ProviderCall, SigningFlow
from webapp.domain.errors import NotFoundError
from webapp.domain.keys import read_key
from webapp.services.jobs.queue import lock_case
from webapp.services.signing.flows import log

if TYPE_CHECKING:
    from collections.abc import Mapping

    from webapp.services.work import Work

WAITING = ("sign-document", "seal-document", "archive-document")


def take_call(work: Work, headers: Mapping[str, str], body: bytes, *, path: str) -> bool:
    """Check a callback and wake the job that waits for it; False for one that was heard before.

    Raises CallbackRefusedError for what the provider did not sign, NotFoundError where no provider is set or
    the flow is not known.
    """
    provider = None if work.ports.doors is None else work.ports.signing().provider
    if provider is None:
        raise NotFoundError
    call = provider.accept_call(headers, body, path=path, now=work.now)
    flow = _flow(work, call.flow)
    case = lock_case(work, flow.case_id)
    if work.session.get(ProviderCall, call.nonce) is not None:
        return False
    work.session.add(
        ProviderCall(
            nonce=call.nonce, flow_id=flow.id, state=call.state, stated_at=call.at, heard_at=work.now
        )
    )
    log(work, flow, "called_back", state=call.state.value, nonce=call.nonce)
    waiting = select(Job.id).where(Job.case_id == case.id, Job.type.in_(WAITING), Job.state == JobState.READY)
    for job_id in work.session.scalars(waiting).all():
        work.session.execute(update(Job).where(Job.id == job_id).values(due_at=work.now))
        work.after_commit.append(partial(work.ports.wake, job_id))
    return True


def _flow(work: Work, key: str) -> SigningFlow:
    number, _, sha256 = key.partition("-")
    flow_id = read_key(number)
    flow = None if flow_id is None else work.session.get(SigningFlow, flow_id)
    if flow is None or flow.document_sha256 != sha256:
        raise NotFoundError
    return flow
