"""Areas of overtime: pay under standard hours, by calendar, caps, irregular hours, all-in wages."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from webapp.domain.areas.inputs import ON_CHANCE, REGION, Answer, begin, choice, day, hours, number, switch
from webapp.domain.explain import Unit
from webapp.domain.overtime import (
    DayWork,
    HoursSystem,
    OvertimeHours,
    check_all_in_wage,
    check_caps,
    classify,
    irregular_pay,
    overtime_pay,
)
from webapp.domain.schema import Input, Kind, Rule, read
from webapp.domain.text import msg

if TYPE_CHECKING:
    from collections.abc import Mapping

    from webapp.domain.law import Law


def _standard(values: Mapping[str, Any], law: Law) -> Answer:
    working = begin(values, law)
    worked = OvertimeHours(
        workday=values["workday_extension_h"],
        rest=values["rest_day_h_not_compensated"],
        statutory=values["statutory_holiday_h"],
    )
    pay = overtime_pay(values["monthly_wage"], worked, on=working.on, region=working.region, law=law)
    return working.result({"overtime_pay": working.take(pay)})


def _calendar(values: Mapping[str, Any], law: Law) -> Answer:
    days = tuple(dict.fromkeys(values["worked_8h_on"]))
    working = begin(values, law, on=min(days, default=None))
    daily = working.number("hours.daily")
    works = [DayWork(date=on, hours=daily, compensated=values["time_off_in_lieu"]) for on in days]
    worked = working.take(classify(works, law=law, region=working.region))
    pay = overtime_pay(values["monthly_wage"], worked, on=working.on, region=working.region, law=law)
    return working.result(
        {
            "day_kind": {on.isoformat(): law.calendar.day(on).kind.value for on in days},
            "extra_pay": working.take(pay),
        }
    )


def _days(values: Mapping[str, Any], law: Law) -> Answer:
    works = [DayWork(**_day_work(raw)) for raw in values["days"]]
    working = begin(values, law, on=min((work.date for work in works), default=None))
    worked = working.take(
        classify(works, law=law, region=working.region, agreed_hours=values["agreed_daily_h"])
    )
    pay = overtime_pay(values["monthly_wage"], worked, on=working.on, region=working.region, law=law)
    return working.result(
        {
            "workday_h": worked.workday,
            "rest_day_h": worked.rest,
            "statutory_holiday_h": worked.statutory,
            "overtime_pay": working.take(pay),
        }
    )


DAY_WORK = (
    day("date", msg("日期")),
    hours("hours", msg("工作小时")),
    switch("compensated", msg("已安排补休")),
)


def _day_work(raw: Mapping[str, Any]) -> dict[str, Any]:
    return read(DAY_WORK, raw)


def _cap(values: Mapping[str, Any], law: Law) -> Answer:
    working = begin(values, law)
    each = values["daily_workday_extensions_h"]
    found = working.take(
        check_caps(
            each,
            on=working.on,
            region=working.region,
            law=law,
            special_reason=values["special_reason"],
            other_hours=values["other_overtime_h"],
        )
    )
    special = working.number("overtime.day_cap_special_hours")
    return working.result(
        {
            "total_h": found.total,
            "month_cap_exceeded": found.exceeded,
            "over_by_h": found.over_by,
            "days_over_3h": sum(1 for one in each if one > special),
            "days_over_limit": found.days_over,
        }
    )


def _irregular(values: Mapping[str, Any], law: Law) -> Answer:
    working = begin(values, law)
    pay = irregular_pay(
        values["monthly_wage"],
        values["statutory_holiday_h"],
        on=working.on,
        region=working.region,
        law=law,
    )
    return working.result({"overtime_pay": working.take(pay)})


def _all_in(values: Mapping[str, Any], law: Law) -> Answer:
    working = begin(values, law)
    worked = OvertimeHours(
        workday=values["workday_extension_h"],
        rest=values["rest_day_h_not_compensated"],
        statutory=values["statutory_holiday_h"],
    )
    kept = check_all_in_wage(
        values["total_pay"],
        values["normal_h"],
        worked,
        on=working.on,
        region=working.region,
        law=law,
        minimum_wage=values["local_min_wage"],
    )
    return working.result({"minimum_kept": working.take(kept)})


WAGE = number("monthly_wage", msg("月工资（加班工资基数）"), unit=Unit.YUAN_PER_MONTH)
STANDARD = choice(
    "hours_system",
    msg("工时制度"),
    choices=(HoursSystem.STANDARD.value,),
    default=HoursSystem.STANDARD.value,
)
WORKDAY = hours("workday_extension_h", msg("工作日延长小时"), default=Decimal(0))
REST = hours("rest_day_h_not_compensated", msg("休息日加班小时（未补休）"), default=Decimal(0))
STATUTORY = hours("statutory_holiday_h", msg("法定休假日加班小时"), default=Decimal(0))

RULES = (
    Rule(
        area="overtime_standard",
        title=msg("加班工资：标准工时"),
        inputs=(STANDARD, WAGE, WORKDAY, REST, STATUTORY, REGION, ON_CHANCE),
        run=_standard,
    ),
    Rule(
        area="overtime_calendar",
        title=msg("加班工资：按日期"),
        inputs=(
            STANDARD,
            WAGE,
            Input(
                name="worked_8h_on", kind=Kind.DATE, title=msg("工作满标准工时的日期"), unit=Unit.DATE, many=1
            ),
            switch("time_off_in_lieu", msg("休息日已安排补休")),
            REGION,
        ),
        run=_calendar,
    ),
    Rule(
        area="overtime_days",
        title=msg("加班工资：逐日工时"),
        inputs=(
            WAGE,
            Input(
                name="days",
                kind=Kind.RECORD,
                title=msg("逐日记录（date、hours、compensated）"),
                many=1,
                columns=DAY_WORK,
            ),
            hours("agreed_daily_h", msg("约定的每日工时"), required=False),
            REGION,
            ON_CHANCE,
        ),
        run=_days,
    ),
    Rule(
        area="overtime_cap",
        title=msg("加班上限"),
        inputs=(
            STANDARD,
            Input(
                name="daily_workday_extensions_h",
                kind=Kind.NUMBER,
                title=msg("当月每日延长小时"),
                unit=Unit.HOURS,
                many=1,
            ),
            switch("special_reason", msg("因特殊原因延长")),
            hours("other_overtime_h", msg("休息日和法定休假日加班小时"), default=Decimal(0)),
            REGION,
            ON_CHANCE,
        ),
        run=_cap,
    ),
    Rule(
        area="overtime_irregular",
        title=msg("加班工资：不定时工作制"),
        inputs=(WAGE, hours("statutory_holiday_h", msg("法定休假日工作小时")), REGION, ON_CHANCE),
        run=_irregular,
    ),
    Rule(
        area="all_in_wage",
        title=msg("包薪是否低于最低工资"),
        inputs=(
            number("total_pay", msg("当月工资总额"), unit=Unit.YUAN),
            hours("normal_h", msg("正常工作小时")),
            WORKDAY,
            REST,
            STATUTORY,
            number("local_min_wage", msg("当地最低工资"), unit=Unit.YUAN_PER_MONTH, required=False),
            REGION,
            ON_CHANCE,
        ),
        run=_all_in,
    ),
)
