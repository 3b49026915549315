"""The vault 证据保管库: files taken in as they are, and every link of their chain of custody."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import joinedload

from models.case import Case
from models.custody import Custody, CustodyStep
from models.person import Person
from webapp.adapters.digests import sm3
from webapp.adapters.readings.kinds import classify
from webapp.domain.custody import BY_HAND, Method, Step
from webapp.domain.errors import ForbiddenError, InvalidError, NotFoundError
from webapp.domain.permissions import Permission
from webapp.domain.text import msg
from webapp.services import events
from webapp.services.evidence.readings import READ
from webapp.services.jobs.queue import enqueue, lock_case
from webapp.services.notices import stored
from webapp.services.scope import within

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from webapp.adapters.readings.kinds import Found
    from webapp.domain.permissions import Actor
    from webapp.domain.text import Message
    from webapp.services.work import Work

PAGE = 50
SHORTEST = 4  # characters of a reason or a ground
LOOK = timedelta(hours=1)  # how long pages belong to one look at the copy
SKEW = timedelta(minutes=5)  # a collector's clock may be this much ahead of ours


@dataclass(frozen=True, slots=True, kw_only=True)
class NewItem:
    """A file that shall be kept, and what its collector says about it; times are aware."""

    name: str
    data: bytes
    source: str
    collected_by: str
    collected_at: datetime | None
    method: str  # see Method
    method_note: str = ""
    legality: str
    medium: str = ""
    keeper: str = ""
    case_id: int | None = None
    person_number: str = ""  # about whom, where there is no case yet
    keep_until: datetime | None = None  # of an item without a case


def readable_items(actor: Actor) -> ColumnElement[bool]:
    """Items in the actor's scope; never those about the actor, who may be whom they are held against."""
    inside = within(actor, Permission.VAULT_READ, entity=Custody.entity_id, path=Custody.department_path)
    return inside if actor.system else inside & (Custody.person_id != actor.person_id)


def list_items(
    work: Work, *, case_id: int | None = None, words: str = "", before: int | None = None
) -> Sequence[Custody]:
    """Items that the actor may read, newest first, a page by key; of a case, or by name, source or person."""
    statement = (
        select(Custody)
        .join(Person, Person.id == Custody.person_id)
        .options(joinedload(Custody.person), joinedload(Custody.case), joinedload(Custody.taken_by))
        .where(readable_items(work.actor))
        .order_by(Custody.id.desc())
        .limit(PAGE)
    )
    if case_id is not None:
        statement = statement.where(Custody.case_id == case_id)
    if words.strip():
        clean = words.strip()[:100]
        columns = (Custody.name, Custody.source, Person.name, Person.number)
        statement = statement.where(or_(*(column.contains(clean, autoescape=True) for column in columns)))
    if before is not None:
        statement = statement.where(Custody.id < before)
    return work.session.scalars(statement).all()


def read_item(work: Work, item_id: int) -> Custody:
    """One item; raises NotFoundError for a missing and for a forbidden one alike."""
    row = work.session.scalars(
        select(Custody)
        .options(joinedload(Custody.person), joinedload(Custody.case), joinedload(Custody.taken_by))
        .where(Custody.id == item_id, readable_items(work.actor))
    ).one_or_none()
    if row is None:
        raise NotFoundError
    return row


def steps(work: Work, item_id: int) -> Sequence[CustodyStep]:
    """The chain of custody of an item, oldest link first; raises NotFoundError."""
    read_item(work, item_id)
    return links_of(work, item_id)


def links_of(work: Work, item_id: int | None) -> Sequence[CustodyStep]:
    """The same of an item that the caller has checked, in whatever it stands; empty where it is none."""
    return work.session.scalars(
        select(CustodyStep)
        .options(joinedload(CustodyStep.by))
        .where(CustodyStep.custody_id == item_id)
        .order_by(CustodyStep.id)
    ).all()


def take_in(work: Work, new: NewItem) -> Custody:
    """Keep a file for good: bytes under their hash, a row, the first link of its chain, an event.

    Nothing of the file is opened here: a job makes the reading copy. Raises ForbiddenError for those who may
    not, InvalidError with sentences at the fields, NotFoundError where the case is not the actor's to read.
    """
    if not work.actor.may(Permission.VAULT_WRITE):
        raise ForbiddenError
    _check(work, new)
    case, person = _about(work, new)
    found = _classified(new)
    sha256 = work.ports.blobs.put(new.data)
    _check_new(work, sha256, case=case, person=person)
    row = _row(work, new, found, sha256=sha256, person=person)
    if case is not None:
        row.case_id, row.entity_id = case.id, case.entity_id
        row.department_path, row.keep_until = case.department_path, None
    work.session.add(row)
    work.session.flush()
    _link(work, row, Step.TAKEN, said=_taken(row))
    if found.readable:
        enqueue(work, READ, {"custody": row.id}, key=f"{READ}:{row.id}")
    return row


