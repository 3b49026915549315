"""Which attributes a component may have: those that viewer 2.0.0 and editor 1.23 both read and we obey."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from webapp.domain.text import Message, msg

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

COMMON = frozenset({"id", "type", "layout", "properties", "conditional"})
FIELD = COMMON | {"key", "label", "description", "readonly", "disabled", "validate", "defaultValue"}
AFFIXES = frozenset({"appearance"})
OPTIONS = frozenset({"values", "valuesKey"})

ALLOWED: Mapping[str, frozenset[str]] = {
    "textfield": FIELD | AFFIXES,
    "textarea": FIELD,
    "number": FIELD | AFFIXES | {"decimalDigits", "increment", "serializeToString"},
    "datetime": FIELD
    | {
        "subtype",
        "dateLabel",
        "timeLabel",
        "use24h",
        "timeInterval",
        "timeSerializingFormat",
        "disallowPassedDates",
    },
    "checkbox": FIELD,
    "checklist": FIELD | OPTIONS,
    "radio": FIELD | OPTIONS,
    "select": FIELD | OPTIONS | {"searchable"},
    "taglist": FIELD | OPTIONS,
    "filepicker": FIELD | {"multiple", "accept"},
    "group": COMMON | {"label", "path", "components", "showOutline", "verticalAlignment"},
    "dynamiclist": COMMON
    | {
        "label",
        "path",
        "components",
        "isRepeating",
        "allowAddRemove",
        "defaultRepetitions",
        "showOutline",
        "nonCollapsedItems",
        "disableCollapse",
        "verticalAlignment",
    },
    "table": COMMON | {"label", "columns", "dataSource", "rowCount"},
    "text": COMMON | {"text"},
    "spacer": COMMON | {"height"},
    "separator": COMMON,
    "button": COMMON | {"label", "action", "key"},
}
ROOT = frozenset(
    {
        "components",
        "type",
        "id",
        "schemaVersion",
        "exporter",
        "executionPlatform",
        "executionPlatformVersion",
        "versionTag",
        "properties",
        "generated",
        "$schema",
    }
)
VALIDATE: Mapping[str, frozenset[str]] = {
    "textfield": frozenset(
        {"required", "minLength", "maxLength", "pattern", "patternErrorMessage", "validationType"}
    ),
    "textarea": frozenset({"required", "minLength", "maxLength"}),
    "number": frozenset({"required", "min", "max"}),
}
REQUIRED_ONLY = frozenset({"required"})
REFUSED: Mapping[str, Message] = {
    "iframe": msg("不支持内嵌网页：页面会带入外部内容，手机表单和打印也无法呈现。"),
    "html": msg("不支持自由网页代码，请改用文本。"),
    "image": msg("不支持外部图片，请改用附件或文本。"),
    "expression": msg("不支持计算字段：请用脚本任务或决策表计算，再以只读字段显示。"),
    "documentPreview": msg("不支持文档预览组件，请用任务页上的文档。"),
}
UNREAD: Mapping[str, Message] = {
    "valuesExpression": msg("不支持用表达式生成选项，请改用静态选项或 valuesKey。"),
    "columnsExpression": msg("不支持用表达式生成列，请写明各列。"),
}
TEMPLATED = ("label", "description", "text", "dateLabel", "timeLabel")


def problems_of(raw: Mapping[str, Any], type_: str) -> Iterator[Message]:
    """What a component writes that would be ignored or read differently by page and server."""
    for name in raw:
        if name in UNREAD:
            yield UNREAD[name]
        elif name not in ALLOWED[type_]:
            yield msg("属性“{name}”不受支持，写了也不会生效。", name=name)
    rules = raw.get("validate") or {}
    for name in rules if isinstance(rules, dict) else ():
        if name not in VALIDATE.get(type_, REQUIRED_ONLY):
            yield msg("这类字段不支持校验项“{name}”。", name=name)
    for name in TEMPLATED:
        text = raw.get(name)
        if isinstance(text, str) and ("{{" in text or text.startswith("=")):
            yield msg("“{name}”里的表达式或模板只有页面会计算，请写成固定文字。", name=name)
    for name in ("readonly", "multiple", "accept"):
        if isinstance(raw.get(name), str) and str(raw[name]).startswith("="):
            yield msg("“{name}”不支持表达式；只读请写在步骤的字段权限里。", name=name)
