"""Values of variables as people type them: text by its declared type, anything else as FEEL or JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from webapp import feel
from webapp.domain import nesting
from webapp.domain.errors import HeguiError, InvalidError
from webapp.domain.text import Message, msg, named
from webapp.engine.encoding import clean
from webapp.engine.errors import StuckError
from webapp.services.procedures.references import settings_table

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any as Value

    from webapp.services.procedures.files import File

MAX_TEXT: Final = 20_000  # characters that a person may type for one value
TYPES: Final[Mapping[str, Message]] = {
    "string": msg("文字"),
    "number": msg("数字"),
    "boolean": msg("是或否"),
    "date": msg("日期"),
    "time": msg("时间"),
    "datetime": msg("日期和时间"),
    "list": msg("列表"),
    "context": msg("一组值"),
    "any": msg("任意（FEEL 或 JSON）"),
}
ALIASES: Final = {"text": "string", "dateTime": "datetime", "date-time": "datetime", "object": "context"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """What ``procedure.toml`` says of a variable; ``kind`` is a key of TYPES."""

    name: str
    kind: str = "any"
    means: Message = field(default_factory=lambda: named({}))  # by language; empty: not told


def declarations(files: tuple[File, ...]) -> dict[str, Declared]:
    """The variables that a version declares, by name."""
    found: dict[str, Declared] = {}
    for group in settings_table(files).get("variables", {}).values():
        for name, said in group.items() if isinstance(group, Mapping) else ():
            table = said if isinstance(said, Mapping) else {"type": said}
            kind = str(table.get("type", "any"))
            kind = ALIASES.get(kind, kind)
            known = kind if kind in TYPES else "any"
            found[name] = Declared(name=name, kind=known, means=_means(table.get("means")))
    return found


def _means(said: Value) -> Message:
    """Words by language tag, or one text for all languages, as a drawn procedure may have it."""
    if isinstance(said, Mapping):
        return named({str(k): str(v) for k, v in said.items()})
    return named({}, str(said or ""))


def read_value(text: str, kind: str) -> Value:
    """What a person typed, as the engine keeps it; raises InvalidError at the field ``value``.

    Dates and times are kept as ISO 8601 text, as forms hand them in; an empty number, date, time or answer is
    null.
    """
    if len(text) > MAX_TEXT:
        raise _wrong(msg("内容太长，最多 {limit} 字。", limit=MAX_TEXT))
    if kind == "string":
        return text
    if not text.strip():
        return None
    try:
        value = clean(READERS.get(kind, _feel)(text.strip()))
    except StuckError as error:
        raise _wrong(error.message) from error
    expected = CLASSES.get(kind)
    if value is not None and expected is not None and not isinstance(value, expected):
        raise _wrong(msg("要填{kind}，得到的是别的内容。", kind=TYPES[kind]))
    return value


def _wrong(message: Message) -> InvalidError:
    return InvalidError(fields={"value": (message,)})


def _number(text: str) -> Decimal | int:
    value = _feel(text)
    if isinstance(value, bool) or not isinstance(value, Decimal | int):
        raise _wrong(msg("请填数字，如 3 或 12.5。"))
    return value


def _boolean(text: str) -> bool:
    if text not in {"true", "false"}:
        raise _wrong(msg("请选择是或否。"))
    return text == "true"


def _iso(read: Callable[[str], object], example: str) -> Callable[[str], str]:
    def reader(text: str) -> str:
        try:
            read(text)
        except ValueError as error:
            raise _wrong(msg("请按“{example}”的样子填写。", example=example)) from error
        return text

    return reader


def _feel(text: str) -> Value:
    """A FEEL value, or JSON where FEEL cannot read it."""
    try:
        value = feel.parse(text).evaluate({})
    except HeguiError as error:
        try:
            return nesting.read_json(text, parse_float=Decimal)
        except ValueError:
            raise _wrong(msg("看不懂这个值：{reason}", reason=error.message)) from error
    if value is None and text != "null":  # FEEL gives null for a name that it does not know
        raise _wrong(msg('算出来是空值。文字请加引号，如 "年假"；空值请写 null。'))
    return value


READERS: Final[Mapping[str, Callable[[str], Value]]] = {
    "number": _number,
    "boolean": _boolean,
    "date": _iso(date.fromisoformat, "2026-12-01"),
    "time": _iso(time.fromisoformat, "09:30"),
    "datetime": _iso(datetime.fromisoformat, "2026-12-01T09:30:00+08:00"),
}
CLASSES: Final[Mapping[str, type]] = {"list": list, "context": Mapping}


def write_value(value: Value) -> str:
    """A value as a person may type it again: text bare, the rest as FEEL."""
    if isinstance(value, str):
        return value
    return _written(value)


def _written(value: Value) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, Mapping):
        rows = (f"{json.dumps(str(k), ensure_ascii=False)}: {_written(v)}" for k, v in value.items())
        return "{" + ", ".join(rows) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_written(item) for item in value) + "]"
    return feel.text_of(value) if isinstance(value, int | Decimal) else f'@"{feel.text_of(value)}"'


def kind_of(value: Value) -> str:
    """The type that a value without declaration has now; text and null can be anything."""
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | Decimal):
        return "number"
    if isinstance(value, list):
        return "list"
    if isinstance(value, Mapping):
        return "context"
    return "string" if isinstance(value, str) else "any"
