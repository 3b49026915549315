"""What came over the wire, made safe: sizes, depths, numbers and characters, before any rule looks at it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from webapp.domain import nesting
from webapp.domain.errors import InvalidError
from webapp.domain.text import Message, msg

BYTES = 512_000
DEPTH = 6
PARTS = 5_000
TEXT = 20_000  # characters of one text
KEY = 128  # characters of one name
DIGITS = 30  # digits of one number, before and after the point together
BARRED = frozenset({"typename", "__proto__", "constructor", "prototype"})

Errors = dict[str, tuple[Message, ...]]

WHOLE = msg("提交的内容无法读取。")
FORM = ""  # the path of what concerns the form as a whole


def read_json(body: bytes | str) -> Mapping[str, Any]:
    """A JSON object with every number a Decimal or an int; raises InvalidError for anything else."""
    raw = body.encode("utf-8", "surrogatepass") if isinstance(body, str) else body
    if len(raw) > BYTES:
        raise InvalidError(msg("提交的内容过大（上限 {limit} KB）。", limit=BYTES // 1000))
    try:
        value = nesting.read_json(
            raw.decode("utf-8"),
            parse_float=_decimal,
            parse_int=_integer,
            parse_constant=_constant,
            object_pairs_hook=_pairs,
        )
    except ValueError as error:
        raise InvalidError(WHOLE) from error
    if not isinstance(value, dict):
        raise InvalidError(WHOLE)
    return value


def clean(data: Mapping[str, Any]) -> dict[str, Any]:
    """The same values with floats as Decimals; raises InvalidError naming the path of each thing refused."""
    walker = _Walker()
    value = walker.value(data, "", 0)
    if walker.errors or not isinstance(value, dict):
        raise InvalidError(fields=walker.errors or {FORM: (WHOLE,)})
    return value


class _Walker:
    """Copies a value and writes down what it must refuse."""

    def __init__(self) -> None:
        self.errors: Errors = {}
        self.parts = 0

    def value(self, value: Any, path: str, depth: int) -> Any:
        self.parts += 1
        if self.parts > PARTS or depth > DEPTH:
            self.errors[FORM] = (msg("提交的内容过多或嵌套过深。"),)
            return None
        if isinstance(value, Mapping):
            return {
                k: self.value(v, f"{path}.{k}" if path else k, depth + 1) for k, v in self._items(value, path)
            }
        if isinstance(value, list | tuple):
            return [self.value(v, f"{path}.{i}" if path else str(i), depth + 1) for i, v in enumerate(value)]
        return self._plain(value, path)

    def _items(self, value: Mapping[Any, Any], path: str) -> list[tuple[str, Any]]:
        kept = []
        for key, item in value.items():
            if not isinstance(key, str) or key in BARRED or len(key) > KEY or bad_character(key):
                self.errors[path or FORM] = (msg("字段名称不可用。"),)
            elif self.parts <= PARTS:
                kept.append((key, item))
        return kept

    def _plain(self, value: Any, path: str) -> Any:
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, str):
            return self._text(value, path)
        number = as_number(value)
        if number is None:
            self.errors[path] = (msg("不是可用的数字。"),)
        return number

    def _text(self, value: str, path: str) -> str:
        if len(value) > TEXT:
            self.errors[path] = (msg("内容过长（上限 {limit} 个字符）。", limit=TEXT),)
        elif bad_character(value):
            self.errors[path] = (msg("含有不可用的控制字符，请删除后重填。"),)
        return value


def bad_character(text: str) -> bool:
    """Whether the text holds a control character or half of a surrogate pair; line ends and tabs are fine."""
    return any(
        (ord(c) < 0x20 and c not in "\n\r\t") or 0x7F <= ord(c) <= 0x9F or 0xD800 <= ord(c) <= 0xDFFF
        for c in text
    )


def as_number(value: Any) -> Decimal | int | None:
    """A finite number of at most 30 digits, or None; a float is read as it prints."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value if abs(value) < 10**DIGITS else None
    if isinstance(value, float):
        value = Decimal(repr(value))
    if not isinstance(value, Decimal) or not value.is_finite():
        return None
    exponent = value.as_tuple().exponent
    small = isinstance(exponent, int) and -DIGITS <= exponent <= DIGITS and value.adjusted() < DIGITS
    return value if small else None


def exact(value: Any) -> Any:
    """The same trusted values with floats as Decimals."""
    if isinstance(value, Mapping):
        return {k: exact(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [exact(v) for v in value]
    return Decimal(repr(value)) if isinstance(value, float) else value


def _decimal(text: str) -> Decimal:
    if len(text) > 2 * DIGITS:
        raise ValueError(text[:DIGITS])
    try:
        return Decimal(text)
    except InvalidOperation as error:
        raise ValueError(text) from error


def _integer(text: str) -> int:
    if len(text) > DIGITS + 1:
        raise ValueError(text[:DIGITS])
    return int(text)


def _constant(text: str) -> Any:
    raise ValueError(text)


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    # A name given twice is read differently by different readers: neither is right.
    if len({key for key, _ in pairs}) != len(pairs):
        raise ValueError("duplicate name")
    return dict(pairs)
