"""One component's attributes, read and refused with a sentence where they cannot be obeyed."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from webapp.domain.text import Message, msg
from webapp.feel import FeelError
from webapp.services.forms import conditions, patterns, payload
from webapp.services.forms.schema import CHOICES, MULTIPLE_CHOICES, Bound, Component, Option, Rules

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

SUBTYPES = ("date", "time", "datetime")
TIME_FORMATS = ("utc_offset", "utc_normalized", "no_timezone")
MINUTES_A_DAY = 1_440
MOST_OPTIONS = 500
MOST_REPETITIONS = 100


def build(raw: Mapping[str, Any], *, names: tuple[str, ...], refuse: Callable[[Message], None]) -> Component:
    """The component without its place in the form; each fault goes to ``refuse``."""
    reader = _Attributes(raw, names, refuse=refuse)
    common = Component(
        id="",
        type=str(raw["type"]),
        label=reader.text("label"),
        description=reader.text("description"),
        hide=reader.hide(),
        readonly=reader.flag("readonly"),
        disabled=reader.flag("disabled"),
        default=raw.get("defaultValue"),
        rules=reader.rules(),
    )
    return replace(common, **_special(reader, common.type))


def placed(
    component: Component, *, identity: str, path: tuple[str, ...], children: tuple[Component, ...]
) -> Component:
    """The component in its place."""
    return replace(component, id=identity, path=path, children=children)


def _special(reader: _Attributes, type_: str) -> dict[str, Any]:
    if type_ in CHOICES | MULTIPLE_CHOICES:
        return {"options": reader.options(), "values_key": reader.text("valuesKey")}
    read = {
        "number": reader.number,
        "datetime": reader.datetime,
        "filepicker": reader.files,
        "dynamiclist": reader.rows,
        "table": reader.table,
        "text": lambda: {"text": reader.text("text")},
        "textfield": reader.affixes,
    }.get(type_)
    return read() if read else {}


class _Attributes:
    """Typed look-ups in one component's JSON."""

    def __init__(
        self, raw: Mapping[str, Any], names: tuple[str, ...], *, refuse: Callable[[Message], None]
    ) -> None:
        self.raw = raw
        self.names = names
        self.refuse = refuse

    def text(self, name: str) -> str:
        value = self.raw.get(name)
        if value is not None and not isinstance(value, str):
            self.refuse(msg("属性“{name}”应为文字。", name=name))
        return value if isinstance(value, str) else ""

    def flag(self, name: str, holder: Mapping[str, Any] | None = None) -> bool:
        value = (self.raw if holder is None else holder).get(name, False)
        if not isinstance(value, bool):
            self.refuse(msg("属性“{name}”应为是或否。", name=name))
        return value is True

    def hide(self) -> conditions.Condition | None:
        conditional = self.raw.get("conditional") or {}
        text = conditional.get("hide") if isinstance(conditional, dict) else None
        if not text:
            return None
        if not isinstance(text, str) or not text.startswith("="):
            self.refuse(msg("隐藏条件须以“=”开头。"))
            return None
        condition = self.condition(text)
        for reason in conditions.faults(condition) if condition else ():
            self.refuse(msg("条件“{text}”有误：{reason}", text=text, reason=reason))
        return condition

    def condition(self, text: str) -> conditions.Condition | None:
        try:
            return conditions.read(text, (*self.names, "this", "parent", "i"))
        except FeelError as error:
            self.refuse(msg("条件“{text}”有误：{reason}", text=text, reason=error.message))
            return None

    def rules(self) -> Rules:
        raw = self.raw.get("validate") or {}
        if not isinstance(raw, dict):
            self.refuse(msg("属性“{name}”无法读取。", name="validate"))
            return Rules()
        kind = raw.get("validationType") or ""
        if kind not in {"", "custom", "email", "phone"}:
            self.refuse(msg("不认识校验类型“{name}”。", name=kind))
        return Rules(
            required=self.flag("required", raw),
            minimum=self.bound(raw, "min"),
            maximum=self.bound(raw, "max"),
            min_length=self.bound(raw, "minLength"),
            max_length=self.bound(raw, "maxLength"),
            pattern=self.pattern(raw.get("pattern")),
            pattern_message=str(raw.get("patternErrorMessage") or ""),
            kind=kind if kind in {"email", "phone"} else "",
        )

    def pattern(self, source: Any) -> patterns.Pattern | None:
        if not source:
            return None
        try:
            return patterns.read(str(source))
        except patterns.PatternError as error:
            self.refuse(error.message)
            return None

    def bound(self, raw: Mapping[str, Any], name: str) -> Bound | None:
        value = raw.get(name)
        if value is None or value == "":
            return None
        if isinstance(value, str) and value.startswith("="):
            return Bound(expression=self.condition(value))
        number = self.decimal(value)
        if number is None:
            self.refuse(msg("校验项“{name}”应为数字。", name=name))
            return None
        return Bound(number=number)

    def decimal(self, value: Any) -> Decimal | None:
        if isinstance(value, str):
            try:
                value = Decimal(value)
            except ArithmeticError:
                return None
        number = payload.as_number(value)
        return None if number is None else Decimal(number)

    def options(self) -> tuple[Option, ...]:
        listed = self.raw.get("values")
        if listed is None and self.raw.get("valuesKey"):
            return ()
        read = read_options(listed)
        if read is None or not 0 < len(read) <= MOST_OPTIONS:
            self.refuse(msg("选项须有名称和不同的非空值（1 至 {limit} 个）。", limit=MOST_OPTIONS))
            return ()
        return read

    def number(self) -> dict[str, Any]:
        digits, step = self.raw.get("decimalDigits"), self.raw.get("increment")
        if digits is not None and (not isinstance(digits, int) or not 0 <= digits <= 20):
            self.refuse(msg("小数位数应为 0 至 20 的整数。"))
        increment = None if step in {None, ""} else self.decimal(step)
        if step not in {None, ""} and (increment is None or increment <= 0):
            self.refuse(msg("步长应为正数。"))
        text = self.flag("serializeToString")
        return {"decimal_digits": digits, "increment": increment, "as_text": text, **self.affixes()}

    def affixes(self) -> dict[str, Any]:
        raw = self.raw.get("appearance") or {}
        pair = (
            (raw.get("prefixAdorner") or "", raw.get("suffixAdorner") or "")
            if isinstance(raw, dict)
            else (1, 1)
        )
        if any(not isinstance(p, str) or p.startswith("=") or "{{" in p for p in pair):
            self.refuse(msg("前后缀请写成固定文字。"))
        return {"prefix": str(pair[0]), "suffix": str(pair[1])}

    def datetime(self) -> dict[str, Any]:
        subtype = self.raw.get("subtype", "date")
        style = self.raw.get("timeSerializingFormat") or "utc_offset"
        interval = self.raw.get("timeInterval", 15)
        if subtype not in SUBTYPES or style not in TIME_FORMATS:
            self.refuse(msg("日期时间的类型或格式无法识别。"))
        if not isinstance(interval, int) or not 1 <= interval <= MINUTES_A_DAY:
            self.refuse(msg("时间间隔应为 1 至 1440 的整数分钟。"))
        label = self.text("timeLabel") if subtype == "time" else self.text("dateLabel")
        return {
            "label": label or self.text("label"),
            "subtype": subtype,
            "time_format": style,
            "time_interval": interval,
            "disallow_past": self.flag("disallowPassedDates"),
        }

    def files(self) -> dict[str, Any]:
        accepted = tuple(part.strip().lower() for part in self.text("accept").split(",") if part.strip())
        return {"multiple": self.flag("multiple"), "accept": accepted}

    def rows(self) -> dict[str, Any]:
        count = self.raw.get("defaultRepetitions", 1)
        if not isinstance(count, int) or not 0 <= count <= MOST_REPETITIONS:
            self.refuse(msg("默认行数应为 0 至 {limit} 的整数。", limit=MOST_REPETITIONS))
        if self.raw.get("isRepeating", True) is not True:
            self.refuse(msg("列表须可重复；只是分组请用分组。"))
        return {"repetitions": count, "add_remove": self.flag("allowAddRemove")}

    def table(self) -> dict[str, Any]:
        source = self.text("dataSource").removeprefix("=").strip()
        if not source.isidentifier():
            self.refuse(msg("表格的数据来源应为一个变量名。"))
        listed = self.raw.get("columns")
        columns = [c for c in listed if isinstance(c, dict)] if isinstance(listed, list) else []
        if not columns or not all(isinstance(c.get("key"), str) for c in columns):
            self.refuse(msg("表格须写明各列。"))
        return {
            "source": source,
            "columns": tuple((str(c.get("key")), str(c.get("label", ""))) for c in columns),
        }


def read_options(listed: Any) -> tuple[Option, ...] | None:
    """Options of a schema or of a variable: texts, numbers or {label, value}; None when one cannot be used.

    Empty text, zero and false are refused: the viewer inside editor 1.23 cannot choose them.
    """
    if not isinstance(listed, list | tuple):
        return None
    read = [_option(item) for item in listed]
    found = tuple(option for option in read if option is not None)
    different = {(type(o.value), o.value) for o in found}
    return found if len(found) == len(read) == len(different) else None


def _option(item: Any) -> Option | None:
    label, value = (item.get("label"), item.get("value")) if isinstance(item, dict) else (None, item)
    if isinstance(value, bool) or not value:
        return None
    if isinstance(value, str):
        return Option(value=value, label=str(label or value))
    number = payload.as_number(value)
    return None if number is None else Option(value=Decimal(number), label=str(label or value))
