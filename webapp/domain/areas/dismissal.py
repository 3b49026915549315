"""Dismissal as areas: advice on a ground, and the threshold of a mass layoff."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from webapp.domain.areas.inputs import REGION, choice, day
from webapp.domain.dismissal import GROUNDS, Protection, Situation, Union, advise
from webapp.domain.dismissal.circumstances import Circumstance
from webapp.domain.dismissal.layoff import Layoff, reaches_layoff_threshold
from webapp.domain.dismissal.situation import Expiry
from webapp.domain.errors import InvalidError
from webapp.domain.explain import Result, Unit, Working
from webapp.domain.parameters import NATIONAL
from webapp.domain.schema import Input, Kind, Rule
from webapp.domain.text import Message, msg

if TYPE_CHECKING:
    from collections.abc import Mapping

    from webapp.domain.law import Law

AREA = "dismissal"  # name of the rule and of its FEEL function
LAYOFF_FIELDS = ("to_cut", "headcount")


def _switch(name: str, title: Message, *, default: bool | None = None) -> Input:
    return Input(name=name, kind=Kind.SWITCH, title=title, required=False, default=default)


INPUTS: tuple[Input, ...] = (
    choice("ground", msg("解除或者终止的依据"), choices=tuple(GROUNDS)),
    day("on", msg("作出决定的日期")),
    REGION,
    Input(name="facts", kind=Kind.RECORD, title=msg("已查明的事实"), required=False),
    day("last_day", msg("计划的最后工作日"), required=False),
    day("hired", msg("入职日（用工之日）"), required=False),
    day("retirement_on", msg("法定退休日"), required=False),
    day("contract_ends_on", msg("劳动合同期满日"), required=False),
    _switch("in_probation", msg("在试用期内"), default=False),
    _switch("by_contract_employer", msg("由劳动合同上的用人单位作出"), default=True),
    _switch("dispatched_here", msg("是被派遣到本单位的劳动者"), default=False),
    Input(
        name="protections",
        kind=Kind.WORD,
        title=msg("第42条的保护情形"),
        required=False,
        default=(),
        many=1,
        choices=tuple(Protection),
    ),
    _switch("protections_checked", msg("已逐项核查第42条"), default=False),
    day("protection_known_on", msg("得知保护情形的日期"), required=False),
    day("medical_period_ends_on", msg("医疗期届满日"), required=False),
    day("notice_given_on", msg("提前通知的日期"), required=False),
    _switch("pay_in_lieu", msg("以代通知金代替提前通知"), default=False),
    Input(
        name="circumstance",
        kind=Kind.WORD,
        title=msg("客观情况变化的事由"),
        required=False,
        choices=tuple(Circumstance),
    ),
    _switch("union_exists", msg("本单位建有工会"), default=True),
    day("union_notified_on", msg("通知工会的日期"), required=False),
    day("union_answered_on", msg("工会答复的日期"), required=False),
    Input(
        name="fixed_terms",
        kind=Kind.WHOLE,
        title=msg("连续订立固定期限合同的次数"),
        required=False,
        default=1,
    ),
    _switch("wants_open_ended", msg("劳动者提出或者同意订立无固定期限合同")),
    _switch("renewal_offered", msg("以维持或者提高的条件提出续订")),
    _switch("renewal_refused", msg("劳动者不同意续订")),
)
PASSED_ON = (
    "ground",
    "on",
    "region",
    "last_day",
    "hired",
    "retirement_on",
    "contract_ends_on",
    "in_probation",
    "by_contract_employer",
    "dispatched_here",
    "protections_checked",
    "protection_known_on",
    "medical_period_ends_on",
    "notice_given_on",
    "pay_in_lieu",
    "circumstance",
)


def read_situation(given: Mapping[str, Any]) -> Situation:
    """The situation of already read inputs; InvalidError for facts that are neither yes nor no."""
    facts = given["facts"] or {}
    wrong = sorted(name for name, value in facts.items() if not isinstance(value, bool))
    if wrong:
        raise InvalidError(
            msg("输入有误：{names}。", names="、".join(wrong)),
            fields={
                name: (msg("“{name}”应为{wanted}。", name=name, wanted=msg("是或否")),) for name in wrong
            },
        )
    return Situation(
        **{name: given[name] for name in PASSED_ON},
        facts=facts,
        protections=frozenset(Protection(each) for each in given["protections"]),
        union=Union(
            exists=given["union_exists"],
            notified_on=given["union_notified_on"],
            answered_on=given["union_answered_on"],
        ),
        expiry=Expiry(
            fixed_terms=given["fixed_terms"],
            wants_open_ended=given["wants_open_ended"],
            renewal_offered=given["renewal_offered"],
            renewal_refused=given["renewal_refused"],
        ),
    )


def run_dismissal(given: Mapping[str, Any], law: Law) -> Result[dict[str, Any]]:
    """Advice on one ground."""
    work = Working(law, region=given["region"], on=given["on"])
    work.given(**given)
    advice = work.take(advise(read_situation(given), law=law))
    return work.result({name: getattr(advice, name) for name in advice.__dataclass_fields__})


def run_layoff(given: Mapping[str, Any], law: Law) -> Result[dict[str, Any]]:
    """The threshold of art. 41 for pairs of people to cut and headcount."""
    if given["fields"] != LAYOFF_FIELDS or any(len(pair) != len(LAYOFF_FIELDS) for pair in given["cases"]):
        raise InvalidError(msg("每组应为两个数：裁减人数、职工总数。"))
    work = Working(law, region=NATIONAL, on=law.asked_on(given["on"]))
    work.given(**given)
    layoffs = [Layoff(to_cut=to_cut, headcount=headcount) for to_cut, headcount in given["cases"]]
    work.step(
        msg("裁减人数达到规定的人数，或者占职工总数达到规定的比例，适用裁员程序。"),
        len(layoffs),
        articles=("劳动合同法第41条第1款",),
    )
    return work.result({"art41": [reaches_layoff_threshold(each, work) for each in layoffs]})


RULES: tuple[Rule, ...] = (
    Rule(area=AREA, title=msg("解除与终止核查"), inputs=INPUTS, run=run_dismissal),
    Rule(
        area="mass_layoff_threshold",
        title=msg("经济性裁员的人数标准"),
        inputs=(
            Input(
                name="cases",
                kind=Kind.WHOLE,
                title=msg("各组裁减人数与职工总数"),
                unit=Unit.PEOPLE,
                many=2,
            ),
            Input(
                name="fields",
                kind=Kind.WORD,
                title=msg("各列名称"),
                required=False,
                default=LAYOFF_FIELDS,
                many=1,
            ),
            day("on", msg("计算日期"), required=False),
        ),
        run=run_layoff,
    ),
)
