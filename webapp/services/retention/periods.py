"""The ends that the register of processing names, carried out every night (个人信息保护法 arts. 19, 47).

What a legal hold covers, or a case that still runs is about, stays whatever its date says; so does what two
people have to decide on (``due``, ``evidence.expiry``). Every portion that goes is named by an event.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Date, Table, and_, func, or_, select, true, update
from sqlalchemy.orm import aliased

from models import metadata
from models.case import Case
from models.consent import ConsentAct, ConsentEntry, ConsentText
from models.job import Job
from models.person import Person
from models.retention import LegalHold
from webapp.adapters.privacydata import shipped_register
from webapp.domain.explain import Working
from webapp.domain.parameters import NATIONAL
from webapp.domain.periods import MONTHS_A_YEAR, add_months
from webapp.domain.permissions import Permission
from webapp.domain.processing import NIGHTLY, EndBy
from webapp.services import events
from webapp.services.jobs.handlers import HANDLERS
from webapp.services.jobs.later import enqueue_at
from webapp.services.people import SHANGHAI, local_date
from webapp.services.reference.load import current_law
from webapp.services.retention.erase import remove
from webapp.services.scope import within

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from sqlalchemy import ColumnElement, Select

    from webapp.domain.processing import RegisteredTable
    from webapp.services.jobs.handlers import TakenJob, Units
    from webapp.services.work import Work

KIND: Final = "end-periods"  # job: carry out the ends of one night
HOUR: Final = time(4)  # local; the night's other work is done by then
PORTION: Final = 200  # rows of one transaction
NAMED: Final = 20  # people whom the list of what is due names, a table


@dataclass(frozen=True, slots=True, kw_only=True)
class DueTable:
    """What the next night would do to one table."""

    table: RegisteredTable
    months: int  # those of the register, or more where the law wants more
    rows: int  # that would go, or be emptied
    held: int  # whose time is over, but a hold or a running case keeps them
    people: tuple[tuple[str, str, int], ...]  # employee number, name, rows; the first few


def ask_for_night(work: Work) -> None:
    """Make sure that this night's ends are asked for: one row a day, however often this is called."""
    day = local_date(work.now)
    key = f"{KIND}-{day.isoformat()}"
    if work.session.scalar(select(Job.id).where(Job.idempotency_key == key)) is None:
        enqueue_at(work, KIND, {}, key=key, at=datetime.combine(day, HOUR, SHANGHAI))


def end_periods(units: Units, _job: TakenJob) -> Mapping[str, Any]:
    """The job ``end-periods``: portion by portion, each with its event; a repeat finds what is left."""
    counts: dict[str, int] = {}
    for registered in nightly_tables():
        while True:
            with units() as work:
                ended = _end_portion(work, registered)
            if not ended:
                break
            counts[registered.name] = counts.get(registered.name, 0) + ended
    return counts


def nightly_tables() -> list[RegisteredTable]:
    """Tables that this job ends, those first that point at others."""
    found = {t.name: t for _, t in shipped_register().tables() if t.end.by in NIGHTLY}
    return [found[table.name] for table in reversed(metadata.sorted_tables) if table.name in found]


def list_periods(work: Work) -> Iterator[DueTable]:
    """What the next night would do within the actor's scope; nothing is changed."""
    about = aliased(Person)
    inside = within(work.actor, Permission.ERASE, entity=about.entity_id)
    for registered in nightly_tables():
        table = metadata.tables[registered.name]
        months = _months(work, registered)
        asked = (
            select(about.number, about.name, func.count())
            .select_from(table)
            .join(about, about.id == _person_of(table))
            .where(inside, _over(work, registered, months=months))
            .group_by(about.number, about.name)
            .order_by(about.number)
        )
        free = _people(work, asked.where(about.id.not_in(_kept_people())))
        held = _people(work, asked.where(about.id.in_(_kept_people())))
        yield DueTable(
            table=registered,
            months=months,
            rows=sum(count for _, _, count in free),
            held=sum(count for _, _, count in held),
            people=tuple(free[:NAMED]),
        )


def _people(work: Work, asked: Select[str, str, int]) -> list[tuple[str, str, int]]:
    return [(number, name, count) for number, name, count in work.session.execute(asked)]


