"""Areas of protection: night work, statuses by dates, nursing time, retirement, work injury."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from webapp.domain.areas.inputs import ON_CHANCE, REGION, Answer, begin, choice, day, whole
from webapp.domain.explain import Unit
from webapp.domain.hours import shift_session
from webapp.domain.leave import injury_leave, nursing_minutes
from webapp.domain.protection import (
    Protection,
    Retiree,
    Worker,
    check_shift,
    duties,
    protections,
    read_window,
    retirement,
)
from webapp.domain.schema import Input, Kind, Rule
from webapp.domain.text import msg

if TYPE_CHECKING:
    from collections.abc import Mapping

    from webapp.domain.law import Law

WORKERS: Mapping[str, frozenset[Protection]] = {
    "pregnant >= 7 months or nursing an infant < 1 year": frozenset(
        {Protection.LATE_PREGNANT, Protection.NURSING}
    ),
    **{status.value: frozenset({status}) for status in Protection},
    "none": frozenset(),
}


def _night(values: Mapping[str, Any], law: Law) -> Answer:
    working = begin(values, law)
    window = None if values["night_window"] is None else read_window(values["night_window"])
    statuses = WORKERS[values["worker"]]
    found = []
    for pair in values["shifts"]:
        shift = shift_session(working.on, pair[0], pair[1])
        found.append(
            working.take(check_shift(shift, statuses, law=law, region=working.region, window=window))
        )
    return working.result(
        {
            "night_h": [each.night_hours for each in found],
            "shift_allowed": [each.allowed for each in found],
            "reasons": [[str(reason) for reason in each.reasons] for each in found],
        }
    )


def _status(values: Mapping[str, Any], law: Law) -> Answer:
    working = begin(values, law)
    worker = Worker(
        born=values["born"],
        pregnant_since=values["pregnant_since"],
        pregnancy_ended=values["pregnancy_ended"],
        infant_born=values["infant_born"],
    )
    found = working.take(protections(worker, on=working.on, law=law, region=working.region))
    owed = duties(found)
    for duty, article in owed:
        working.step(duty, articles=(article,))
    return working.result(
        {
            "protections": sorted(status.value for status in found),
            "duties": [str(duty) for duty, _ in owed],
        }
    )


def _nursing(values: Mapping[str, Any], law: Law) -> Answer:
    working = begin(values, law)
    minutes = nursing_minutes(values["infant_born"], infants=values["infants"], on=working.on, law=law)
    return working.result({"minutes_per_day": working.take(minutes)})


def _retirement(values: Mapping[str, Any], law: Law) -> Answer:
    working = begin(values, law)
    got = working.take(retirement(values["born"], Retiree(values["group"]), on=working.on, law=law))
    return working.result(
        {
            "age_years": got.age.years,
            "age_months": got.age.months,
            "retirement_month": f"{got.month:%Y-%m}",
        }
    )


def _injury(values: Mapping[str, Any], law: Law) -> Answer:
    working = begin(values, law, on=values["start"])
    last = injury_leave(values["start"], law=law, appraised=values["extension_appraised"])
    return working.result({"last_day": working.take(last)})


RULES = (
    Rule(
        area="night_work_overlap",
        title=msg("夜班重叠与特殊保护"),
        inputs=(
            Input(
                name="night_window",
                kind=Kind.WORD,
                title=msg("夜间时段（缺省为参数）"),
                required=False,
            ),
            Input(name="shifts", kind=Kind.TIME, title=msg("班次"), many=2, size=2),
            choice("worker", msg("职工情况"), choices=tuple(WORKERS)),
            REGION,
            ON_CHANCE,
        ),
        run=_night,
    ),
    Rule(
        area="protection_status",
        title=msg("特殊保护身份"),
        inputs=(
            ON_CHANCE,
            day("born", msg("出生日期"), required=False),
            day("pregnant_since", msg("怀孕起算日"), required=False),
            day("pregnancy_ended", msg("妊娠终止日"), required=False),
            day("infant_born", msg("婴儿出生日期"), required=False),
            REGION,
        ),
        run=_status,
    ),
    Rule(
        area="nursing_time",
        title=msg("哺乳时间"),
        inputs=(
            day("infant_born", msg("婴儿出生日期")),
            whole("infants", msg("婴儿数"), unit=Unit.PEOPLE, default=1),
            ON_CHANCE,
        ),
        run=_nursing,
    ),
    Rule(
        area="retirement_month",
        title=msg("法定退休月份"),
        inputs=(
            day("born", msg("出生日期")),
            choice("group", msg("人员类别"), choices=tuple(group.value for group in Retiree)),
            ON_CHANCE,
        ),
        run=_retirement,
    ),
    Rule(
        area="work_injury_leave",
        title=msg("停工留薪期"),
        inputs=(
            day("start", msg("开始日期")),
            Input(
                name="extension_appraised",
                kind=Kind.SWITCH,
                title=msg("经鉴定确认延长"),
                required=False,
                default=False,
            ),
        ),
        run=_injury,
    ),
)
