"""A case begun by hand: any procedure with a start form, about oneself or about somebody in scope."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from models.person import Person
from webapp import feel
from webapp.domain.errors import HeguiError, InvalidError, NotFoundError
from webapp.domain.permissions import Role
from webapp.domain.text import Message, msg, named
from webapp.services import forms
from webapp.services.cases.start import StartCase, start_pinned
from webapp.services.idempotency import recall, remember
from webapp.services.procedures.bundle import load_bundle, released_bundles, version_to_start
from webapp.services.scope import readable_people

if TYPE_CHECKING:
    from collections.abc import Mapping

    from models.case import Case
    from webapp.domain.permissions import Actor
    from webapp.services.procedures.bundle import Bundle
    from webapp.services.work import Work

WHAT: Final = "begin"
ABOUT: Final = "_person"  # the page's own field: no form may have one of that name
LONGEST: Final = 200  # characters of a title


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """A procedure that the actor may begin."""

    key: str
    title: Message
    notes: str
    others: bool  # whether it may be about somebody else


@dataclass(frozen=True, slots=True, kw_only=True)
class BeginCase:
    """Begin a case with the values of its start form; ``person`` is an employee number, empty: oneself."""

    procedure_key: str
    person: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    key: str | None = None  # idempotency key made by the page


def beginnings(work: Work) -> tuple[Beginning, ...]:
    """The procedures that the actor may begin by hand, in the order of their keys."""
    return tuple(
        _beginning(work.actor, bundle)
        for procedure, bundle in released_bundles(work.session)
        if procedure.suspended_at is None and _may_begin(work.actor, bundle)
    )


def begin_form(work: Work, procedure_key: str, language: str) -> tuple[Beginning, forms.Form]:
    """What the page shows; NotFoundError where the actor may not begin it, ConflictError while suspended."""
    bundle = _bundle(work, procedure_key)
    schema = forms.localise(bundle.form(str(bundle.settings.start_form)), language)
    return _beginning(work.actor, bundle), forms.load(schema)


def begin(work: Work, command: BeginCase) -> int:
    """Begin the case; its id. A press that is repeated begins nothing twice.

    Raises InvalidError with a sentence at each wrong field, NotFoundError where the actor may not begin it.
    """
    answer = recall(work, command.key, f"{WHAT}/{command.procedure_key}")
    if answer is not None:
        return int(answer["case"])
    bundle = _bundle(work, command.procedure_key)
    form = forms.load(bundle.form(str(bundle.settings.start_form)))
    values = dict(forms.accept(form, command.values, context={}, now=work.now).values)
    person = _person(work, bundle, command.person.strip())
    case = _start(work, bundle, person, values=values)
    work.session.flush()
    remember(work, command.key, f"{WHAT}/{command.procedure_key}", answer={"case": case.id})
    return case.id


def _start(work: Work, bundle: Bundle, person: Person, *, values: dict[str, Any]) -> Case:
    command = StartCase(
        procedure_key=bundle.settings.key,
        person_id=person.id,
        title=_title(work, bundle, {**values, "person": person.name}),
        variables=values,
    )
    return start_pinned(work, command, bundle)


def _bundle(work: Work, procedure_key: str) -> Bundle:
    bundle = load_bundle(work.session, version_to_start(work.session, procedure_key))
    if not _may_begin(work.actor, bundle):
        raise NotFoundError
    return bundle


def _may_begin(actor: Actor, bundle: Bundle) -> bool:
    """Whether the actor's role may begin it here; one with a record beside the case has a page of its own."""
    settings = bundle.settings
    if not settings.start_form or settings.follow is not None:
        return False
    return Role.EMPLOYEE in settings.start_roles or _for_others(actor, bundle)


def _for_others(actor: Actor, bundle: Bundle) -> bool:
    return any(grant.role in bundle.settings.start_roles for grant in actor.grants)


def _beginning(actor: Actor, bundle: Bundle) -> Beginning:
    settings = bundle.settings
    return Beginning(
        key=settings.key,
        title=named(settings.titles, settings.key),
        notes=settings.notes,
        others=_for_others(actor, bundle),
    )


def _person(work: Work, bundle: Bundle, number: str) -> Person:
    if not number:
        return work.session.get_one(Person, work.person_id)
    who = [Person.number == number]
    if not _for_others(work.actor, bundle):
        who.append(Person.id == work.person_id)
    found = work.session.scalars(select(Person).where(*who, readable_people(work.actor))).one_or_none()
    if found is None:
        raise InvalidError(fields={ABOUT: (msg("您的管理范围内没有这个工号。"),)})
    return found


def _title(work: Work, bundle: Bundle, values: Mapping[str, Any]) -> str:
    """What ``start.title`` makes of the values, else the procedure's name and the person's."""
    plain = f"{bundle.settings.titles['zh-Hans']}：{values['person']}"
    if bundle.settings.start_title is None:
        return plain[:LONGEST]
    try:
        made = feel.parse(bundle.settings.start_title.lstrip("= ")).evaluate(values, now=work.now)
    except HeguiError:
        made = None
    return str(made or plain)[:LONGEST]
