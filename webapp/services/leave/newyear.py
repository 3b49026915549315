"""The turn of the year: annual leave is granted, carried leave not taken ends, company leave goes by policy.

One job a legal entity and year; each step looks at what the ledger lacks, so that a job done twice does
nothing. Statutory leave of the year before never lapses by itself (职工带薪年休假条例 art. 5): it waits for
HR, to be carried with consent or to be paid.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, func, or_, select

from models.job import Job
from models.leave import LeaveEntry
from models.person import Person
from webapp.domain.errors import InvalidError
from webapp.domain.leave import LeaveType
from webapp.domain.regions import parameter_region
from webapp.domain.text import Message, msg
from webapp.services import events
from webapp.services.jobs.queue import enqueue
from webapp.services.leave.asked import day_minutes
from webapp.services.leave.balances import read_book
from webapp.services.leave.counting import as_days
from webapp.services.leave.grants import ensure_grants
from webapp.services.leave.kinds import CARRIED
from webapp.services.leave.persons import lock_person
from webapp.services.notices import stored
from webapp.services.people import local_date
from webapp.services.reference.load import load_law

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from contextlib import AbstractContextManager

    from webapp.services.work import Work

TYPE = "leave-new-year"
CHUNK = 25  # people of one transaction
ANNUAL, COMPANY = LeaveType.ANNUAL.value, LeaveType.COMPANY.value
UNUSED = "企业职工带薪年休假实施办法第10条"
LAPSES = "leave.company.lapses"


def ask_new_year(work: Work) -> int:
    """Ask for this year's job of every employer that has none; how many. Two statements where all have."""
    year = local_date(work.now).year
    employers = work.session.scalars(select(Person.entity_id).where(Person.left_on.is_(None)).distinct())
    keys = {_key(entity_id, year): entity_id for entity_id in employers}
    known = set(work.session.scalars(select(Job.idempotency_key).where(Job.idempotency_key.in_(keys))))
    for key in sorted(keys.keys() - known):
        enqueue(work, TYPE, {"entity": keys[key], "year": year}, key=key)
    return len(keys.keys() - known)


def _key(entity_id: int, year: int) -> str:
    return f"{TYPE}/{entity_id}/{year}"


def begin_year(units: Callable[[], AbstractContextManager[Work]], job: Any) -> Mapping[str, Any]:
    """The job: people in small transactions; who cannot be answered for lack of a row is named."""
    entity_id, year = job.payload["entity"], job.payload["year"]
    with units() as work:
        people = _lacking(work, entity_id, year)
    done = {"looked": len(people), "granted": 0, "ended": 0, "carried": 0}
    refused: list[str] = []
    for chunk in (people[i : i + CHUNK] for i in range(0, len(people), CHUNK)):
        with units() as work:
            turned = {"granted": 0, "ended": 0, "carried": 0}
            for person_id in chunk:
                _turn(work, person_id, year, turned=turned, refused=refused)
            if any(turned.values()):
                facts = {"year": year, **turned}
                events.append(work, "leave.new-year", facts, subject=f"entity/{entity_id}")
            done = {name: count + turned.get(name, 0) for name, count in done.items()}
    return {**done, "refused": refused[:20]}


def _lacking(work: Work, entity_id: int, year: int) -> list[int]:
    """People of an entity without the year's grant, or with a rest of what is over."""
    granted = select(LeaveEntry.person_id).where(
        LeaveEntry.kind == ANNUAL, LeaveEntry.year == year, LeaveEntry.what == "grant"
    )
    over = (
        select(LeaveEntry.person_id)
        .where(
            or_(
                and_(LeaveEntry.kind == CARRIED, LeaveEntry.year < year - 1),
                and_(LeaveEntry.kind == COMPANY, LeaveEntry.year < year),
            )
        )
        .group_by(LeaveEntry.person_id, LeaveEntry.kind, LeaveEntry.year)
        .having(func.sum(LeaveEntry.minutes) > 0)
    )
    return list(
        work.session.scalars(
            select(Person.id)
            .where(
                Person.entity_id == entity_id,
                Person.hired_on <= date(year, 12, 31),
                or_(Person.left_on.is_(None), Person.left_on >= date(year, 1, 1)),
                or_(Person.id.not_in(granted), Person.id.in_(over)),
            )
            .order_by(Person.id)
        )
    )


def _turn(work: Work, person_id: int, year: int, *, turned: dict[str, int], refused: list[str]) -> None:
    """One person's year; a missing parameter row stops this person alone."""
    person = lock_person(work, person_id)
    law = load_law(work.session)
    book = read_book(work.session, person.id, since=year - 1)
    try:
        if (ANNUAL, year) not in book.granted:
            ensure_grants(work, person, book, kinds=[ANNUAL], years=[year], law=law)
            turned["granted"] += 1
        day = day_minutes(law, on=date(year, 1, 1))
        lapses = law.parameters.lookup(
            LAPSES, region=parameter_region(person.region), on=date(year - 1, 12, 31)
        ).switch
    except InvalidError as error:
        refused.append(f"{person.number}: {error.message}")
        return
    for key in sorted(k for k in book.given if k[0] == CARRIED and k[1] == year - 2):
        rest = book.pot(key).free
        if rest:
            sentence = _over(key[1], as_days(rest, day))
            _line(work, person.id, key, minutes=-rest, what="expire", sentence=sentence)
            turned["ended"] += 1
    rest = book.pot((COMPANY, year - 1)).free
    if rest and lapses:
        sentence = msg(
            "公司福利假 {days} 天到 {year} 年底未休，按公司制度失效。",
            days=as_days(rest, day),
            year=str(year - 1),
        )
        _line(work, person.id, (COMPANY, year - 1), minutes=-rest, what="expire", sentence=sentence)
        turned["ended"] += 1
    elif rest:
        sentence = msg("公司福利假 {days} 天按公司制度转入下一年。", days=as_days(rest, day))
        _line(work, person.id, (COMPANY, year - 1), minutes=-rest, what="carry", sentence=sentence)
        _line(work, person.id, (COMPANY, year), minutes=rest, what="carry", sentence=sentence)
        turned["carried"] += 1


def _over(year: int, days: Any) -> Message:
    return msg(
        "{year} 年跨年安排的 {days} 天期满未休，不能再休，须按未休年休假支付工资（{article}）。",
        year=str(year),
        days=days,
        article=UNUSED,
    )


def _line(
    work: Work, person_id: int, key: tuple[str, int], *, minutes: int, what: str, sentence: Message
) -> None:
    work.session.add(
        LeaveEntry(
            person_id=person_id,
            kind=key[0],
            year=key[1],
            minutes=minutes,
            what=what,
            reason=stored(sentence),
            at=work.now,
        )
    )
