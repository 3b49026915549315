"""Read decision tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from webapp.decisions.boxed import Boxed, Nothing
from webapp.decisions.errors import ModelError
from webapp.decisions.hits import Aggregator, HitPolicy
from webapp.decisions.language import list_values
from webapp.decisions.ranking import Ranking
from webapp.decisions.reading.logic import Place, read_literal
from webapp.decisions.table import InputClause, OutputClause, Rule, Table
from webapp.decisions.xml import child, children, id_of, text_of
from webapp.domain.text import msg

if TYPE_CHECKING:
    from lxml import etree

    from webapp.decisions.language import Tests

CELL_LIMIT = 50_000  # cells a table


def read_table(node: etree._Element, place: Place) -> Table:
    """Read one table; ModelError where its rows and columns do not fit or the hit policy is unknown."""
    inputs = tuple(_read_input(part, place) for part in children(node, "input"))
    outputs = tuple(_read_output(part, place) for part in children(node, "output"))
    rows = list(children(node, "rule"))
    if len(rows) * (len(inputs) + len(outputs)) > CELL_LIMIT:
        raise ModelError(msg("决策表过大，不得超过 {limit} 个单元格。", limit=CELL_LIMIT))
    size = (len(inputs), len(outputs))
    return Table(
        id=id_of(node),
        inputs=inputs,
        outputs=outputs,
        rules=tuple(_read_rule(row, place, index=i, size=size) for i, row in enumerate(rows)),
        hit_policy=_read_policy(node),
        aggregator=_read_aggregator(node),
        types=place.types,
    )


def _read_policy(node: etree._Element) -> HitPolicy:
    try:
        return HitPolicy(node.get("hitPolicy", "UNIQUE"))
    except ValueError as error:
        raise ModelError(msg("未知的命中策略“{policy}”。", policy=node.get("hitPolicy"))) from error


def _read_aggregator(node: etree._Element) -> Aggregator:
    try:
        return Aggregator(node.get("aggregation", ""))
    except ValueError as error:
        raise ModelError(msg("未知的汇总方式“{name}”。", name=node.get("aggregation"))) from error


def _read_input(node: etree._Element, place: Place) -> InputClause:
    expression = child(node, "inputExpression")
    if expression is None:
        raise ModelError(msg("决策表的输入列缺少表达式。"))
    literal = read_literal(expression, place)
    return InputClause(
        id=id_of(node),
        label=node.get("label") or literal.text.source,
        expression=literal,
        type_ref=expression.get("typeRef", ""),
        values=_read_tests(child(node, "inputValues"), place),
    )


def _read_output(node: etree._Element, place: Place) -> OutputClause:
    ref = node.get("typeRef", "")
    default = child(node, "defaultOutputEntry")
    text = text_of(child(node, "outputValues")) or place.types.allowed_text(ref)
    return OutputClause(
        id=id_of(node),
        name=node.get("name") or node.get("label") or "",
        type_ref=ref,
        values=_read_tests(child(node, "outputValues"), place),
        ranking=Ranking(list_values(text, names=place.names_in(text))),
        default=None if default is None else read_literal(default, place),
    )


def _read_rule(node: etree._Element, place: Place, *, index: int, size: tuple[int, int]) -> Rule:
    tests = tuple(_read_tests(part, place) for part in children(node, "inputEntry"))
    outputs = tuple(_read_entry(part, place) for part in children(node, "outputEntry"))
    if (len(tests), len(outputs)) != size:
        raise ModelError(msg("决策表第 {row} 行的单元格数与列数不符。", row=index + 1))
    return Rule(
        id=node.get("id") or f"rule {index + 1}",
        tests=tests,
        outputs=outputs,
        annotations=tuple(text_of(part) for part in children(node, "annotationEntry")),
    )


def _read_entry(node: etree._Element, place: Place) -> Boxed:
    return read_literal(node, place) if text_of(child(node, "text")) else Nothing(id=id_of(node))


def _read_tests(node: etree._Element | None, place: Place) -> Tests | None:
    text = "" if node is None else text_of(child(node, "text"))
    if node is None or text in {"", "-"}:
        return None
    return place.compile_tests(text, node)
