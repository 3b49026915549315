"""Contracts as areas: content, clauses, probation, double pay, the open-ended right, non-compete."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from webapp.domain.areas.inputs import MINIMUM_WAGE, REGION, choice, day, number, switch, whole
from webapp.domain.contracts.clauses import find_void_clauses
from webapp.domain.contracts.content import CONTRACT_ITEMS, SUPPLEMENT_ITEMS, missing_items
from webapp.domain.contracts.double_pay import Excuse, Unwritten, compute_double_pay
from webapp.domain.contracts.non_compete import NonCompete, compute_non_compete
from webapp.domain.contracts.open_ended import open_ended_right
from webapp.domain.contracts.probation import Probation, TermKind, check_probation
from webapp.domain.explain import Result, Unit, Working
from webapp.domain.parameters import NATIONAL
from webapp.domain.schema import Input, Kind, Rule
from webapp.domain.text import msg

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from webapp.domain.law import Law

CONTRACT, SUPPLEMENT = "contract", "supplement"


def _given(given: Mapping[str, Any], law: Law, on: date) -> Working:
    work = Working(law, region=given.get("region", NATIONAL), on=on)
    work.given(**given)
    return work


def run_text(given: Mapping[str, Any], law: Law) -> Result[dict[str, Any]]:
    """What a text lacks and which of its sentences are void."""
    work = Working(law, region=NATIONAL, on=law.asked_on(given["on"]))
    work.given(kind=given["kind"])
    items = CONTRACT_ITEMS if given["kind"] == CONTRACT else SUPPLEMENT_ITEMS
    lacking = missing_items(given["text"], items, law=law, on=work.on)
    void = find_void_clauses(given["text"], law=law, on=law.asked_on(given["on"]))
    for item in lacking:
        work.step(msg("缺少必备内容：{title}。", title=item.title), articles=(item.article,))
    for found in void:
        work.step(
            msg("{title}：“{sentence}”", title=found.clause.title, sentence=found.sentence),
            articles=(found.clause.article,),
        )
    work.step(msg("以上为文字比对的提示，须由法务复核。"), articles=("劳动合同法第17条", "劳动合同法第26条"))
    return work.result(
        {
            "missing": [item.key for item in lacking],
            "void_clauses": [
                {
                    "key": found.clause.key,
                    "sentence": found.sentence,
                    "article": found.clause.article,
                    "instead": found.clause.instead,
                }
                for found in void
            ],
        }
    )


def run_probation(given: Mapping[str, Any], law: Law) -> Result[dict[str, Any]]:
    """One agreed probation."""
    work = _given(given, law, given["start"])
    check = work.take(
        check_probation(Probation(**{**given, "kind": TermKind(given["kind"])}), law=law),
    )
    return work.result({name: getattr(check, name) for name in check.__dataclass_fields__})


def run_double_pay(given: Mapping[str, Any], law: Law) -> Result[dict[str, Any]]:
    """The second wage."""
    work = _given(given, law, given["until"])
    pay = work.take(compute_double_pay(Unwritten(**{**given, "excuse": Excuse(given["excuse"])}), law=law))
    return work.result({name: getattr(pay, name) for name in pay.__dataclass_fields__})


def run_open_ended(given: Mapping[str, Any], law: Law) -> Result[dict[str, Any]]:
    """Whether the person may ask for an open-ended contract."""
    work = _given(given, law, given["on"])
    article = open_ended_right(
        fixed_terms=given["fixed_terms"], hired=given["hired"], on=given["on"], work=work
    )
    if article is None:
        work.step(msg("未发现应当订立无固定期限劳动合同的情形。"), articles=("劳动合同法第14条第2款",))
    return work.result({"right": article is not None, "article": article})


def run_non_compete(given: Mapping[str, Any], law: Law) -> Result[dict[str, Any]]:
    """Compensation of a non-compete."""
    work = _given(given, law, given["ends_on"])
    found = work.take(compute_non_compete(NonCompete(**given), law=law))
    return work.result({name: getattr(found, name) for name in found.__dataclass_fields__})


RULES: tuple[Rule, ...] = (
    Rule(
        area="contract_text",
        title=msg("合同文本核查"),
        inputs=(
            Input(name="text", kind=Kind.WORD, title=msg("文本")),
            choice("kind", msg("文本种类"), choices=(CONTRACT, SUPPLEMENT), default=CONTRACT),
            day("on", msg("计算日期"), required=False),
        ),
        run=run_text,
    ),
    Rule(
        area="probation",
        title=msg("试用期核查"),
        inputs=(
            choice("kind", msg("合同种类"), choices=tuple(TermKind), default=TermKind.FIXED.value),
            number("months", msg("约定的试用期"), unit=Unit.MONTHS),
            day("start", msg("合同起始日")),
            day("end", msg("合同终止日"), required=False),
            REGION,
            switch("repeated", msg("同一用人单位已约定过试用期")),
            number("probation_wage", msg("试用期工资"), unit=Unit.YUAN_PER_MONTH, required=False),
            number("full_wage", msg("试用期满月工资"), unit=Unit.YUAN_PER_MONTH, required=False),
            MINIMUM_WAGE,
            number("months_served", msg("已履行的试用期"), unit=Unit.MONTHS, default=Decimal(0)),
        ),
        run=run_probation,
    ),
    Rule(
        area="double_pay",
        title=msg("未订立书面合同的二倍工资"),
        inputs=(
            day("hired", msg("入职日（用工之日）")),
            number("monthly_wage", msg("月工资"), unit=Unit.YUAN_PER_MONTH),
            day("until", msg("计算截止日（计入）")),
            day("signed_on", msg("补订书面合同之日"), required=False),
            day("open_ended_due_on", msg("应当订立无固定期限合同之日"), required=False),
            day("claimed_on", msg("主张权利之日"), required=False),
            REGION,
            choice("excuse", msg("不支付的情形"), choices=tuple(Excuse), default=Excuse.NONE.value),
        ),
        run=run_double_pay,
    ),
    Rule(
        area="open_ended_contract",
        title=msg("无固定期限劳动合同"),
        inputs=(
            day("hired", msg("入职日（用工之日）"), required=False),
            day("on", msg("计算日期")),
            Input(
                name="fixed_terms",
                kind=Kind.WHOLE,
                title=msg("连续订立固定期限合同的次数"),
                required=False,
                default=1,
            ),
            REGION,
        ),
        run=run_open_ended,
    ),
    Rule(
        area="non_compete",
        title=msg("竞业限制补偿"),
        inputs=(
            whole("months", msg("竞业限制期限"), unit=Unit.MONTHS),
            day("ends_on", msg("劳动合同结束日")),
            number("average", msg("前十二个月平均应得工资"), unit=Unit.YUAN_PER_MONTH),
            number("agreed_monthly", msg("约定的月补偿"), unit=Unit.YUAN_PER_MONTH, required=False),
            MINIMUM_WAGE,
            REGION,
        ),
        run=run_non_compete,
    ),
)
