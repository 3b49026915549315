"""The chain of working terms: read by day, added to by the local job ``apply-terms``."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from models.contract import ContractTerms
from models.document import Document
from models.person import Contract, Person
from webapp.domain.errors import ConflictError, InvalidError
from webapp.domain.hours.cycle import CycleKind
from webapp.domain.overtime import HoursSystem
from webapp.domain.text import msg
from webapp.services import events
from webapp.services.jobs.later import enqueue_at
from webapp.services.people import SHANGHAI, local_date

if TYPE_CHECKING:
    from collections.abc import Iterable

    from models.case import Case
    from webapp.engine.values import Job
    from webapp.services.work import Work

RUNNING = ("active", "changed", "expiring")
SWITCH = "switch-terms"
KEYS = ("post", "place", "hours_system", "shift_start", "shift_end", "cycle", "pay")


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A stretch of days under one version of the terms."""

    first: date
    last: date
    terms: ContractTerms


def terms_on(work: Work, person: Person, day: date) -> ContractTerms | None:
    """The terms in force on a day; of versions with the same first day the one agreed last."""
    return work.session.scalars(
        select(ContractTerms)
        .where(ContractTerms.person_id == person.id, ContractTerms.effective_from <= day)
        .order_by(ContractTerms.effective_from.desc(), ContractTerms.id.desc())
        .limit(1)
    ).one_or_none()


def terms_between(work: Work, person: Person, first: date, *, last: date) -> tuple[Span, ...]:
    """The terms of a cycle by stretches of days, versions that were added back in time included."""
    rows = work.session.scalars(
        select(ContractTerms)
        .where(ContractTerms.person_id == person.id, ContractTerms.effective_from <= last)
        .order_by(ContractTerms.effective_from, ContractTerms.id)
    ).all()
    latest = {row.effective_from: row for row in rows}  # of the same first day the one agreed last
    starts = sorted(latest)
    spans = []
    for place, start in enumerate(starts):
        end = starts[place + 1] - timedelta(days=1) if place + 1 < len(starts) else last
        if end >= first:
            spans.append(Span(first=max(start, first), last=min(end, last), terms=latest[start]))
    return tuple(spans)


def chain(work: Work, person_id: int) -> list[ContractTerms]:
    """All versions of a person, in the order in which they were agreed."""
    return list(
        work.session.scalars(
            select(ContractTerms).where(ContractTerms.person_id == person_id).order_by(ContractTerms.id)
        )
    )


def base_contract(work: Work, person_id: int, on: date) -> Contract | None:
    """The labour contract in force on a day: of several the one that began last."""
    return work.session.scalars(
        select(Contract)
        .where(
            Contract.person_id == person_id,
            Contract.state.in_(RUNNING),
            Contract.starts_on <= on,
            (Contract.ends_on.is_(None)) | (Contract.ends_on >= on),
        )
        .order_by(Contract.starts_on.desc(), Contract.id.desc())
        .limit(1)
    ).one_or_none()


def apply_terms(work: Work, case: Case, job: Job) -> Mapping[str, Any]:
    """The local job ``apply-terms``: add a version to the chain of the case's person.

    Inputs: ``document`` (id of the supplement), ``terms`` (a context; what it does not name stays as it is),
    ``effective_from`` (ISO date, also in the past). Result: ``terms_number``, ``terms_from``.
    """
    inputs = {**job.headers, **job.variables}
    document = _document(work, case, inputs.get("document"))
    effective = read_day(inputs.get("effective_from"))
    given = inputs.get("terms")
    if not isinstance(given, Mapping):
        raise InvalidError(msg("没有新的劳动条件，不能生效。"))
    added = add_terms(work, case.person, dict(given), effective_from=effective, document=document, case=case)
    return {"terms_number": added.number, "terms_from": effective.isoformat()}


def add_terms(
    work: Work,
    person: Person,
    given: Mapping[str, Any],
    *,
    effective_from: date,
    document: Document | None = None,
    case: Case | None = None,
) -> ContractTerms:
    """Add a version; the person's record switches on the effective day, at once where that is past.

    Raises ConflictError where no labour contract is in force on that day, InvalidError for wrong values.
    """
    contract = base_contract(work, person.id, effective_from)
    if contract is None:
        raise ConflictError(
            msg("{name}在 {day} 没有生效的劳动合同。", name=person.name, day=effective_from.isoformat())
        )
    before = terms_on(work, person, effective_from)
    count = work.session.scalar(select(func.count()).where(ContractTerms.contract_id == contract.id))
    row = ContractTerms(
        contract_id=contract.id,
        person_id=person.id,
        number=(count or 0) + 1,
        effective_from=effective_from,
        document_id=None if document is None else document.id,
        case_id=None if case is None else case.id,
        recorded_at=work.now,
        **_merged(before, read_terms(given), person=person),
    )
    work.session.add(row)
    if before is not None or document is not None:
        contract.state = "changed"
    work.session.flush()
    _log(work, row, before=before, case=case)
    _switch(work, person, effective_from)
    return row


