"""Days of a dispute's procedure: arbitration commission, court, set-aside, appeal. Calendar days.

劳动争议调解仲裁法第29至50条, 民事诉讼法第171条.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from webapp.domain.explain import Result, Unit, Working
from webapp.domain.parameters import NATIONAL
from webapp.domain.periods import deadline, latest_before
from webapp.domain.text import Message, msg

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from webapp.domain.law import Law


class Event(StrEnum):
    """What starts a period."""

    APPLICATION_RECEIVED = "application_received"  # the commission receives the application
    ACCEPTED = "accepted"  # the commission accepts it
    COPY_RECEIVED = "copy_received"  # the respondent receives the copy
    ANSWER_RECEIVED = "answer_received"  # the commission receives the answer
    HEARING = "hearing"  # the day of the hearing
    AWARD_RECEIVED = "award_received"  # the award is received
    SET_ASIDE_RECEIVED = "set_aside_received"  # the court's order that sets the award aside is received
    JUDGMENT_RECEIVED = "judgment_received"  # the judgment of first instance is received
    RULING_RECEIVED = "ruling_received"  # a ruling of first instance is received
    CONTRACT_ENDED = "contract_ended"  # the contract ended


@dataclass(frozen=True, kw_only=True, slots=True)
class Term:
    """One period: its name, the row with its days, its article, whether it lies before the event."""

    name: str
    event: Event
    row: str
    title: Message
    article: str
    before: bool = False


TERMS: tuple[Term, ...] = (
    Term(
        name="accept_due",
        event=Event.APPLICATION_RECEIVED,
        row="procedure.accept_days",
        title=msg("仲裁委决定是否受理"),
        article="劳动争议调解仲裁法第29条",
    ),
    Term(
        name="copy_due",
        event=Event.ACCEPTED,
        row="procedure.copy_days",
        title=msg("申请书副本送达被申请人"),
        article="劳动争议调解仲裁法第30条第1款",
    ),
    Term(
        name="tribunal_notice_due",
        event=Event.ACCEPTED,
        row="procedure.tribunal_notice_days",
        title=msg("书面通知仲裁庭组成"),
        article="劳动争议调解仲裁法第32条",
    ),
    Term(
        name="award_due",
        event=Event.ACCEPTED,
        row="procedure.award_days",
        title=msg("作出裁决"),
        article="劳动争议调解仲裁法第43条第1款",
    ),
    Term(
        name="award_extended_due",
        event=Event.ACCEPTED,
        row="procedure.award_extended_days",
        title=msg("经批准延期后作出裁决"),
        article="劳动争议调解仲裁法第43条第1款",
    ),
    Term(
        name="answer_due",
        event=Event.COPY_RECEIVED,
        row="procedure.answer_days",
        title=msg("提交答辩书"),
        article="劳动争议调解仲裁法第30条第2款",
    ),
    Term(
        name="answer_copy_due",
        event=Event.ANSWER_RECEIVED,
        row="procedure.answer_copy_days",
        title=msg("答辩书副本送达申请人"),
        article="劳动争议调解仲裁法第30条第2款",
    ),
    Term(
        name="hearing_notice_due",
        event=Event.HEARING,
        row="procedure.hearing_notice_days",
        title=msg("通知开庭日期和地点"),
        article="劳动争议调解仲裁法第35条",
        before=True,
    ),
    Term(
        name="postponement_due",
        event=Event.HEARING,
        row="procedure.postponement_days",
        title=msg("请求延期开庭"),
        article="劳动争议调解仲裁法第35条",
        before=True,
    ),
    Term(
        name="lawsuit_due",
        event=Event.AWARD_RECEIVED,
        row="procedure.lawsuit_days",
        title=msg("向人民法院起诉"),
        article="劳动争议调解仲裁法第48、50条",
    ),
    Term(
        name="set_aside_due",
        event=Event.AWARD_RECEIVED,
        row="procedure.set_aside_days",
        title=msg("用人单位申请撤销终局裁决"),
        article="劳动争议调解仲裁法第49条第1款",
    ),
    Term(
        name="lawsuit_due",
        event=Event.SET_ASIDE_RECEIVED,
        row="procedure.lawsuit_after_set_aside_days",
        title=msg("裁决被撤销后向人民法院起诉"),
        article="劳动争议调解仲裁法第49条第3款",
    ),
    Term(
        name="appeal_due",
        event=Event.JUDGMENT_RECEIVED,
        row="procedure.appeal_judgment_days",
        title=msg("对一审判决上诉"),
        article="民事诉讼法第171条第1款",
    ),
    Term(
        name="appeal_due",
        event=Event.RULING_RECEIVED,
        row="procedure.appeal_ruling_days",
        title=msg("对一审裁定上诉"),
        article="民事诉讼法第171条第2款",
    ),
    Term(
        name="due",
        event=Event.CONTRACT_ENDED,
        row="procedure.handover_days",
        title=msg("办理档案和社会保险关系转移"),
        article="劳动合同法第50条第1款",
    ),
)


def terms_after(event: Event, on: date, *, law: Law) -> Result[Mapping[str, date]]:
    """The last days of all periods that the event starts (or must be preceded by), by name."""
    work = Working(law, region=NATIONAL, on=on)
    found: dict[str, date] = {}
    for term in TERMS:
        if term.event is not event:
            continue
        days = work.whole(term.row)
        work.step(term.title, days, unit=Unit.CALENDAR_DAYS, articles=(term.article,))
        count = latest_before if term.before else deadline
        found[term.name] = work.take(
            count(on, days, unit=Unit.CALENDAR_DAYS, law=law, articles=(term.article,))
        )
    return work.result(found)
