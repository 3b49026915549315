"""Permits for special hours 特殊工时审批: deadlines of the procedure, validity on the day worked, renewal.

Sources: 行政许可法 arts. 32, 42, 44, 50, 69, 82; 劳动法 art. 39; 劳部发〔1994〕503号.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from webapp.domain.calendar import ONE_DAY
from webapp.domain.errors import InvalidError
from webapp.domain.explain import Result, Unit, Working
from webapp.domain.hours.cycle import Basis, CycleKind
from webapp.domain.overtime import HoursSystem
from webapp.domain.parameters import NATIONAL
from webapp.domain.periods import add_months, add_working_days, deadline, latest_before
from webapp.domain.text import Message, msg

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from decimal import Decimal

    from webapp.domain.law import Law
    from webapp.domain.parameters import Parameter

ACCEPTANCE = "行政许可法第32条"
DECISION = "行政许可法第42条"
DELIVERY = "行政许可法第44条"
RENEWAL = "行政许可法第50条"
OTHER_SYSTEMS = "劳动法第39条"


@dataclass(frozen=True, kw_only=True, slots=True)
class Permit:
    """A permit as granted: for one legal entity, posts, a system and a time."""

    number: str
    entity: str  # the legal entity that is the employer, not the group
    region: str
    system: HoursSystem
    posts: frozenset[str]
    valid_from: date
    valid_to: date
    cycle: CycleKind | None = None  # comprehensive hours alone
    basis: Basis = Basis.STATUTORY_AVERAGE
    persons: frozenset[str] = frozenset()  # empty: all in the posts
    revoked_on: date | None = None

    def __post_init__(self) -> None:
        """Refuse a permit that ends before it begins or for the standard system."""
        if self.valid_to < self.valid_from:
            raise InvalidError(msg("许可的失效日期早于生效日期。"))
        if self.system is HoursSystem.STANDARD:
            raise InvalidError(msg("标准工时制不需要许可。"))
        if self.system is HoursSystem.COMPREHENSIVE and self.cycle is None:
            raise InvalidError(msg("综合计算工时的许可必须写明周期。"))


class PermitState(StrEnum):
    """What a permit is worth on a day."""

    VALID = "valid"  # covers the day
    NOT_YET = "not_yet"  # begins later
    EXPIRED = "expired"  # ended before
    REVOKED = "revoked"  # withdrawn on or before the day


@dataclass(frozen=True, kw_only=True, slots=True)
class Post:
    """Where a person works from a day on."""

    since: date
    post: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SystemSpan:
    """A stretch of days under one hours system."""

    first: date
    last: date
    system: HoursSystem
    permit: Permit | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Renewal:
    """When to be reminded, to apply and to fall back."""

    reminders: tuple[date, ...]
    apply_by: date
    falls_back_on: date


@dataclass(frozen=True, kw_only=True, slots=True)
class Profile:
    """A region's practice; the deadlines of 行政许可法 are asked for by themselves."""

    authority: str | None  # who decides
    channel: str | None  # where to hand in
    materials: tuple[str, ...]  # empty: not known here
    cycles: tuple[str, ...]  # that comprehensive hours may be counted over
    first_months: int | None  # usual length of a first grant
    renewal_months: int | None
    day_maximum_hours: Decimal | None
    gaps: tuple[str, ...]  # what no row says: to be asked of the bureau, never guessed


def state_on(permit: Permit, on: date) -> PermitState:
    """The permit's state on the day worked, not today."""
    if permit.revoked_on is not None and permit.revoked_on <= on:
        return PermitState.REVOKED
    if on < permit.valid_from:
        return PermitState.NOT_YET
    return PermitState.EXPIRED if on > permit.valid_to else PermitState.VALID


def permit_on(permits: Iterable[Permit], *, entity: str, post: str, person: str, on: date) -> Permit | None:
    """The permit that covers this person's work on that day; of several the one granted last."""
    covering = [
        permit
        for permit in permits
        if permit.entity == entity
        and post in permit.posts
        and (not permit.persons or person in permit.persons)
        and state_on(permit, on) is PermitState.VALID
    ]
    return max(covering, key=lambda permit: (permit.valid_from, permit.number), default=None)


