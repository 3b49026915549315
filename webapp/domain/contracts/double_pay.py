"""The second wage 二倍工资 for a missing written contract (劳动合同法第82条), with its own way of counting.

Its first day 用工之日起满一个月的次日 is not the Civil Code's period: whether the day of hire counts
differs by court and is a parameter row.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from webapp.domain.calendar import ONE_DAY
from webapp.domain.contracts.open_ended import deemed_open_ended_from
from webapp.domain.errors import InvalidError
from webapp.domain.explain import Result, Unit, Working
from webapp.domain.parameters import NATIONAL
from webapp.domain.periods import Elapsed, add_months, add_years, elapsed
from webapp.domain.text import msg
from webapp.domain.wages import day_wage, yuan

if TYPE_CHECKING:
    from datetime import date

    from webapp.domain.law import Law

NO_CONTRACT = ("劳动合同法第82条第1款", "劳动合同法实施条例第6条", "劳动合同法实施条例第7条")
NO_OPEN_ENDED = ("劳动合同法第82条第2款",)
EXCUSES = ("法释〔2025〕12号第6条", "法释〔2025〕12号第7条", "法释〔2025〕12号第8条", "法释〔2025〕12号第9条")
BY_PAY_DAYS = "pay_days"


class Excuse(StrEnum):
    """When no second wage is owed (法释〔2025〕12号第6–9条)."""

    NONE = "none"  # nothing excuses
    EMPLOYEE = "employee_caused"  # the employee caused the lack
    EXTENSION = "statutory_extension"  # the contract ran on by statute


@dataclass(frozen=True, kw_only=True, slots=True)
class Unwritten:
    """A time without the contract that was due.

    ``signed_on``: when it was written after all; ``until``: last day worked without it. ``open_ended_due_on``
    makes it the case of art. 82(2). ``claimed_on``: when it was claimed.
    """

    hired: date
    monthly_wage: Decimal
    until: date
    signed_on: date | None = None
    open_ended_due_on: date | None = None
    claimed_on: date | None = None
    region: str = NATIONAL
    excuse: Excuse = Excuse.NONE

    def __post_init__(self) -> None:
        """Refuse days before the hire."""
        if self.until < self.hired or (self.signed_on is not None and self.signed_on < self.hired):
            raise InvalidError(msg("日期早于用工之日。"))


@dataclass(frozen=True, kw_only=True, slots=True)
class DoublePay:
    """The span owed, both days included (None: nothing), its length, and the extra wage in yuan."""

    first: date | None
    last: date | None
    months: int
    days: int
    extra_pay: Decimal
    deemed_open_ended_from: date | None


def compute_double_pay(given: Unwritten, *, law: Law) -> Result[DoublePay]:
    """The extra wage owed beside the wage already paid. Errors: InvalidError, MissingParameterError."""
    work = Working(law, region=given.region, on=given.until)
    deemed = _deemed(given, work)
    if given.excuse is not Excuse.NONE:
        work.step(msg("因劳动者原因未订立，或者依法续延期间，不支付二倍工资。"), articles=EXCUSES)
        return work.result(_nothing(deemed))
    first, last = _owed(given, work)
    first = _within_limitation(given, (first, last), work)
    if first > last:
        work.step(msg("没有应付二倍工资的期间。"), 0, unit=Unit.YUAN)
        return work.result(_nothing(deemed))
    length = elapsed(first, last)
    amount = yuan(_amount(given, (last, length), work))
    work.step(
        msg(
            "{first} 至 {last}，共 {months} 个月 {days} 天，加付的工资。",
            first=first.isoformat(),
            last=last.isoformat(),
            months=length.whole_months,
            days=length.days,
        ),
        amount,
        unit=Unit.YUAN,
        articles=NO_CONTRACT if given.open_ended_due_on is None else NO_OPEN_ENDED,
    )
    return work.result(
        DoublePay(
            first=first,
            last=last,
            months=length.whole_months,
            days=length.days,
            extra_pay=amount,
            deemed_open_ended_from=deemed,
        )
    )


def _nothing(deemed: date | None) -> DoublePay:
    return DoublePay(
        first=None, last=None, months=0, days=0, extra_pay=Decimal(0), deemed_open_ended_from=deemed
    )


def _deemed(given: Unwritten, work: Working) -> date | None:
    deemed = deemed_open_ended_from(given.hired, work)
    unwritten_to = given.until if given.signed_on is None else given.signed_on
    if given.open_ended_due_on is not None or unwritten_to < deemed:
        return None
    work.step(
        msg("自用工之日起满规定期间未订立书面合同，视为已订立无固定期限劳动合同。"),
        deemed,
        unit=Unit.DATE,
        articles=("劳动合同法第14条第3款", "劳动合同法实施条例第7条"),
    )
    return deemed


def _owed(given: Unwritten, work: Working) -> tuple[date, date]:
    last = given.until if given.signed_on is None else min(given.until, given.signed_on - ONE_DAY)
    if given.open_ended_due_on is not None:
        work.dispute(msg("不订立无固定期限合同的二倍工资是否有最长期间，各地做法不一。"))
        return given.open_ended_due_on, last
    first = add_months(given.hired, work.whole("double_pay.grace_months"))
    if not work.switch("double_pay.hire_day_counts"):
        first += ONE_DAY
    return first, min(last, deemed_open_ended_from(given.hired, work) - ONE_DAY)


def _within_limitation(given: Unwritten, span: tuple[date, date], work: Working) -> date:
    first, last = span
    if given.claimed_on is None:
        return first
    years = work.whole("limitation.years")
    if work.switch("limitation.double_pay_by_day"):
        first = max(first, add_years(given.claimed_on, -years))
    elif given.claimed_on > add_years(last, years):
        first = last + ONE_DAY
    if first != span[0]:
        work.step(
            msg("主张日之前超出时效期间的部分已过仲裁时效。"),
            first,
            unit=Unit.DATE,
            articles=("劳动争议调解仲裁法第27条第1款",),
        )
    return first


def _amount(given: Unwritten, end: tuple[date, Elapsed], work: Working) -> Decimal:
    last, length = end
    whole = length.whole_months * given.monthly_wage
    if not length.days:
        return whole
    if work.word("double_pay.partial_month") == BY_PAY_DAYS:
        begun = last - (length.days - 1) * ONE_DAY
        days = work.law.calendar.working_days(begun, last)
        return whole + days * day_wage(given.monthly_wage, work)
    return whole + given.monthly_wage * length.days / monthrange(last.year, last.month)[1]
