"""File pickers: a value is a list of ids of files that were uploaded before and may be used here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from webapp.domain.text import Message, msg

if TYPE_CHECKING:
    from collections.abc import Mapping

    from webapp.services.forms.schema import Component

MOST = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file that may be named in a form: ``media_type`` was found from its content."""

    name: str
    media_type: str
    dangerous: bool = False


EXTENSIONS: Mapping[str, str] = {
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".heic": "image/heic",
    ".webp": "image/webp",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".txt": "text/plain",
    ".csv": "text/csv",
}


def read(
    component: Component, value: Any, uploads: Mapping[str, Upload]
) -> tuple[list[str], tuple[Message, ...]]:
    """Ids of the files and what is wrong with them."""
    ids = _ids(value)
    if ids is None or len(set(ids)) != len(ids):
        return [], (msg("文件列表无法读取，请重新选择。"),)
    if len(ids) > (MOST if component.multiple else 1):
        return ids, (msg("最多可以上传 {limit} 个文件。", limit=MOST if component.multiple else 1),)
    faults = [fault for i in ids if (fault := _fault(component, uploads.get(i))) is not None]
    return ids, tuple(faults)


def _ids(value: Any) -> list[str] | None:
    if value is None or value == "":
        return []
    listed = value if isinstance(value, list) else [value]
    found = [i.get("id") if isinstance(i, dict) else i for i in listed]  # the page sends {id, name}
    if not all(isinstance(i, str | int) and not isinstance(i, bool) for i in found):
        return None
    return [str(i) for i in found if i != ""]


def _fault(component: Component, upload: Upload | None) -> Message | None:
    if upload is None:
        return msg("没有找到上传的文件，请重新上传。")
    if upload.dangerous:
        return msg(
            "“{name}”含有脚本、已加密或是压缩包，无法放心打开，请换成普通 PDF 或图片。", name=upload.name
        )
    if component.accept and not any(_suits(rule, upload.media_type) for rule in component.accept):
        return msg(
            "不接受“{name}”这类文件，请上传：{types}。", name=upload.name, types="、".join(component.accept)
        )
    return None


def _suits(rule: str, media_type: str) -> bool:
    if rule.endswith("/*"):
        return media_type.startswith(rule[:-1])
    wanted = EXTENSIONS.get(rule, rule)
    return media_type == wanted or (wanted == "text/csv" and media_type == "text/plain")
