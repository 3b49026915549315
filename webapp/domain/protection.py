"""Special protection 特殊保护: pregnancy, nursing, minors, night shifts, retirement months.

Sources: 女职工劳动保护特别规定 arts. 6, 9; 劳动法 arts. 15, 58, 61, 63-65; night by 劳安字〔1989〕1号.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from webapp.domain.errors import InvalidError
from webapp.domain.explain import Result, Unit, Working
from webapp.domain.hours.clock import Session, Window, night_window, window_minutes
from webapp.domain.parameters import NATIONAL
from webapp.domain.periods import MONTHS_A_YEAR, Elapsed, add_months, add_years
from webapp.domain.text import Message, msg

if TYPE_CHECKING:
    from webapp.domain.law import Law

LATE_PREGNANCY = "女职工劳动保护特别规定第6条"
NURSING = "女职工劳动保护特别规定第9条"
MINORS = "劳动法第58、64、65条"
CHILDREN = "劳动法第15条"
RETIREMENT = "关于实施渐进式延迟法定退休年龄的决定"
MINUTES_AN_HOUR = 60


class Protection(StrEnum):
    """A status that limits what may be asked of a person."""

    PREGNANT = "pregnant"  # 怀孕未满七个月
    LATE_PREGNANT = "late_pregnant"  # 怀孕七个月以上: no extension, no night work
    NURSING = "nursing"  # 哺乳未满一周岁婴儿: no extension, no night work
    MINOR = "minor"  # 未成年工, 16 to under 18: registration, health checks, no hazardous work
    CHILD = "child"  # under 16: may not be employed


@dataclass(frozen=True, kw_only=True, slots=True)
class Worker:
    """What is known of a person for protection; each only as far as the person has told it."""

    born: date | None = None
    pregnant_since: date | None = None  # first day of pregnancy by the medical note
    pregnancy_ended: date | None = None
    infant_born: date | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ShiftCheck:
    """Whether a shift may be given to a person, and why not."""

    allowed: bool
    night_hours: Decimal
    reasons: tuple[Message, ...]


class Retiree(StrEnum):
    """The three groups of the retirement tables."""

    MAN = "man"  # 男职工
    WOMAN_CADRE = "woman_55"  # 原法定退休年龄 55 周岁的女职工
    WOMAN_WORKER = "woman_50"  # 原法定退休年龄 50 周岁的女职工


@dataclass(frozen=True, kw_only=True, slots=True)
class Retirement:
    """Statutory retirement: age in years and months, and the month as its first day."""

    age: Elapsed
    month: date


def protections(worker: Worker, *, on: date, law: Law, region: str) -> Result[frozenset[Protection]]:
    """The statuses of a person on a day, computed from dates."""
    working = Working(law, region=region, on=on)
    found: set[Protection] = set()
    _pregnancy(worker, found, working=working)
    if worker.infant_born is not None:
        until = add_years(worker.infant_born, working.whole("protection.nursing_years"))
        if worker.infant_born <= on < until:
            found.add(Protection.NURSING)
            working.step(
                msg("哺乳期至 {until}（不含当日）。", until=until.isoformat()),
                until,
                unit=Unit.DATE,
                articles=(NURSING,),
            )
    if worker.born is not None:
        _age(worker.born, found, working=working)
    return working.result(frozenset(found))


def _pregnancy(worker: Worker, found: set[Protection], *, working: Working) -> None:
    since, ended = worker.pregnant_since, worker.pregnancy_ended or worker.infant_born
    if since is None or since > working.on or (ended is not None and ended <= working.on):
        return
    months = working.whole("protection.late_pregnancy_months")
    late_from = add_months(since, months)
    late = late_from <= working.on
    found.add(Protection.LATE_PREGNANT if late else Protection.PREGNANT)
    working.step(
        msg("自 {day} 起怀孕满 {months} 个月。", day=late_from.isoformat(), months=months),
        late_from,
        unit=Unit.DATE,
        articles=(LATE_PREGNANCY,),
    )


def _age(born: date, found: set[Protection], *, working: Working) -> None:
    youngest, adult = working.whole("protection.employable_years"), working.whole("protection.adult_years")
    if working.on < add_years(born, youngest):
        found.add(Protection.CHILD)
        working.step(
            msg("未满 {age} 周岁，禁止招用。", age=youngest), youngest, unit=Unit.YEARS, articles=(CHILDREN,)
        )
    elif working.on < add_years(born, adult):
        found.add(Protection.MINOR)
        working.step(
            msg(
                "已满 {from_age} 周岁、未满 {to_age} 周岁，属未成年工：须登记、定期体检，不得安排有害作业。",
                from_age=youngest,
                to_age=adult,
            ),
            adult,
            unit=Unit.YEARS,
            articles=(MINORS,),
        )


def check_shift(
    shift: Session,
    statuses: frozenset[Protection],
    *,
    law: Law,
    region: str,
    overtime_hours: Decimal = Decimal(0),
    window: Window | None = None,
) -> Result[ShiftCheck]:
    """Whether the shift may be given: an overlap of more than nothing with the night blocks it.

    An "evening" shift 19:00-23:00 overlaps 22:00-06:00 by an hour. ``overtime_hours`` are those that the
    shift adds to the day. The check stands before the offer and in scheduling.
    """
    working = Working(law, region=region, on=shift.start.date())
    night = night_window(working) if window is None else window
    hours = Decimal(window_minutes(shift, night)) / MINUTES_AN_HOUR
    working.step(
        msg(
            "班次与夜间（{start}–{end}）重叠 {hours} 小时。",
            start=night.start.isoformat("minutes"),
            end=night.end.isoformat("minutes"),
            hours=hours,
        ),
        hours,
        unit=Unit.HOURS,
        articles=("劳安字〔1989〕1号",),
    )
    reasons = tuple(_objections(statuses, night_hours=hours, overtime_hours=overtime_hours, working=working))
    return working.result(ShiftCheck(allowed=not reasons, night_hours=hours, reasons=reasons))


def _objections(
    statuses: frozenset[Protection], *, night_hours: Decimal, overtime_hours: Decimal, working: Working
) -> list[Message]:
    found: list[tuple[Message, str]] = []
    if Protection.CHILD in statuses:
        found.append((msg("未满最低就业年龄，禁止招用。"), CHILDREN))
    for status, article in ((Protection.LATE_PREGNANT, LATE_PREGNANCY), (Protection.NURSING, NURSING)):
        if status in statuses:
            if night_hours:
                found.append((msg("{who}不得安排夜班劳动。", who=STATUS_NAMES[status]), article))
            if overtime_hours:
                found.append((msg("{who}不得延长劳动时间。", who=STATUS_NAMES[status]), article))
    if Protection.MINOR in statuses and night_hours and working.switch("protection.minor_night_ban"):
        found.append((msg("当地规定未成年工不得安排夜班劳动。"), MINORS))
    for reason, article in found:
        working.step(reason, articles=(article,))
    return [reason for reason, _ in found]


STATUS_NAMES = {
    Protection.PREGNANT: msg("怀孕女职工"),
    Protection.LATE_PREGNANT: msg("孕晚期女职工"),
    Protection.NURSING: msg("哺乳期女职工"),
    Protection.MINOR: msg("未成年工"),
    Protection.CHILD: msg("未满最低就业年龄的人"),
}


def duties(statuses: frozenset[Protection]) -> tuple[tuple[Message, str], ...]:
    """What the employer owes to people with these statuses, each with its article."""
    owed: list[tuple[Message, str]] = []
    if Protection.LATE_PREGNANT in statuses:
        owed.append((msg("在劳动时间内安排一定的休息时间。"), LATE_PREGNANCY))
    if statuses & {Protection.PREGNANT, Protection.LATE_PREGNANT}:
        owed.append((msg("产前检查所需时间计入劳动时间。"), LATE_PREGNANCY))
        owed.append((msg("没有医疗机构证明的，不得以怀孕为由调岗或降薪。"), LATE_PREGNANCY))
    if Protection.NURSING in statuses:
        owed.append((msg("每天安排哺乳时间，多胞胎的相应增加。"), NURSING))
    if Protection.MINOR in statuses:
        owed.append((msg("办理未成年工登记并定期体检。"), MINORS))
    return tuple(owed)


def retirement(born: date, group: Retiree, *, on: date, law: Law) -> Result[Retirement]:
    """Statutory retirement month by birth month and group, by the rows known on a day.

    One month more for each step of months between the reform and the old retirement month, up to a most.
    """
    working = Working(law, region=NATIONAL, on=on)
    reform = date.fromisoformat(working.word("retirement.reform_from"))
    base = working.whole(f"retirement.{group.value}.base_years")
    step = working.whole(f"retirement.{group.value}.step_months")
    most = working.whole(f"retirement.{group.value}.most_delay_months")
    old = add_years(born.replace(day=1), base)
    passed = (old.year - reform.year) * MONTHS_A_YEAR + old.month - reform.month
    delay = 0 if passed < 0 else min(most, passed // step + 1)
    month = add_months(old, delay)
    working.step(
        msg(
            "原退休年龄 {base} 周岁（{old}），延迟 {delay} 个月，法定退休月份为 {month}。",
            base=base,
            old=f"{old:%Y-%m}",
            delay=delay,
            month=f"{month:%Y-%m}",
        ),
        month,
        unit=Unit.DATE,
        articles=(RETIREMENT,),
    )
    years, months = divmod(base * MONTHS_A_YEAR + delay, MONTHS_A_YEAR)
    return working.result(Retirement(age=Elapsed(years, months, 0), month=month))


def read_window(text: str) -> Window:
    """``22:00-06:00`` as a window; InvalidError if it is none."""
    try:
        start, end = (time.fromisoformat(part.strip()) for part in text.split("-"))
    except ValueError:
        raise InvalidError(msg("时间段应写成 22:00-06:00 的样子。")) from None
    return Window(start=start, end=end)
