"""The parameter row that a refused calculation asks for, so that a page can lead to its form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from webapp.adapters.lawdata import seed_law
from webapp.domain.explain import UNIT_NAMES, Unit
from webapp.domain.parameters import MissingParameterError
from webapp.domain.permissions import Permission
from webapp.domain.text import Message, msg
from webapp.services.reference.load import write_value

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from typing import Any

    from webapp.domain.errors import HeguiError
    from webapp.services.work import Work

#: Figures of a place that the shipped law has no row for at all: what each is, and in which unit.
LOCAL: Mapping[str, tuple[Message, Unit]] = {
    "wage.local_average": (msg("当地上年度职工月平均工资"), Unit.YUAN_PER_MONTH),
    "wage.local_average_year": (msg("当地上年度职工年平均工资"), Unit.YUAN),
    "wage.minimum": (msg("当地月最低工资标准"), Unit.YUAN_PER_MONTH),
    "permit.renewal_months": (msg("特殊工时许可续期后的有效月数"), Unit.MONTHS),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingRow:
    """Key, place and day that no row answers for; title, unit and shape as rows of other places have them."""

    key: str
    title: Message
    region: str
    on: date
    unit: str
    unit_name: Message
    like: Any  # the value of another place or time, as a row stores it; None where there is none
    like_of: str  # whose value that is
    may_fill: bool  # whether the reader may propose the row


def missing_row(work: Work, error: HeguiError | None) -> MissingRow | None:
    """What the refusal asks for; None where it is no missing row."""
    if not isinstance(error, MissingParameterError):
        return None
    others = [row for row in seed_law().parameters.rows if row.key == error.key]
    title, usual = LOCAL.get(error.key, (Message(error.key, {}), Unit.NONE))
    unit = others[-1].unit if others else usual.value
    return MissingRow(
        key=error.key,
        title=Message(others[-1].title, {}) if others else title,
        region=error.region,
        on=error.on,
        unit=unit,
        unit_name=UNIT_NAMES[Unit(unit)],
        like=write_value(others[-1].value) if others else None,
        like_of=f"{others[-1].region} {others[-1].valid_from.isoformat()}" if others else "",
        may_fill=work.actor.may(Permission.REFERENCE_WRITE),
    )
