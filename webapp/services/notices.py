"""Lines for people inside Hegui, with read receipts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update

from models.job import Notice
from models.person import Person
from webapp.domain.text import Message, msg

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from models.case import Case
    from webapp.engine.values import Job
    from webapp.services.work import Work


def stored(message: Message) -> dict[str, Any]:
    """A sentence as a row keeps it."""
    return {"key": message.key, "values": {k: _value(v) for k, v in message.values.items()}}


def _value(value: Any) -> Any:
    if isinstance(value, Message):
        return stored(value)
    return value if value is None or isinstance(value, str | int | bool) else str(value)


def restored(row: Mapping[str, Any]) -> Message:
    """The sentence that a row keeps."""
    return Message(
        row["key"],
        {k: restored(v) if isinstance(v, dict) else v for k, v in row["values"].items()},
    )


def tell(  # noqa: PLR0913  (a notice has that many sides)
    work: Work,
    person_ids: Sequence[int],
    message: Message,
    *,
    kind: str,
    case_id: int | None = None,
    task_id: int | None = None,
) -> None:
    """Write a notice for each person, once each."""
    for person_id in dict.fromkeys(person_ids):
        work.session.add(
            Notice(
                person_id=person_id,
                case_id=case_id,
                task_id=task_id,
                kind=kind,
                message=stored(message),
                sent_at=work.now,
            )
        )


def notify(work: Work, case: Case, job: Job) -> Mapping[str, Any]:
    """The local job ``notify``: header or input ``to`` (employee numbers), ``text`` and ``kind``.

    Without ``to`` the person whom the case is about is told.
    """
    to = job.variables.get("to") or job.headers.get("to")
    numbers = [str(n) for n in to] if isinstance(to, list | tuple) else [str(to)] if to else []
    ids = (
        list(work.session.scalars(select(Person.id).where(Person.number.in_(numbers))))
        if numbers
        else [case.person_id]
    )
    text = str(job.variables.get("text") or job.headers.get("text") or "")
    message = (
        msg("{title}：{text}", title=case.title, text=text)
        if text
        else msg("{title}有新进展。", title=case.title)
    )
    tell(work, ids, message, kind=str(job.headers.get("kind", "result")), case_id=case.id)
    return {}


def unread(work: Work) -> list[Notice]:
    """The actor's unread notices, newest first, at most 50."""
    return list(
        work.session.scalars(
            select(Notice)
            .where(Notice.person_id == work.person_id, Notice.read_at.is_(None))
            .order_by(Notice.id.desc())
            .limit(50)
        )
    )


def mark_read(work: Work, notice_id: int | None = None) -> None:
    """Give the read receipt for one notice of the actor, or for all."""
    statement = update(Notice).where(Notice.person_id == work.person_id, Notice.read_at.is_(None))
    if notice_id is not None:
        statement = statement.where(Notice.id == notice_id)
    work.session.execute(statement.values(read_at=work.now))
