"""Income tax on severance: how much of it is free."""

from __future__ import annotations

from typing import TYPE_CHECKING

from webapp.domain.explain import Result, Unit, Working
from webapp.domain.text import msg

if TYPE_CHECKING:
    from decimal import Decimal

EXEMPT = "severance.tax_exempt_multiple"


def exempt_part(severance: Decimal, *, annual_average: Decimal | None, work: Working) -> Result[Decimal]:
    """The part, in yuan, up to a multiple of the local annual average wage; the rest is taxed by itself.

    The multiple is the row ``severance.tax_exempt_multiple``. Errors: MissingParameterError.
    """
    part = Working(work.law, region=work.region, on=work.on)
    average = part.number("wage.local_average_year") if annual_average is None else annual_average
    row = part.parameter(EXEMPT)
    multiple = row.number
    exempt = min(severance, multiple * average)
    part.step(
        msg("不超过当地上年度职工年平均工资 {multiple} 倍的部分免税，超过部分单独计税。", multiple=multiple),
        exempt,
        unit=Unit.YUAN,
        articles=(row.source,),
    )
    return part.result(exempt)
