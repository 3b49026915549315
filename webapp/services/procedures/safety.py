"""What is let into a draft: known names, bounded size, XML without entities, labels without web code."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

from webapp.decisions.xml import read_xml
from webapp.domain.errors import InvalidError
from webapp.domain.text import msg
from webapp.engine import xml as bpmn
from webapp.services import forms, scenarios
from webapp.services.procedures.files import file_kind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

MAX_BYTES: Final = 2 * 1024 * 1024  # one file
MAX_FILES: Final = 200
EDITABLE: Final = frozenset({"diagram", "decision", "form", "scenario", "document", "clauses"})
SCENARIO: Final = re.compile(r"scenarios/[a-z0-9][a-z0-9-]{0,59}\.toml", re.ASCII)
WEB_CODE: Final = re.compile(r"<[/!]?[a-z]|javascript\s*:|data\s*:\s*text/html", re.IGNORECASE)
LABELS: Final = frozenset({"name", "label"})  # attributes that people read


def check_path(path: str, known: Collection[str]) -> str:
    """The kind of a file that may be saved; raises InvalidError for every other name.

    A file that the draft has may be saved again; only scenarios are added.
    """
    if path not in known and not SCENARIO.fullmatch(path):
        raise InvalidError(msg("草稿中没有文件“{path}”，不能保存。", path=path[:80]))
    if path not in known and len(known) >= MAX_FILES:
        raise InvalidError(msg("一个流程最多 {limit} 个文件。", limit=MAX_FILES))
    kind = file_kind(path)
    if kind not in EDITABLE:
        raise InvalidError(msg("文件“{path}”不能在工作室中修改。", path=path))
    return kind


def check_body(path: str, kind: str, body: str) -> None:
    """Refuse what could do harm, in words; what is merely wrong may be saved and is listed as a problem."""
    data = body.encode()
    if len(data) > MAX_BYTES:
        raise InvalidError(msg("文件“{path}”超过 2 MB，没有保存。", path=path))
    if "\0" in body:
        raise InvalidError(msg("文件“{path}”含有不可见的控制字符，没有保存。", path=path))
    if kind == "form":
        texts = _form_texts(data)
    elif kind == "scenario":
        texts = iter(scenarios.load(body).titles.values())
    elif kind in {"document", "clauses"}:
        texts = iter(body.splitlines())
    else:
        texts = _xml_texts(bpmn.read(data) if kind == "diagram" else read_xml(data))
    for text in texts:
        if WEB_CODE.search(text):
            raise InvalidError(msg("“{text}”中含有网页代码，没有保存。请改成普通文字。", text=text[:40]))


def _xml_texts(root: Any) -> Iterator[str]:
    """Labels, documentation and translated names of a diagram or decision file."""
    for element in root.iter():
        tag = str(element.tag).rsplit("}", 1)[-1]
        yield from (str(value) for name, value in element.attrib.items() if name in LABELS)
        if tag == "property" and str(element.get("name", "")).startswith("name."):
            yield str(element.get("value", ""))
        if tag in {"documentation", "description"}:
            yield "".join(element.itertext())


def _form_texts(data: bytes) -> Iterator[str]:
    schema = forms.read_json(data)
    if not isinstance(schema, dict):
        raise InvalidError(msg("表单文件不是可读的 JSON。"))
    return _strings(schema)


def _strings(value: Any, name: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _strings(inner, str(key))
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner, name)
    elif isinstance(value, str) and not value.startswith("=") and name not in {"pattern", "exporter"}:
        yield value


def form_text(schema: Mapping[str, Any]) -> str:
    """A form as it is stored: JSON with its characters readable."""
    try:
        return json.dumps(schema, ensure_ascii=False, indent=2, allow_nan=False) + "\n"
    except ValueError as error:
        raise InvalidError(msg("表单文件不是可读的 JSON。")) from error
