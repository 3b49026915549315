"""A bundle is begun: about a person, one case or all, a range of days; its facts are changed later."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, or_, select

from models.account import Grant
from models.bundle import Bundle, BundleReader
from models.case import Case
from models.organisation import Department
from models.person import Person
from webapp.domain.errors import ForbiddenError, InvalidError, NotFoundError
from webapp.domain.exhibits import Role
from webapp.domain.permissions import Permission
from webapp.domain.text import Message, msg
from webapp.services import idempotency
from webapp.services.evidence.bundles.access import lock_bundle, tell
from webapp.services.evidence.bundles.collect import candidates
from webapp.services.evidence.bundles.exhibits import MOST, add_all
from webapp.services.scope import readable_cases

if TYPE_CHECKING:
    from datetime import date

    from webapp.services.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a bundle is about; both days are local and may be empty."""

    title: str
    case_id: int | None = None
    first_day: date | None = None
    last_day: date | None = None
    tribunal: str = ""
    docket: str = ""
    role: str = Role.RESPONDENT


def create_bundle(work: Work, person_id: int, facts: Facts, *, collect: bool, key: str | None = None) -> int:
    """Begin a bundle about a person, with every paper that is there where ``collect`` says so; its id.

    Raises NotFoundError for a person or case outside the actor's scope, InvalidError at each field.
    """
    again = idempotency.recall(work, key, "create-bundle")
    if again is not None:
        return int(again)
    person, path = _person(work, person_id)
    _check(work, facts, person)
    bundle = Bundle(
        person_id=person.id,
        entity_id=person.entity_id,
        department_path=path,
        created_by_id=work.person_id,
        created_at=work.now,
        changed_by_id=work.person_id,
        changed_at=work.now,
        **_columns(facts),
    )
    work.session.add(bundle)
    work.session.flush()
    tell(work, "bundle.created", bundle, person=person.number, title=bundle.title)
    if collect:
        add_all(work, bundle, candidates(work, bundle)[:MOST])
    idempotency.remember(work, key, "create-bundle", answer=bundle.id)
    work.session.flush()
    return bundle.id


def _person(work: Work, person_id: int) -> tuple[Person, str]:
    row = work.session.execute(
        select(Person, Department.path)
        .join(Department, Department.id == Person.department_id)
        .where(Person.id == person_id)
    ).one_or_none()
    if not work.actor.may(Permission.BUNDLE_WORK):
        raise ForbiddenError
    if row is None or not work.actor.may_within(
        Permission.BUNDLE_WORK, entity_id=row[0].entity_id, department_path=row[1]
    ):
        raise NotFoundError
    if person_id == work.actor.person_id:  # nobody prepares the employer's case against themselves
        raise NotFoundError
    return row[0], row[1]


def _columns(facts: Facts) -> dict[str, Any]:
    return {name: getattr(facts, name) for name in Facts.__slots__}


def _check(work: Work, facts: Facts, person: Person) -> None:
    errors: dict[str, tuple[Message, ...]] = {}
    if not facts.title.strip():
        errors["title"] = (msg("请填写标题，例如“李娜：违法解除争议”。"),)
    for name, most in {"title": 200, "tribunal": 100, "docket": 100}.items():
        if len(getattr(facts, name)) > most:
            errors[name] = (msg("最多 {most} 个字。", most=most),)
    if facts.role not in set(Role):
        errors["role"] = (msg("请从列表中选择。"),)
    if facts.first_day and facts.last_day and facts.first_day > facts.last_day:
        errors["last_day"] = (msg("最后一天不能早于第一天。"),)
    if facts.case_id is not None:
        found = work.session.scalar(
            select(Case.id).where(
                Case.id == facts.case_id, Case.person_id == person.id, readable_cases(work.actor)
            )
        )
        if found is None:
            errors["case_id"] = (msg("没有找到这个案件，或它不是此人的案件。"),)
    if errors:
        raise InvalidError(fields=errors)


def change_facts(work: Work, bundle_id: int, facts: Facts, *, version: int) -> Bundle:
    """Write what a bundle is about; its exhibits stay. Raises as ``create_bundle`` and ``lock_bundle`` do."""
    bundle = lock_bundle(work, bundle_id, version)
    _check(work, facts, bundle.person)
    changed = [name for name, value in _columns(facts).items() if getattr(bundle, name) != value]
    for name, value in _columns(facts).items():
        setattr(bundle, name, value)
    if changed:
        tell(work, "bundle.changed", bundle, columns=changed)
    work.session.flush()
    return bundle


def let_in(work: Work, bundle_id: int, number: str, *, version: int) -> None:
    """Let a person read and comment, by staff number; raises InvalidError where there is no such person.

    The employer's own people, and whoever has a role with it; whether another employer has such a number the
    answer does not tell.
    """
    bundle = lock_bundle(work, bundle_id, version)
    person = work.session.scalars(
        select(Person).where(
            Person.number == number.strip(), Person.left_on.is_(None), _known_to(bundle.entity_id)
        )
    ).one_or_none()
    if person is None:
        raise InvalidError(
            fields={"number": (msg("本单位没有工号为“{number}”的在职人员。", number=number[:32]),)}
        )
    if person.id == bundle.person_id:
        raise InvalidError(fields={"number": (msg("证据册所涉的员工本人不能查看。"),)})
    if work.session.get(BundleReader, (bundle_id, person.id)) is None:
        work.session.add(
            BundleReader(
                bundle_id=bundle_id, person_id=person.id, let_in_by_id=work.person_id, let_in_at=work.now
            )
        )
        tell(work, "bundle.opened-to", bundle, person=person.number)
    work.session.flush()


def _known_to(entity_id: int) -> ColumnElement[bool]:
    here = or_(Grant.entity_id == entity_id, Grant.entity_id.is_(None))
    with_role = select(Grant.person_id).where(here, Grant.department_id.is_(None))
    return or_(Person.entity_id == entity_id, Person.id.in_(with_role))


def shut_out(work: Work, bundle_id: int, person_id: int, *, version: int) -> None:
    """Take the reading right back; raises NotFoundError where there is none, and as ``lock_bundle`` does."""
    bundle = lock_bundle(work, bundle_id, version)
    row = work.session.get(BundleReader, (bundle_id, person_id))
    if row is None:
        raise NotFoundError
    tell(work, "bundle.closed-to", bundle, person=row.person.number)
    work.session.delete(row)
    work.session.flush()


def readers_of(work: Work, bundle: Bundle) -> list[BundleReader]:
    """Those whom legal has let in."""
    return list(
        work.session.scalars(
            select(BundleReader)
            .where(BundleReader.bundle_id == bundle.id)
            .order_by(BundleReader.let_in_at, BundleReader.person_id)
        )
    )