def system_on(
    permits: Iterable[Permit], *, entity: str, post: str, person: str, on: date, law: Law
) -> Result[HoursSystem]:
    """The hours system on the day worked; without a valid permit the standard system applies."""
    working = Working(law, region=NATIONAL, on=on)
    permit = permit_on(permits, entity=entity, post=post, person=person, on=on)
    if permit is None:
        working.step(
            msg("{day} 没有覆盖岗位“{post}”的有效许可，按标准工时制。", day=on.isoformat(), post=post),
            articles=(OTHER_SYSTEMS,),
        )
        return working.result(HoursSystem.STANDARD)
    working.step(
        msg(
            "{day} 适用许可 {number}（{first} 至 {last}）。",
            day=on.isoformat(),
            number=permit.number,
            first=permit.valid_from.isoformat(),
            last=permit.valid_to.isoformat(),
        ),
        articles=(OTHER_SYSTEMS,),
    )
    return working.result(permit.system)


def system_spans(
    permits: Iterable[Permit], posts: Iterable[Post], *, entity: str, person: str, first: date, last: date
) -> tuple[SystemSpan, ...]:
    """The stretches from first to last by hours system: transfers, grants and ends cut them.

    ``posts`` must tell the person's post on the first day.
    """
    known = tuple(permits)
    moves = sorted(posts, key=lambda move: move.since)
    if not moves or moves[0].since > first:
        raise InvalidError(msg("缺少 {day} 的岗位记录。", day=first.isoformat()))
    spans: list[SystemSpan] = []
    on = first
    while on <= last:
        post = [move.post for move in moves if move.since <= on][-1]
        permit = permit_on(known, entity=entity, post=post, person=person, on=on)
        system = HoursSystem.STANDARD if permit is None else permit.system
        if spans and spans[-1].permit == permit:
            spans[-1] = SystemSpan(first=spans[-1].first, last=on, system=system, permit=permit)
        else:
            spans.append(SystemSpan(first=on, last=on, system=system, permit=permit))
        on += ONE_DAY
    return tuple(spans)


def decision_deadlines(accepted: date, *, law: Law, region: str) -> Result[tuple[date, date]]:
    """Last days for the decision and for the extended decision (ALP 42, working days by ALP 82)."""
    working = Working(law, region=region, on=accepted)
    days, more = working.whole("permit.decision_days"), working.whole("permit.extension_days")
    due = working.take(deadline(accepted, days, unit=Unit.WORKING_DAYS, law=law, articles=(DECISION,)))
    extended = working.take(
        deadline(accepted, days + more, unit=Unit.WORKING_DAYS, law=law, articles=(DECISION,))
    )
    return working.result((due, extended))


def correction_deadline(received: date, *, law: Law, region: str) -> Result[tuple[date, date]]:
    """Last day for the one notice of what is missing; without it deemed accepted from receipt (ALP 32)."""
    working = Working(law, region=region, on=received)
    days = working.whole("permit.correction_days")
    due = working.take(deadline(received, days, unit=Unit.WORKING_DAYS, law=law, articles=(ACCEPTANCE,)))
    working.step(
        msg("逾期不告知的，自收到申请材料之日 {received} 起即为受理。", received=received.isoformat()),
        received,
        unit=Unit.DATE,
        articles=(ACCEPTANCE,),
    )
    return working.result((due, received))


def delivery_deadline(decided: date, *, law: Law, region: str) -> Result[date]:
    """Last day for delivering the permit (ALP 44)."""
    working = Working(law, region=region, on=decided)
    days = working.whole("permit.delivery_days")
    end = deadline(decided, days, unit=Unit.WORKING_DAYS, law=law, articles=(DELIVERY,))
    return working.result(working.take(end))


