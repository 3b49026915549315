"""Files for a request that is not sent yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from webapp.adapters.uploads import inspect
from webapp.domain.errors import InvalidError
from webapp.domain.text import msg
from webapp.services import events
from webapp.services.attachments import keep_file
from webapp.services.leave.ask import own_drafts

if TYPE_CHECKING:
    from models.task import Attachment
    from webapp.services.work import Work

MOST = 20


def bring_proof(work: Work, *, name: str, data: bytes) -> Attachment:
    """Keep a file for the actor's next request; raises InvalidError for an empty, too large or odd one."""
    if len(own_drafts(work)) >= MOST:
        raise InvalidError(msg("一次申请最多 {most} 个文件。", most=MOST))
    row = keep_file(work, inspect(data, name), data, field="proof")
    events.append(
        work,
        "file.attached",
        {"file": row.id, "name": row.name, "sha256": row.sha256, "size": row.size},
        subject=f"person/{work.person_id}",
    )
    work.session.flush()
    return row
