"""What severance is computed from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from webapp.domain.parameters import NATIONAL
from webapp.domain.service import Stint, counted

if TYPE_CHECKING:
    from decimal import Decimal

    from webapp.domain.periods import Elapsed

LCL_IN_FORCE = date(2008, 1, 1)  # 劳动合同法第97、98条: severance years start there


@dataclass(frozen=True, kw_only=True, slots=True)
class Employment:
    """One employment at its end. Money in yuan a month; both dates are days of service.

    ``earlier`` are stints with an employer from which the person was moved not by own will
    (劳动合同法实施条例第10条). ``local_average`` and ``minimum_wage`` override the parameter rows.
    ``months_before_2008`` is what the rules of that time give, decided by a person.
    """

    hired: date
    last_day: date
    average: Decimal
    region: str = NATIONAL
    earlier: tuple[Stint, ...] = ()
    local_average: Decimal | None = None
    minimum_wage: Decimal | None = None
    months_before_2008: Decimal | None = None

    @property
    def stints(self) -> tuple[Stint, ...]:
        """All stints, the present one last."""
        return (*self.earlier, Stint(first=self.hired, last=self.last_day))

    @property
    def service(self) -> Elapsed:
        """Service from the first day that counts."""
        return counted(self.stints)

    @property
    def service_since_2008(self) -> Elapsed:
        """Service since the Labour Contract Law is in force."""
        return counted(
            Stint(first=max(each.first, LCL_IN_FORCE), last=each.last)
            for each in self.stints
            if each.last >= LCL_IN_FORCE and not each.compensated
        )

    @property
    def began_before_2008(self) -> bool:
        """Whether a part of the service that counts lies before the Labour Contract Law."""
        return any(each.first < LCL_IN_FORCE for each in self.stints if not each.compensated)
