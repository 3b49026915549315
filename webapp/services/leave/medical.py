"""The medical period 医疗期 of a person with sick leave: how long it is, how much of it is used, and why."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import select

from models.leave import LeaveRequest
from webapp.domain.errors import InvalidError
from webapp.domain.explain import Step, Working
from webapp.domain.leave import LeaveSpan, LeaveType, MedicalUse, medical_period, medical_use
from webapp.domain.regions import parameter_region
from webapp.services.leave.kinds import BOOKED

if TYPE_CHECKING:
    from datetime import date

    from models.person import Person
    from webapp.domain.law import Law
    from webapp.domain.text import Message
    from webapp.services.work import Work

YEAR_DAYS = Decimal("365.25")
MOST = 500  # notes of one person that are looked at


@dataclass(frozen=True, slots=True, kw_only=True)
class Medical:
    """The period with its working, or why it cannot be told."""

    months: int = 0
    within_months: int | None = None
    use: MedicalUse | None = None
    steps: tuple[Step, ...] = ()
    disputed: tuple[Message, ...] = ()
    refused: Message | None = None

    @property
    def left(self) -> Decimal:
        """Days of the period that are left."""
        return Decimal(0) if self.use is None else max(Decimal(0), self.use.allowed_days - self.use.used_days)


def read_medical(work: Work, person: Person, *, law: Law, today: date) -> Medical | None:
    """The medical period as of today; None for who was never ill. One statement."""
    rows = work.session.execute(
        select(LeaveRequest.starts_on, LeaveRequest.ends_on)
        .where(
            LeaveRequest.person_id == person.id,
            LeaveRequest.kind == LeaveType.SICK.value,
            LeaveRequest.state.in_(BOOKED),
            LeaveRequest.starts_on <= today,
        )
        .order_by(LeaveRequest.starts_on)
        .limit(MOST)
    )
    spans = [LeaveSpan(first=first, last=last) for first, last in rows]
    if not spans:
        return None
    working = Working(law, region=parameter_region(person.region), on=today)
    try:
        here, total = (_years(since, today) for since in (person.hired_on, person.service_from))
        period = working.take(
            medical_period(max(here, total), here, on=today, region=working.region, law=law)
        )
        use = working.take(medical_use(period, spans, on=today, law=law))
    except InvalidError as error:
        return Medical(refused=error.message)
    found = working.result(None)
    return Medical(
        months=period.months,
        within_months=period.within_months,
        use=use,
        steps=found.steps,
        disputed=found.disputed,
    )


def _years(since: date, today: date) -> Decimal:
    """Years of service, to the hundredth."""
    return round(Decimal(max(0, (today - since).days)) / YEAR_DAYS, 2)
