"""How long papers must be kept at least 保存期限, and how long a case holds them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from webapp.domain.explain import Result, Unit, Working
from webapp.domain.parameters import NATIONAL
from webapp.domain.periods import add_years
from webapp.domain.text import Message, msg

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from webapp.domain.law import Law


class Record(StrEnum):
    """What is kept."""

    CONTRACT = "contract"  # contract text, supplements: from the end of the contract
    WAGE_RECORD = "wage_record"  # payroll: from the payment
    ATTENDANCE = "attendance"  # registrations of special hours: from the day worked; regional
    IMPACT_ASSESSMENT = "impact_assessment"  # PIPL assessment: from its completion
    DISMISSAL_CASE = "dismissal_case"  # the whole case: from the end of the employment


@dataclass(frozen=True, kw_only=True, slots=True)
class Keeping:
    """At least as many years as the row says, by the article."""

    row: str
    title: Message
    article: str


KEEPING: Mapping[Record, Keeping] = {
    Record.CONTRACT: Keeping(
        row="retention.contract_years",
        title=msg("劳动合同文本自解除或者终止之日起保存的最短期限。"),
        article="劳动合同法第50条第3款",
    ),
    Record.WAGE_RECORD: Keeping(
        row="retention.wage_record_years",
        title=msg("工资支付记录的最短保存期限。"),
        article="工资支付暂行规定第6条",
    ),
    Record.IMPACT_ASSESSMENT: Keeping(
        row="retention.impact_assessment_years",
        title=msg("个人信息保护影响评估报告的最短保存期限。"),
        article="个人信息保护法第56条",
    ),
    Record.DISMISSAL_CASE: Keeping(
        row="retention.contract_years",
        title=msg("解除案卷随劳动合同文本保存，并至少保留到仲裁时效届满。"),
        article="劳动合同法第50条第3款",
    ),
}


def keep_until(
    record: Record, since: date, *, law: Law, region: str = NATIONAL, held: bool = False
) -> Result[date | None]:
    """The first day on which the record may be deleted; None while a legal hold stands.

    个人信息保护法第47条: what the law orders to keep is only stored, then deleted. Errors:
    MissingParameterError for attendance where the region has no row.
    """
    work = Working(law, region=region, on=since)
    if held:
        work.step(msg("案件尚在保全（争议未了结），不得删除。"), articles=("劳动争议调解仲裁法第39条第2款",))
        return work.result(None)
    if record in KEEPING:
        keeping = KEEPING[record]
        years, title, article = work.whole(keeping.row), keeping.title, keeping.article
    else:
        row = work.parameter("retention.attendance_years")
        years, title, article = row.whole, msg("考勤记录的保存年限按当地规定。"), row.source
    end = add_years(since, years)
    work.step(title, end, unit=Unit.DATE, articles=(article,))
    work.step(msg("期满后目的已实现的，应当删除。"), articles=("个人信息保护法第47条",))
    return work.result(end)
