"""RFC 8785, JSON Canonicalization Scheme: one text for one value, whoever writes it."""

from __future__ import annotations

import math
import re
from json.encoder import encode_basestring
from typing import TYPE_CHECKING, Any

from webapp.domain.errors import InvalidError
from webapp.domain.text import msg

if TYPE_CHECKING:
    from collections.abc import Iterator

SAFE_INTEGER = 2**53 - 1
LONE = re.compile("[\ud800-\udfff]")  # half of a pair of surrogates
MAX_DEPTH = 200


class NotCanonicalError(InvalidError):
    """The value has no canonical JSON text, so it cannot be hashed."""


def canonical_json(value: Any) -> bytes:
    """Return the RFC 8785 text of ``value`` in UTF-8.

    Accepts None, bool, int within ±(2^53 - 1), finite float, str without lone surrogates, list, tuple
    and dict with str keys. Everything else is refused: callers give Decimal and dates as strings, since
    only they know the notation. Raises NotCanonicalError with the place of the value.
    """
    return "".join(_write(value, "$", 0)).encode()


def _write(value: Any, place: str, depth: int) -> Iterator[str]:
    if depth > MAX_DEPTH:
        raise NotCanonicalError(msg("{place}：嵌套超过 {depth} 层。", place=place[:80], depth=MAX_DEPTH))
    if type(value) is dict:
        yield from _write_object(value, place, depth)
    elif type(value) in (list, tuple):
        yield from _write_array(value, place, depth)
    else:
        yield _write_scalar(value, place)


def _write_object(value: dict[Any, Any], place: str, depth: int) -> Iterator[str]:
    for key in value:
        _check_text(key, place)
    yield "{"
    # RFC 8785 section 3.2.3: names are sorted by UTF-16 code units, not by code points.
    for number, key in enumerate(sorted(value, key=lambda name: name.encode("utf-16-be"))):
        yield f"{',' if number else ''}{_quote(key)}:"
        yield from _write(value[key], f"{place}.{key}", depth + 1)
    yield "}"


def _write_array(value: list[Any] | tuple[Any, ...], place: str, depth: int) -> Iterator[str]:
    yield "["
    for number, item in enumerate(value):
        if number:
            yield ","
        yield from _write(item, f"{place}[{number}]", depth + 1)
    yield "]"


def _write_scalar(value: Any, place: str) -> str:
    # Exact types: a subclass (StrEnum, IntEnum) may print differently in another tool.
    if value is None or type(value) is bool:
        return {None: "null", True: "true", False: "false"}[value]
    if type(value) is str:
        return _quote(_check_text(value, place))
    if type(value) is int:
        return _write_integer(value, place)
    if type(value) is float:
        return _write_float(value, place)
    raise NotCanonicalError(
        msg("{place}：类型 {type} 不能写入证据，请先转换为文字。", place=place, type=type(value).__name__),
    )


def _check_text(value: Any, place: str) -> str:
    if type(value) is not str:
        raise NotCanonicalError(msg("{place}：字段名必须是文字。", place=place))
    if not value.isascii() and LONE.search(value):
        raise NotCanonicalError(msg("{place}：文字含有不成对的代理码。", place=place))
    return value


def _quote(value: str) -> str:
    # json escapes exactly what RFC 8785 section 3.2.2.2 asks, \u00xx in lower case.
    return encode_basestring(value)


def _write_integer(value: int, place: str) -> str:
    if abs(value) > SAFE_INTEGER:
        raise NotCanonicalError(msg("{place}：整数超出 ±(2^53−1)，请写成文字。", place=place))
    return str(value)


def _write_float(value: float, place: str) -> str:
    """ECMAScript Number::toString, as RFC 8785 section 3.2.2.3 asks; repr gives the same shortest digits."""
    if not math.isfinite(value):
        raise NotCanonicalError(msg("{place}：数字不是有限值。", place=place))
    if value == 0:
        return "0"
    sign = "-" if value < 0 else ""
    mantissa, _, exponent = f"{abs(value)!r}".partition("e")
    whole, _, fraction = mantissa.partition(".")
    fraction = "" if fraction == "0" else fraction
    digits = (whole + fraction).lstrip("0")
    leading = len(whole + fraction) - len(digits)
    point = len(whole) - leading + int(exponent or 0)  # value = 0.digits × 10^point
    return sign + _place_point(digits.rstrip("0"), point)


def _place_point(digits: str, point: int) -> str:
    count = len(digits)
    if count <= point <= 21:
        return digits + "0" * (point - count)
    if 0 < point <= 21:
        return f"{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return f"0.{'0' * -point}{digits}"
    exponent = point - 1
    tail = f".{digits[1:]}" if count > 1 else ""
    return f"{digits[0]}{tail}e{'+' if exponent > 0 else '-'}{abs(exponent)}"
