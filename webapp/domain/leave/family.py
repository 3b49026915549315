"""Family leave: maternity, paternity, parental, marriage, bereavement, only-child care, nursing time.

National rules: 女职工劳动保护特别规定 arts. 7, 9 (98 days, not the 90 of 劳动法 art. 62); what provinces
add are parameter rows. A province without row is refused by name, never taken for zero.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from webapp.domain.calendar import provisional_reason
from webapp.domain.errors import InvalidError
from webapp.domain.explain import UNIT_NAMES, Result, Unit, Working
from webapp.domain.leave.days import BASIS_NAMES, DayBasis, last_day_of, last_day_of_months
from webapp.domain.parameters import NATIONAL, reached
from webapp.domain.periods import add_years
from webapp.domain.text import msg

if TYPE_CHECKING:
    from webapp.domain.law import Law
    from webapp.domain.parameters import Parameter

MATERNITY = "女职工劳动保护特别规定第7条"
NURSING = "女职工劳动保护特别规定第9条"


class LeaveType(StrEnum):
    """The kinds of leave; the value is the word in parameter keys and inputs."""

    ANNUAL = "annual"  # 年休假
    COMPANY = "company"  # 公司福利假, a ledger of its own beside the statutory one
    SICK = "sick"  # 病假
    WORK_INJURY = "work_injury"  # 停工留薪期
    MATERNITY = "maternity"  # 产假
    MATERNITY_EXTRA = "maternity_extra"  # 生育奖励假, the province's days
    MISCARRIAGE = "miscarriage"  # 流产假
    PATERNITY = "paternity"  # 陪产假、护理假
    PARENTAL = "parental"  # 育儿假
    ONLY_CHILD_CARE = "only_child_care"  # 独生子女护理假
    MARRIAGE = "marriage"  # 婚假
    BEREAVEMENT = "bereavement"  # 丧假
    PERSONAL = "personal"  # 事假
    SOCIAL = "social"  # 依法参加社会活动
    TIME_OFF = "time_off"  # 补休


@dataclass(frozen=True, kw_only=True, slots=True)
class Grant:
    """How long a leave may be and how its days count."""

    amount: Decimal
    unit: Unit  # calendar days, working days or months
    basis: DayBasis


@dataclass(frozen=True, kw_only=True, slots=True)
class Birth:
    """A birth as maternity leave sees it."""

    leave_from: date  # first day of leave
    born: date | None = None  # None: still expected
    infants: int = 1
    dystocia: bool = False
    child_number: int = 1  # first, second … child of the mother

    def moved(self, born: date) -> Birth:
        """The same leave once the child is born; an early birth moves its first day to that day."""
        return replace(self, born=born, leave_from=min(self.leave_from, born))


@dataclass(frozen=True, kw_only=True, slots=True)
class Maternity:
    """The leave laid out: national days, the province's part, first and last days."""

    national_days: int
    national_last: date
    extra: Grant | None
    last: date


def day_basis(kind: LeaveType, *, on: date, region: str, law: Law) -> Result[DayBasis]:
    """Which days count for the leave in the region on that date; a row each."""
    working = Working(law, region=region, on=on)
    row = working.parameter(f"leave.{kind.value}.day_basis")
    basis = _basis(working, kind)
    working.step(msg("按{basis}计算。", basis=BASIS_NAMES[basis]), basis.value, articles=(row.source,))
    return working.result(basis)


def _basis(working: Working, kind: LeaveType) -> DayBasis:
    row = working.parameter(f"leave.{kind.value}.day_basis")
    if row.word not in {basis.value for basis in DayBasis}:
        raise InvalidError(msg("参数“{key}”的值“{value}”不是计日方式。", key=row.key, value=row.word))
    return DayBasis(row.word)


def paid(kind: LeaveType, *, on: date, region: str, law: Law) -> Result[str]:
    """How the leave is paid: ``full``, ``sick_pay``, ``maternity_insurance``, ``none`` (a row each)."""
    working = Working(law, region=region, on=on)
    return working.result(working.word(f"leave.{kind.value}.pay"))