def note_step(work: Work, item_id: int, kind: str, *, reason: str, receiver: str = "") -> CustodyStep:
    """Write down what happened outside of the system: a copy, a hand-over, a return; reason and receiver.

    Raises InvalidError at each field, NotFoundError for an item that the actor may not write about.
    """
    if kind not in set(BY_HAND):
        raise InvalidError
    row = _writable(work, item_id)
    faults: dict[str, tuple[Message, ...]] = {}
    if not receiver.strip():
        faults["receiver"] = (msg("请写明由谁接收。"),)
    if len(reason.strip()) < SHORTEST:
        faults["reason"] = (msg("请写明原因，至少 {least} 字。", least=SHORTEST),)
    if faults:
        raise InvalidError(fields=faults)
    return _link(work, row, Step(kind), reason=reason.strip()[:500], receiver=receiver.strip()[:100])


def hand_out(work: Work, item_id: int, *, reason: str) -> tuple[Custody, bytes]:
    """The bytes of an item, for a reason; raises NotFoundError, InvalidError without a reason."""
    row = read_item(work, item_id)
    if len(reason.strip()) < SHORTEST:
        raise InvalidError(fields={"reason": (msg("请写明原因，至少 {least} 字。", least=SHORTEST),)})
    data = work.ports.blobs.get(row.sha256)
    _link(work, row, Step.DOWNLOADED, reason=reason.strip()[:500])
    return row, data


def open_item(work: Work, item_id: int) -> Custody:
    """Say that somebody looks at the reading copy of an item."""
    row = read_item(work, item_id)
    _link(work, row, Step.OPENED)
    return row


def look_on(work: Work, item_id: int) -> Custody:
    """A page of the reading copy: who opened the copy lately looks on, anybody else opens it by this."""
    row = read_item(work, item_id)
    lately = select(CustodyStep.id).where(
        CustodyStep.custody_id == item_id,
        CustodyStep.kind == Step.OPENED,
        CustodyStep.by_id == work.actor.person_id,
        CustodyStep.at > work.now - LOOK,
    )
    if work.session.scalar(lately.limit(1)) is None:
        _link(work, row, Step.OPENED)
    return row


def check_item(work: Work, item_id: int) -> bool:
    """Hash the bytes in the store again; whether they are those that came in, written into the chain."""
    row = read_item(work, item_id)
    try:
        data = work.ports.blobs.get(row.sha256)
    except NotFoundError:
        data = b""
    fresh = sm3(data) if row.sm3 else None
    same = hashlib.sha256(data).hexdigest() == row.sha256
    same = same and (not row.sm3 or fresh is None or fresh == row.sm3)
    _link(work, row, Step.CHECKED if same else Step.DAMAGED)
    return same


def add_step(work: Work, row: Custody, kind: Step, *, reason: str) -> CustodyStep:
    """A link that another use case of the vault writes; the caller has checked who may."""
    return _link(work, row, kind, reason=reason)


# -- checks ----------------------------------------------------------------------------------------------


def _writable(work: Work, item_id: int) -> Custody:
    row = read_item(work, item_id)
    if not work.actor.may_within(
        Permission.VAULT_WRITE, entity_id=row.entity_id, department_path=row.department_path
    ):
        raise ForbiddenError
    return row


def _check(work: Work, new: NewItem) -> None:
    faults: dict[str, tuple[Message, ...]] = {}
    for field, least, words in (
        ("source", 1, msg("请写明来源，例如系统、账号或地点。")),
        ("collected_by", 1, msg("请写明由谁收集。")),
        ("legality", SHORTEST, msg("请写明凭什么可以收集，例如制度条款、本人同意或工作系统。")),
    ):
        if len(getattr(new, field).strip()) < least:
            faults[field] = (words,)
    if new.method not in set(Method):
        faults["method"] = (msg("请选择收集方式。"),)
    if new.collected_at is None:
        faults["collected_at"] = (msg("请填写收集时间。"),)
    elif new.collected_at > work.now + SKEW:
        faults["collected_at"] = (msg("收集时间不能晚于现在。"),)
    if new.case_id is None and new.keep_until is None:
        faults["keep_until"] = (msg("没有关联案件的证据须写明保存至哪天。"),)
    if faults:
        raise InvalidError(fields=faults)