def _end_portion(work: Work, registered: RegisteredTable) -> int:
    """End at most a portion of a table's rows; how many."""
    table = metadata.tables[registered.name]
    (key,) = table.primary_key.columns
    over = _over(work, registered, months=_months(work, registered))
    chosen = select(key).where(over, _person_of(table).not_in(_kept_people())).order_by(key).limit(PORTION)
    keys = list(work.session.scalars(chosen))
    if not keys:
        return 0
    if registered.end.mask:
        emptied: dict[str, Any] = dict.fromkeys(registered.end.mask)
        if "version" in table.c:  # a form that was opened before does not write it back
            emptied["version"] = table.c.version + 1
        work.session.execute(update(table).where(key.in_(keys)).values(emptied))
    else:
        _let_go(work, table, keys)
        remove(work, table, column=key.name, keys=keys)
    facts = {
        "table": registered.name,
        "rows": len(keys),
        "emptied": list(registered.end.mask),
        "on": local_date(work.now).isoformat(),
    }
    events.append(work, "retention.ended", facts)
    work.session.expire_all()
    return len(keys)


def _let_go(work: Work, table: Table, keys: Sequence[Any]) -> None:
    """Rows of the same table that point at those which go, such as a delivery tried anew."""
    for foreign in table.foreign_keys:
        if foreign.column.table is table:
            work.session.execute(
                update(table).where(foreign.parent.in_(keys)).values({foreign.parent.name: None})
            )


def _months(work: Work, registered: RegisteredTable) -> int:
    """The register's months, never fewer than the law's years."""
    end = registered.end
    if not end.least:
        return end.months
    today = local_date(work.now)
    years = Working(current_law(work.session, today), region=NATIONAL, on=today).whole(end.least)
    return max(end.months, MONTHS_A_YEAR * years)


def _person_of(table: Table) -> Any:
    """Whom a row is about."""
    if table.name == Person.__tablename__:
        return table.c.id
    if "person_id" in table.c:
        return table.c.person_id
    account = metadata.tables["account"]
    return select(account.c.person_id).where(account.c.id == table.c.account_id).scalar_subquery()


def _over(work: Work, registered: RegisteredTable, *, months: int) -> ColumnElement[bool]:
    """Rows whose time is over, whoever holds them."""
    table, end = metadata.tables[registered.name], registered.end
    today = local_date(work.now)
    edge = add_months(today, -months)
    if end.by is EndBy.DAY:
        over: ColumnElement[bool] = table.c[end.column] < today
    elif end.by is EndBy.AGE:
        over = _before(table.c[end.column], edge)
    elif end.by is EndBy.CONSENT:
        over = or_(_left(table, edge), _withdrawn(edge))
    else:
        over = _left(table, edge)
    filled = or_(*(table.c[name].is_not(None) for name in end.mask)) if end.mask else true()
    loose = table.c[end.without].is_(None) if end.without else true()
    return and_(over, filled, loose)


def _before(column: Any, day: date) -> ColumnElement[bool]:
    """Before a local day begins."""
    whole = isinstance(column.type, Date)
    return column < (day if whole else datetime.combine(day, time(), SHANGHAI))  # type: ignore[no-any-return]


def _left(table: Table, day: date) -> ColumnElement[bool]:
    """About people whose last day of employment was on a day or earlier."""
    gone = aliased(Person)
    left = select(gone.id).where(gone.left_on.is_not(None), gone.left_on <= day)
    return _person_of(table).in_(left)  # type: ignore[no-any-return]


def _withdrawn(day: date) -> ColumnElement[bool]:
    """Words on a purpose on which the person's last word, before a day, was no."""
    said, text = aliased(ConsentEntry), aliased(ConsentText)
    last = (
        select(func.max(said.id)).join(text, text.id == said.text_id).group_by(said.person_id, text.purpose)
    )
    ended, asked, mine = aliased(ConsentEntry), aliased(ConsentText), aliased(ConsentText)
    return (
        select(ended.id)
        .join(asked, asked.id == ended.text_id)
        .join(mine, mine.purpose == asked.purpose)
        .where(
            ended.id.in_(last),
            ended.act != ConsentAct.GIVEN,
            _before(ended.at, day),
            ended.person_id == ConsentEntry.person_id,
            mine.id == ConsentEntry.text_id,
        )
        .exists()
    )


def _kept_people() -> Any:
    """People whose rows stay: a hold on them, their employer or a case of theirs; a case that still runs."""
    case, person = aliased(Case), aliased(Person)
    held = (
        select(person.id)
        .join(LegalHold, LegalHold.released_at.is_(None))
        .outerjoin(case, case.id == LegalHold.case_id)
        .where(
            or_(
                LegalHold.person_id == person.id,
                case.person_id == person.id,
                and_(
                    LegalHold.case_id.is_(None),
                    LegalHold.person_id.is_(None),
                    LegalHold.entity_id == person.entity_id,
                ),
            )
        )
    )
    running = select(Case.person_id).where(Case.ended_at.is_(None))
    return held.union(running)


HANDLERS[KIND] = end_periods
