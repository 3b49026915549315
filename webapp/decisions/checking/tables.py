"""Check a decision table: its texts cell by cell, then its rules against each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from webapp.decisions.boxed import Literal
from webapp.decisions.checking.constants import constant_of
from webapp.decisions.checking.kinds import Known, static_type
from webapp.decisions.checking.problems import Finding, Severity
from webapp.decisions.checking.rules import check_rules
from webapp.decisions.checking.texts import Scope, Spot
from webapp.decisions.hits import Aggregator, HitPolicy
from webapp.decisions.language import UNKNOWN
from webapp.domain.text import msg
from webapp.feel import Budget, ContextType, ListType
from webapp.feel.types import ANY, BOOLEAN, DATE, DATE_TIME, NUMBER, STRING, TIME

if TYPE_CHECKING:
    from webapp.decisions.boxed import Boxed
    from webapp.decisions.checking.logic import LogicCheck
    from webapp.decisions.table import InputClause, OutputClause, Table

RANKED = frozenset({HitPolicy.PRIORITY, HitPolicy.OUTPUT_ORDER})
NO_SUM = (STRING, BOOLEAN, DATE, TIME, DATE_TIME)


def check_table(logic: LogicCheck, table: Table, scope: Scope) -> Known:
    """Note what is wrong with a table; the type of its answer."""
    before = len(logic.findings.problems)
    kinds = [
        _check_input(logic, table, clause, scope=scope, column=column)
        for column, clause in enumerate(table.inputs, 1)
    ]
    for row, rule in enumerate(table.rules, 1):
        for column, (test, kind) in enumerate(zip(rule.tests, kinds, strict=True), 1):
            if test is not None:
                spot = Spot(element_id=test.place, rule_id=rule.id, row=row, column=column)
                logic.findings.check_tests(test, scope, spot=spot, input_type=kind)
    outputs = [
        _check_outputs(logic, table, clause, scope=scope, index=index)
        for index, clause in enumerate(table.outputs)
    ]
    _check_policy(logic, table)
    if not any(problem.finding is Finding.SYNTAX for problem in logic.findings.problems[before:]):
        check_rules(logic.findings, table, kinds)
    return _answer_type(table, outputs)


def _check_input(
    logic: LogicCheck,
    table: Table,
    clause: InputClause,
    *,
    scope: Scope,
    column: int,
) -> Known:
    spot = Spot(element_id=clause.expression.id or clause.id, column=column)
    found = logic.findings.check_text(clause.expression.text, scope, spot=spot)
    kind = logic.expect(found, logic.kind_of(table.types, clause.type_ref, spot=spot), spot=spot)
    if clause.values is not None:
        values = Spot(element_id=clause.values.place or clause.id, column=column)
        logic.findings.check_tests(clause.values, scope, spot=values, input_type=kind)
    return kind


def _check_outputs(
    logic: LogicCheck,
    table: Table,
    clause: OutputClause,
    *,
    scope: Scope,
    index: int,
) -> Known:
    column = len(table.inputs) + index + 1
    wanted = logic.kind_of(table.types, clause.type_ref, spot=Spot(element_id=clause.id, column=column))
    found: Known = wanted
    for row, rule in enumerate(table.rules, 1):
        cell = rule.outputs[index]
        spot = Spot(element_id=cell.id, rule_id=rule.id, row=row, column=column)
        found = logic.expect(logic.visit(cell, scope, spot=spot), wanted, spot=spot)
        _check_allowed(logic, clause, cell, spot=spot)
    if clause.default is not None:
        spot = Spot(element_id=clause.default.id or clause.id, column=column)
        logic.expect(logic.visit(clause.default, scope, spot=spot), wanted, spot=spot)
        _check_allowed(logic, clause, clause.default, spot=spot)
    if len(table.outputs) > 1 and not clause.name:
        spot = Spot(element_id=clause.id, column=column)
        logic.findings.add(Finding.NAME, msg("有多个输出列时，每列都要有名称。"), spot=spot)
    return wanted or (found if len(table.rules) == 1 else None)


def _check_allowed(logic: LogicCheck, clause: OutputClause, cell: Boxed, *, spot: Spot) -> None:
    value = constant_of(cell.text.program) if isinstance(cell, Literal) else UNKNOWN
    if not clause.ranking.size or value is UNKNOWN or value is None:
        return
    if clause.ranking.place(value, Budget()) == clause.ranking.size:
        message = msg("此输出不在该列允许的输出值之中。")
        logic.findings.add(Finding.RANKING, message, spot=spot)


def _check_policy(logic: LogicCheck, table: Table) -> None:
    for index, clause in enumerate(table.outputs):
        spot = Spot(element_id=clause.id or table.id, column=len(table.inputs) + index + 1)
        if table.hit_policy in RANKED and not clause.ranking.size and index == 0:
            message = msg("按优先级取结果时，须在输出列列出输出值及其先后。")
            logic.findings.add(Finding.RANKING, message, spot=spot)
        kind = static_type(table.types, clause.type_ref)
        if table.aggregator is Aggregator.SUM and kind in NO_SUM:
            logic.findings.add(Finding.AGGREGATION, msg("此列的值不能求和。"), spot=spot)
    if table.aggregator is not Aggregator.NONE and len(table.outputs) > 1:
        message = msg("汇总只能用于单个输出列。")
        logic.findings.add(Finding.AGGREGATION, message, spot=Spot(element_id=table.id))
    if table.aggregator is not Aggregator.NONE and table.hit_policy is not HitPolicy.COLLECT:
        message = msg("只有“收集”命中策略可以汇总，此处的汇总方式不起作用。")
        spot = Spot(element_id=table.id)
        logic.findings.add(Finding.AGGREGATION, message, spot=spot, severity=Severity.WARNING)


def _answer_type(table: Table, outputs: list[Known]) -> Known:
    if table.hit_policy is HitPolicy.COLLECT and table.aggregator is not Aggregator.NONE:
        return NUMBER if table.aggregator is Aggregator.COUNT else outputs[0]
    one: Known = outputs[0] if len(outputs) == 1 else None
    if len(outputs) > 1:
        members = zip(table.outputs, outputs, strict=True)
        one = ContextType({clause.name: kind or ANY for clause, kind in members})
    return one if table.hit_policy.is_single else ListType(one or ANY)
