"""Until when a claim may go to arbitration 仲裁时效 (劳动争议调解仲裁法第27条)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from webapp.domain.errors import InvalidError
from webapp.domain.explain import Result, Unit, Working
from webapp.domain.parameters import NATIONAL
from webapp.domain.periods import add_years, deadline
from webapp.domain.text import msg

if TYPE_CHECKING:
    from datetime import date

    from webapp.domain.law import Law

YEARS = "limitation.years"
LIMITATION = ("劳动争议调解仲裁法第27条第1款",)
INTERRUPTION = ("劳动争议调解仲裁法第27条第2款",)
WAGES = ("劳动争议调解仲裁法第27条第4款",)


class Claim(StrEnum):
    """What is claimed; the limit differs by it."""

    GENERAL = "general"  # dismissal, compensation, certificate …: one year from knowing
    WAGES = "wages"  # unpaid wages, overtime pay: none while employed, one year from the end
    DOUBLE_PAY = "double_pay"  # second wage for a missing contract: one year, in places day by day
    UNUSED_LEAVE = "unused_leave"  # pay of unused annual leave: commonly one year


@dataclass(frozen=True, kw_only=True, slots=True)
class Grievance:
    """A claim, since when the person knows, what restarted the year, and when the employment ended."""

    claim: Claim
    knew_on: date
    region: str = NATIONAL
    interrupted_on: tuple[date, ...] = ()
    employment_ended: date | None = None


def limitation_end(given: Grievance, *, law: Law) -> Result[date | None]:
    """The last day for an application; None while wages of a running employment have no limit.

    Errors: InvalidError where an interruption lies before the beginning or after the year had run out.
    """
    work = Working(law, region=given.region, on=given.knew_on)
    if given.claim is Claim.WAGES:
        return _wages(given, work)
    start = _restart(given, work)
    end = work.take(deadline(start, work.whole(YEARS), unit=Unit.YEARS, law=law, articles=LIMITATION))
    _doubt(given.claim, work)
    return work.result(end)


def _wages(given: Grievance, work: Working) -> Result[date | None]:
    if given.employment_ended is None:
        work.step(msg("劳动关系存续期间追索劳动报酬，不受时效限制。"), articles=WAGES)
        return work.result(None)
    end: date | None = work.take(
        deadline(given.employment_ended, work.whole(YEARS), unit=Unit.YEARS, law=work.law, articles=WAGES)
    )
    return work.result(end)


def _restart(given: Grievance, work: Working) -> date:
    start = given.knew_on
    for on in sorted(given.interrupted_on):
        if not start <= on <= add_years(start, work.whole(YEARS)):
            raise InvalidError(
                msg("{on} 的主张不在时效期间内，不能使时效中断。", on=on.isoformat()),
                fields={"interrupted_on": (msg("日期不在时效期间内。"),)},
            )
        start = on
        work.step(
            msg("{on} 主张权利、请求救济或者对方同意履行，时效中断，重新计算。", on=on.isoformat()),
            on,
            unit=Unit.DATE,
            articles=INTERRUPTION,
        )
    return start


def _doubt(claim: Claim, work: Working) -> None:
    if claim is Claim.DOUBLE_PAY and work.switch("limitation.double_pay_by_day"):
        work.dispute(msg("当地对二倍工资差额按日分别计算时效：每一日的差额各自起算。"))
    if claim is Claim.UNUSED_LEAVE:
        work.dispute(msg("未休年休假工资的时效，起算点各地做法不一。"))
