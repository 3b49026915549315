"""Asking somebody for a paper that a bundle lacks: a message begins the procedure that waits for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from models.case import Case
from models.counsel import GapRule, PaperRequest
from models.person import Person
from webapp.domain.errors import InvalidError, NotFoundError
from webapp.domain.text import Message, msg
from webapp.services.cases.messages import correlate
from webapp.services.evidence.bundles.access import lock_bundle, read_exhibit, tell
from webapp.services.evidence.bundles.collect import find_people
from webapp.services.people import local_date

if TYPE_CHECKING:
    from datetime import date

    from models.bundle import Bundle
    from webapp.services.work import Work

WANTED = "paper.wanted"
LONGEST = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """Who is asked for what, by which local day."""

    who: str  # name or staff number
    what: str
    due: date | None
    exhibit_id: int | None = None


def ask(work: Work, bundle_id: int, wanted: Ask, *, version: int) -> PaperRequest:
    """Ask; a task waits for the person at once. Raises InvalidError at each field, ConflictError."""
    bundle = lock_bundle(work, bundle_id, version)
    person = _check(work, bundle, wanted)
    if wanted.exhibit_id is not None:
        read_exhibit(work, bundle_id, wanted.exhibit_id)
    me = work.session.get_one(Person, work.person_id)
    assert wanted.due is not None  # _check refused it
    variables = {
        "title": f"{bundle.number} {wanted.what}"[:200],
        "asked": person.number,
        "requester": me.number,
        "bundle": bundle.number,
        "what": wanted.what,
        "due": wanted.due.isoformat(),
        "comment": "",
    }
    case = correlate(work, WANTED, key=None, variables=variables)
    if case is None:
        raise InvalidError(msg("没有流程在等待这类请求，请流程负责人先发布。"))
    row = PaperRequest(
        bundle_id=bundle.id,
        exhibit_id=wanted.exhibit_id,
        case_id=case.id,
        asked_id=person.id,
        what=wanted.what,
        at=work.now,
    )
    work.session.add(row)
    tell(work, "paper.requested", bundle, person=person.number, name=wanted.what, case=case.number)
    work.session.flush()
    return row


def _check(work: Work, bundle: Bundle, wanted: Ask) -> Person:
    errors: dict[str, tuple[Message, ...]] = {}
    found = [each for each in find_people(work, wanted.who) if each.left_on is None]
    exact = [each for each in found if wanted.who.strip() in (each.name, each.number)]
    people = exact or found
    if len(people) != 1:
        errors["who"] = (
            msg("没有找到在职的“{who}”。", who=wanted.who[:32])
            if not people
            else msg("有 {n} 人符合，请填工号。", n=len(people)),
        )
    elif people[0].id == bundle.person_id:
        errors["who"] = (msg("不能请证据册所涉的员工本人补充。"),)
    if not wanted.what.strip():
        errors["what"] = (msg("请写明需要什么材料。"),)
    elif len(wanted.what) > LONGEST:
        errors["what"] = (msg("最多 {most} 个字。", most=LONGEST),)
    if wanted.due is None or wanted.due < local_date(work.now):
        errors["due"] = (msg("请填写今天或以后的日期。"),)
    if errors:
        raise InvalidError(fields=errors)
    return people[0]


def gap_rule(work: Work, code: str) -> GapRule:
    """The rule whose gap is to be closed; raises NotFoundError."""
    found = work.session.scalars(select(GapRule).where(GapRule.code == code)).one_or_none()
    if found is None:
        raise NotFoundError
    return found


def requests_of(work: Work, bundle: Bundle) -> list[PaperRequest]:
    """What was asked for a bundle that the caller has read, newest first, each with its case."""
    return list(
        work.session.scalars(
            select(PaperRequest)
            .join(Case, Case.id == PaperRequest.case_id)
            .options(joinedload(PaperRequest.case), joinedload(PaperRequest.asked))
            .where(PaperRequest.bundle_id == bundle.id)
            .order_by(PaperRequest.id.desc())
        )
    )
