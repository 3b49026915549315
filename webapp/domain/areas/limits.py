"""Limits as areas: arbitration, procedure, handover, retention."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from webapp.domain.areas.inputs import MINIMUM_WAGE, REGION, choice, day, switch
from webapp.domain.explain import Result, Unit, Working
from webapp.domain.limits.arbitration import Claim, Grievance, limitation_end
from webapp.domain.limits.award import Claims, assess_finality
from webapp.domain.limits.procedure import Event, terms_after
from webapp.domain.limits.retention import Record, keep_until
from webapp.domain.parameters import NATIONAL
from webapp.domain.periods import deadline
from webapp.domain.schema import Input, Kind, Rule
from webapp.domain.text import msg

if TYPE_CHECKING:
    from collections.abc import Mapping

    from webapp.domain.law import Law

ONE_YEAR = "1 year"
HANDOVER = "procedure.handover_days"


def run_handover(given: Mapping[str, Any], law: Law) -> Result[dict[str, Any]]:
    """File and social-insurance transfer."""
    work = Working(law, region=NATIONAL, on=given["contract_ended"])
    work.given(**given)
    due = work.take(
        deadline(
            given["contract_ended"],
            work.whole(HANDOVER) if given["days"] is None else given["days"],
            unit=Unit.CALENDAR_DAYS,
            law=law,
            articles=("劳动合同法第50条第1款",),
        )
    )
    return work.result({"due": due})


def run_arbitration(given: Mapping[str, Any], law: Law) -> Result[dict[str, Any]]:
    """Limitation of a claim."""
    work = Working(law, region=given["region"], on=given["knew_on"])
    work.given(**given)
    grievance = Grievance(
        claim=Claim(given["claim"]),
        knew_on=given["knew_on"],
        region=given["region"],
        interrupted_on=given["interrupted_on"],
        employment_ended=given["employment_ended"],
    )
    end = work.take(limitation_end(grievance, law=law))
    return work.result({"last_day": end, "unlimited": end is None})


def run_procedure(given: Mapping[str, Any], law: Law) -> Result[dict[str, Any]]:
    """The days that an event starts."""
    work = Working(law, region=NATIONAL, on=given["on"])
    work.given(**given)
    days = work.take(terms_after(Event(given["event"]), given["on"], law=law))
    return work.result(dict(days))


def run_retention(given: Mapping[str, Any], law: Law) -> Result[dict[str, Any]]:
    """The first day on which a record may go."""
    work = Working(law, region=given["region"], on=given["since"])
    work.given(**given)
    end = work.take(
        keep_until(
            Record(given["record"]),
            given["since"],
            law=law,
            region=given["region"],
            held=given["legal_hold"],
        )
    )
    return work.result({"keep_until": end, "may_delete": end is not None})


def run_finality(given: Mapping[str, Any], law: Law) -> Result[dict[str, Any]]:
    """Whether an award is final."""
    work = Working(law, region=given["region"], on=given["decided_on"])
    work.given(**given)
    found = work.take(assess_finality(Claims(**given), law=law))
    return work.result({"limit": found.limit, "final": found.final})


RULES: tuple[Rule, ...] = (
    Rule(
        area="final_award",
        title=msg("是否终局裁决"),
        inputs=(
            Input(name="items", kind=Kind.NUMBER, title=msg("各项裁决金额"), unit=Unit.YUAN, many=1),
            day("decided_on", msg("裁决日期")),
            REGION,
            MINIMUM_WAGE,
            switch("other", msg("含有其他事项")),
        ),
        run=run_finality,
    ),
    Rule(
        area="deadline_handover",
        title=msg("离职后的档案和社保转移期限"),
        inputs=(
            day("contract_ended", msg("劳动合同结束日")),
            Input(
                name="days",
                kind=Kind.WHOLE,
                title=msg("期限"),
                unit=Unit.CALENDAR_DAYS,
                required=False,
            ),
            Input(name="purpose", kind=Kind.WORD, title=msg("事项"), required=False),
        ),
        run=run_handover,
    ),
    Rule(
        area="deadline_arbitration",
        title=msg("劳动仲裁时效"),
        inputs=(
            day("knew_on", msg("知道或者应当知道权利被侵害之日")),
            choice("limitation", msg("时效期间"), choices=(ONE_YEAR,), default=ONE_YEAR),
            choice("claim", msg("请求种类"), choices=tuple(Claim), default=Claim.GENERAL.value),
            Input(
                name="interrupted_on",
                kind=Kind.DATE,
                title=msg("时效中断日"),
                unit=Unit.DATE,
                required=False,
                default=(),
                many=1,
            ),
            day("employment_ended", msg("劳动关系终止日"), required=False),
            REGION,
        ),
        run=run_arbitration,
    ),
    Rule(
        area="dispute_procedure",
        title=msg("仲裁与诉讼程序期限"),
        inputs=(
            choice("event", msg("起算事件"), choices=tuple(Event)),
            day("on", msg("事件日期")),
        ),
        run=run_procedure,
    ),
    Rule(
        area="retention",
        title=msg("材料保存期限"),
        inputs=(
            choice("record", msg("材料种类"), choices=tuple(Record)),
            day("since", msg("起算日")),
            REGION,
            switch("legal_hold", msg("争议保全中")),
        ),
        run=run_retention,
    ),
)
