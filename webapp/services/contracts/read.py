"""Contracts and their chain of terms as pages show them: one's own, and those of the actor's scope."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import or_, select

from models.contract import ContractTerms, EntityDetail, PersonDetail
from models.document import Document
from models.person import Contract, Person
from webapp.domain.errors import NotFoundError
from webapp.domain.permissions import Permission
from webapp.domain.text import Message, msg
from webapp.services.contracts.terms import chain, terms_on
from webapp.services.documents.words import CODES
from webapp.services.people import local_date
from webapp.services.permits import permit_for
from webapp.services.scope import within

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from models.permit import Permit
    from webapp.services.work import Work

PAGE = 50
STATES = {
    "draft": msg("草稿"),
    "active": msg("有效"),
    "changed": msg("已变更"),
    "expiring": msg("即将到期"),
    "ended": msg("已终止"),
}
LABELS: dict[str, Message] = {
    "post": msg("岗位"),
    "place": msg("工作地点"),
    "hours_system": msg("工时制度"),
    "shift_start": msg("上班时间"),
    "shift_end": msg("下班时间"),
    "cycle": msg("计算周期"),
    "pay": msg("劳动报酬"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """One working term that a version set anew."""

    label: Message
    before: Any
    after: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One version of the chain and what it changed against the one in force before it."""

    terms: ContractTerms
    changes: tuple[FieldChange, ...]
    in_force: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractCard:
    """A contract with labelled lines."""

    contract: Contract
    rows: tuple[tuple[Message, Any], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonContracts:
    """The contract page of a person."""

    person: Person
    contracts: tuple[Contract, ...]
    links: tuple[Link, ...]
    documents: tuple[Document, ...]
    detail: PersonDetail | None
    employer: EntityDetail | None
    permit: Permit | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractFilter:
    """What HR looks for; empty: everything."""

    text: str = ""
    state: str = ""
    hours_system: str = ""
    start: int = 0  # id of the first contract of the page


def list_contracts(work: Work, wanted: ContractFilter) -> list[tuple[Contract, Person]]:
    """Contracts of the actor's scope by id, one more than a page where there are more."""
    query = (
        select(Contract, Person)
        .join(Person, Contract.person_id == Person.id)
        .where(
            within(work.actor, Permission.DOCUMENT_READ, entity=Contract.entity_id),
            Contract.id >= wanted.start,
        )
        .order_by(Contract.id)
        .limit(PAGE + 1)
    )
    if wanted.state:
        query = query.where(Contract.state == wanted.state)
    if wanted.hours_system:
        query = query.where(Person.hours_system == wanted.hours_system)
    if wanted.text:
        words = wanted.text.strip()
        query = query.where(
            or_(
                Person.name.contains(words, autoescape=True), Person.number == words, Contract.number == words
            )
        )
    return [(contract, person) for contract, person in work.session.execute(query)]


def person_contracts(work: Work, person_id: int) -> PersonContracts:
    """The chain of a person of the actor's scope; raises NotFoundError."""
    person = work.session.scalars(
        select(Person).where(
            Person.id == person_id, within(work.actor, Permission.DOCUMENT_READ, entity=Person.entity_id)
        )
    ).one_or_none()
    if person is None:
        raise NotFoundError
    documents = work.session.scalars(
        select(Document).where(Document.person_id == person.id).order_by(Document.id.desc()).limit(PAGE)
    )
    return PersonContracts(
        person=person,
        contracts=tuple(_contracts(work, person.id)),
        links=tuple(_links(work, person)),
        documents=tuple(documents),
        detail=work.session.get(PersonDetail, person.id),
        employer=work.session.get(EntityDetail, person.entity_id),
        permit=permit_for(work, person, local_date(work.now)),
    )


def own_contracts(work: Work) -> tuple[ContractCard, ...]:
    """The actor's own contracts, each with the terms in force today."""
    person = work.session.get_one(Person, work.person_id)
    terms = terms_on(work, person, local_date(work.now))
    return tuple(
        ContractCard(
            contract=contract,
            rows=(
                (msg("类型"), CODES.get(contract.kind, contract.kind)),
                (msg("期限"), _term(contract)),
                (msg("状态"), STATES.get(contract.state, contract.state)),
                *(_rows_of(terms) if terms is not None and terms.contract_id == contract.id else ()),
            ),
        )
        for contract in _contracts(work, person.id)
    )


def _contracts(work: Work, person_id: int) -> Iterable[Contract]:
    return work.session.scalars(
        select(Contract).where(Contract.person_id == person_id).order_by(Contract.starts_on.desc())
    ).all()


def _term(contract: Contract) -> Message:
    if contract.ends_on is None:
        return msg("自 {first} 起，无固定期限", first=contract.starts_on.isoformat())
    return msg("{first} 至 {last}", first=contract.starts_on.isoformat(), last=contract.ends_on.isoformat())


def _rows_of(terms: ContractTerms) -> Iterator[tuple[Message, Any]]:
    for key, label in LABELS.items():
        value = shown(key, getattr(terms, key))
        if value:
            yield label, value


def shown(key: str, value: Any) -> Any:
    """A working term as people read it: a code in words, a time of day, items of pay in a line."""
    if value is None or value == []:
        return ""
    if key in ("hours_system", "cycle"):
        return CODES.get(value, value)
    if key in ("shift_start", "shift_end"):
        return value.isoformat("minutes")
    if key == "pay":
        return "；".join(f"{item['name']} {item['amount']} 元" for item in value)
    return value


def _links(work: Work, person: Person) -> Iterator[Link]:
    """Each version with what it changed against the version whose days it took over."""
    rows = chain(work, person.id)
    now = terms_on(work, person, local_date(work.now))
    for place, row in enumerate(rows):
        earlier = [r for r in rows[:place] if r.effective_from <= row.effective_from]
        before = max(earlier, key=lambda r: (r.effective_from, r.id), default=None)
        yield Link(terms=row, changes=tuple(_changes(before, row)), in_force=row is now)


def _changes(before: ContractTerms | None, after: ContractTerms) -> Iterator[FieldChange]:
    for key, label in LABELS.items():
        old = None if before is None else getattr(before, key)
        new = getattr(after, key)
        if old != new:
            yield FieldChange(label=label, before=shown(key, old), after=shown(key, new))
