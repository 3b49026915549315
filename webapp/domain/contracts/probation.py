"""Probation 试用期: how long, its wage, what an unlawful one costs (劳动合同法第19、20、83条)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from webapp.domain.errors import InvalidError
from webapp.domain.explain import Result, Unit, Working
from webapp.domain.parameters import NATIONAL
from webapp.domain.periods import elapsed
from webapp.domain.text import Message, msg
from webapp.domain.wages import yuan

if TYPE_CHECKING:
    from datetime import date

    from webapp.domain.law import Law


class TermKind(StrEnum):
    """The kinds of contract of 劳动合同法第12条, and part-time work."""

    FIXED = "fixed"  # 固定期限
    OPEN_ENDED = "open_ended"  # 无固定期限
    TASK = "task"  # 以完成一定工作任务为期限
    PART_TIME = "part_time"  # 非全日制用工 (第70条)


@dataclass(frozen=True, kw_only=True, slots=True)
class Probation:
    """An agreed probation: months, the contract's kind and days, wages in yuan a month, months served."""

    kind: TermKind
    months: Decimal
    start: date
    end: date | None = None
    region: str = NATIONAL
    repeated: bool = False
    probation_wage: Decimal | None = None
    full_wage: Decimal | None = None
    minimum_wage: Decimal | None = None
    months_served: Decimal = Decimal(0)

    def __post_init__(self) -> None:
        """A fixed term has an end after its start."""
        if self.kind is TermKind.FIXED and (self.end is None or self.end < self.start):
            raise InvalidError(msg("固定期限合同应填写不早于起始日的终止日。"))


@dataclass(frozen=True, kw_only=True, slots=True)
class ProbationCheck:
    """Longest lawful months, whether the agreed ones are lawful, the lowest wage, the damages of art. 83."""

    longest_months: int
    lawful: bool
    lowest_wage: Decimal | None
    compensation: Decimal
    problems: tuple[Message, ...]


def check_probation(given: Probation, *, law: Law) -> Result[ProbationCheck]:
    """Check one agreed probation. Errors: MissingParameterError (minimum wage of the region)."""
    work = Working(law, region=given.region, on=given.start)
    longest = 0 if given.repeated else _longest(given, work)
    problems: list[Message] = []
    if given.months > longest:
        problems.append(
            msg("约定的试用期 {months} 个月超过上限 {longest} 个月。", months=given.months, longest=longest)
        )
    lowest = _lowest_wage(given, work)
    if lowest is not None and given.probation_wage is not None and given.probation_wage < lowest:
        problems.append(msg("试用期工资低于下限 {lowest} 元。", lowest=yuan(lowest)))
    check = ProbationCheck(
        longest_months=longest,
        lawful=not problems,
        lowest_wage=None if lowest is None else yuan(lowest),
        compensation=_compensation(given, Decimal(longest), work),
        problems=tuple(problems),
    )
    return work.result(check)


def _longest(given: Probation, work: Working) -> int:
    if given.kind is TermKind.PART_TIME:
        work.step(msg("非全日制用工不得约定试用期。"), 0, unit=Unit.MONTHS, articles=("劳动合同法第70条",))
        return 0
    article = ("劳动合同法第19条",)
    if given.kind is TermKind.TASK:
        work.step(msg("以完成一定工作任务为期限的，不得约定试用期。"), 0, unit=Unit.MONTHS, articles=article)
        return 0
    scale = sorted((Decimal(least), Decimal(most)) for least, most in work.table("probation.scale"))
    longest = int(scale[-1][1])
    if given.end is not None and given.kind is TermKind.FIXED:
        term = elapsed(given.start, given.end).whole_months
        longest = int(max(most for least, most in scale if term >= least))
    work.step(msg("该期限的合同，试用期最长月数。"), longest, unit=Unit.MONTHS, articles=article)
    return longest


def _lowest_wage(given: Probation, work: Working) -> Decimal | None:
    if given.full_wage is None:
        return None
    minimum = given.minimum_wage
    if minimum is None and given.region != NATIONAL:
        minimum = work.number("wage.minimum")
    if minimum is None:
        work.provision(msg("未提供当地最低工资，尚未核对试用期工资是否低于最低工资。"))
        minimum = Decimal(0)
    share = work.number("probation.wage_share")
    lowest = max(share * given.full_wage, minimum)
    work.step(
        msg("试用期工资不得低于约定工资的 {share}，并不得低于最低工资。", share=f"{share:.0%}"),
        yuan(lowest),
        unit=Unit.YUAN_PER_MONTH,
        articles=("劳动合同法第20条", "劳动合同法实施条例第15条"),
    )
    return lowest


def _compensation(given: Probation, longest: Decimal, work: Working) -> Decimal:
    over = min(given.months_served, given.months) - longest
    if over <= 0 or given.full_wage is None:
        return Decimal(0)
    amount = yuan(over * given.full_wage)
    work.step(
        msg("已履行的超过法定试用期 {over} 个月，按试用期满月工资支付赔偿金。", over=over),
        amount,
        unit=Unit.YUAN,
        articles=("劳动合同法第83条",),
    )
    return amount
