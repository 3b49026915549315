"""The people of posts: counted for a check, listed for a roster that they sign."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from models.contract import ContractTerms
from models.organisation import Department, EntityKind
from models.person import Contract, Person, PersonFlag
from webapp.domain.errors import InvalidError
from webapp.domain.posts import PostFacts, check_posts
from webapp.domain.protection import Protection, Worker, protections
from webapp.domain.regions import parameter_region
from webapp.domain.text import msg
from webapp.services import events
from webapp.services.contracts.eligibility import NURSING, PREGNANT, plain_block
from webapp.services.contracts.terms import RUNNING, read_day
from webapp.services.people import local_date
from webapp.services.reference.load import current_law

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from models.case import Case
    from webapp.engine.values import Job
    from webapp.services.work import Work

MOST = 500  # people on one roster: as many rows as a document may have
SHIELDED = frozenset({Protection.LATE_PREGNANT, Protection.NURSING})
YOUNG = frozenset({Protection.MINOR, Protection.CHILD})


def read_posts(value: Any) -> tuple[str, ...]:
    """Names of posts: texts, or contexts with ``post``; raises InvalidError."""
    items = value if isinstance(value, list | tuple) else ()
    names = (str(each.get("post") or "") if hasattr(each, "get") else str(each) for each in items)
    found = tuple(dict.fromkeys(name.strip() for name in names if name.strip()))
    if not found:
        raise InvalidError(msg("没有写明岗位。"))
    return found


def check_posts_job(work: Work, case: Case, job: Job) -> Mapping[str, Any]:
    """The local job ``check-posts``: inputs ``posts`` and, where wanted, ``on`` (a date, else today).

    Result: ``posts_ok``, ``people`` (how many hold the posts), ``blocks`` and ``cautions``, each a list of
    code, article, sentence, opens. Protected people are counted, never named.
    """
    inputs = {**job.headers, **job.variables}
    on = read_day(inputs["on"]) if inputs.get("on") else local_date(work.now)
    names = read_posts(inputs.get("posts"))
    facts = [_facts(work, case.entity_id, name, on=on) for name in names]
    found = check_posts(facts, lends=case.person.entity.kind == EntityKind.VENDOR)
    told = {"ok": found.ok, "codes": [block.code for block in found.blocks], "on": on.isoformat()}
    events.append(work, "posts.checked", {"posts": list(names), **told}, case=case)
    return {
        "posts_ok": found.ok,
        "people": sum(each.people for each in facts),
        "blocks": [plain_block(block) for block in found.blocks],
        "cautions": [plain_block(block) for block in found.cautions],
    }


def roster(work: Work, entity_id: int, posts: Sequence[str]) -> list[dict[str, str]]:
    """Who holds the posts today, by post and number, as rows of a document."""
    rows = work.session.execute(
        select(Person.number, Person.name, Person.post, Department.name)
        .join(Department, Person.department_id == Department.id)
        .where(*_here(entity_id, local_date(work.now)), Person.post.in_(posts))
        .order_by(Person.post, Person.number)
        .limit(MOST)
    )
    return [{"number": n, "name": name, "post": p, "department": d} for n, name, p, d in rows]


def _here(entity_id: int, on: date) -> tuple[Any, ...]:
    still = Person.left_on.is_(None) | (Person.left_on >= on)
    return Person.entity_id == entity_id, still, Person.hired_on <= on


def _facts(work: Work, entity_id: int, post: str, *, on: date) -> PostFacts:
    people = work.session.scalars(select(Person).where(*_here(entity_id, on), Person.post == post)).all()
    ids = [person.id for person in people]
    named = _post_by_contract(work, ids, on)
    statuses = _statuses(work, people, on=on)
    return PostFacts(
        post=post,
        people=len(people),
        named_otherwise=sum(named.get(i, post) != post for i in ids),
        without_contract=len(ids) - _with_contract(work, ids, on),
        dispatch=sum(person.dispatch for person in people),
        protected=sum(bool(found & SHIELDED) for found in statuses),
        minors=sum(bool(found & YOUNG) for found in statuses),
    )


def _post_by_contract(work: Work, ids: Sequence[int], on: date) -> dict[int, str]:
    """The post that the terms in force name, by person; those whose terms name none are left out."""
    rows = work.session.execute(
        select(ContractTerms.person_id, ContractTerms.post)
        .where(
            ContractTerms.person_id.in_(ids),
            ContractTerms.effective_from <= on,
            ContractTerms.post.is_not(None),
        )
        .order_by(ContractTerms.effective_from, ContractTerms.id)
    )
    return {person: post for person, post in rows if post}


def _with_contract(work: Work, ids: Sequence[int], on: date) -> int:
    ends = Contract.ends_on.is_(None) | (Contract.ends_on >= on)
    found = work.session.scalar(
        select(func.count(Contract.person_id.distinct())).where(
            Contract.person_id.in_(ids), Contract.state.in_(RUNNING), Contract.starts_on <= on, ends
        )
    )
    return int(found or 0)


def _statuses(work: Work, people: Sequence[Person], *, on: date) -> list[frozenset[Protection]]:
    law = current_law(work.session, on)
    flags: dict[int, dict[str, PersonFlag]] = defaultdict(dict)
    for flag in work.session.scalars(
        select(PersonFlag)
        .where(
            PersonFlag.person_id.in_([person.id for person in people]),
            PersonFlag.kind.in_([PREGNANT, NURSING]),
        )
        .order_by(PersonFlag.valid_from, PersonFlag.id)
    ):
        flags[flag.person_id][flag.kind] = flag
    return [
        protections(
            _worker(person, flags[person.id]), on=on, law=law, region=parameter_region(person.region)
        ).value
        for person in people
    ]


def _worker(person: Person, flags: Mapping[str, PersonFlag]) -> Worker:
    pregnant, nursing = flags.get(PREGNANT), flags.get(NURSING)
    return Worker(
        born=person.born_on,
        pregnant_since=None if pregnant is None else pregnant.valid_from,
        pregnancy_ended=None if pregnant is None else pregnant.valid_to,
        infant_born=None if nursing is None else nursing.valid_from,
    )
