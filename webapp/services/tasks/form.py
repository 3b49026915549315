"""A task's form: what the page shows, and what of an answer is accepted against the pinned version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from models.task import Attachment
from webapp.domain.errors import InvalidError
from webapp.domain.text import msg
from webapp.services.attachments import attach_all
from webapp.services.forms.access import Access, visible
from webapp.services.forms.check import UNKNOWN, accept
from webapp.services.forms.files import Upload
from webapp.services.forms.loader import load
from webapp.services.forms.posted import file_fields, without_rows
from webapp.services.forms.schema import walk
from webapp.services.procedures.bundle import load_bundle
from webapp.services.tasks.lock import lock_task

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from models.task import Task
    from webapp.services.attachments import NewFile
    from webapp.services.forms.schema import Form
    from webapp.services.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskValues:
    """What a form accepted, with the uploads that its answers name."""

    values: Mapping[str, Any]
    uploads: tuple[Attachment, ...] = ()


def task_form(work: Work, task: Task) -> Form | None:
    """The form of the pinned version, None for a task without one."""
    if task.form_id is None:
        return None
    bundle = load_bundle(work.session, task.case.procedure_version_id)
    return load(bundle.form_text(task.form_id))


def shown_values(work: Work, task: Task, *, variables: Mapping[str, Any]) -> dict[str, Any]:
    """What of the case's variables the step may show in its form."""
    form = task_form(work, task)
    if form is None:
        return {}
    return visible(form, {**variables, **task.variables}, Access.of(task.properties))


def accept_values(work: Work, task: Task, values: Mapping[str, Any]) -> TaskValues:
    """Check an answer; raises InvalidError with a sentence at each wrong field, and for unknown fields."""
    form = task_form(work, task)
    if form is None:
        return _plain_outcome(values)
    uploads = own_uploads(work, task.id) if _brings_files(form, values) else []
    accepted = accept(
        form,
        values,
        context={**task.case.variables, **task.variables},
        access=Access.of(task.properties),
        uploads=upload_values(uploads),
        now=work.now,
    )
    named = set(_strings(accepted.values))
    return TaskValues(values=accepted.values, uploads=tuple(u for u in uploads if str(u.id) in named))


def bring_files(work: Work, task_id: int, files: Sequence[NewFile]) -> list[tuple[str, str]]:
    """Bring the files of a plain HTML form: field and id of each, as such a form posts them.

    Raises InvalidError with a sentence at the field whose file cannot be taken, or that takes none.
    """
    if not files:
        return []
    task = lock_task(work, task_id)
    form = task_form(work, task)
    known = file_fields(form, Access.of(task.properties)) if form else frozenset()
    unknown = [f.field for f in files if without_rows(f.field) not in known]
    if unknown:
        raise InvalidError(fields=dict.fromkeys(unknown, (UNKNOWN,)))
    return attach_all(work, task_id, files)


def _brings_files(form: Form, values: Any) -> bool:
    """Whether a file field, in a list or not, is filled in: most answers name no file and cost no look-up."""
    pickers = {c.path[-1] for c in walk(form.components) if c.type == "filepicker"}
    waiting: list[Any] = [values]  # no recursion: nobody has looked yet how deep it is
    while waiting:
        value = waiting.pop()
        if isinstance(value, Mapping):
            if any(value.get(key) for key in pickers):
                return True
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
    return False


def upload_values(rows: Iterable[Attachment]) -> dict[str, Upload]:
    """Attachments as forms know them, by id."""
    return {str(row.id): _upload(row) for row in rows}


def _upload(row: Attachment) -> Upload:
    return Upload(name=row.name, media_type=row.media_type, dangerous=row.dangerous)


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _strings(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _strings(inner)


def own_uploads(work: Work, task_id: int) -> list[Attachment]:
    """Files that the actor brought to a task."""
    return list(
        work.session.scalars(
            select(Attachment)
            .where(Attachment.task_id == task_id, Attachment.uploaded_by_id == work.person_id)
            .order_by(Attachment.id)
        )
    )


def _plain_outcome(values: Mapping[str, Any]) -> TaskValues:
    unknown = sorted(set(values) - {"outcome", "comment"})
    if unknown:
        sentence = msg("没有这个字段。")
        raise InvalidError(fields=dict.fromkeys(unknown, (sentence,)))
    return TaskValues(values={k: v for k, v in values.items() if isinstance(v, str)})
