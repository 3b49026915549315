"""Files on tasks and cases: type found from the content, bytes under their hash, never executed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from models.case import Case
from models.task import Attachment
from webapp.adapters.uploads import inspect
from webapp.domain.errors import InvalidError, NotFoundError
from webapp.domain.text import msg
from webapp.services import events
from webapp.services.cases.withheld import withheld_fields, withheld_files
from webapp.services.scope import readable_cases
from webapp.services.tasks.lock import check_mine, lock_task

if TYPE_CHECKING:
    from collections.abc import Sequence

    from webapp.adapters.uploads import Inspected
    from webapp.services.work import Work

MOST = 50  # files of one task


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFile:
    """A file for a field of a form, as it was sent."""

    field: str
    name: str
    data: bytes


def attach(work: Work, task_id: int, *, name: str, data: bytes) -> Attachment:
    """Bring a file to a task that the actor may complete.

    Raises InvalidError for an empty or too large file, NotFoundError and ForbiddenError as the task does.
    """
    task = lock_task(work, task_id)
    check_mine(work, task)
    found = inspect(data, name)
    many = work.session.scalar(
        select(func.count()).select_from(Attachment).where(Attachment.task_id == task_id)
    )
    if (many or 0) >= MOST:
        raise InvalidError(msg("一项任务最多 {most} 个文件。", most=MOST))
    row = keep_file(work, found, data, case_id=task.case_id, task_id=task.id)
    events.append(
        work,
        "file.attached",
        {
            "file": row.id,
            "name": row.name,
            "sha256": row.sha256,
            "size": row.size,
            "element": task.element_id,
        },
        case=task.case,
    )
    work.session.flush()
    return row


def keep_file(
    work: Work,
    found: Inspected,
    data: bytes,
    *,
    case_id: int | None = None,
    task_id: int | None = None,
    field: str | None = None,
) -> Attachment:
    """The row of a file that was looked at, its bytes in the store; the caller tells of it."""
    row = Attachment(
        case_id=case_id,
        task_id=task_id,
        field=field,
        name=found.name,
        media_type=found.media_type,
        size=len(data),
        sha256=work.ports.blobs.put(data),
        dangerous=found.dangerous,
        uploaded_by_id=work.person_id,
        uploaded_at=work.now,
    )
    work.session.add(row)
    work.session.flush()
    return row


def attach_all(work: Work, task_id: int, files: Sequence[NewFile]) -> list[tuple[str, str]]:
    """Bring the files of a form: field and id of each, as a form posts them.

    Raises InvalidError with the sentence at the field whose file cannot be taken.
    """
    brought = []
    for file in files:
        try:
            row = attach(work, task_id, name=file.name, data=file.data)
        except InvalidError as error:
            raise InvalidError(fields={file.field: (error.message,)}) from error
        brought.append((file.field, str(row.id)))
    return brought


def read_attachment(work: Work, attachment_id: int) -> tuple[Attachment, bytes]:
    """A file of a case that the actor may read; raises NotFoundError."""
    row = work.session.scalars(
        select(Attachment)
        .join(Case, Case.id == Attachment.case_id)
        .where(Attachment.id == attachment_id, readable_cases(work.actor))
    ).one_or_none()
    if row is None or str(row.id) in withheld_files(work, row.case_id, withheld_fields(work, row.case_id)):
        raise NotFoundError
    return row, work.ports.blobs.get(row.sha256)


def case_attachments(work: Work, case_id: int) -> list[Attachment]:
    """Files of a case that the caller has read already."""
    return list(
        work.session.scalars(
            select(Attachment).where(Attachment.case_id == case_id).order_by(Attachment.id).limit(500)
        )
    )