def _about(work: Work, new: NewItem) -> tuple[Case | None, Person]:
    if new.case_id is not None:
        case = _own_case(work, new.case_id)
        return case, work.session.get_one(Person, case.person_id)
    person = work.session.scalars(
        select(Person).where(
            Person.number == new.person_number.strip(),
            within(work.actor, Permission.VAULT_WRITE, entity=Person.entity_id),
            Person.id != work.actor.person_id,
        )
    ).one_or_none()
    if person is None:
        raise InvalidError(fields={"person": (msg("请填写您有权管理的人员的工号，或关联一个案件。"),)})
    return None, person


def _own_case(work: Work, case_id: int) -> Case:
    """The case, locked; raises InvalidError at its field for a missing or foreign one."""
    may = within(work.actor, Permission.VAULT_WRITE, entity=Case.entity_id, path=Case.department_path)
    mine = Case.person_id == (work.actor.person_id or 0)
    if work.session.scalar(select(Case.id).where(Case.id == case_id, may, ~mine)) is None:
        raise InvalidError(fields={"case": (msg("没有这个案件，或您无权为它收存证据。"),)})
    return lock_case(work, case_id)


def _classified(new: NewItem) -> Found:
    try:
        return classify(new.data, new.name)
    except InvalidError as error:
        raise InvalidError(fields={"file": (error.message,)}) from error


def _check_new(work: Work, sha256: str, *, case: Case | None, person: Person) -> None:
    same = Custody.case_id == case.id if case is not None else Custody.case_id.is_(None)
    found = work.session.scalars(
        select(Custody).where(Custody.sha256 == sha256, same, Custody.person_id == person.id).limit(1)
    ).one_or_none()
    if found is not None:
        words = msg("这份文件已经收存，编号 {number}。", number=found.number)
        raise InvalidError(fields={"file": (words,)})


# -- rows ------------------------------------------------------------------------------------------------


def _row(work: Work, new: NewItem, found: Found, *, sha256: str, person: Person) -> Custody:
    return Custody(
        entity_id=person.entity_id,
        department_path=person.department.path,
        person_id=person.id,
        kind=found.kind,
        name=found.name,
        media_type=found.media_type,
        size=len(new.data),
        sha256=sha256,
        sm3=sm3(new.data),
        dangerous=found.dangerous,
        reasons=[stored(reason) for reason in found.reasons],
        source=new.source.strip()[:200],
        collected_by=new.collected_by.strip()[:100],
        collected_at=new.collected_at,
        method=new.method,
        method_note=new.method_note.strip()[:500],
        legality=new.legality.strip()[:2000],
        medium=new.medium.strip()[:200],
        keeper=new.keeper.strip()[:100],
        taken_by_id=work.person_id,
        taken_at=work.now,
        keep_until=new.keep_until,
    )


def _taken(row: Custody) -> dict[str, Any]:
    """What the log says of an item that came in; ``sha256`` makes it an original of every pack."""
    return {
        "name": row.name,
        "sha256": row.sha256,
        "sm3": row.sm3,
        "size": row.size,
        "source": row.source,
        "collected_by": row.collected_by,
        "collected_at": row.collected_at.isoformat(),
        "method": row.method,
        "method_note": row.method_note,
        "legality": row.legality,
        "medium": row.medium,
        "keeper": row.keeper,
    }


def _link(
    work: Work,
    row: Custody,
    kind: Step,
    *,
    reason: str = "",
    receiver: str = "",
    said: Mapping[str, Any] | None = None,
) -> CustodyStep:
    step = CustodyStep(
        custody_id=row.id,
        kind=kind,
        by_id=work.actor.person_id,
        at=work.now,
        receiver=receiver,
        reason=reason,
    )
    work.session.add(step)
    work.session.flush()
    facts: dict[str, Any] = {"custody": row.number, "step": step.id, **(said or {})}
    if not said:
        facts["of_sha256"] = row.sha256
    facts |= {name: value for name, value in (("reason", reason), ("receiver", receiver)) if value}
    if row.case_id is not None:
        events.append(work, f"custody.{kind}", facts, case=lock_case(work, row.case_id))
    else:
        events.append(work, f"custody.{kind}", facts, subject=f"custody/{row.id}")
    return step
