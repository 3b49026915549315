"""Balances 假期余额: pots with an order of use; pending requests reserve, so that none is promised twice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from webapp.domain.errors import InvalidError
from webapp.domain.explain import Result, Unit, Working
from webapp.domain.parameters import NATIONAL
from webapp.domain.periods import add_years
from webapp.domain.text import msg

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from webapp.domain.law import Law

CARRY = "企业职工带薪年休假实施办法第9条"


@dataclass(frozen=True, kw_only=True, slots=True)
class Pot:
    """One source of minutes: e.g. last year's carried statutory days, this year's, the company's own."""

    name: str  # carried, statutory, company
    year: int
    entitled: int  # minutes
    taken: int = 0  # minutes approved or taken
    pending: int = 0  # minutes asked for and not yet decided
    usable_from: date
    usable_to: date

    @property
    def free(self) -> int:
        """Minutes that a new request may still draw; pending requests hold theirs."""
        return max(0, self.entitled - self.taken - self.pending)


@dataclass(frozen=True, kw_only=True, slots=True)
class Draw:
    """Minutes taken from one pot."""

    pot: Pot
    minutes: int


class BalanceError(InvalidError):
    """The request costs more than is left after pending requests."""

    default = msg("假期余额不足。")


def available(pots: Iterable[Pot], *, on: date) -> int:
    """Minutes that may still be asked for a day, pending requests deducted."""
    return sum(pot.free for pot in pots if pot.usable_from <= on <= pot.usable_to)


def draw(pots: Iterable[Pot], minutes: int, *, on: date, law: Law) -> Result[tuple[Draw, ...]]:
    """Reserve minutes for a leave on that day by the order of use; BalanceError if they do not suffice.

    The order is the row ``annual_leave.use_order``; within a name the pot that ends first goes first.
    """
    working = Working(law, region=NATIONAL, on=on)
    order = {str(name): place for place, (name,) in enumerate(working.table("annual_leave.use_order"))}
    usable = [pot for pot in pots if pot.usable_from <= on <= pot.usable_to]
    usable.sort(key=lambda pot: (order.get(pot.name, len(order)), pot.usable_to, pot.name, pot.year))
    draws, left = [], minutes
    for pot in usable:
        part = min(pot.free, left)
        if part:
            draws.append(Draw(pot=pot, minutes=part))
            left -= part
            working.step(
                msg(
                    "从“{pot}”（{year} 年）扣 {minutes} 分钟。",
                    pot=pot.name,
                    year=str(pot.year),
                    minutes=part,
                ),
                part,
                unit=Unit.MINUTES,
            )
    if left:
        raise BalanceError(
            msg(
                "假期余额不足：需要 {minutes} 分钟，扣除待批申请后还差 {left} 分钟。",
                minutes=minutes,
                left=left,
            )
        )
    return working.result(tuple(draws))


def carry_over(pot: Pot, *, consented: bool, law: Law) -> Result[Pot | None]:
    """Next year's pot of what is left: only with the employee's consent and for one year (办法 9)."""
    working = Working(law, region=NATIONAL, on=pot.usable_to)
    if not consented or not pot.free:
        working.step(msg("没有可以跨年安排的年休假，或职工未同意。"), 0, unit=Unit.MINUTES, articles=(CARRY,))
        return working.result(None)
    until = add_years(pot.usable_to, working.whole("annual_leave.carry_years"))
    working.step(
        msg("经职工同意，{minutes} 分钟跨年安排，至 {until}。", minutes=pot.free, until=until.isoformat()),
        pot.free,
        unit=Unit.MINUTES,
        articles=(CARRY,),
    )
    carried = Pot(
        name="carried",
        year=pot.year,
        entitled=pot.free,
        usable_from=add_years(pot.usable_from, 1),
        usable_to=until,
    )
    return working.result(carried)
