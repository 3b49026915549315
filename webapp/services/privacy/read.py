"""What HR and legal read: the ledger of consents by record; and the register with the forms of procedures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from models.consent import ConsentAct, ConsentEntry, ConsentText
from models.person import Person
from models.signing import Consent
from webapp.domain.errors import InvalidError
from webapp.domain.permissions import Permission
from webapp.domain.processing import LANGUAGES
from webapp.domain.text import msg
from webapp.services.forms import localise
from webapp.services.procedures.bundle import released_bundles
from webapp.services.scope import within

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from webapp.services.work import Work

PAGE = 50
LABELS = ("label", "dateLabel", "timeLabel")  # where a component says what it asks


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerFilter:
    """Which lines of the ledger; empty: all."""

    purpose: str = ""
    act: str = ""
    text: str = ""  # name or employee number
    before: int = 0  # ids below this one: the next page


def ledger(work: Work, asked: LedgerFilter) -> list[ConsentEntry]:
    """Lines of the actor's scope, newest first, one more where there are more; raises InvalidError."""
    if asked.act and asked.act not in set(ConsentAct):
        raise InvalidError(msg("筛选条件有误。"))
    statement = (
        select(ConsentEntry)
        .join(Person, Person.id == ConsentEntry.person_id)
        .join(ConsentText, ConsentText.id == ConsentEntry.text_id)
        .options(joinedload(ConsentEntry.person), joinedload(ConsentEntry.text))
        .where(within(work.actor, Permission.PRIVACY_READ, entity=Person.entity_id))
    )
    if asked.purpose:
        statement = statement.where(ConsentText.purpose == asked.purpose)
    if asked.act:
        statement = statement.where(ConsentEntry.act == asked.act)
    if asked.text:
        words = asked.text.strip()
        statement = statement.where(
            or_(Person.name.contains(words, autoescape=True), Person.number == words.upper())
        )
    if asked.before:
        statement = statement.where(ConsentEntry.id < asked.before)
    return list(work.session.scalars(statement.order_by(ConsentEntry.id.desc()).limit(PAGE + 1)))


def signing_consents(work: Work, person_id: int) -> list[Consent]:
    """What a person agreed to at signings, newest first; whoever calls has checked who reads."""
    return list(
        work.session.scalars(
            select(Consent).where(Consent.person_id == person_id).order_by(Consent.id.desc()).limit(PAGE)
        )
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class FormFields:
    """What the forms of one procedure ask people for; kept as long as its cases."""

    titles: Mapping[str, str]
    years: int
    labels: Mapping[str, tuple[str, ...]]  # by language tag


def form_fields(work: Work) -> list[FormFields]:
    """The fields of every released procedure: their purpose is the procedure, their end its retention."""
    found = []
    for _, bundle in released_bundles(work.session):
        settings = bundle.settings
        labels = {language: _labels(bundle.forms.values(), language) for language in LANGUAGES}
        found.append(FormFields(titles=settings.titles, years=settings.retention_years, labels=labels))
    return found


def _labels(schemas: Iterable[Mapping[str, Any]], language: str) -> tuple[str, ...]:
    found = (
        str(next(filter(None, map(each.get, LABELS)), each.get("key")))
        for schema in schemas
        for each in _inputs(localise(schema, language))
    )
    return tuple(dict.fromkeys(found))


def _inputs(schema: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Components that bring a value, those inside groups and lists included."""
    found: list[Mapping[str, Any]] = []
    for each in schema.get("components", ()):
        if each.get("key") and not each.get("readonly"):
            found.append(each)
        found += _inputs(each)
    return found
