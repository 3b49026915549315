"""Check the rules of a table against each other: gaps, contradictions, rules that never fire."""

from __future__ import annotations

from itertools import combinations, islice
from typing import TYPE_CHECKING

from webapp.decisions.boxed import Literal
from webapp.decisions.checking.columns import Column, cut_columns, places_of, turn
from webapp.decisions.checking.constants import constant_of
from webapp.decisions.checking.problems import Finding, Severity
from webapp.decisions.checking.regions import Region, Steps, TooComplexError, find_uncovered, is_covered
from webapp.decisions.checking.texts import Spot
from webapp.decisions.checking.wording import describe
from webapp.decisions.hits import HitPolicy
from webapp.decisions.language import UNKNOWN, equal
from webapp.domain.text import msg
from webapp.feel import Budget

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from webapp.decisions.checking.kinds import Known
    from webapp.decisions.checking.texts import Findings
    from webapp.decisions.table import Table

COMPARED = 1_000  # rules that are compared with each other
REPORTED = 20  # findings of one sort that a table is told


def check_rules(findings: Findings, table: Table, kinds: Sequence[Known]) -> None:
    """Note gaps, overlaps and unreachable rules of a table whose texts can all be read."""
    if len(table.rules) > COMPARED:
        _note_complex(findings, table)
        return
    columns = cut_columns(table, kinds)
    steps = Steps()
    possible = _note_impossible(findings, table, columns)
    try:
        _note_gaps(findings, table, columns, steps=steps)
        _note_covered(findings, table, columns, possible=possible, steps=steps)
    except TooComplexError:
        _note_complex(findings, table)
    _note_overlaps(findings, table, columns, possible=possible)


def _note_complex(findings: Findings, table: Table) -> None:
    message = msg("决策表过于复杂，未能查完是否有遗漏的情形。")
    findings.add(Finding.COMPLEX, message, spot=Spot(element_id=table.id), severity=Severity.WARNING)


def _spot(table: Table, row: int, column: int = 0) -> Spot:
    return Spot(element_id=table.rules[row].id, rule_id=table.rules[row].id, row=row + 1, column=column)


def _note_impossible(findings: Findings, table: Table, columns: Sequence[Column]) -> list[int]:
    """The rules that can match; a cell that passes nothing that is allowed makes its rule idle."""
    possible = []
    for row in range(len(table.rules)):
        idle = next((column for column in columns if not column.maybe[row]), None)
        if idle is None:
            possible.append(row)
            continue
        message = msg("第 {row} 行永远不会匹配：“{label}”没有满足条件的值。", row=row + 1, label=idle.label)
        findings.add(Finding.UNREACHABLE, message, spot=_spot(table, row, idle.index))
    return possible


def _note_gaps(findings: Findings, table: Table, columns: Sequence[Column], *, steps: Steps) -> None:
    if not table.hit_policy.is_single or any(clause.default for clause in table.outputs):
        return
    asked = [turn(column.maybe, len(column.atoms))[: column.asked] for column in columns]
    gaps = find_uncovered(asked, (1 << len(table.rules)) - 1, steps=steps)
    for region in islice(gaps, REPORTED):
        where = describe(columns, region)
        message = msg("没有规则覆盖这种情形：{where}", where=where)
        findings.add(Finding.GAP, message, spot=Spot(element_id=table.id), severity=Severity.WARNING)


def _note_covered(
    findings: Findings,
    table: Table,
    columns: Sequence[Column],
    *,
    possible: Sequence[int],
    steps: Steps,
) -> None:
    """Rules before which others always come, where only one may answer."""
    order = _order_of_answers(table, possible)
    sure = [turn(column.sure, len(column.atoms)) for column in columns]
    for place, row in enumerate(order):
        earlier = sum(1 << other for other in order[:place])
        box = tuple(places_of(column.maybe[row]) for column in columns)
        if earlier and is_covered(sure, box, earlier, steps=steps):
            message = msg("第 {row} 行永远轮不到：前面的规则已覆盖它的所有情形。", row=row + 1)
            findings.add(Finding.UNREACHABLE, message, spot=_spot(table, row))


def _order_of_answers(table: Table, possible: Sequence[int]) -> list[int]:
    """The rules in the order in which they answer; none where it depends on the inputs, or all answer."""
    if table.hit_policy is HitPolicy.FIRST:
        return list(possible)
    if table.hit_policy is not HitPolicy.PRIORITY:
        return []
    outputs = {row: _constant_outputs(table, row) for row in possible}
    if any(UNKNOWN in values for values in outputs.values()):
        return []

    def rank(row: int) -> tuple[tuple[int, ...], int]:
        pairs = zip(table.outputs, outputs[row], strict=True)
        return tuple(clause.ranking.place(value, Budget()) for clause, value in pairs), row

    return sorted(possible, key=rank)


def _constant_outputs(table: Table, row: int) -> list[Any]:
    return [
        constant_of(cell.text.program) if isinstance(cell, Literal) else None
        for cell in table.rules[row].outputs
    ]


def _note_overlaps(
    findings: Findings,
    table: Table,
    columns: Sequence[Column],
    *,
    possible: Sequence[int],
) -> None:
    if table.hit_policy not in {HitPolicy.UNIQUE, HitPolicy.ANY}:
        return
    noted = 0
    for first, second in combinations(possible, 2):
        region = _common(columns, first, second)
        if region is None or (table.hit_policy is HitPolicy.ANY and not _disagree(table, first, second)):
            continue
        message = msg(
            "第 {first} 行与第 {second} 行会同时匹配：{where}",
            first=first + 1,
            second=second + 1,
            where=describe(columns, region),
        )
        findings.add(Finding.OVERLAP, message, spot=_spot(table, second))
        noted += 1
        if noted >= REPORTED:
            return


def _common(columns: Sequence[Column], first: int, second: int) -> Region | None:
    """The region that both rules surely match; None where there is none."""
    shared = [column.sure[first] & column.sure[second] for column in columns]
    return tuple(places_of(pieces) for pieces in shared) if all(shared) else None


def _disagree(table: Table, first: int, second: int) -> bool:
    pairs = zip(_constant_outputs(table, first), _constant_outputs(table, second), strict=True)
    return any(a is not UNKNOWN and b is not UNKNOWN and not equal(a, b) for a, b in pairs)
