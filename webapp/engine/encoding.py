"""Values in a saved state: JSON with tags for what JSON does not know."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

from webapp.domain.text import msg
from webapp.engine.errors import SnapshotError, StuckError
from webapp.feel import DaysTimeDuration, YearsMonthsDuration

TAG: Final = "~"
FORBIDDEN: Final = frozenset({"typename"})  # SpiffWorkflow's serializer takes it for a type
MAX_DEPTH: Final = 40
MAX_INTEGER: Final = 2**53


def clean(value: Any, depth: int = 0) -> Any:
    """The value as it will come back from a saved state; StuckError when it cannot be saved.

    Whole Decimals become int, floats become Decimal by their shortest text, tuples become lists.
    """
    if depth > MAX_DEPTH:
        raise StuckError(msg("数据的嵌套过深，无法保存。"), kind="value")
    if value is None or isinstance(value, bool | str | int):
        return value
    if isinstance(value, float):
        return clean(Decimal(repr(value)), depth)
    if isinstance(value, Mapping):
        return {_key(key): clean(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [clean(item, depth + 1) for item in value]
    return _clean_leaf(value)


def _clean_leaf(value: Any) -> Any:
    if isinstance(value, Decimal):
        return _number(value)
    if isinstance(value, datetime | time) and not isinstance(value.tzinfo, ZoneInfo):
        return value.replace(fold=0)  # a fold means nothing without a zone that sets its clocks back
    if isinstance(value, date | time | DaysTimeDuration | YearsMonthsDuration):
        return value
    raise StuckError(msg("“{type}”类型的值不能作为案件变量保存。", type=type(value).__name__), kind="value")


def _number(value: Decimal) -> Decimal | int:
    if not value.is_finite():
        raise StuckError(msg("数值不是有限的数，无法保存。"), kind="value")
    if value.as_tuple().exponent == 0 and abs(value) < MAX_INTEGER:
        return int(value)
    return value


def _key(key: Any) -> str:
    if not isinstance(key, str):
        raise StuckError(msg("变量名必须是文字。"), kind="value")
    if key in FORBIDDEN:
        raise StuckError(msg("变量名“{name}”不能使用。", name=key), kind="value")
    return key


def encode(value: Any) -> Any:
    """A cleaned value as JSON."""
    if isinstance(value, dict):
        if any(key.startswith(TAG) for key in value):
            return {f"{TAG}map": [[key, encode(item)] for key, item in value.items()]}
        return {key: encode(item) for key, item in value.items()}
    if isinstance(value, list):
        return [encode(item) for item in value]
    if value is None or isinstance(value, bool | str | int):
        return value
    return _tagged(value)


def _tagged(value: Any) -> dict[str, Any]:
    if isinstance(value, Decimal):
        return {f"{TAG}decimal": str(value)}
    if isinstance(value, datetime):
        return {f"{TAG}datetime": _with_zone(value)}
    if isinstance(value, date):
        return {f"{TAG}date": value.isoformat()}
    if isinstance(value, time):
        return {f"{TAG}time": _with_zone(value)}
    if isinstance(value, YearsMonthsDuration):
        return {f"{TAG}months": value.months}
    return {f"{TAG}nanos": value.nanos}  # clean() let nothing else through than DaysTimeDuration


def _with_zone(value: datetime | time) -> Any:
    """ISO text; a named zone is kept beside it, since an offset alone forgets it."""
    if isinstance(value.tzinfo, ZoneInfo):
        return [value.replace(tzinfo=None).isoformat(), value.tzinfo.key, value.fold]
    return value.isoformat()


def decode(value: Any) -> Any:
    """The value behind JSON that ``encode`` wrote."""
    if isinstance(value, list):
        return [decode(item) for item in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        (name,) = value
        if name.startswith(TAG):
            return _untagged(name[len(TAG) :], value[name])
    return {key: decode(item) for key, item in value.items()}


def _untagged(tag: str, body: Any) -> Any:
    read = _READERS.get(tag)
    if read is None:
        raise SnapshotError
    return read(body)


def _zoned(kind: Any, body: Any) -> Any:
    if isinstance(body, str):
        return kind.fromisoformat(body)
    text, zone, fold = body
    return kind.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold)


_READERS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "map": lambda body: {key: decode(item) for key, item in body},
    "decimal": Decimal,
    "date": date.fromisoformat,
    "datetime": lambda body: _zoned(datetime, body),
    "time": lambda body: _zoned(time, body),
    "months": YearsMonthsDuration,
    "nanos": DaysTimeDuration,
}
