"""New files of a draft: their names, and the small valid text that each kind begins with."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from webapp import decisions
from webapp.domain import nesting
from webapp.domain.errors import HeguiError, InvalidError
from webapp.domain.text import Message, msg
from webapp.services.documents.template import SUFFIX as TEMPLATE
from webapp.services.procedures.files import File
from webapp.services.procedures.safety import MAX_FILES, form_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,59}", re.ASCII)  # without its ending
ENDINGS: Final[Mapping[str, str]] = {"form": ".form", "decision": ".dmn", "document": TEMPLATE}
KIND_NAMES: Final[Mapping[str, Message]] = {
    "form": msg("表单"),
    "decision": msg("决策表"),
    "document": msg("文书模板"),
}


def new_file(key: str, files: tuple[File, ...], *, kind: str, name: str) -> File:
    """A file that a draft may take in; its ending may be typed or left away.

    Raises InvalidError with a sentence at ``kind`` or ``name`` where it may not.
    """
    if kind not in ENDINGS:
        raise InvalidError(fields={"kind": (msg("请选择文件的种类：表单、决策表或文书模板。"),)})
    reason = _why_not(key, files, kind=kind, name=name)
    if reason is not None:
        raise InvalidError(fields={"name": (reason,)})
    stem = name.strip().removesuffix(ENDINGS[kind])
    return File(path=stem + ENDINGS[kind], kind=kind, body=SKELETONS[kind](f"{key}-{stem}", stem))


def _why_not(key: str, files: tuple[File, ...], *, kind: str, name: str) -> Message | None:
    ending = ENDINGS[kind]
    stem = name.strip().removesuffix(ending)
    if "." in stem:
        return msg("这种文件的名称以“{ending}”结尾，也可以不写结尾。", ending=ending)
    if not NAME.fullmatch(stem):
        return msg("请用小写英文字母、数字和连字符，以字母或数字开头，最多 60 个字符。")
    if any(file.path.casefold() == stem + ending for file in files):
        return msg("草稿中已有“{path}”，请换一个名称。", path=stem + ending)
    taken = next((f.path for f in files if f.kind == kind and f"{key}-{stem}" in ids_of(f)), None)
    if taken is not None:
        return msg("编号“{id}”已由“{path}”使用，请换一个名称。", id=f"{key}-{stem}", path=taken)
    if len(files) >= MAX_FILES:
        return msg("一个流程最多 {limit} 个文件。", limit=MAX_FILES)
    return None


def ids_of(file: File) -> frozenset[str]:
    """The names by which a diagram asks for a file; none for one that cannot be read."""
    if file.kind == "document":
        return frozenset({file.path, file.path.removesuffix(TEMPLATE)})
    try:
        if file.kind == "form":
            return frozenset({str(nesting.read_json(file.body)["id"])})
        if file.kind == "decision":
            return frozenset(decisions.load(file.body.encode()).decision_ids)
    except (ValueError, KeyError, TypeError, HeguiError):
        return frozenset()
    return frozenset()


def _form(form_id: str, stem: str) -> str:
    """A form-js schema with one text field."""
    del stem
    field = {
        "type": "textfield",
        "id": "Field_text",
        "key": "text",
        "label": "文字",
        "validate": {"maxLength": 200},
        "properties": {"label.en": "Text", "label.zh-Hant": "文字"},
        "layout": {"row": "Row_text", "columns": None},
    }
    return form_text(
        {
            "components": [field],
            "type": "default",
            "id": form_id,
            "schemaVersion": 19,
            "exporter": {"name": "Hegui", "version": "1"},
            "executionPlatform": "Camunda Cloud",
            "executionPlatformVersion": "8.8.0",
        }
    )


def _decision(decision_id: str, stem: str) -> str:
    """A table with one input, one output and one rule that always holds."""
    return DECISION.format(id=decision_id, name=stem)


def _document(file_id: str, stem: str) -> str:
    """A template with its head; the Chinese text governs."""
    del file_id, stem
    return DOCUMENT


SKELETONS: Final[Mapping[str, Callable[[str, str], str]]] = {
    "form": _form,
    "decision": _decision,
    "document": _document,
}

DECISION: Final = """\
<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" \
xmlns:dmndi="https://www.omg.org/spec/DMN/20191111/DMNDI/" \
xmlns:dc="http://www.omg.org/spec/DMN/20180521/DC/" \
xmlns:modeler="http://camunda.org/schema/modeler/1.0" id="{id}-definitions" name="{name}" \
namespace="urn:hegui:{id}" exporter="Hegui" exporterVersion="1" \
modeler:executionPlatform="Camunda Cloud" modeler:executionPlatformVersion="8.8.0">
  <decision id="{id}" name="{name}">
    <variable id="{id}-variable" name="{name}" />
    <decisionTable id="{id}-table" hitPolicy="UNIQUE">
      <input id="{id}-in" label="输入">
        <inputExpression id="{id}-in-expression" typeRef="string">
          <text>input</text>
        </inputExpression>
      </input>
      <output id="{id}-out" label="结果" name="result" typeRef="string" />
      <rule id="{id}-rule">
        <inputEntry id="{id}-rule-in">
          <text>-</text>
        </inputEntry>
        <outputEntry id="{id}-rule-out">
          <text>"none"</text>
        </outputEntry>
      </rule>
    </decisionTable>
  </decision>
  <dmndi:DMNDI>
    <dmndi:DMNDiagram id="{id}-diagram">
      <dmndi:DMNShape id="{id}-shape" dmnElementRef="{id}">
        <dc:Bounds height="80" width="180" x="160" y="100" />
      </dmndi:DMNShape>
    </dmndi:DMNDiagram>
  </dmndi:DMNDI>
</definitions>
"""

DOCUMENT: Final = """\
+++
kind = "notice"
languages = ["zh-Hans"]
signatures = []

[titles]
zh-Hans = "新文书"
en = "New document"
zh-Hant = "新文書"
+++
# 新文书

{= employee.name }：
"""
