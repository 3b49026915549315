"""Areas of rostering: a planned week, and the base of overtime pay."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from webapp.domain.areas.inputs import ON_CHANCE, REGION, Answer, begin, day, hours, number, switch
from webapp.domain.explain import Unit
from webapp.domain.overtime import overtime_base
from webapp.domain.roster import check_week
from webapp.domain.schema import Input, Kind, Rule, read
from webapp.domain.text import msg

if TYPE_CHECKING:
    from collections.abc import Mapping

    from webapp.domain.law import Law

PLANNED = (day("date", msg("日期")), hours("hours", msg("工作小时")))


def _week(values: Mapping[str, Any], law: Law) -> Answer:
    working = begin(values, law, on=values["first"])
    planned = [read(PLANNED, raw) for raw in values["days"]]
    got = working.take(
        check_week(
            working.on,
            {one["date"]: one["hours"] for one in planned},
            region=working.region,
            law=law,
            special_reason=values["special_reason"],
            emergency=values["emergency"],
        )
    )
    return working.result(
        {
            "hours": got.hours,
            "extension_h": got.extension,
            "rest_days": got.rest_days,
            "allowed": not got.objections,
            "reasons": [str(reason) for reason in got.objections],
        }
    )


def _base(values: Mapping[str, Any], law: Law) -> Answer:
    working = begin(values, law)
    base = overtime_base(
        values["wage_paid"],
        agreed=values["wage_agreed"],
        minimum_wage=values["local_min_wage"],
        on=working.on,
        region=working.region,
        law=law,
    )
    return working.result({"base": working.take(base)})


RULES = (
    Rule(
        area="roster_week",
        title=msg("一周排班核查（标准工时）"),
        inputs=(
            day("first", msg("一周的首日")),
            Input(
                name="days", kind=Kind.RECORD, title=msg("逐日排班（date、hours）"), many=1, columns=PLANNED
            ),
            switch("special_reason", msg("因特殊原因延长")),
            switch("emergency", msg("属于不受限制的紧急情形")),
            REGION,
        ),
        run=_week,
    ),
    Rule(
        area="overtime_base",
        title=msg("加班工资基数"),
        inputs=(
            number("wage_paid", msg("正常工作实得月工资"), unit=Unit.YUAN_PER_MONTH),
            number("wage_agreed", msg("合同约定的月工资"), unit=Unit.YUAN_PER_MONTH, required=False),
            number("local_min_wage", msg("当地最低工资"), unit=Unit.YUAN_PER_MONTH, required=False),
            REGION,
            ON_CHANCE,
        ),
        run=_base,
    ),
)
