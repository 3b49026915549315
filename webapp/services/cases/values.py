"""Engine values as plain JSON, for projections, pages and events; the snapshot keeps the exact ones."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any


def plain(value: Any) -> Any:
    """Numbers become JSON numbers where that is exact and text where not, dates ISO 8601 text."""
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, Decimal | float):
        return _number(value if isinstance(value, Decimal) else Decimal(repr(value)))
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [plain(v) for v in value]
    return str(value)


def _number(value: Decimal) -> int | float | str:
    if not value.is_finite():
        return str(value)
    whole = value.to_integral_value()
    if whole == value and abs(whole) < 2**53:
        return int(whole)
    near = float(value)
    return near if Decimal(repr(near)) == value else str(value)
