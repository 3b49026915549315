"""The plan of an import of labour contracts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING

from webapp.domain.text import Message, msg
from webapp.services.imports import cells
from webapp.services.imports.columns import Column, match
from webapp.services.imports.plan import Plan, count
from webapp.services.imports.rows import Draft, drafts, faults_of, planned

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from webapp.services.imports.existing import Existing
    from webapp.services.imports.sheet import Sheet

KINDS = {
    "固定期限": "fixed", "fixed": "fixed", "无固定期限": "open", "open": "open",
    "以完成一定工作任务为期限": "task", "完成任务": "task", "task": "task",
}  # fmt: skip
STATES = {
    "草稿": "draft", "draft": "draft", "有效": "active", "active": "active", "已变更": "changed",
    "changed": "changed", "即将到期": "expiring", "expiring": "expiring", "已终止": "ended", "ended": "ended",
}  # fmt: skip
RUNNING = frozenset({"active", "changed", "expiring"})
COLUMNS: tuple[Column, ...] = (
    Column(key="number", titles=("合同编号", "contract number"), read=cells.contract_number, required=True),
    Column(key="person", titles=("工号", "员工编号", "employee number"), read=cells.number, required=True),
    Column(key="entity", titles=("用人单位", "公司", "entity"), read=cells.entity, required=True),
    Column(key="kind", titles=("合同类型", "kind"), read=cells.one_of(KINDS), required=True),
    Column(key="starts_on", titles=("开始日期", "生效日期", "starts on"), read=cells.day, required=True),
    Column(key="ends_on", titles=("结束日期", "到期日期", "ends on"), read=cells.day),
    Column(key="state", titles=("合同状态", "state"), read=cells.one_of(STATES)),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Term:
    number: str
    starts_on: date
    ends_on: date | None
    draft: Draft | None = None


def plan_contracts(sheet: Sheet, existing: Existing) -> Plan:
    """Compare a file with what exists; every fault is named by row and column, and nothing is written."""
    layout = match(sheet, COLUMNS)
    if not layout.readable:
        return Plan(kind="contracts", sha256=sheet.sha256, total=len(sheet.rows), faults=layout.faults)
    read = drafts(sheet, COLUMNS, layout, existing=existing)
    for draft in read:
        for column, message in _of_one(draft, existing):
            draft.faults.setdefault(column, message)
    _between(read, existing)
    rows = planned(read, existing.contracts, COLUMNS)
    here = {draft.values.get("number") for draft in read}
    missing = tuple(n for n, c in sorted(existing.contracts.items()) if n not in here and c.state != "ended")
    return Plan(
        kind="contracts",
        sha256=sheet.sha256,
        total=len(read),
        faults=(*layout.faults, *faults_of(read, COLUMNS)),
        rows=rows,
        missing=missing,
        counts=count(rows, total=len(read), missing=len(missing)),
    )


def _of_one(draft: Draft, existing: Existing) -> Iterator[tuple[str, Message]]:
    values = draft.values
    if "person" in values and values["person"] not in existing.people:
        yield "person", msg("没有工号为“{number}”的人员。", number=values["person"])
    kind, starts, ends = values.get("kind"), values.get("starts_on"), values.get("ends_on")
    if kind == "fixed" and ends is None and "ends_on" not in draft.faults:
        yield "ends_on", msg("固定期限合同须有结束日期。")
    if kind == "open" and ends is not None:
        yield "ends_on", msg("无固定期限合同不能有结束日期。")
    if starts and ends and ends < starts:
        yield "ends_on", msg("结束日期 {end} 早于开始日期 {start}。", end=ends, start=starts)


def _between(read: list[Draft], existing: Existing) -> None:
    """One number once, and no two contracts of a person with one employer at the same time."""
    seen: dict[str, int] = {}
    for draft in read:
        number = draft.values.get("number")
        if number is not None and number in seen:
            draft.faults["number"] = msg(
                "合同编号“{number}”与第 {row} 行重复。", number=number, row=seen[number]
            )
        elif number is not None:
            seen[number] = draft.row
    for group in _terms(read, existing, seen).values():
        for earlier, later in pairwise(sorted(group, key=lambda term: (term.starts_on, term.number))):
            if (earlier.ends_on or date.max) >= later.starts_on:
                _overlap(earlier, later)


def _terms(
    read: list[Draft], existing: Existing, seen: Mapping[str, int]
) -> dict[tuple[str, str], list[_Term]]:
    """Terms of sound rows and of contracts that the file leaves alone, by person and employer."""
    terms: dict[tuple[str, str], list[_Term]] = {}
    for draft in read:
        v = draft.values
        if not draft.faults and v.get("state", "active") in RUNNING:
            term = _Term(number=v["number"], starts_on=v["starts_on"], ends_on=v.get("ends_on"), draft=draft)
            terms.setdefault((v["person"], v["entity"]), []).append(term)
    for old in existing.contracts.values():
        if old.number not in seen and old.state in RUNNING:
            term = _Term(number=old.number, starts_on=old.starts_on, ends_on=old.ends_on)
            terms.setdefault((old.person, old.entity), []).append(term)
    return terms


def _overlap(earlier: _Term, later: _Term) -> None:
    marked, other = (later, earlier) if later.draft is not None else (earlier, later)
    if marked.draft is not None:
        sentence = msg("与合同“{number}”的期限重叠。", number=other.number)
        marked.draft.faults.setdefault("starts_on", sentence)
