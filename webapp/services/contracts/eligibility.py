"""Who may be offered a change: what the record and the law say of one person, before anything is offered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from models.case import Case, CaseState
from models.contract import PersonDetail
from models.person import PersonFlag
from models.signing import Consent
from webapp.domain.eligibility import Block, Candidate, Eligibility, Offer, check_offer
from webapp.domain.overtime import HoursSystem
from webapp.domain.protection import Worker
from webapp.domain.regions import parameter_region
from webapp.services import events
from webapp.services.contracts.parties import AGREED, REFUSED
from webapp.services.contracts.terms import base_contract, read_day, read_terms, terms_on
from webapp.services.people import local_date
from webapp.services.permits import domain_permits
from webapp.services.procedures.bundle import load_bundle
from webapp.services.reference.load import current_law

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from models.person import Person
    from webapp.engine.values import Job
    from webapp.services.work import Work

UNFINISHED = (CaseState.ACTIVE, CaseState.SUSPENDED, CaseState.INCIDENT)
APPLIES = 'type="apply-terms"'  # in the diagram of a procedure that changes contracts
ELECTRONIC = "electronic-form"  # purpose in the consent ledger
PREGNANT, NURSING = "pregnant", "nursing"  # kinds of protected facts, see PersonFlag


def check_eligibility(
    work: Work, person: Person, terms: Mapping[str, Any], *, on: date, case: Case | None = None
) -> Eligibility:
    """Whether ``terms`` (plain JSON) may be offered to a person from ``on``; ``case`` is the asking one.

    What ``terms`` does not name is as in the terms in force. Raises InvalidError for wrong values.
    """
    today = local_date(work.now)
    return check_offer(
        _candidate(work, person, on=on, case=case),
        _offer(work, person, terms, on=on),
        permits=domain_permits(work, person.entity_id),
        law=current_law(work.session, today),
    )


def check_eligibility_job(work: Work, case: Case, job: Job) -> Mapping[str, Any]:
    """The local job ``check-eligibility``: inputs ``terms`` and ``effective_from``.

    Result: ``eligible``, and ``blocks`` and ``cautions``, each a list of code, article, sentence, opens.
    """
    inputs = {**job.headers, **job.variables}
    terms = inputs.get("terms") or {}
    on = read_day(inputs.get("effective_from"))
    found = check_eligibility(work, case.person, dict(terms), on=on, case=case)
    facts = {
        "eligible": found.ok,
        "codes": [block.code for block in found.blocks],
        "on": on.isoformat(),
    }
    events.append(work, "eligibility.checked", facts, case=case)
    return {
        "eligible": found.ok,
        "blocks": [plain_block(block) for block in found.blocks],
        "cautions": [plain_block(block) for block in found.cautions],
    }


def plain_block(block: Block) -> dict[str, str]:
    """An obstacle as plain JSON, in Chinese."""
    return {
        "code": block.code,
        "article": block.article,
        "sentence": str(block.sentence),
        "opens": str(block.opens),
    }


def _offer(work: Work, person: Person, terms: Mapping[str, Any], *, on: date) -> Offer:
    now = terms_on(work, person, on)
    given = read_terms(terms)
    old = {
        "hours_system": person.hours_system if now is None else now.hours_system,
        "shift_start": None if now is None else now.shift_start,
        "shift_end": None if now is None else now.shift_end,
        "cycle": None if now is None else now.cycle,
    }
    merged = {**old, **{key: value for key, value in given.items() if key in old}}
    return Offer(
        on=on,
        hours_system=HoursSystem(merged["hours_system"]),
        shift_start=merged["shift_start"],
        shift_end=merged["shift_end"],
        cycle=merged["cycle"] if merged["hours_system"] == HoursSystem.COMPREHENSIVE else None,
    )


def _candidate(work: Work, person: Person, *, on: date, case: Case | None) -> Candidate:
    then = base_contract(work, person.id, on)
    now = base_contract(work, person.id, local_date(work.now))
    return Candidate(
        post=person.post,
        entity=str(person.entity_id),
        number=person.number,
        region=parameter_region(person.region),
        worker=_worker(work, person),
        dispatch=person.dispatch,
        contract=None if then is None else then.number,
        contract_today=None if now is None else now.number,
        open_change=_open_change(work, person, case),
        electronic=_electronic(work, person),
        left=person.left_on is not None and person.left_on < on,
    )


def _electronic(work: Work, person: Person) -> str | None:
    """What the person said last of the electronic form: in the consent ledger, else to HR."""
    last = work.session.scalars(
        select(Consent)
        .where(Consent.person_id == person.id, Consent.purpose == ELECTRONIC)
        .order_by(Consent.agreed_at.desc(), Consent.id.desc())
        .limit(1)
    ).one_or_none()
    detail = work.session.get(PersonDetail, person.id)
    said_at = None if detail is None else detail.electronic_at
    if last is None or (said_at is not None and said_at > (last.withdrawn_at or last.agreed_at)):
        return None if detail is None else detail.electronic
    return REFUSED if last.withdrawn_at is not None else AGREED


def _worker(work: Work, person: Person) -> Worker:
    """What the person has told: the flag's first day is that of the pregnancy, or of the child's life."""
    flags = {
        flag.kind: flag
        for flag in work.session.scalars(
            select(PersonFlag)
            .where(PersonFlag.person_id == person.id, PersonFlag.kind.in_([PREGNANT, NURSING]))
            .order_by(PersonFlag.valid_from, PersonFlag.id)
        )
    }
    pregnant, nursing = flags.get(PREGNANT), flags.get(NURSING)
    return Worker(
        born=person.born_on,
        pregnant_since=None if pregnant is None else pregnant.valid_from,
        pregnancy_ended=None if pregnant is None else pregnant.valid_to,
        infant_born=None if nursing is None else nursing.valid_from,
    )


def _open_change(work: Work, person: Person, case: Case | None) -> str | None:
    """The number of another unfinished case whose procedure changes contracts."""
    others = work.session.scalars(
        select(Case).where(Case.person_id == person.id, Case.state.in_(UNFINISHED)).order_by(Case.id)
    )
    for other in others:
        if case is not None and (other is case or other.id == case.id):
            continue
        files = load_bundle(work.session, other.procedure_version_id).files
        if any(APPLIES in file.body for file in files if file.kind == "diagram"):
            return other.number
    return None
