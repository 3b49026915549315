"""A leave request 请假申请 assessed in one piece: days, minutes, overlap, balance, objections."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from webapp.domain.explain import Result, Working
from webapp.domain.leave.balance import BalanceError, Draw, Pot, draw
from webapp.domain.leave.days import (
    DayBasis,
    LeaveCount,
    LeaveSpan,
    clip,
    count_leave,
    find_overlaps,
    split_by_year,
)
from webapp.domain.leave.family import LeaveType, day_basis
from webapp.domain.text import Message, msg

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from webapp.domain.law import Law


@dataclass(frozen=True, kw_only=True, slots=True)
class LeaveRequest:
    """What is asked for."""

    kind: LeaveType
    span: LeaveSpan
    region: str
    last_day: date | None = None  # of employment, if it is known to end


@dataclass(frozen=True, kw_only=True, slots=True)
class YearPart:
    """The part of a request that lies in one year."""

    year: int
    span: LeaveSpan
    count: LeaveCount


@dataclass(frozen=True, kw_only=True, slots=True)
class Assessment:
    """What the request costs and what stands against it."""

    basis: DayBasis
    parts: tuple[YearPart, ...]
    draws: tuple[Draw, ...]  # from which pots, empty for kinds without balance
    objections: tuple[Message, ...]  # none: may be submitted

    @property
    def days(self) -> Decimal:
        """Days that it costs in all."""
        return sum((part.count.days for part in self.parts), Decimal(0))

    @property
    def minutes(self) -> int:
        """Minutes that it costs in all."""
        return sum(part.count.minutes for part in self.parts)


def assess_request(
    request: LeaveRequest,
    *,
    standing: Iterable[LeaveSpan],
    pots: Iterable[Pot] | None,
    law: Law,
) -> Result[Assessment]:
    """Assess before submission, and again whenever the calendar or another request changes.

    ``standing`` are the person's pending and approved spans (without this one), ``pots`` the balances of
    this kind with what is pending, None for kinds without balance.
    """
    working = Working(law, region=request.region, on=request.span.first)
    basis = working.take(day_basis(request.kind, on=request.span.first, region=request.region, law=law))
    parts = tuple(
        YearPart(
            year=span.first.year,
            span=span,
            count=working.take(count_leave(span, basis=basis, law=law, region=request.region)),
        )
        for span in split_by_year(request.span)
    )
    objections = [*_time_objections(request, standing)]
    if not any(part.count.days for part in parts):
        objections.append(msg("所选日期都不需要请假。"))
    draws: tuple[Draw, ...] = ()
    if pots is not None:
        draws, short = _draw_parts(parts, tuple(pots), working)
        objections.extend(short)
    return working.result(Assessment(basis=basis, parts=parts, draws=draws, objections=tuple(objections)))


def _time_objections(request: LeaveRequest, standing: Iterable[LeaveSpan]) -> list[Message]:
    found = [
        msg(
            "与已有的请假（{first} 至 {last}）重叠。",
            first=each.first.isoformat(),
            last=each.last.isoformat(),
        )
        for each in find_overlaps(request.span, standing)
    ]
    if request.last_day is not None and clip(request.span, request.last_day) != request.span:
        found.append(msg("请假超出了劳动关系的最后一日 {day}。", day=request.last_day.isoformat()))
    return found


def _draw_parts(
    parts: tuple[YearPart, ...], pots: tuple[Pot, ...], working: Working
) -> tuple[tuple[Draw, ...], list[Message]]:
    """Draw each year's part from the pots usable then; what one part draws is pending for the next."""
    draws: list[Draw] = []
    short: list[Message] = []
    for part in parts:
        try:
            drawn = working.take(draw(pots, part.count.minutes, on=part.span.first, law=working.law))
        except BalanceError as error:
            short.append(error.message)
            continue
        draws.extend(drawn)
        taken = {each.pot: each.minutes for each in drawn}
        pots = tuple(replace(pot, pending=pot.pending + taken.get(pot, 0)) for pot in pots)
    return tuple(draws), short
