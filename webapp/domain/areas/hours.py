"""Areas of working hours: comprehensive cycles, their standards, split of sessions, night overlap."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from webapp.domain.areas.inputs import ON_CHANCE, REGION, Answer, begin, choice, day, hours, number, switch
from webapp.domain.contracts.versions import Version, stretches
from webapp.domain.errors import InvalidError
from webapp.domain.explain import Unit, Working
from webapp.domain.hours import (
    Basis,
    Cycle,
    CycleKind,
    average_standard,
    settle_cycle,
    shift_session,
    split_at_midnight,
    standard_hours,
)
from webapp.domain.hours.place import advise_place
from webapp.domain.overtime import HoursSystem
from webapp.domain.schema import Input, Kind, Rule, read
from webapp.domain.text import msg
from webapp.domain.wages import hundredths

if TYPE_CHECKING:
    from collections.abc import Mapping

    from webapp.domain.law import Law

CYCLES = tuple(kind.value for kind in CycleKind)


def _comprehensive(values: Mapping[str, Any], law: Law) -> Answer:
    needs_dates = values["basis"] == Basis.ACTUAL_CALENDAR or values["employed_from"] or values["employed_to"]
    if needs_dates and values["first"] is None:
        raise InvalidError(msg("按实际日历或有入离职时，须给出周期首日（first）。"))
    working = begin(values, law, on=values["first"])
    cycle = Cycle(
        kind=CycleKind(values["cycle"]),
        basis=Basis(values["basis"]),
        first=working.on,
        employed_from=values["employed_from"],
        employed_to=values["employed_to"],
        leave_workdays=values["leave_workdays"],
    )
    got = working.take(
        settle_cycle(
            cycle,
            values["actual_h"],
            statutory=values["of_which_statutory_holiday_h"],
            monthly_wage=values["monthly_wage"],
            law=law,
            region=working.region,
        )
    )
    return working.result(
        {
            "standard_h": hundredths(got.standard),
            "overtime_150_h": hundredths(got.excess),
            "holiday_300_h": got.statutory,
            "pay": got.pay,
            "cap_36_per_month_exceeded": got.cap_exceeded,
        }
    )


def _standards(values: Mapping[str, Any], law: Law) -> Answer:
    try:
        since = date.fromisoformat(f"{values['year_rule'].removesuffix('+')}-01-01")
    except ValueError:
        raise InvalidError(msg("“year_rule”写成 2025+ 的样子。")) from None
    working = begin(values, law, on=since)
    answer: dict[str, Any] = {
        cycle: average_standard(CycleKind(cycle), working) for cycle in values["cycles"]
    }
    answer["year_workdays"] = working.number("hours.workdays.year")
    answer["pay_days_per_month"] = working.number("wage.pay_days_per_month")
    return working.result(answer)


def _split(values: Mapping[str, Any], law: Law) -> Answer:
    working = begin(values, law)
    pieces = split_at_midnight(shift_session(values["on"], values["start"], values["end"]))
    shown = [
        {
            "date": piece.date,
            "minutes": piece.minutes,
            "day_kind": law.calendar.day(piece.date).kind.value,
        }
        for piece in pieces
    ]
    for piece in pieces:
        working.step(
            msg("{day}：{minutes} 分钟", day=piece.date.isoformat(), minutes=piece.minutes),
            piece.minutes,
            unit=Unit.MINUTES,
            articles=("劳动法第44条",),
        )
    return working.result({"pieces": shown})


def _place(values: Mapping[str, Any], law: Law) -> Answer:
    working = begin(values, law)
    advice = working.take(
        advise_place(
            values["at"],
            values["shifts"],
            consented=values["separate_consent"],
            on=working.on,
            region=working.region,
            law=law,
        )
    )
    return working.result({"keep_place": advice.keep, "reason": advice.reason})


def _terms(values: Mapping[str, Any], law: Law) -> Answer:
    working = begin(values, law, on=values["first"])
    rows = [read(VERSION, raw) for raw in values["versions"]]
    versions = [
        Version(
            number=number,
            effective_from=row["effective_from"],
            agreed_on=row["agreed_on"],
            system=HoursSystem(row["hours_system"]),
        )
        for number, row in enumerate(rows, 1)
    ]
    cycle = Cycle(kind=CycleKind(values["cycle"]), basis=Basis(values["basis"]), first=values["first"])
    shown = []
    for each in stretches(versions, first=cycle.first, last=cycle.last):
        part = replace(cycle, employed_from=each.first, employed_to=each.last)
        mixed = each.version.system is HoursSystem.COMPREHENSIVE
        standard = working.take(standard_hours(part, law=law, region=working.region)) if mixed else None
        working.step(
            msg(
                "{first} 至 {last} 适用第 {number} 份约定。",
                first=each.first.isoformat(),
                last=each.last.isoformat(),
                number=each.version.number,
            ),
            articles=("劳动合同法第35条",),
        )
        shown.append(
            {
                "first": each.first,
                "last": each.last,
                "hours_system": each.version.system.value,
                "standard_h": None if standard is None else hundredths(standard),
            }
        )
    again = _reach_back(versions, cycle, working)
    return working.result({"spans": shown, "settle_again": again})


def _reach_back(versions: list[Version], cycle: Cycle, working: Working) -> bool:
    """Whether one of the versions changes days of the cycle that had been worked when it was agreed."""
    late = [v for v in versions if v.reaches_back and v.agreed_on >= cycle.first]
    late = [v for v in late if v.effective_from <= cycle.last]
    for version in late:
        working.step(
            msg(
                "第 {number} 份约定签于 {agreed}，自 {since} 起生效：此前已结算的周期须重算。",
                number=version.number,
                agreed=version.agreed_on.isoformat(),
                since=version.effective_from.isoformat(),
            ),
            articles=("劳动合同法第29条", "劳动合同法第35条"),
        )
    return bool(late)


VERSION = (
    day("effective_from", msg("生效日期")),
    day("agreed_on", msg("签订日期")),
    choice("hours_system", msg("工时制度"), choices=tuple(system.value for system in HoursSystem)),
)
CYCLE = choice("cycle", msg("周期"), choices=CYCLES)
BASIS = choice(
    "basis",
    msg("标准工时的口径"),
    choices=tuple(basis.value for basis in Basis),
    default=Basis.STATUTORY_AVERAGE.value,
)

RULES = (
    Rule(
        area="comprehensive_hours",
        title=msg("综合计算工时：周期结算"),
        inputs=(
            CYCLE,
            BASIS,
            number("monthly_wage", msg("月工资（周期内月平均）"), unit=Unit.YUAN_PER_MONTH),
            hours("actual_h", msg("周期实际工时")),
            hours("of_which_statutory_holiday_h", msg("其中法定休假日工时"), default=Decimal(0)),
            day("first", msg("周期首日（缺省为今天）"), required=False),
            day("employed_from", msg("周期内入职日"), required=False),
            day("employed_to", msg("周期内离职日"), required=False),
            number("leave_workdays", msg("请假工作日"), unit=Unit.WORKING_DAYS, default=Decimal(0)),
            REGION,
        ),
        run=_comprehensive,
    ),
    Rule(
        area="comprehensive_standards",
        title=msg("综合计算工时：法定平均标准"),
        inputs=(
            Input(name="year_rule", kind=Kind.WORD, title=msg("年度口径，如 2025+")),
            Input(name="cycles", kind=Kind.WORD, title=msg("周期"), many=1, choices=CYCLES),
            REGION,
        ),
        run=_standards,
    ),
    Rule(
        area="shift_split",
        title=msg("班次按自然日拆分"),
        inputs=(
            day("on", msg("班次日期")),
            Input(name="start", kind=Kind.TIME, title=msg("上班时刻")),
            Input(name="end", kind=Kind.TIME, title=msg("下班时刻")),
        ),
        run=_split,
    ),
    Rule(
        area="cycle_terms",
        title=msg("综合计算工时：周期内变更约定"),
        inputs=(
            CYCLE,
            BASIS,
            day("first", msg("周期首日")),
            Input(
                name="versions",
                kind=Kind.RECORD,
                title=msg("历次约定（按签订先后）"),
                many=1,
                columns=VERSION,
            ),
            REGION,
        ),
        run=_terms,
    ),
    Rule(
        area="punch_place",
        title=msg("打卡位置能否记录"),
        inputs=(
            Input(name="at", kind=Kind.TIME, title=msg("打卡时刻")),
            Input(name="shifts", kind=Kind.TIME, title=msg("班次（含批准的加班）"), many=2, size=2),
            switch("separate_consent", msg("对收集位置的单独同意仍然有效"), required=True),
            REGION,
            ON_CHANCE,
        ),
        run=_place,
    ),
)