def national_maternity_days(birth: Birth, *, law: Law) -> Result[int]:
    """98 days, more for dystocia and for each further infant (WP 7)."""
    working = Working(law, region=NATIONAL, on=birth.born or birth.leave_from)
    days = working.whole("leave.maternity.days")
    before = working.whole("leave.maternity.before_birth_days")
    working.step(
        msg("产假 {days} 天，其中产前可以休假 {before} 天。", days=days, before=before),
        days,
        unit=Unit.CALENDAR_DAYS,
        articles=(MATERNITY,),
    )
    if birth.dystocia:
        more = working.whole("leave.maternity.dystocia_days")
        days += more
        working.step(msg("难产增加 {more} 天。", more=more), more, unit=Unit.DAYS, articles=(MATERNITY,))
    if birth.infants > 1:
        more = working.whole("leave.maternity.further_infant_days") * (birth.infants - 1)
        days += more
        working.step(
            msg("生育 {infants} 个婴儿，增加 {more} 天。", infants=birth.infants, more=more),
            more,
            unit=Unit.DAYS,
            articles=(MATERNITY,),
        )
    return working.result(days)


def maternity(birth: Birth, *, region: str, law: Law) -> Result[Maternity]:
    """Maternity leave with the province's extra part, which follows the national days."""
    working = Working(law, region=region, on=birth.born or birth.leave_from)
    days = working.take(national_maternity_days(birth, law=law))
    if birth.born is not None and birth.born < birth.leave_from:
        raise InvalidError(msg("产假应不晚于分娩日开始；提前分娩的，请把产假起始日改为分娩日。"))
    last = last_day_of(birth.leave_from, days, basis=DayBasis.CALENDAR, calendar=law.calendar)
    national_last, extra = last, None
    if region != NATIONAL:
        extra = _extra(birth, working)
        last = working.take(grant_ends(extra, last + timedelta(days=1), region=region, law=law))
    working.step(msg("产假至 {last}。", last=last.isoformat()), last, unit=Unit.DATE, articles=(MATERNITY,))
    return working.result(Maternity(national_days=days, national_last=national_last, extra=extra, last=last))


def _extra(birth: Birth, working: Working) -> Grant:
    row = working.parameter("leave.maternity_extra.days")
    amount = reached(row.numbers, Decimal(birth.child_number)) or Decimal(0)
    basis = _basis(working, LeaveType.MATERNITY_EXTRA)
    _show(working, row, amount)
    return Grant(amount=amount, unit=Unit(row.unit), basis=basis)


def _show(working: Working, row: Parameter, amount: Decimal) -> None:
    working.step(
        msg(
            "{title}（{region}）：{amount} {unit}。",
            title=msg(row.title),
            region=row.region,
            amount=amount,
            unit=UNIT_NAMES[Unit(row.unit)],
        ),
        amount,
        unit=Unit(row.unit),
        articles=(row.source,),
    )


def grant_ends(grant: Grant, first: date, *, region: str, law: Law) -> Result[date]:
    """The last day of a grant taken in one piece from first."""
    working = Working(law, region=region, on=first)
    if grant.amount < 1:
        last = first - timedelta(days=1)
    elif grant.unit is Unit.MONTHS:
        last = last_day_of_months(first, int(grant.amount))
    else:
        last = last_day_of(first, int(grant.amount), basis=grant.basis, calendar=law.calendar)
    if grant.basis is not DayBasis.CALENDAR and first <= last:
        for year in law.calendar.unpublished(first, last):
            working.provision(provisional_reason(year))
    return working.result(last)