def renewal(valid_to: date, *, law: Law, region: str) -> Result[Renewal]:
    """Reminders, the last day to apply (30 days before expiry, ALP 50) and the day of falling back."""
    working = Working(law, region=region, on=valid_to)
    reminders = tuple(
        working.take(
            latest_before(valid_to, int(days), unit=Unit.CALENDAR_DAYS, law=law, articles=(RENEWAL,))
        )
        for (days,) in working.numbers("permit.reminder_days")
    )
    before = working.whole("permit.renewal_days")
    apply_by = working.take(
        latest_before(valid_to, before, unit=Unit.CALENDAR_DAYS, law=law, articles=(RENEWAL,))
    )
    back = valid_to + ONE_DAY
    working.step(
        msg("未延续的，自 {day} 起恢复标准工时制。", day=back.isoformat()),
        back,
        unit=Unit.DATE,
        articles=(OTHER_SYSTEMS,),
    )
    return working.result(Renewal(reminders=reminders, apply_by=apply_by, falls_back_on=back))


def granted_to(valid_from: date, *, law: Law, region: str, renewed: bool = False) -> Result[date]:
    """The usual last day of a grant by the region's practice; a region without row is refused by name."""
    working = Working(law, region=region, on=valid_from)
    row = working.parameter("permit.renewal_months" if renewed else "permit.first_months")
    last = add_months(valid_from, row.whole) - ONE_DAY
    working.step(
        msg("按当地做法有效 {months} 个月，至 {last}。", months=row.whole, last=last.isoformat()),
        last,
        unit=Unit.DATE,
        articles=(row.source,),
    )
    return working.result(last)


def materials(*, on: date, region: str, law: Law) -> Result[tuple[str, ...]]:
    """The documents that the region's bureau asks for, as far as known."""
    working = Working(law, region=region, on=on)
    row = working.parameter("permit.materials")
    names = tuple(str(name) for (name,) in row.table)
    working.step(msg("当地要求的材料共 {number} 项。", number=len(names)), len(names), articles=(row.source,))
    return working.result(names)


def profile(*, on: date, region: str, law: Law) -> Result[Profile]:
    """How the region's bureau works, as far as rows say; what no row says is None and named in ``gaps``."""
    working = Working(law, region=region, on=on)
    gaps: list[str] = []

    def row(key: str) -> Parameter | None:
        found = law.parameters.find(f"permit.{key}", region=region, on=on)
        if found is None:
            gaps.append(key)
            return None
        return working.note(found)

    def words(key: str) -> tuple[str, ...]:
        found = row(key)
        return () if found is None else tuple(str(cell) for (cell,) in found.table)

    def months(key: str) -> int | None:
        found = row(key)
        return None if found is None else found.whole

    authority, channel, hours = row("authority"), row("channel"), row("day_maximum_hours")
    found = Profile(
        authority=None if authority is None else authority.word,
        channel=None if channel is None else channel.word,
        materials=words("materials"),
        cycles=words("cycles"),
        first_months=months("first_months"),
        renewal_months=months("renewal_months"),
        day_maximum_hours=None if hours is None else hours.number,
        gaps=tuple(gaps),
    )
    working.step(
        msg("当地要求的材料共 {number} 项。", number=len(found.materials)), articles=(OTHER_SYSTEMS,)
    )
    return working.result(found)


def check_day_maximum(
    hours: Decimal, *, on: date, region: str, law: Law, heavy_labour: bool = False
) -> Result[tuple[Message, ...]]:
    """Objections to a single day's hours under comprehensive hours: heavy labour, regional maximum."""
    working = Working(law, region=region, on=on)
    found: list[Message] = []
    keys = ["permit.heavy_labour_day_hours"] if heavy_labour else []
    if law.parameters.find("permit.day_maximum_hours", region=region, on=on) is not None:
        keys.append("permit.day_maximum_hours")
    for key in keys:
        row = working.parameter(key)
        if hours > row.number:
            found.append(msg("当日 {hours} 小时超过上限 {most} 小时。", hours=hours, most=row.number))
            working.step(found[-1], hours, unit=Unit.HOURS, articles=(row.source,))
    return working.result(tuple(found))


def silence_day(received: date, *, law: Law, region: str) -> Result[date]:
    """The first day on which silence about the papers means acceptance from receipt."""
    working = Working(law, region=region, on=received)
    due, _ = working.take(correction_deadline(received, law=law, region=region))
    return working.result(add_working_days(due, 1, calendar=law.calendar))
