"""What the pages on leave show: balances that explain themselves, requests, one request with its history."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from models.case import Case
from models.leave import LeaveEntry, LeaveRequest
from models.person import Person
from webapp.domain.errors import NotFoundError
from webapp.domain.leave import LeaveType
from webapp.domain.permissions import Permission
from webapp.domain.text import Message, msg
from webapp.services.cases.timeline import Timeline, read_timeline
from webapp.services.leave.asked import day_minutes
from webapp.services.leave.balances import read_book
from webapp.services.leave.counting import as_days, kept_steps
from webapp.services.leave.grants import entitled
from webapp.services.leave.kinds import CARRIED, GRANTED, kind_name
from webapp.services.leave.medical import Medical, read_medical
from webapp.services.leave.persons import read_me
from webapp.services.notices import restored, stored
from webapp.services.people import local_date
from webapp.services.reference.load import load_law
from webapp.services.scope import readable_cases, within

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from webapp.domain.law import Law
    from webapp.services.leave.balances import Book
    from webapp.services.work import Work

ALWAYS = (LeaveType.ANNUAL.value,)  # shown even where the ledger has nothing yet
MOST = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a working: a sentence, its articles."""

    sentence: Message
    articles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """A ledger of a year, in days, with how it came about."""

    kind: str
    name: Message
    year: int
    given: Decimal
    used: Decimal
    held: Decimal
    left: Decimal
    lines: tuple[Line, ...] = ()
    entries: tuple[tuple[date, Message, Decimal], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Mine:
    """The employee's own page."""

    today: date
    balances: tuple[Balance, ...]
    requests: tuple[LeaveRequest, ...]
    day: int
    medical: Medical | None = None  # where there is sick leave


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """One request."""

    request: LeaveRequest
    own: bool
    day: int
    lines: tuple[Line, ...]
    provisional: tuple[Message, ...]
    entries: tuple[LeaveEntry, ...]
    timeline: Timeline = field(default_factory=Timeline)
    handover: str = ""

    def sentence(self, entry: LeaveEntry) -> Message:
        """What a line of the ledger says."""
        return restored(entry.reason)


def mine(work: Work) -> Mine:
    """My balances of this year and my requests, newest first; seven statements."""
    person = read_me(work)
    today = local_date(work.now)
    law = load_law(work.session)
    book = read_book(work.session, person.id, since=today.year)
    return Mine(
        today=today,
        balances=balances_of(work, person, book, law=law, year=today.year),
        requests=my_requests(work),
        day=day_minutes(law, on=today),
        medical=read_medical(work, person, law=law, today=today),
    )


def my_requests(work: Work) -> tuple[LeaveRequest, ...]:
    """The actor's own requests, the latest leave first."""
    return tuple(
        work.session.scalars(
            select(LeaveRequest)
            .where(LeaveRequest.person_id == work.person_id)
            .order_by(LeaveRequest.starts_on.desc(), LeaveRequest.id.desc())
            .limit(MOST)
        )
    )


def balances_of(work: Work, person: Person, book: Book, *, law: Law, year: int) -> tuple[Balance, ...]:
    """A person's ledgers of a year, the carried ones of the year before among them; one statement."""
    entries = _entries(work, person.id, year)
    keys = {(kind, y) for kind, y in book.given if y == year or (kind == CARRIED and y == year - 1)}
    keys |= {(kind, year) for kind in ALWAYS}
    order = {kind: place for place, kind in enumerate((*ALWAYS, CARRIED, LeaveType.COMPANY.value))}
    wanted = sorted(keys, key=lambda k: (order.get(k[0], len(order)), k))
    return tuple(_balance(person, book, key, law=law, entries=entries) for key in wanted)


def _entries(work: Work, person_id: int, year: int) -> list[LeaveEntry]:
    return list(
        work.session.scalars(
            select(LeaveEntry)
            .where(LeaveEntry.person_id == person_id, LeaveEntry.year.in_([year - 1, year]))
            .order_by(LeaveEntry.id)
            .limit(10 * MOST)
        )
    )


def _balance(
    person: Person, book: Book, key: tuple[str, int], *, law: Law, entries: list[LeaveEntry]
) -> Balance:
    kind, year = key
    given = book.given.get(key, 0)
    steps: list[dict[str, Any]] = []
    if kind in GRANTED and key not in book.granted:  # written at the first request; said before it, too
        found = entitled(person, kind, year, law=law)
        given += found.minutes
        steps = [*kept_steps(found.steps), {"message": stored(found.sentence)}]
    own = [e for e in entries if (e.kind, e.year) == key]
    grants = [s for e in own if e.what == "grant" for s in e.reason.get("steps", ())]
    day = day_minutes(law, on=person.hired_on)
    used, held = book.used.get(key, 0), book.held(key)
    return Balance(
        kind=kind,
        name=kind_name(kind),
        year=year,
        given=as_days(given, day),
        used=as_days(used, day),
        held=as_days(held, day),
        left=as_days(given - used - held, day),
        lines=tuple(line_of(s) for s in (*grants, *steps)),
        entries=tuple((local_date(e.at), restored(e.reason), as_days(e.minutes, day)) for e in own),
    )


def line_of(step: dict[str, Any]) -> Line:
    """A kept step as the page shows it."""
    return Line(sentence=restored(step["message"]), articles=tuple(step.get("articles") or ()))


def detail(work: Work, request_id: int) -> Detail:
    """A request of one's own, of one's reports, or in one's scope; raises NotFoundError otherwise."""
    request = work.session.scalars(
        select(LeaveRequest)
        .join(Case, Case.id == LeaveRequest.case_id)
        .join(Person, Person.id == LeaveRequest.person_id)
        .options(joinedload(LeaveRequest.case), joinedload(LeaveRequest.person, innerjoin=True))
        .where(
            LeaveRequest.id == request_id,
            or_(
                LeaveRequest.person_id == work.person_id,
                readable_cases(work.actor),
                within(work.actor, Permission.ATTENDANCE_READ, entity=Person.entity_id),
            ),
        )
    ).one_or_none()
    if request is None or request.case is None:
        raise NotFoundError
    entries = work.session.scalars(
        select(LeaveEntry).where(LeaveEntry.request_id == request.id).order_by(LeaveEntry.id)
    ).all()
    handover = None if request.handover_id is None else work.session.get(Person, request.handover_id)
    return Detail(
        request=request,
        own=request.person_id == work.actor.person_id,
        day=day_minutes(load_law(work.session), on=request.starts_on),
        lines=tuple(line_of(s) for s in request.explanation.get("steps", ())),
        provisional=tuple(restored(m) for m in request.explanation.get("provisional", ())),
        entries=tuple(entries),
        timeline=read_timeline(work, request.case),
        handover="" if handover is None else f"{handover.name}（{handover.number}）",
    )


def span_words(request: LeaveRequest, day: int) -> Message:
    """From when to when, with half days and hours in words."""
    first, last = request.starts_on.isoformat(), request.ends_on.isoformat()
    half = day // 2
    if request.explanation.get("hours"):
        return msg("{day}（按小时）", day=first)
    begin = msg("下午") if request.starts_minute >= half else None
    end = msg("上午") if request.ends_minute <= half else None
    if first == last:
        part = begin or end
        return msg("{day}", day=first) if part is None else msg("{day} {part}", day=first, part=part)
    return msg(
        "{first} 至 {last}",
        first=first if begin is None else msg("{day} {part}", day=first, part=begin),
        last=last if end is None else msg("{day} {part}", day=last, part=end),
    )
