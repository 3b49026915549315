"""What a dry run tells: figures, faults, changes, and who is missing, as rows to show or to save."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from webapp.domain.text import Message, msg
from webapp.services.imports.plan import RowState

if TYPE_CHECKING:
    from webapp.services.imports.plan import Plan

FIGURES = {
    "new": msg("将新增"),
    "changed": msg("将变更"),
    "unchanged": msg("不变"),
    "faulty": msg("有问题"),
    "missing": msg("文件中没有"),
    "left_out": msg("不保存"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the report; ``row`` is 0 where the file has none."""

    row: int
    number: str
    column: str
    message: Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The reconciliation of a file with what exists."""

    verdict: Message
    figures: tuple[tuple[Message, int], ...]
    faults: tuple[Line, ...]
    changes: tuple[Line, ...]
    notes: tuple[Line, ...]
    missing: tuple[Line, ...]


def report(plan: Plan) -> Report:
    """The plan in words, ready for a page or a CSV file."""
    numbers = {row.row: row.number for row in plan.rows}
    return Report(
        verdict=_verdict(plan),
        figures=tuple(
            (name, plan.counts.get(key, 0))
            for key, name in FIGURES.items()
            if key in plan.counts or key != "left_out"
        ),
        faults=tuple(
            Line(row=f.row, number=numbers.get(f.row, ""), column=f.column, message=f.message)
            for f in plan.faults
        ),
        notes=tuple(
            Line(row=n.row, number=numbers.get(n.row, ""), column=n.column, message=n.message)
            for n in plan.notes
        ),
        changes=tuple(
            Line(row=r.row, number=r.number, column=c.column, message=_change(c.before, c.after))
            for r in plan.rows
            if r.state is RowState.CHANGED
            for c in r.changes
        ),
        missing=tuple(
            Line(row=0, number=n, column="", message=msg("系统里有、文件里没有，导入不会删除。"))
            for n in plan.missing
        ),
    )


def _verdict(plan: Plan) -> Message:
    if plan.ready:
        return msg("{total} 行全部可以导入。", total=plan.total)
    return msg("发现 {faults} 处问题，改正后才能导入；没有写入任何内容。", faults=len(plan.faults))


def _change(before: Any, after: Any) -> Message:
    return msg("{before} 改为 {after}", before=_shown(before), after=_shown(after))


def _shown(value: Any) -> str:
    if value is None or value == "":
        return "（空）"
    return {True: "是", False: "否"}[value] if isinstance(value, bool) else str(value)
