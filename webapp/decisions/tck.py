"""The DMN Technology Compatibility Kit: its cases in, an outcome for each asked result out.

The kit's own runners let numbers differ by 1e-8 (its expected values are written with few digits); so does
this one. A case that expects an error passes where the decision gives null or a DecisionError.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from webapp.decisions.errors import DecisionError, ModelError
from webapp.decisions.files import load_file
from webapp.decisions.xml import child, children, read_xml, text_of
from webapp.domain.errors import HeguiError
from webapp.feel import parse

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from lxml import etree

    from webapp.decisions.model import Model

XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
TOLERANCE = Decimal("1e-8")
FUNCTIONS = {"date": "date", "time": "time", "dateTime": "date and time", "duration": "duration"}
NUMBERS = {"decimal", "double", "float", "integer", "int", "long"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How one asked result of one case went; ``reason`` is empty where it passed."""

    id: str  # test file / case / result
    suite: str
    level: str  # compliance-level-2, compliance-level-3, non-compliant
    reason: str = ""

    @property
    def passed(self) -> bool:
        """Whether the result was the expected one."""
        return not self.reason


def run_kit(directory: Path, *, only: str = "") -> Iterator[Outcome]:
    """Run every test file under the kit's folder whose suite has ``only`` in its name, in order of names."""
    for path in sorted(directory.rglob("*.xml")):
        if only in path.parent.name and b"testCase" in path.read_bytes():
            yield from run_file(path)


def run_file(path: Path) -> Iterator[Outcome]:
    """Run the cases of one test file against the model that it names."""
    root = read_xml(path.read_bytes())
    suite, level = path.parent.name, path.parent.parent.name
    model: Model | HeguiError
    try:
        model = load_file(path.parent / text_of(child(root, "modelName")))
    except (ModelError, OSError) as error:
        model = error if isinstance(error, HeguiError) else ModelError()
    for case in children(root, "testCase"):
        inputs = {node.get("name", ""): read_value(node) for node in children(case, "inputNode")}
        for result in children(case, "resultNode"):
            name = f"{path.stem}/{case.get('id', '')}/{result.get('name', '')}"
            reason = (
                str(model) if isinstance(model, HeguiError) else _judge(model, case, result, inputs=inputs)
            )
            yield Outcome(id=name, suite=suite, level=level, reason=reason)


def _judge(model: Model, case: etree._Element, result: etree._Element, *, inputs: dict[str, Any]) -> str:
    expected_node = child(result, "expected")
    expected = None if expected_node is None else read_value(expected_node)
    try:
        actual = _answer(model, case, result, inputs=inputs)
    except DecisionError as error:
        if result.get("errorResult") == "true" and expected is None:
            return ""
        return f"{type(error).__name__}: {error}"
    except Exception as error:  # noqa: BLE001 - a crash is a failed case, and the others go on
        return f"crash {type(error).__name__}: {error}"
    return "" if agree(actual, expected) else f"expected {expected!r}, got {actual!r}"


def _answer(model: Model, case: etree._Element, result: etree._Element, *, inputs: dict[str, Any]) -> Any:
    now = datetime.now(UTC)
    name = result.get("name", "")
    service = case.get("invocableName")
    if not service:
        return model.evaluate(name, inputs, now=now).value
    value = model.evaluate(service, inputs, now=now).value
    several = isinstance(value, dict) and sum(1 for _ in children(case, "resultNode")) > 1
    return value.get(name) if several else value


def read_value(node: etree._Element) -> Any:
    """The FEEL value of an inputNode, expected, component or item of the kit's test cases."""
    parts = list(children(node, "value", "component", "list"))
    if not parts or parts[0].get(XSI + "nil") == "true":
        return None
    kind = parts[0].tag.rpartition("}")[2] if isinstance(parts[0].tag, str) else ""
    if kind == "component":
        return {part.get("name", ""): read_value(part) for part in parts}
    if kind == "list":
        return [read_value(item) for item in children(parts[0], "item")]
    return _read_scalar(parts[0])


def _read_scalar(node: etree._Element) -> Any:
    text = "".join(str(part) for part in node.itertext())
    kind = (node.get(XSI + "type") or _guess(text.strip())).rpartition(":")[2]
    if kind == "boolean":
        return text.strip() == "true"
    if kind in NUMBERS:
        return Decimal(text.strip())
    if kind in FUNCTIONS:
        return parse(f"{FUNCTIONS[kind]}(text)").evaluate({"text": text.strip()})
    return text


def _guess(text: str) -> str:
    """The type of a value that the case leaves untyped."""
    if text in {"true", "false"}:
        return "boolean"
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}", text):
        return "dateTime"
    return "decimal" if re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", text) else "string"


def agree(actual: Any, expected: Any) -> bool:
    """Whether an answer is the expected one, type for type, and number for number within the tolerance."""
    if isinstance(expected, Decimal):
        return _is_number(actual) and _close(Decimal(actual), expected)
    if isinstance(expected, list):
        same_length = isinstance(actual, list | tuple) and len(actual) == len(expected)
        return same_length and all(agree(a, e) for a, e in zip(actual, expected, strict=True))
    if isinstance(expected, dict):
        same_names = isinstance(actual, dict) and actual.keys() == expected.keys()
        return same_names and all(agree(actual[name], item) for name, item in expected.items())
    return type(actual) is type(expected) and bool(actual == expected)


def _is_number(value: Any) -> bool:
    return isinstance(value, Decimal | int) and not isinstance(value, bool)


def _close(actual: Decimal, expected: Decimal) -> bool:
    return abs(actual - expected) <= TOLERANCE * max(Decimal(1), abs(expected))
