"""Notice 提前通知: thirty days, three in probation, pay instead, and local rules at expiry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from webapp.domain.dismissal.ground import Notice
from webapp.domain.dismissal.situation import Block, Findings, Question
from webapp.domain.explain import Unit
from webapp.domain.periods import deadline, latest_before
from webapp.domain.text import msg

if TYPE_CHECKING:
    from datetime import date

    from webapp.domain.dismissal.ground import Ground
    from webapp.domain.dismissal.situation import Situation
    from webapp.domain.explain import Working

NOTICE_DAYS = "notice.days"
PROBATION_DAYS = "notice.probation_days"


def check_timing(ground: Ground, situation: Situation, work: Working) -> Findings:
    """When the person may leave at the earliest, and whether the planned last day is too early."""
    if ground.notice is Notice.THIRTY_DAYS_OR_PAY and not situation.pay_in_lieu:
        return _thirty_days(situation, work, article="劳动合同法第40条")
    if ground.notice is Notice.TO_STAFF:
        return _thirty_days(situation, work, article="劳动合同法第41条第1款")
    if ground.notice is Notice.BY_EMPLOYEE and situation.notice_given_on is not None:
        days = work.whole(PROBATION_DAYS if situation.in_probation else NOTICE_DAYS)
        return Findings(earliest_last_day=_after(situation.notice_given_on, days, "劳动合同法第37条", work))
    if ground.notice is Notice.LOCAL:
        return _local(situation, work)
    return Findings()


def _after(start: date, days: int, article: str, work: Working) -> date:  # noqa: PLR0917 - private
    return work.take(deadline(start, days, unit=Unit.CALENDAR_DAYS, law=work.law, articles=(article,)))


def _thirty_days(situation: Situation, work: Working, *, article: str) -> Findings:
    if situation.notice_given_on is None:
        return Findings(
            questions=(
                Question(
                    key="notice_given_on",
                    article=article,
                    question=msg("提前通知（或者情况说明）是哪一天作出的？"),
                ),
            )
        )
    earliest = _after(situation.notice_given_on, work.whole(NOTICE_DAYS), article, work)
    if situation.last_day is None or situation.last_day >= earliest:
        return Findings(earliest_last_day=earliest)
    return Findings(
        earliest_last_day=earliest,
        blocks=(
            Block(
                article=article,
                reason=msg("最后工作日早于通知期满日 {earliest}。", earliest=earliest.isoformat()),
                opening=msg("推迟最后工作日；依据第40条的，也可以另付代通知金。"),
            ),
        ),
    )


def _local(situation: Situation, work: Working) -> Findings:
    days = work.whole("termination.expiry_notice_days")
    if not days or situation.last_day is None:
        return Findings()
    latest = work.take(latest_before(situation.last_day, days, unit=Unit.CALENDAR_DAYS, law=work.law))
    if situation.notice_given_on is not None and situation.notice_given_on <= latest:
        return Findings()
    return Findings(
        cautions=(
            msg(
                "当地要求期满前 {days} 日书面通知，最迟 {latest}；逾期可能须付赔偿金。",
                days=days,
                latest=latest.isoformat(),
            ),
        )
    )
