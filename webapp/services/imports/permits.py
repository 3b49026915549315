"""The plan of an import of special-hours permits (特殊工时审批台账)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from webapp.domain.text import Message, msg
from webapp.services.imports import cells
from webapp.services.imports.columns import CellError, Column, match
from webapp.services.imports.plan import Plan, count
from webapp.services.imports.rows import Draft, drafts, faults_of, planned

if TYPE_CHECKING:
    from collections.abc import Iterator

    from webapp.services.imports.existing import Existing
    from webapp.services.imports.sheet import Cell, Sheet

SYSTEMS = {
    "综合计算工时": "comprehensive", "综合计算工时制": "comprehensive", "综合": "comprehensive",
    "comprehensive": "comprehensive", "不定时": "irregular", "不定时工作制": "irregular",
    "不定时工时": "irregular", "irregular": "irregular",
}  # fmt: skip
CYCLES = {
    "周": "week", "week": "week", "月": "month", "month": "month", "季": "quarter", "季度": "quarter",
    "quarter": "quarter", "半年": "half_year", "half_year": "half_year", "年": "year", "year": "year",
}  # fmt: skip
MOST = 60  # posts of one permit
LONGEST = 100


def posts(cell: Cell, existing: Existing) -> tuple[str, ...]:  # noqa: ARG001
    """Names of posts, parted by 、 or a semicolon."""
    text = cells.text_of(cell)
    for mark in "；;，,\n":
        text = text.replace(mark, "、")
    found = tuple(dict.fromkeys(part.strip() for part in text.split("、") if part.strip()))
    if not found or len(found) > MOST or any(len(name) > LONGEST for name in found):
        raise CellError(msg("请写岗位名称，多个岗位用顿号分开。"))
    return found


COLUMNS: tuple[Column, ...] = (
    Column(key="number", titles=("批复文号", "permit number"), read=cells.contract_number, required=True),
    Column(key="entity", titles=("用人单位", "公司", "entity"), read=cells.entity, required=True),
    Column(key="region", titles=("审批地区", "地区", "region"), read=cells.region, required=True),
    Column(key="system", titles=("工时制度", "hours system"), read=cells.one_of(SYSTEMS), required=True),
    Column(key="posts", titles=("岗位", "posts"), read=posts, required=True),
    Column(key="cycle", titles=("计算周期", "周期", "cycle"), read=cells.one_of(CYCLES)),
    Column(key="valid_from", titles=("生效日期", "valid from"), read=cells.day, required=True),
    Column(key="valid_to", titles=("失效日期", "到期日期", "valid to"), read=cells.day, required=True),
    Column(key="revoked_on", titles=("撤销日期", "revoked on"), read=cells.day),
)


def plan_permits(sheet: Sheet, existing: Existing) -> Plan:
    """Compare a file with the register; every fault is named by row and column, and nothing is written."""
    layout = match(sheet, COLUMNS)
    if not layout.readable:
        return Plan(kind="permits", sha256=sheet.sha256, total=len(sheet.rows), faults=layout.faults)
    read = drafts(sheet, COLUMNS, layout, existing=existing)
    seen: dict[str, int] = {}
    for draft in read:
        for column, message in (*_of_one(draft), *_twice(draft, seen)):
            draft.faults.setdefault(column, message)
    rows = planned(read, existing.permits, COLUMNS)
    here = {draft.values.get("number") for draft in read}
    missing = tuple(number for number in sorted(existing.permits) if number not in here)
    return Plan(
        kind="permits",
        sha256=sheet.sha256,
        total=len(read),
        faults=(*layout.faults, *faults_of(read, COLUMNS)),
        rows=rows,
        missing=missing,
        counts=count(rows, total=len(read), missing=len(missing)),
    )


def _of_one(draft: Draft) -> Iterator[tuple[str, Message]]:
    values = draft.values
    first, last = values.get("valid_from"), values.get("valid_to")
    if first and last and last < first:
        yield "valid_to", msg("失效日期早于生效日期。")
    if values.get("system") == "comprehensive" and not values.get("cycle") and "cycle" not in draft.faults:
        yield "cycle", msg("综合计算工时制须写明计算周期。")
    if values.get("system") == "irregular" and values.get("cycle"):
        yield "cycle", msg("不定时工作制没有计算周期，请留空。")


def _twice(draft: Draft, seen: dict[str, int]) -> Iterator[tuple[str, Message]]:
    number = draft.values.get("number")
    if number is None:
        return
    if number in seen:
        yield "number", msg("批复文号“{number}”与第 {row} 行重复。", number=number, row=seen[number])
    seen.setdefault(number, draft.row)