def read_terms(given: Mapping[str, Any]) -> dict[str, Any]:
    """Plain JSON terms as columns; raises InvalidError, field by field."""
    known = {key: given[key] for key in KEYS if given.get(key) not in (None, "")}
    return {key: _READERS.get(key, str)(value) for key, value in known.items()}


def plain_terms(row: ContractTerms | None) -> dict[str, Any] | None:
    """A version as plain JSON: what templates, forms and pages show."""
    if row is None:
        return None
    return {
        "post": row.post,
        "place": row.place,
        "hours_system": row.hours_system,
        "shift_start": None if row.shift_start is None else row.shift_start.isoformat("minutes"),
        "shift_end": None if row.shift_end is None else row.shift_end.isoformat("minutes"),
        "cycle": row.cycle,
        "pay": row.pay,
        "effective_from": row.effective_from.isoformat(),
    }


def switch_terms(units: Any, job: Any) -> Mapping[str, Any]:
    """The job ``switch-terms``: on the effective day the person's record follows the chain."""
    with units() as work:
        person = work.session.get_one(Person, job.payload["person"], with_for_update=True)
        return {"changed": _follow(work, person)}


def _switch(work: Work, person: Person, effective_from: date) -> None:
    if effective_from <= local_date(work.now):
        _follow(work, person)
        return
    at = datetime.combine(effective_from, time(), SHANGHAI)
    enqueue_at(work, SWITCH, {"person": person.id}, key=secrets.token_hex(16), at=at)


def _follow(work: Work, person: Person) -> bool:
    """Bring post and hours system of the record in line with today's terms."""
    terms = terms_on(work, person, local_date(work.now))
    if terms is None:
        return False
    wanted = {"hours_system": terms.hours_system, "post": terms.post or person.post}
    changed = {key: value for key, value in wanted.items() if getattr(person, key) != value}
    for key, value in changed.items():
        setattr(person, key, value)
    if changed:
        events.append(
            work,
            "person.changed",
            {"number": person.number, "terms": terms.id, **changed},
            subject=person.number,
        )
    return bool(changed)


def _merged(before: ContractTerms | None, given: Mapping[str, Any], *, person: Person) -> dict[str, Any]:
    old: dict[str, Any] = (
        {"post": person.post, "hours_system": person.hours_system, "pay": []}
        if before is None
        else {key: getattr(before, key) for key in KEYS}
    )
    merged = {**old, **given}
    if merged["hours_system"] != HoursSystem.COMPREHENSIVE:
        merged["cycle"] = None
    elif merged.get("cycle") is None:
        raise InvalidError(msg("综合计算工时制须写明计算周期。"))
    return merged


def _log(work: Work, row: ContractTerms, *, before: ContractTerms | None, case: Case | None) -> None:
    facts = {
        "terms": row.id,
        "number": row.number,
        "person": row.person_id,
        "document": row.document_id,
        "before": plain_terms(before),
        "after": plain_terms(row),
    }
    events.append(
        work, "terms.applied", facts, case=case, subject=None if case else f"person/{row.person_id}"
    )


def _document(work: Work, case: Case, document_id: Any) -> Document | None:
    if not document_id:
        return None
    found = work.session.get(Document, int(document_id))
    if found is None or found.person_id != case.person_id:
        raise InvalidError(msg("这份文书不属于本案当事人，不能据此变更劳动条件。"))
    return found


def read_day(value: Any) -> date:
    """An ISO date as forms and diagrams write it; raises InvalidError."""
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        raise InvalidError(msg("生效日期应写成 2026-12-01 的样子。")) from None


def _time(value: Any) -> time:
    try:
        return time.fromisoformat(str(value)[:5])
    except ValueError:
        raise InvalidError(msg("“{value}”不是时刻，请写成 19:00。", value=str(value))) from None


def _system(value: Any) -> str:
    if value not in set(HoursSystem):
        raise InvalidError(msg("不认识工时制度“{value}”。", value=str(value)))
    return str(value)


def _cycle(value: Any) -> str:
    if value not in set(CycleKind):
        raise InvalidError(msg("不认识计算周期“{value}”。", value=str(value)))
    return str(value)


def _pay(value: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    items = []
    for item in value:
        try:
            amount = Decimal(str(item["amount"]))
        except (InvalidOperation, KeyError):
            raise InvalidError(msg("工资项目的金额应是数字。")) from None
        items.append(
            {
                "name": str(item.get("name", "")),
                "amount": f"{amount:f}",
                "unit": str(item.get("unit", "month")),
            }
        )
    return items


_READERS = {
    "hours_system": _system,
    "shift_start": _time,
    "shift_end": _time,
    "cycle": _cycle,
    "pay": _pay,
}
