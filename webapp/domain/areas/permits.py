"""Areas of permits and of plain deadlines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from webapp.domain.areas.inputs import REGION, Answer, begin, choice, day, hours, switch, whole
from webapp.domain.explain import Unit
from webapp.domain.hours import Basis, CycleKind
from webapp.domain.overtime import HoursSystem
from webapp.domain.periods import deadline, latest_before
from webapp.domain.permits import (
    Permit,
    check_day_maximum,
    correction_deadline,
    decision_deadlines,
    delivery_deadline,
    materials,
    permit_on,
    profile,
    renewal,
    system_on,
)
from webapp.domain.schema import Input, Kind, Rule, read
from webapp.domain.text import msg

if TYPE_CHECKING:
    from collections.abc import Mapping

    from webapp.domain.law import Law

UNITS = tuple(unit.value for unit in (Unit.WORKING_DAYS, Unit.CALENDAR_DAYS, Unit.MONTHS, Unit.YEARS))


def _decision(values: Mapping[str, Any], law: Law) -> Answer:
    working = begin(values, law, on=values["accepted"])
    due, extended = working.take(decision_deadlines(working.on, law=law, region=working.region))
    return working.result({"decision_due": due, "extended_due": extended})


def _correction(values: Mapping[str, Any], law: Law) -> Answer:
    working = begin(values, law, on=values["materials_received"])
    due, since = working.take(correction_deadline(working.on, law=law, region=working.region))
    return working.result({"supplement_notice_due": due, "if_no_notice_deemed_accepted_from": since})


def _delivery(values: Mapping[str, Any], law: Law) -> Answer:
    working = begin(values, law, on=values["decided"])
    return working.result(
        {"due": working.take(delivery_deadline(working.on, law=law, region=working.region))}
    )


def _renewal(values: Mapping[str, Any], law: Law) -> Answer:
    working = begin(values, law, on=values["valid_to"])
    got = working.take(renewal(working.on, law=law, region=working.region))
    return working.result(
        {
            "reminders": list(got.reminders),
            "apply_by": got.apply_by,
            "falls_back_to_standard_on": got.falls_back_on,
        }
    )


def _materials(values: Mapping[str, Any], law: Law) -> Answer:
    working = begin(values, law)
    names = working.take(materials(on=working.on, region=working.region, law=law))
    return working.result({"materials": list(names)})


def _profile(values: Mapping[str, Any], law: Law) -> Answer:
    working = begin(values, law)
    got = working.take(profile(on=working.on, region=working.region, law=law))
    return working.result(
        {
            "authority": got.authority,
            "channel": got.channel,
            "materials": list(got.materials),
            "cycles": list(got.cycles),
            "first_months": got.first_months,
            "renewal_months": got.renewal_months,
            "day_maximum_hours": got.day_maximum_hours,
            "gaps": list(got.gaps),
        }
    )


PERMIT = (
    Input(name="number", kind=Kind.WORD, title=msg("许可编号")),
    Input(name="entity", kind=Kind.WORD, title=msg("用人单位")),
    choice("system", msg("工时制度"), choices=("comprehensive", "irregular")),
    Input(name="posts", kind=Kind.WORD, title=msg("岗位"), many=1),
    day("valid_from", msg("生效日期")),
    day("valid_to", msg("失效日期")),
    Input(
        name="cycle",
        kind=Kind.WORD,
        title=msg("周期"),
        required=False,
        choices=tuple(kind.value for kind in CycleKind),
    ),
    choice(
        "basis",
        msg("标准工时的口径"),
        choices=tuple(basis.value for basis in Basis),
        default=Basis.STATUTORY_AVERAGE.value,
    ),
    Input(
        name="persons",
        kind=Kind.WORD,
        title=msg("人员（缺省为岗位全员）"),
        many=1,
        required=False,
        default=(),
    ),
    day("revoked_on", msg("撤销日期"), required=False),
    REGION,
)


def read_permit(raw: Mapping[str, Any]) -> Permit:
    """A permit from plain values; InvalidError names what is wrong."""
    given = read(PERMIT, raw)
    cycle = None if given["cycle"] is None else CycleKind(given["cycle"])
    return Permit(
        **{
            **given,
            "system": HoursSystem(given["system"]),
            "basis": Basis(given["basis"]),
            "cycle": cycle,
            "posts": frozenset(given["posts"]),
            "persons": frozenset(given["persons"]),
        }
    )


def _valid(values: Mapping[str, Any], law: Law) -> Answer:
    working = begin(values, law, on=values["worked_on"])
    permits = [read_permit(raw) for raw in values["permits"]]
    where = {"entity": values["entity"], "post": values["post"], "person": values["person"]}
    system = working.take(system_on(permits, **where, on=working.on, law=law))
    permit = permit_on(permits, **where, on=working.on)
    return working.result({"hours_system": system.value, "permit": None if permit is None else permit.number})


def _day_maximum(values: Mapping[str, Any], law: Law) -> Answer:
    working = begin(values, law, on=values["worked_on"])
    found = working.take(
        check_day_maximum(
            values["hours"],
            on=working.on,
            region=working.region,
            law=law,
            heavy_labour=values["heavy_labour"],
        )
    )
    return working.result({"allowed": not found, "reasons": [str(reason) for reason in found]})


def _deadline(values: Mapping[str, Any], law: Law) -> Answer:
    working = begin(values, law, on=values["start"])
    end = deadline(working.on, values["amount"], unit=Unit(values["unit"]), law=law)
    return working.result({"due": working.take(end)})


def _before(values: Mapping[str, Any], law: Law) -> Answer:
    working = begin(values, law, on=values["end"])
    day_found = latest_before(working.on, values["amount"], unit=Unit(values["unit"]), law=law)
    return working.result({"latest": working.take(day_found)})


AMOUNT = whole("amount", msg("期间长度"), unit=Unit.NONE)
UNIT = choice("unit", msg("期间单位"), choices=UNITS)
WORKED_ON = day("worked_on", msg("工作日期"))

RULES = (
    Rule(
        area="deadline_permit",
        title=msg("特殊工时：许可决定期限"),
        inputs=(day("accepted", msg("受理日期")), REGION),
        run=_decision,
    ),
    Rule(
        area="deadline_permit_supplement",
        title=msg("特殊工时：补正告知期限"),
        inputs=(day("materials_received", msg("收到材料日期")), REGION),
        run=_correction,
    ),
    Rule(
        area="deadline_permit_delivery",
        title=msg("特殊工时：许可送达期限"),
        inputs=(day("decided", msg("决定日期")), REGION),
        run=_delivery,
    ),
    Rule(
        area="permit_renewal",
        title=msg("特殊工时：延续与提醒"),
        inputs=(day("valid_to", msg("失效日期")), REGION),
        run=_renewal,
    ),
    Rule(
        area="permit_materials",
        title=msg("特殊工时：申请材料"),
        inputs=(REGION, day("on", msg("计算日期（缺省为今天）"), required=False)),
        run=_materials,
    ),
    Rule(
        area="permit_profile",
        title=msg("特殊工时：各地办理要求"),
        inputs=(REGION, day("on", msg("计算日期（缺省为今天）"), required=False)),
        run=_profile,
    ),
    Rule(
        area="permit_valid_on",
        title=msg("特殊工时：工作当日是否有有效许可"),
        inputs=(
            WORKED_ON,
            Input(name="entity", kind=Kind.WORD, title=msg("用人单位")),
            Input(name="post", kind=Kind.WORD, title=msg("岗位")),
            Input(name="person", kind=Kind.WORD, title=msg("人员"), required=False, default=""),
            Input(name="permits", kind=Kind.RECORD, title=msg("许可登记"), many=1, columns=PERMIT),
        ),
        run=_valid,
    ),
    Rule(
        area="permit_day_maximum",
        title=msg("特殊工时：单日工时上限"),
        inputs=(
            WORKED_ON,
            hours("hours", msg("当日工时")),
            switch("heavy_labour", msg("三级以上体力劳动")),
            REGION,
        ),
        run=_day_maximum,
    ),
    Rule(
        area="deadline",
        title=msg("期间届满日"),
        inputs=(day("start", msg("起算日期（当日不计入）")), AMOUNT, UNIT),
        run=_deadline,
    ),
    Rule(
        area="deadline_before",
        title=msg("须提前完成的最后日期"),
        inputs=(day("end", msg("截止日期")), AMOUNT, UNIT),
        run=_before,
    ),
)
