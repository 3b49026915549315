"""Wage conversion 工资折算: month to day and hour; money is rounded once, at the end."""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from webapp.domain.explain import Unit
from webapp.domain.text import msg

if TYPE_CHECKING:
    from webapp.domain.explain import Working

FEN = Decimal("0.01")
CONVERSION = "人社部发〔2025〕2号"


def yuan(amount: Decimal) -> Decimal:
    """Round half up to the fen 分: once, at the end of a calculation."""
    return amount.quantize(FEN, rounding=ROUND_HALF_UP)


def hundredths(amount: Decimal) -> Decimal:
    """A figure for showing, rounded half up to two places if it has more; calculation goes on unrounded."""
    return amount if amount == amount.quantize(FEN) else yuan(amount)


def whole(amount: Decimal) -> int:
    """Drop the fraction: leave days under one whole day are not granted."""
    return int(amount.to_integral_value(rounding=ROUND_DOWN))


def pay_hours(working: Working) -> Decimal:
    """Paid hours a month 月计薪小时 (days a month x hours a day): the divisor of an hourly wage."""
    return working.number("wage.pay_days_per_month") * working.number("hours.daily")


def day_wage(monthly: Decimal, working: Working) -> Decimal:
    """Daily wage 日工资 in yuan, not rounded: month / pay days."""
    days = working.number("wage.pay_days_per_month")
    amount = monthly / days
    working.step(
        msg("日工资 = {monthly} ÷ {days} = {amount}", monthly=monthly, days=days, amount=yuan(amount)),
        yuan(amount),
        unit=Unit.YUAN_PER_DAY,
        articles=(CONVERSION,),
    )
    return amount


def hour_wage(monthly: Decimal, working: Working) -> Decimal:
    """Hourly wage 小时工资 in yuan, not rounded: month / (pay days x hours a day)."""
    hours = pay_hours(working)
    amount = monthly / hours
    working.step(
        msg("小时工资 = {monthly} ÷ {hours} = {amount}", monthly=monthly, hours=hours, amount=yuan(amount)),
        yuan(amount),
        unit=Unit.YUAN_PER_HOUR,
        articles=(CONVERSION,),
    )
    return amount