def miscarriage(months_pregnant: Decimal, *, on: date, law: Law) -> Result[Grant]:
    """Leave after miscarriage by months of pregnancy (WP 7): the lower bound is inclusive."""
    working = Working(law, region=NATIONAL, on=on)
    days = working.scale("leave.miscarriage.days", months_pregnant) or Decimal(0)
    working.step(
        msg("怀孕 {months} 个月流产，产假 {days} 天。", months=months_pregnant, days=days),
        days,
        unit=Unit.CALENDAR_DAYS,
        articles=(MATERNITY,),
    )
    return working.result(Grant(amount=days, unit=Unit.CALENDAR_DAYS, basis=DayBasis.CALENDAR))


def marriage(*, on: date, region: str, law: Law, checked: bool = False) -> Result[Grant]:
    """Marriage leave: the national days and the region's; ``checked`` adds those for a health check."""
    working = Working(law, region=region, on=on)
    amount = _amount(working, "leave.marriage.days")
    if region != NATIONAL:
        amount += _amount(working, "leave.marriage.extra_days")
        if checked:
            amount += _amount(working, "leave.marriage.check_days")
    return working.result(_grant(working, LeaveType.MARRIAGE, amount))


def _amount(working: Working, key: str) -> Decimal:
    row = working.parameter(key)
    _show(working, row, row.number)
    return row.number


def _grant(working: Working, kind: LeaveType, amount: Decimal, *, unit: Unit | None = None) -> Grant:
    basis = _basis(working, kind)
    natural = Unit.WORKING_DAYS if basis is DayBasis.WORKING else Unit.CALENDAR_DAYS
    return Grant(amount=amount, unit=unit or natural, basis=basis)


def bereavement(*, on: date, region: str, law: Law) -> Result[Grant]:
    """Bereavement leave 丧假 for a direct relative: at most so many days."""
    working = Working(law, region=region, on=on)
    amount = _amount(working, "leave.bereavement.days")
    return working.result(_grant(working, LeaveType.BEREAVEMENT, amount))


def paternity(*, on: date, region: str, law: Law) -> Result[Grant]:
    """The father's leave 陪产假: regional rows alone, in days or months."""
    working = Working(law, region=region, on=on)
    row = working.parameter("leave.paternity.days")
    _show(working, row, row.number)
    months = Unit.MONTHS if row.unit == Unit.MONTHS else None
    return working.result(_grant(working, LeaveType.PATERNITY, row.number, unit=months))


def parental(child_born: date, *, on: date, region: str, law: Law) -> Result[Grant]:
    """Parental leave 育儿假, days each year and parent while the child is under the age limit."""
    working = Working(law, region=region, on=on)
    under = working.whole("leave.parental.child_under_years")
    amount = _amount(working, "leave.parental.days")
    if not child_born <= on < add_years(child_born, under):
        amount = Decimal(0)
        working.step(msg("子女不在 {under} 周岁以下，不享受育儿假。", under=under), 0, unit=Unit.DAYS)
    return working.result(_grant(working, LeaveType.PARENTAL, amount))


def only_child_care(*, on: date, region: str, law: Law, in_hospital: bool = False) -> Result[Grant]:
    """Leave of an only child to care for a parent, more while the parent is in hospital."""
    working = Working(law, region=region, on=on)
    key = "leave.only_child_care.hospital_days" if in_hospital else "leave.only_child_care.days"
    return working.result(_grant(working, LeaveType.ONLY_CHILD_CARE, _amount(working, key)))


def nursing_minutes(child_born: date, *, infants: int, on: date, law: Law) -> Result[int]:
    """Paid nursing time 哺乳时间 in minutes a working day until the child's limit of age (WP 9)."""
    working = Working(law, region=NATIONAL, on=on)
    until = add_years(child_born, working.whole("protection.nursing_years"))
    first = working.whole("leave.nursing.minutes")
    further = working.whole("leave.nursing.further_infant_minutes")
    minutes = first + further * (infants - 1) if child_born <= on < until else 0
    working.step(
        msg(
            "哺乳期至 {until}（不含当日），每个工作日哺乳时间 {minutes} 分钟。",
            until=until.isoformat(),
            minutes=minutes,
        ),
        minutes,
        unit=Unit.MINUTES,
        articles=(NURSING,),
    )
    return working.result(minutes)
