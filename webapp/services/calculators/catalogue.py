"""Which calculators there are, in groups, and what each asks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from webapp.domain.areas.dismissal import AREA as GROUND_ADVICE
from webapp.domain.dismissal import find_ground
from webapp.domain.explain import UNIT_NAMES, Unit, plain
from webapp.domain.rules import RULES, find_rule
from webapp.domain.text import Message, msg
from webapp.services.calculators.choices import choice_title
from webapp.services.calculators.values import Calculator, Choice, Field, Group

if TYPE_CHECKING:
    from collections.abc import Mapping

    from webapp.domain.schema import Input

# The groups in the order of the page; an area that stands in none is shown in the last.
GROUPS: Mapping[str, tuple[Message, tuple[str, ...]]] = {
    "ending": (
        msg("解除与终止"),
        (GROUND_ADVICE, "case_papers", "service_of_notice", "mass_layoff_threshold"),
    ),
    "severance": (
        msg("补偿与赔偿"),
        (
            "severance",
            "severance_n_plus_1",
            "unlawful_termination",
            "twelve_month_average",
            "severance_tax",
            "medical_subsidy",
            "late_payment",
            "double_pay",
            "non_compete",
        ),
    ),
    "overtime": (
        msg("加班与工时"),
        (
            "overtime_standard",
            "overtime_calendar",
            "overtime_days",
            "overtime_cap",
            "overtime_irregular",
            "overtime_base",
            "all_in_wage",
            "shift_split",
            "punch_place",
            "roster_week",
        ),
    ),
    "cycle": (msg("综合计算工时"), ("comprehensive_hours", "comprehensive_standards", "cycle_terms")),
    "leave": (
        msg("假期"),
        (
            "annual_leave_year",
            "annual_leave_new_joiner",
            "annual_leave_leaver",
            "annual_leave_unused_pay",
            "leave_day_count",
            "family_leave",
            "maternity_leave",
            "medical_period",
            "medical_period_use",
            "sick_pay_floor",
            "work_injury_leave",
        ),
    ),
    "contract": (msg("劳动合同"), ("contract_text", "probation", "open_ended_contract")),
    "protection": (
        msg("特殊保护"),
        ("protection_status", "night_work_overlap", "nursing_time", "retirement_month"),
    ),
    "deadlines": (
        msg("期限与时效"),
        (
            "deadline",
            "deadline_before",
            "deadline_handover",
            "deadline_arbitration",
            "dispute_procedure",
            "final_award",
            "retention",
        ),
    ),
    "permits": (
        msg("特殊工时许可"),
        (
            "permit_profile",
            "permit_materials",
            "deadline_permit",
            "deadline_permit_supplement",
            "deadline_permit_delivery",
            "permit_renewal",
            "permit_valid_on",
            "permit_day_maximum",
        ),
    ),
}
REST = "other"


def list_groups() -> tuple[Group, ...]:
    """All calculators in their groups; none is left out."""
    groups = [
        Group(key=key, title=title, calculators=tuple(describe(area) for area in areas))
        for key, (title, areas) in GROUPS.items()
    ]
    grouped = {area for _, areas in GROUPS.values() for area in areas}
    rest = tuple(describe(area) for area in RULES if area not in grouped)
    if rest:
        groups.append(Group(key=REST, title=msg("其他"), calculators=rest))
    return tuple(groups)


def describe(area: str) -> Calculator:
    """One calculator with its fields; NotFoundError."""
    rule = find_rule(area)
    return Calculator(area=area, title=rule.title, fields=tuple(_field(each) for each in rule.inputs))


def questions_of(ground: str) -> tuple[Field, ...]:
    """The yes-or-no questions of a ground for an end, as columns of ``facts``; NotFoundError."""
    seen = {each.key: each for each in find_ground(ground).conditions}
    return tuple(
        Field(name=key, title=condition.question, kind="switch", required=False)
        for key, condition in seen.items()
    )


def _field(each: Input) -> Field:
    return Field(
        name=each.name,
        title=each.title,
        kind=each.kind.value,
        unit=None if each.unit in {Unit.NONE, Unit.DATE} else UNIT_NAMES[each.unit],
        required=each.required,
        many=each.many,
        default=_default(each.default),
        choices=tuple(Choice(value=str(value), title=choice_title(str(value))) for value in each.choices),
        columns=tuple(_field(column) for column in each.columns),
    )


def _default(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return "\n".join(_default(item) for item in value)
    return str(plain(value))
