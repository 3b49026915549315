"""What a change of a booked leave means: come back early, extend, move, cancel."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from webapp.domain.errors import InvalidError
from webapp.domain.leave import Half
from webapp.domain.text import msg

if TYPE_CHECKING:
    from collections.abc import Mapping

    from webapp.services.leave.asked import Asked

SHORTEN, EXTEND, MOVE, CANCEL = "shorten", "extend", "move", "cancel"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A change asked for; dates only where its kind needs them."""

    kind: str
    first: date | None = None
    last: date | None = None
    last_half: str = "pm"

    def applied(self, before: Asked) -> Asked:
        """The leave as it would be; raises InvalidError where the change does not fit the leave."""
        first = before.first if self.kind != MOVE or self.first is None else self.first
        last = self.last or before.last
        if last < first:
            raise InvalidError(fields={"new_end_date": (msg("结束日期早于开始日期。"),)})
        begin = before.first_minute if self.kind != MOVE else 0
        end = before.day // 2 if self.last_half == Half.MORNING else before.day
        if first == last and end <= begin:
            raise InvalidError(fields={"new_end_half": (msg("结束时间早于开始时间。"),)})
        after = replace(before, first=first, last=last, first_minute=begin, last_minute=end, hours=False)
        self._check(before, after)
        return after

    def _check(self, before: Asked, after: Asked) -> None:
        if self.kind == SHORTEN and after.position[1] >= before.position[1]:
            raise InvalidError(fields={"new_end_date": (msg("提前销假的新结束时间应早于原结束时间。"),)})
        if self.kind == EXTEND and after.position[1] <= before.position[1]:
            raise InvalidError(fields={"new_end_date": (msg("延长的新结束时间应晚于原结束时间。"),)})


def read_change(values: Mapping[str, Any]) -> Change:
    """The change that accepted form values or case variables mean."""
    return Change(
        kind=str(values.get("change_kind") or ""),
        first=_date(values.get("new_start_date")),
        last=_date(values.get("new_end_date")),
        last_half=str(values.get("new_end_half") or "pm"),
    )


def _date(value: Any) -> date | None:
    if value is None or value == "":
        return None
    return value if isinstance(value, date) else date.fromisoformat(str(value))
