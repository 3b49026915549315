"""Lines for people inside Hegui, with read receipts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import or_, select, update

from models.account import Grant
from models.job import Notice
from models.person import Person
from webapp.domain.permissions import Role
from webapp.domain.text import Message, msg
from webapp.services.procedures.bundle import load_bundle

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


def tell(
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


def tell_role(work: Work, role: str, message: Message, *, kind: str, case_id: int | None = None) -> None:
    """Write a notice for everybody who holds a role for the whole group."""
    holders = work.session.scalars(
        select(Grant.person_id).where(
            Grant.role == role, Grant.entity_id.is_(None), Grant.department_id.is_(None)
        )
    )
    tell(work, list(holders), message, kind=kind, case_id=case_id)


def told_of_trouble(work: Work, case: Case) -> list[int]:
    """Ids of those who hear that a case stands still: who began it.

    Of a restricted case that names its own person as the one who began it, as an alert does, the heads of HR.
    """
    if not (case.restricted and case.starter_id == case.person_id):
        return [case.starter_id]
    return [each for each in _holders(work, case, [Role.HR_HEAD]) if each != case.person_id]


def _holders(work: Work, case: Case, roles: Sequence[str]) -> Sequence[int]:
    here = or_(Grant.entity_id == case.entity_id, Grant.entity_id.is_(None))
    return work.session.scalars(select(Grant.person_id).where(Grant.role.in_(roles), here)).all()


def notify(work: Work, case: Case, job: Job) -> Mapping[str, Any]:
    """The local job ``notify``: tells ``recipient`` (employee numbers) and the ``groups`` of the header.

    The header ``template`` names a sentence of ``procedure.toml``; without a recipient the person whom the
    case is about is told.
    """
    settings = load_bundle(work.session, case.procedure_version_id).settings
    texts = settings.notices.get(str(job.headers.get("template", "")), {})
    message = msg("{title}有新进展。", title=case.title)
    row = {**stored(message), "texts": {k: v.replace("{title}", case.title) for k, v in texts.items()}}
    for person_id in dict.fromkeys(_recipients(work, case, job)):
        work.session.add(
            Notice(person_id=person_id, case_id=case.id, kind="result", message=row, sent_at=work.now)
        )
    return {}


def _recipients(work: Work, case: Case, job: Job) -> list[int]:
    to = job.variables.get("recipient")
    numbers = [str(n) for n in to] if isinstance(to, list | tuple) else [str(to)] if to else []
    groups = [g for g in str(job.headers.get("groups", "")).split(",") if g]
    found: list[int] = []
    if numbers:
        found += work.session.scalars(select(Person.id).where(Person.number.in_(numbers)))
    if groups:
        found += _holders(work, case, groups)
    if case.restricted:  # whatever role they have: only by name are they told of a case that they do not read
        return [each for each in found if each != case.person_id or case.person.number in numbers]
    return found or [case.person_id]


def sentence(notice: Notice, language: str) -> str | Message:
    """What a notice says: the procedure's own words, else a sentence to translate."""
    texts = notice.message.get("texts") or {}
    return texts.get(language) or texts.get("zh-Hans") or restored(notice.message)


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


def latest(work: Work) -> list[Notice]:
    """The actor's notices, unread first, then newest; at most 100."""
    return list(
        work.session.scalars(
            select(Notice)
            .where(Notice.person_id == work.person_id)
            .order_by(Notice.read_at.is_not(None), Notice.id.desc())
            .limit(100)
        )
    )


def mark_read(work: Work, notice_id: int | None = None) -> None:
    """Give the read receipt for one notice of the actor, or for all."""
    statement = update(Notice).where(Notice.person_id == work.person_id, Notice.read_at.is_(None))
    if notice_id is not None:
        statement = statement.where(Notice.id == notice_id)
    work.session.execute(statement.values(read_at=work.now))
