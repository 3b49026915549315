"""The person's steps before the will: notice, consent, identity, differences, every page."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from models.account import Account, LoginSession
from models.signing import Consent, SigningFlow
from models.task import Task
from webapp.adapters.passwords import check_password
from webapp.domain.errors import ConflictError, InvalidError
from webapp.domain.signing import STEPS, FlowState
from webapp.domain.text import msg
from webapp.services.accounts import count_failure, is_locked
from webapp.services.signing.flows import EMPLOYEE, check_time, flow_of, lock_flow, lock_signing, log, move
from webapp.services.signing.papers import CONSENT, NOTICE, paper_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from webapp.services.work import Work

FRESH = timedelta(minutes=30)  # a log-in that is younger says who holds the phone
ELECTRONIC = "electronic-form"
LONGEST = timedelta(hours=1)  # of one report of a page


class WrongPasswordError(InvalidError):
    """The password was wrong; the failure is counted although the step is refused."""


def see_notice(work: Work, task_id: int, *, language: str | None = None) -> SigningFlow:
    """Open the flow at its first page and log the notice's version and hash; repeated, nothing happens."""
    task, document = lock_signing(work, task_id)
    flow = flow_of(work, document.id)
    if flow is None:
        flow = SigningFlow(
            document_id=document.id,
            case=task.case,
            case_id=task.case_id,
            task_id=task.id,
            person_id=document.person_id,
            role=EMPLOYEE,
            document_sha256=document.sha256,
            state=FlowState.PENDING,
            provider=work.ports.signing().name,
            pages_read={},
            opened_at=work.now,
            expires_at=task.due_at,
        )
        work.session.add(flow)
        work.session.flush()
        facts = {"document_sha256": document.sha256, "text_sha256": document.text_sha256}
        log(work, flow, "opened", **facts)
    check_time(work, flow)
    if flow.state == FlowState.PENDING:
        language = language or work.actor.language
        paper = paper_of(work, task, NOTICE, language=language)
        move(work, flow, FlowState.NOTIFIED, language=language, **paper.facts())
    return flow


def consent(work: Work, task_id: int, *, seen: str, agreed: bool, language: str | None = None) -> SigningFlow:
    """Agree to the electronic form and to this method; the box is never ticked beforehand."""
    flow = lock_flow(work, task_id, seen=seen)
    if flow.state != FlowState.NOTIFIED:
        return _already(flow, FlowState.CONSENTED)
    if not agreed:
        raise InvalidError(fields={"agreed": (msg("请先勾选同意；不同意时可以要求纸质文本。"),)})
    language = language or work.actor.language
    paper = paper_of(work, work.session.get_one(Task, task_id), CONSENT, language=language)
    row = Consent(
        person_id=work.person_id,
        flow_id=flow.id,
        purpose=ELECTRONIC,
        text_version=paper.version,
        text_sha256=paper.text_sha256,
        language=language,
        agreed_at=work.now,
    )
    work.session.add(row)
    move(work, flow, FlowState.CONSENTED, language=language, **paper.facts())
    return flow


def identify(work: Work, task_id: int, *, seen: str, session_id: int | None, password: str) -> SigningFlow:
    """Find out who holds the phone: by a log-in of the last half hour, else by the password again.

    Raises WrongPasswordError with the field; failures lock the account as at the log-in.
    """
    flow = lock_flow(work, task_id, seen=seen)
    if flow.state != FlowState.CONSENTED:
        return _already(flow, FlowState.IDENTIFIED)
    account = work.session.scalars(select(Account).where(Account.person_id == work.person_id)).one()
    session = fresh_session(work, session_id)
    if session is not None:
        identity = {"method": "log-in", "result": str(session.id), "at": session.created_at.isoformat()}
    else:
        check_own_password(work, account, password)
        identity = {"method": "password", "result": str(account.id), "at": work.now.isoformat()}
    flow.identity = {**identity, "provider": flow.provider}
    move(work, flow, FlowState.IDENTIFIED, identity=flow.identity)
    return flow


def fresh_session(work: Work, session_id: int | None) -> LoginSession | None:
    """The actor's own log-in, where it is young enough to say who they are."""
    if session_id is None:
        return None
    return work.session.scalars(
        select(LoginSession)
        .join(Account, Account.id == LoginSession.account_id)
        .where(
            LoginSession.id == session_id,
            Account.person_id == work.person_id,
            LoginSession.revoked_at.is_(None),
            LoginSession.created_at >= work.now - FRESH,
        )
    ).one_or_none()


def check_own_password(work: Work, account: Account, password: str) -> None:
    """Check the actor's password; raises WrongPasswordError, and counts it."""
    if not password:
        raise WrongPasswordError(fields={"password": (msg("请输入登录密码。"),)})
    if is_locked(work, account) or not account.password or not check_password(password, account.password):
        count_failure(work, account, "password")
        raise WrongPasswordError(fields={"password": (msg("密码不正确，请重新输入。"),)})


def see_changes(work: Work, task_id: int, *, seen: str) -> SigningFlow:
    """Note that the differences between old and new were shown."""
    flow = lock_flow(work, task_id, seen=seen)
    if flow.state != FlowState.IDENTIFIED:
        return _already(flow, FlowState.CONFIRMED)
    if flow.changes_seen_at is None:
        flow.changes_seen_at = work.now
        log(work, flow, "compared", changes=flow.document.content.get("changes", []))
    return flow


def read_pages(work: Work, task_id: int, *, seen: str, milliseconds: Mapping[int, int]) -> SigningFlow:
    """Add up how long each page was on the screen; once all were, that is logged with the pictures shown.

    The browser says how long; more time than has passed since the step before is not believed.
    """
    flow = lock_flow(work, task_id, seen=seen)
    if flow.state != FlowState.IDENTIFIED:
        return _already(flow, FlowState.CONFIRMED)
    if any(not 1 <= page <= flow.document.pages for page in milliseconds):
        raise InvalidError
    before = flow.reported_at or flow.changes_seen_at or flow.opened_at
    most = min(work.now - before, LONGEST) // timedelta(milliseconds=1)
    read = {str(page): int(was) for page, was in flow.pages_read.items()}
    whole = len(read) == flow.document.pages
    for page, shown in milliseconds.items():
        read[str(page)] = read.get(str(page), 0) + max(0, min(shown, most))
    flow.pages_read = read
    flow.reported_at = work.now
    if not whole and len(read) == flow.document.pages:
        log(work, flow, "read", pages=read, pictures=flow.document.pictures)
    return flow


def all_read(flow: SigningFlow) -> bool:
    """Whether every page of the document was shown."""
    return len(flow.pages_read) == flow.document.pages


def _already(flow: SigningFlow, reached: FlowState) -> SigningFlow:
    """A press repeated after a lost connection changes nothing; one before its turn is refused."""
    state = FlowState(flow.state)
    if state in STEPS and STEPS.index(state) >= STEPS.index(reached):
        return flow
    raise ConflictError(msg("签署步骤已变化，请刷新页面后继续。"))
