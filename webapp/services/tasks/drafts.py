"""What was typed and not yet submitted (暂存), remarks, and files brought to a task."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from models.case import Case
from models.task import Comment, Task, TaskDraft
from webapp.domain.errors import InvalidError, NotFoundError
from webapp.domain.text import msg
from webapp.services import events
from webapp.services.cases.assignment import is_against
from webapp.services.cases.values import plain
from webapp.services.forms.payload import clean
from webapp.services.notices import tell
from webapp.services.scope import readable_cases, workable_tasks

if TYPE_CHECKING:
    from collections.abc import Mapping

    from webapp.services.work import Work

MAX_DRAFT = 256 * 1024  # bytes of JSON
MAX_COMMENT = 4000  # characters


def save_draft(work: Work, task_id: int, values: Mapping[str, Any]) -> TaskDraft:
    """Keep what the actor has typed, its fields unchecked; never touches the case, so nobody else notices.

    Raises NotFoundError for a task that the actor may not complete, InvalidError above 256 KB and for
    characters and numbers that no form takes.
    """
    values = plain(clean(values))
    if len(json.dumps(values, ensure_ascii=False).encode()) > MAX_DRAFT:
        raise InvalidError(msg("草稿太大，未能保存。"))
    allowed = work.session.scalar(select(Task.id).where(Task.id == task_id, workable_tasks(work.actor)))
    if allowed is None:
        raise NotFoundError
    draft = work.session.get(TaskDraft, (task_id, work.person_id))
    if draft is None:
        draft = TaskDraft(task_id=task_id, person_id=work.person_id, values={}, saved_at=work.now)
        work.session.add(draft)
    draft.values = dict(values)
    draft.saved_at = work.now
    work.session.flush()
    return draft


def read_draft(work: Work, task_id: int) -> TaskDraft | None:
    """The actor's own draft of a task."""
    return work.session.get(TaskDraft, (task_id, work.person_id))


def add_comment(work: Work, case_id: int, *, text: str, task_id: int | None = None) -> Comment:
    """Add a remark to a case that the actor may read.

    Whom it is about and who began it are told; of a restricted one nobody whom it is about.
    """
    case = work.session.scalars(
        select(Case).where(Case.id == case_id, readable_cases(work.actor)).with_for_update(of=Case)
    ).one_or_none()
    if case is None:
        raise NotFoundError
    text = text.strip()
    if not text or len(text) > MAX_COMMENT:
        raise InvalidError(fields={"text": (msg("请填写 1 到 {most} 个字。", most=MAX_COMMENT),)})
    if task_id is not None and work.session.get_one(Task, task_id).case_id != case_id:
        raise NotFoundError
    comment = Comment(
        case_id=case_id, task_id=task_id, author_id=work.person_id, text=text, written_at=work.now
    )
    work.session.add(comment)
    work.session.flush()
    events.append(work, "comment.added", {"comment": comment.id, "text": text}, case=case)
    tell(
        work,
        [i for i in (case.person_id, case.starter_id) if i != work.person_id and not is_against(case, i)],
        msg("{name}在“{title}”中留言：{text}", name=work.actor.name, title=case.title, text=text[:200]),
        kind="comment",
        case_id=case.id,
        task_id=task_id,
    )
    work.session.flush()
    return comment
