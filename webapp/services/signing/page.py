"""What the signing page shows: where the person is, and what lies before them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from models.task import TaskState
from webapp.domain.errors import NotFoundError
from webapp.domain.signing import STEPS, FlowState
from webapp.services.documents.read import page_picture
from webapp.services.signing.editions import newest
from webapp.services.signing.finish import offered
from webapp.services.signing.flows import PAGE, SIGN, flow_of, replaced, task_document
from webapp.services.signing.steps import all_read, fresh_session
from webapp.services.signing.will import last_code, passkeys_of
from webapp.services.tasks.page import read_task

if TYPE_CHECKING:
    from collections.abc import Mapping

    from models.document import Document
    from models.signing import SignedEdition, SigningFlow
    from models.task import Task
    from webapp.services.work import Work


class Screen(StrEnum):
    """One step a screen; the value names its template."""

    NOTICE = "notice"
    CONSENT = "consent"
    IDENTITY = "identity"
    CHANGES = "changes"
    READ = "read"
    WILL = "will"
    STROKE = "stroke"
    OVER = "over"  # signed, or ended in another way


ORDER = tuple(Screen)[:-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningPage:
    """The page of one signing task of the actor."""

    task: Task
    document: Document
    flow: SigningFlow | None
    screen: Screen
    outcomes: tuple[str, ...]
    changes: tuple[Mapping[str, Any], ...]
    has_passkey: bool
    code_open: bool  # a code was sent and can still be entered
    edition: SignedEdition | None
    trial: bool

    @property
    def screens(self) -> tuple[Screen, ...]:
        """The steps of this document: without differences there is nothing to compare."""
        return tuple(s for s in ORDER if s is not Screen.CHANGES or self.changes)

    @property
    def place(self) -> int:
        """Which of the steps this is, from 1."""
        return self.screens.index(self.screen) + 1 if self.screen in self.screens else len(self.screens)


def open_signing(work: Work, task_id: int) -> SigningPage:
    """The page of the actor's own signing task, open or done; raises NotFoundError for any other."""
    task = read_task(work, task_id)
    if (task.properties or {}).get(PAGE) != SIGN:
        raise NotFoundError
    document = task_document(work, task)
    if document.person_id != work.actor.person_id:
        raise NotFoundError
    flow = flow_of(work, document.id)
    changes = tuple((document.content or {}).get("changes") or ())
    code = last_code(work, flow) if flow is not None else None
    return SigningPage(
        task=task,
        document=document,
        flow=flow,
        screen=_screen(work, task, document, flow=flow, has_changes=bool(changes)),
        outcomes=offered(task),
        changes=changes,
        has_passkey=bool(passkeys_of(work)),
        code_open=code is not None and code.used_at is None and work.now < code.ends_at,
        edition=newest(work, document.id),
        trial=work.ports.signing().trial,
    )


def _screen(
    work: Work, task: Task, document: Document, *, flow: SigningFlow | None, has_changes: bool
) -> Screen:
    if task.state != TaskState.OPEN or replaced(work, document):
        return Screen.OVER
    if flow is None or flow.state == FlowState.PENDING:
        return Screen.NOTICE
    if flow.state not in STEPS or (flow.expires_at is not None and work.now >= flow.expires_at):
        return Screen.OVER
    return _open_screen(flow, has_changes=has_changes)


def _open_screen(flow: SigningFlow, *, has_changes: bool) -> Screen:
    if flow.state == FlowState.IDENTIFIED:
        if has_changes and flow.changes_seen_at is None:
            return Screen.CHANGES
        return Screen.WILL if all_read(flow) else Screen.READ
    found = {
        FlowState.NOTIFIED: Screen.CONSENT,
        FlowState.CONSENTED: Screen.IDENTITY,
        FlowState.CONFIRMED: Screen.STROKE,
    }
    return found.get(FlowState(flow.state), Screen.OVER)


def signing_picture(work: Work, task_id: int, number: int) -> bytes:
    """The picture of a page of the document that the actor signs."""
    return page_picture(work, open_signing(work, task_id).document.id, number)


def needs_password(work: Work, session_id: int | None) -> bool:
    """Whether the identity step must ask for the password again."""
    return fresh_session(work, session_id) is None
