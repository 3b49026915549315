"""HR corrects a balance: by a new line of the ledger with reason and name, never by changing one."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from models.leave import LeaveEntry
from models.organisation import Department
from models.person import Person
from webapp.domain.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from webapp.domain.leave import LeaveType, carry_over
from webapp.domain.permissions import Permission
from webapp.domain.text import Message, msg
from webapp.services import events
from webapp.services.idempotency import recall, remember
from webapp.services.leave.asked import day_minutes
from webapp.services.leave.balances import read_book
from webapp.services.leave.counting import as_days, kept_steps
from webapp.services.leave.grants import ensure_grants
from webapp.services.leave.kinds import CARRIED, LEDGERS, kind_name
from webapp.services.leave.persons import lock_person
from webapp.services.notices import stored, tell
from webapp.services.people import local_date
from webapp.services.reference.load import load_law
from webapp.services.scope import within

if TYPE_CHECKING:
    from collections.abc import Mapping

    from webapp.services.leave.balances import Book
    from webapp.services.work import Work

#: Ledgers that a person may correct; a carried one only gets what was carried.
ADJUSTED = tuple(kind.value for kind in LEDGERS)
MOST_DAYS = 366
LONGEST_REASON = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjustment:
    """What the form of a person's page says; ``seen`` is the ledger's last line that the page showed."""

    person_id: int
    kind: str
    year: int
    days: str  # signed, as typed
    reason: str
    seen: int
    key: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CarryOver:
    """The rest of a year is arranged in the next (职工带薪年休假条例 art. 5)."""

    person_id: int
    year: int
    consented: bool
    reason: str
    seen: int
    key: str | None = None


def adjust(work: Work, command: Adjustment) -> int:
    """Correct a balance by some days; the minutes written.

    Raises NotFoundError out of scope, ForbiddenError about oneself, InvalidError with fields, ConflictError
    where the ledger has moved since the page was read.
    """
    what = f"leave-adjust/{command.person_id}"
    told: int | None = recall(work, command.key, what)
    if told is not None:
        return told
    person = _lock(work, command.person_id, seen=command.seen)
    law, today = load_law(work.session), local_date(work.now)
    day = day_minutes(law, on=today)
    errors = _errors(command, this_year=today.year)
    minutes = _minutes(command.days, day)
    if minutes is None:
        errors["days"] = (msg("请填天数，例如 1、-0.5，不能为零。"),)
    if errors or minutes is None:
        raise InvalidError(fields=errors)
    book = read_book(work.session, person.id, since=command.year)
    ensure_grants(work, person, book, kinds=[command.kind], years=[command.year], law=law)
    _check_rest(book, command, minutes, day=day)
    sentence = msg("人事调整：{reason}", reason=command.reason.strip())
    key = (command.kind, command.year)
    _write(work, person.id, key, minutes=minutes, what="adjust", reason=stored(sentence))
    _record(work, person, command, minutes=minutes, day=day)
    remember(work, command.key, what, answer=minutes)
    return minutes


def carry(work: Work, command: CarryOver) -> int:
    """Carry what is left of a year's statutory leave, with the employee's consent; the minutes carried.

    Raises as ``adjust``; InvalidError where nothing is left or nobody consented.
    """
    what = f"leave-carry/{command.person_id}"
    told: int | None = recall(work, command.key, what)
    if told is not None:
        return told
    person = _lock(work, command.person_id, seen=command.seen)
    law, today = load_law(work.session), local_date(work.now)
    errors = _reason(command.reason)
    if command.year not in (today.year - 1, today.year):
        errors["year"] = (msg("只能跨年安排今年或去年的年休假。"),)
    if not command.consented:
        errors["consented"] = (msg("跨年安排须有职工书面同意，请确认后勾选。"),)
    if errors:
        raise InvalidError(fields=errors)
    annual = LeaveType.ANNUAL.value
    book = read_book(work.session, person.id, since=command.year)
    ensure_grants(work, person, book, kinds=[annual], years=[command.year], law=law)
    result = carry_over(book.pot((annual, command.year)), consented=True, law=law)
    if result.value is None:
        nothing = msg("{year} 年没有可以跨年安排的年休假。", year=str(command.year))
        raise InvalidError(fields={"year": (nothing,)})
    minutes = result.value.entitled
    sentence = msg("经职工同意跨年安排：{reason}", reason=command.reason.strip())
    reason = {**stored(sentence), "steps": kept_steps(result.steps)}
    for kind, signed in ((annual, -minutes), (CARRIED, minutes)):
        _write(work, person.id, (kind, command.year), minutes=signed, what="carry", reason=reason)
    days = as_days(minutes, day_minutes(law, on=today))
    facts = {"year": command.year, "minutes": minutes, "reason": command.reason.strip(), "consented": True}
    events.append(work, "leave.carried", facts, subject=f"person/{person.id}")
    tell(
        work,
        [person.id],
        msg("{year} 年未休的 {days} 天年休假已跨年安排，可在次年内休完。", year=str(command.year), days=days),
        kind="balance",
    )
    work.session.flush()
    remember(work, command.key, what, answer=minutes)
    return minutes


def adjustable(work: Work, person_id: int, *, lock: bool = False) -> Person:
    """A person whose balances the actor may correct; NotFoundError for a missing and a foreign one alike."""
    found = work.session.scalar(
        select(Person.id)
        .join(Department, Department.id == Person.department_id)
        .where(
            Person.id == person_id,
            within(work.actor, Permission.LEAVE_ADJUST, entity=Person.entity_id, path=Department.path),
        )
    )
    if found is None:
        raise NotFoundError
    return lock_person(work, found) if lock else work.session.get_one(Person, found)


def last_line(work: Work, person_id: int) -> int:
    """The id of the ledger's last line of a person, 0 for none."""
    return work.session.scalar(select(func.max(LeaveEntry.id)).where(LeaveEntry.person_id == person_id)) or 0


