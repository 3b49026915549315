"""Areas of leave: annual leave, counting, medical period, sick pay, maternity and the regional kinds."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from webapp.domain import leave
from webapp.domain.areas.inputs import (
    ON_CHANCE,
    REGION,
    WEEKLY_REST,
    Answer,
    begin,
    choice,
    day,
    number,
    read_weekly_rest,
    switch,
    whole,
)
from webapp.domain.errors import InvalidError
from webapp.domain.explain import Result, Unit
from webapp.domain.periods import elapsed
from webapp.domain.schema import EARLIEST, LATEST, Input, Kind, Rule
from webapp.domain.text import Message, msg

if TYPE_CHECKING:
    from collections.abc import Mapping

    from webapp.domain.law import Law

HALVES = tuple(half.value for half in leave.Half)
KINDS = tuple(kind.value for kind in leave.LeaveType)
FAMILY_KINDS = ("marriage", "bereavement", "paternity", "parental", "only_child_care")
CUMULATIVE = number("cumulative_service_years", msg("累计工作年限"), unit=Unit.YEARS)


def _joiner(values: Mapping[str, Any], law: Law) -> Answer:
    working = begin(values, law, on=values["hired"])
    got = working.take(
        leave.joiner(
            values["hired"],
            values["cumulative_service_years"],
            continuous=values["continuous_service_12_months"],
            law=law,
        )
    )
    return working.result(
        {
            "full_year_days": got.full_year_days,
            "remaining_calendar_days": got.calendar_days,
            "days": got.days,
        }
    )


def _leaver(values: Mapping[str, Any], law: Law) -> Answer:
    last = values["last_day"]
    working = begin(values, law, on=last)
    got = working.take(leave.leaver(last, values["cumulative_service_years"], law=law, hired=values["hired"]))
    unused = max(got.days - values["taken"], Decimal(0))
    working.step(
        msg(
            "应休 {days} 天 − 已休 {taken} 天 = 未休 {unused} 天；多休的不扣回。",
            days=got.days,
            taken=values["taken"],
            unused=unused,
        ),
        unused,
        unit=Unit.DAYS,
        articles=("企业职工带薪年休假实施办法第12条",),
    )
    pay = working.take(leave.unused_pay(unused, values["avg_monthly_wage_ex_overtime"], on=last, law=law))
    return working.result(
        {
            "full_year_days": got.full_year_days,
            "elapsed_days": got.calendar_days,
            "unused_days": unused,
            "total_300": pay.total,
            "extra_on_top_of_normal_wage": pay.extra,
        }
    )


def _year(values: Mapping[str, Any], law: Law) -> Answer:
    if not EARLIEST.year <= values["year"] <= LATEST.year:
        raise InvalidError(msg("年度超出了范围。"))
    working = begin(values, law, on=date(values["year"], 1, 1))
    service = leave.AnnualService(
        hired=values["hired"],
        cumulative_since=values["cumulative_since"],
        continuous_since=values["continuous_since"],
        last_day=values["last_day"],
    )
    got = working.take(leave.entitlement(values["year"], service, law=law))
    absences = leave.Absences(
        school_holiday_longer=values["school_holiday_longer"],
        paid_personal_days=values["paid_personal_days"],
        sick_months=values["sick_months"],
    )
    years = Decimal(elapsed(values["cumulative_since"], date(got.year, 12, 31)).years)
    reasons = working.take(leave.not_due(years, absences, on=date(got.year, 1, 1), law=law))
    return working.result(
        {
            "days": 0 if reasons else got.days,
            "days_before_absences": got.days,
            "not_due": [str(reason) for reason in reasons],
            "segments": [
                {"first": each.first, "last": each.last, "full_year_days": each.full_year_days}
                for each in got.segments
            ],
        }
    )


def _unused(values: Mapping[str, Any], law: Law) -> Answer:
    working = begin(values, law, on=values["on"])
    pay = working.take(
        leave.unused_pay(
            values["days"],
            values["avg_monthly_wage_ex_overtime"],
            on=values["on"],
            law=law,
            arranged=values["arranged_by_employer"],
            declined_in_writing=values["declined_in_writing"],
        )
    )
    return working.result({"total": pay.total, "extra_on_top_of_normal_wage": pay.extra})


def _count(values: Mapping[str, Any], law: Law) -> Answer:
    working = begin(values, law, on=values["from"])
    region, kind = values["region"], leave.LeaveType(values["leave_type"])
    rest = read_weekly_rest(values["weekly_rest"])
    agreed = replace(law, calendar=law.calendar.resting(rest))
    span = leave.LeaveSpan(
        first=values["from"],
        last=values["to"],
        first_half=leave.Half(values["from_half"]),
        last_half=leave.Half(values["to_half"]),
    )
    basis = working.take(leave.day_basis(kind, on=span.first, region=region, law=law))
    got = working.take(leave.count_leave(span, basis=basis, law=agreed, region=region))
    return working.result(
        {
            "days": got.days,
            "minutes": got.minutes,
            "day_basis": basis.value,
            "by_year": {str(part.first.year): _cost(part, got) for part in leave.split_by_year(span)},
        }
    )


def _cost(part: leave.LeaveSpan, count: leave.LeaveCount) -> Decimal:
    inside = (each.counted for each in count.each if part.first <= each.date <= part.last)
    return sum(inside, Decimal(0))


def _medical(values: Mapping[str, Any], law: Law) -> Answer:
    on = law.asked_on(values["on"])
    working = begin(values, law, on=on)
    got = working.take(
        leave.medical_period(
            values["total_service_years"],
            values["service_with_this_employer_years"],
            on=on,
            region=values["region"],
            law=law,
        )
    )
    return working.result({"months": got.months, "within_months": got.within_months})


def _medical_use(values: Mapping[str, Any], law: Law) -> Answer:
    working = begin(values, law, on=values["on"])
    period = leave.MedicalPeriod(months=values["months"], within_months=values["within_months"])
    spans = [leave.LeaveSpan(first=first, last=last) for first, last in values["sick"]]
    got = working.take(leave.medical_use(period, spans, on=values["on"], law=law))
    return working.result(
        {
            "window_first": got.window_first,
            "window_last": got.window_last,
            "used_days": got.used_days,
            "allowed_days": got.allowed_days,
            "over": got.over,
        }
    )


def _sick_pay(values: Mapping[str, Any], law: Law) -> Answer:
    working = begin(values, law, on=values["on"])
    floor = leave.sick_pay_floor(
        on=values["on"], region=values["region"], law=law, minimum_wage=values["local_min_wage"]
    )
    return working.result({"monthly_floor": working.take(floor)})


def _maternity(values: Mapping[str, Any], law: Law) -> Answer:
    birth = leave.Birth(
        leave_from=values["leave_from"],
        born=values["born"],
        infants=values["infants"],
        dystocia=values["dystocia"],
        child_number=values["child_number"],
    )
    working = begin(values, law, on=birth.born or birth.leave_from)
    got = working.take(leave.maternity(birth, region=values["region"], law=law))
    return working.result(
        {
            "national_days": got.national_days,
            "national_last": got.national_last,
            "extra": None if got.extra is None else got.extra.amount,
            "extra_unit": None if got.extra is None else got.extra.unit.value,
            "last_day": got.last,
        }
    )


def _family(values: Mapping[str, Any], law: Law) -> Answer:
    on, region, kind = values["on"], values["region"], values["leave_type"]
    working = begin(values, law, on=on)
    if kind == "parental" and values["child_born"] is None:
        raise InvalidError(msg("育儿假需要子女的出生日期（child_born）。"))
    grant = working.take(_grant(kind, values, law=law))
    return working.result(
        {
            "leave_type": kind,
            "amount": grant.amount,
            "unit": grant.unit.value,
            "day_basis": grant.basis.value,
            "pay": working.take(leave.paid(leave.LeaveType(kind), on=on, region=region, law=law)),
        }
    )


def _grant(kind: str, values: Mapping[str, Any], *, law: Law) -> Result[leave.Grant]:
    on, region = values["on"], values["region"]
    if kind == "marriage":
        return leave.marriage(on=on, region=region, law=law, checked=values["health_check"])
    if kind == "parental":
        return leave.parental(values["child_born"], on=on, region=region, law=law)
    if kind == "only_child_care":
        return leave.only_child_care(on=on, region=region, law=law, in_hospital=values["in_hospital"])
    one = leave.paternity if kind == "paternity" else leave.bereavement
    return one(on=on, region=region, law=law)


ON = day("on", msg("计算日期"))
WAGE = number("avg_monthly_wage_ex_overtime", msg("月平均工资（不含加班工资）"), unit=Unit.YUAN_PER_MONTH)


def _some(name: str, title: Message, *, unit: Unit) -> Input:
    return number(name, title, unit=unit, default=Decimal(0))


RULES = (
    Rule(
        area="annual_leave_new_joiner",
        title=msg("年休假：新入职折算"),
        inputs=(
            day("hired", msg("入职日期")),
            CUMULATIVE,
            switch("continuous_service_12_months", msg("已连续工作满规定月数"), required=True),
        ),
        run=_joiner,
    ),
    Rule(
        area="annual_leave_leaver",
        title=msg("年休假：离职折算与未休工资"),
        inputs=(
            day("last_day", msg("最后工作日")),
            CUMULATIVE,
            number("taken", msg("当年已休天数"), unit=Unit.DAYS),
            WAGE,
            day("hired", msg("入职日期"), required=False),
        ),
        run=_leaver,
    ),
    Rule(
        area="annual_leave_year",
        title=msg("年休假：年度天数"),
        inputs=(
            whole("year", msg("年度"), unit=Unit.YEARS),
            day("hired", msg("入职日期")),
            day("cumulative_since", msg("累计工作起算日")),
            day("continuous_since", msg("本次连续工作起算日")),
            day("last_day", msg("最后工作日"), required=False),
            switch("school_holiday_longer", msg("享受更长的寒暑假")),
            _some("paid_personal_days", msg("全薪事假累计天数"), unit=Unit.DAYS),
            _some("sick_months", msg("病假累计月数"), unit=Unit.MONTHS),
        ),
        run=_year,
    ),
    Rule(
        area="annual_leave_unused_pay",
        title=msg("年休假：未休工资"),
        inputs=(
            ON,
            number("days", msg("未休天数"), unit=Unit.DAYS),
            WAGE,
            switch("arranged_by_employer", msg("单位已安排休假")),
            switch("declined_in_writing", msg("职工因本人原因书面放弃")),
        ),
        run=_unused,
    ),
    Rule(
        area="leave_day_count",
        title=msg("请假天数"),
        inputs=(
            choice("leave_type", msg("假别"), choices=KINDS),
            day("from", msg("开始日期")),
            day("to", msg("结束日期")),
            choice("from_half", msg("自上午或下午"), choices=HALVES, default="am"),
            choice("to_half", msg("至上午或下午"), choices=HALVES, default="pm"),
            WEEKLY_REST,
            REGION,
        ),
        run=_count,
    ),
    Rule(
        area="medical_period",
        title=msg("医疗期"),
        inputs=(
            number("total_service_years", msg("累计工作年限"), unit=Unit.YEARS),
            number("service_with_this_employer_years", msg("本单位工作年限"), unit=Unit.YEARS),
            REGION,
            ON_CHANCE,
        ),
        run=_medical,
    ),
    Rule(
        area="medical_period_use",
        title=msg("医疗期使用情况"),
        inputs=(
            whole("months", msg("医疗期月数"), unit=Unit.MONTHS),
            Input(
                name="within_months",
                kind=Kind.WHOLE,
                title=msg("累计计算的月数（没有规定的不填）"),
                unit=Unit.MONTHS,
                required=False,
            ),
            Input(name="sick", kind=Kind.DATE, title=msg("病休记录"), unit=Unit.DATE, many=2, size=2),
            ON,
        ),
        run=_medical_use,
    ),
    Rule(
        area="sick_pay_floor",
        title=msg("病假工资下限"),
        inputs=(
            ON,
            REGION,
            number("local_min_wage", msg("当地最低工资"), unit=Unit.YUAN_PER_MONTH, required=False),
        ),
        run=_sick_pay,
    ),
    Rule(
        area="maternity_leave",
        title=msg("产假"),
        inputs=(
            day("leave_from", msg("产假开始日期")),
            day("born", msg("分娩日期"), required=False),
            whole("infants", msg("婴儿数"), unit=Unit.PEOPLE, default=1),
            switch("dystocia", msg("难产")),
            whole("child_number", msg("第几个子女"), unit=Unit.NONE, default=1),
            REGION,
        ),
        run=_maternity,
    ),
    Rule(
        area="family_leave",
        title=msg("婚假、丧假、陪产假、育儿假、独生子女护理假"),
        inputs=(
            choice("leave_type", msg("假别"), choices=FAMILY_KINDS),
            ON,
            REGION,
            day("child_born", msg("子女出生日期"), required=False),
            switch("health_check", msg("参加婚前检查")),
            switch("in_hospital", msg("父母住院")),
        ),
        run=_family,
    ),
)