def _lock(work: Work, person_id: int, *, seen: int) -> Person:
    person = adjustable(work, person_id, lock=True)
    if person.id == work.actor.person_id:
        raise ForbiddenError(msg("不能调整自己的假期余额，请由同事办理。"))
    if last_line(work, person.id) != seen:
        raise ConflictError(msg("台账已有新的记录，请刷新后核对余额再试。"))
    return person


def _errors(command: Adjustment, *, this_year: int) -> dict[str, tuple[Message, ...]]:
    errors = _reason(command.reason)
    if command.kind not in ADJUSTED:
        errors["kind"] = (msg("请从列表中选择。"),)
    if not this_year - 1 <= command.year <= this_year + 1:
        errors["year"] = (msg("只能调整去年、今年和明年的余额。"),)
    return errors


def _reason(text: str) -> dict[str, tuple[Message, ...]]:
    if text.strip() and len(text) <= LONGEST_REASON:
        return {}
    return {"reason": (msg("请写明理由，最多 {most} 字；本人看得到。", most=LONGEST_REASON),)}


def _minutes(text: str, day: int) -> int | None:
    """Typed days as minutes; None for nothing, for no number and for what is no whole minute."""
    try:
        days = Decimal(text.strip().replace("−", "-").replace("＋", "+"))
    except InvalidOperation:
        return None
    if not days.is_finite() or not 0 < abs(days) <= MOST_DAYS:
        return None
    minutes = days * day
    return int(minutes) if minutes == minutes.to_integral_value() else None


def _check_rest(book: Book, command: Adjustment, minutes: int, *, day: int) -> None:
    pot = book.pot((command.kind, command.year))
    rest = pot.entitled - pot.taken - pot.pending
    if minutes < 0 and rest + minutes < 0:
        most = msg("最多只能减 {days} 天：已休的和待审批的不能扣回。", days=as_days(max(rest, 0), day))
        raise InvalidError(fields={"days": (most,)})


def _write(
    work: Work,
    person_id: int,
    key: tuple[str, int],
    *,
    minutes: int,
    what: str,
    reason: Mapping[str, object],
) -> None:
    work.session.add(
        LeaveEntry(
            person_id=person_id,
            kind=key[0],
            year=key[1],
            minutes=minutes,
            what=what,
            reason=reason,
            actor_id=work.actor.person_id,
            at=work.now,
        )
    )


def _record(work: Work, person: Person, command: Adjustment, *, minutes: int, day: int) -> None:
    facts = {
        "kind": command.kind,
        "year": command.year,
        "minutes": minutes,
        "reason": command.reason.strip(),
    }
    events.append(work, "leave.adjusted", facts, subject=f"person/{person.id}")
    days = as_days(minutes, day)
    tell(
        work,
        [person.id],
        msg(
            "人事调整了您 {year} 年的{kind}：{days} 天。理由：{reason}",
            year=str(command.year),
            kind=kind_name(command.kind),
            days=f"+{days}" if minutes > 0 else str(days),
            reason=command.reason.strip(),
        ),
        kind="balance",
    )
    work.session.flush()


__all__ = ["ADJUSTED", "Adjustment", "CarryOver", "adjust", "adjustable", "carry", "last_line"]
