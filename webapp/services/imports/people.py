"""The plan of an import of people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from webapp.domain.text import Message, msg
from webapp.services.imports import cells
from webapp.services.imports.columns import CellError, Column, match
from webapp.services.imports.managers import loops
from webapp.services.imports.plan import Plan, count
from webapp.services.imports.rows import Draft, drafts, faults_of, planned

if TYPE_CHECKING:
    from collections.abc import Iterator

    from webapp.services.imports.existing import Existing
    from webapp.services.imports.sheet import Sheet

HOURS = {
    "标准工时": "standard", "标准": "standard", "standard": "standard",
    "综合计算工时": "comprehensive", "综合工时": "comprehensive", "综合": "comprehensive",
    "comprehensive": "comprehensive",
    "不定时工作制": "irregular", "不定时": "irregular", "irregular": "irregular",
}  # fmt: skip
GENDERS = {"男": "m", "m": "m", "male": "m", "女": "f", "f": "f", "female": "f"}

COLUMNS: tuple[Column, ...] = (
    Column(
        key="number",
        titles=("工号", "员工编号", "number", "employee number"),
        read=cells.number,
        required=True,
    ),
    Column(key="name", titles=("姓名", "员工姓名", "name"), read=cells.name, required=True),
    Column(key="entity", titles=("用人单位", "公司", "entity"), read=cells.entity, required=True),
    Column(
        key="department", titles=("部门", "department"), read=lambda c, _: cells.text_of(c), required=True
    ),
    Column(key="post", titles=("岗位", "职位", "post"), read=cells.post, required=True),
    Column(key="region", titles=("工作地区", "工作地点", "region"), read=cells.region, required=True),
    Column(key="hired_on", titles=("入职日期", "hired on"), read=cells.day, required=True),
    Column(key="level", titles=("职级", "level"), read=cells.whole(1, 99)),
    Column(key="manager", titles=("直属上级工号", "直属上级", "manager"), read=cells.number),
    Column(key="hours_system", titles=("工时制度", "hours system"), read=cells.one_of(HOURS)),
    Column(key="service_from", titles=("累计工龄起算日", "参加工作日期", "service from"), read=cells.day),
    Column(key="left_on", titles=("离职日期", "left on"), read=cells.day),
    Column(key="gender", titles=("性别", "gender"), read=cells.one_of(GENDERS)),
    Column(key="born_on", titles=("出生日期", "born on"), read=cells.day),
    Column(key="identity", titles=("身份证号", "身份证号码", "id card"), read=cells.identity),
    Column(key="phone", titles=("手机号", "手机", "联系电话", "phone"), read=cells.phone),
    Column(key="email", titles=("电子邮箱", "邮箱", "email"), read=cells.email),
    Column(key="dispatch", titles=("劳务派遣", "dispatch"), read=cells.yes_or_no),
)


def plan_people(sheet: Sheet, existing: Existing) -> Plan:
    """Compare a file with what exists; every fault is named by row and column, and nothing is written."""
    layout = match(sheet, COLUMNS)
    if not layout.readable:
        return Plan(kind="people", sha256=sheet.sha256, total=len(sheet.rows), faults=layout.faults)
    read = drafts(sheet, COLUMNS, layout, existing=existing)
    _doubles(read, existing)
    for draft in read:
        for column, message in _of_one(draft, existing):
            draft.faults.setdefault(column, message)
    _managers(read, existing)
    rows = planned(read, existing.people, COLUMNS)
    here = {draft.values.get("number") for draft in read}
    missing = tuple(n for n, p in sorted(existing.people.items()) if n not in here and p.left_on is None)
    return Plan(
        kind="people",
        sha256=sheet.sha256,
        total=len(read),
        faults=(*layout.faults, *faults_of(read, COLUMNS)),
        rows=rows,
        missing=missing,
        counts=count(rows, total=len(read), missing=len(missing)),
    )


def _doubles(read: list[Draft], existing: Existing) -> None:
    """The second row of a number is the fault; so is a number that belongs to somebody elsewhere."""
    seen: dict[str, int] = {}
    for draft in read:
        number = draft.values.get("number")
        if number is None:
            continue
        if number in existing.elsewhere:
            draft.faults["number"] = msg("工号“{number}”已由其他单位使用。", number=number)
        elif number in seen:
            draft.faults["number"] = msg("工号“{number}”与第 {row} 行重复。", number=number, row=seen[number])
        seen.setdefault(number, draft.row)


def _of_one(draft: Draft, existing: Existing) -> Iterator[tuple[str, Message]]:
    """What is wrong between the columns of one row."""
    values = draft.values
    if "entity" in values and "department" in values:
        try:
            values["department"] = cells.department(values["department"], values["entity"], existing)
        except CellError as error:
            yield "department", error.message
    old = existing.people.get(values.get("number", ""))
    hired = values.get("hired_on")
    left = values.get("left_on", old.left_on if old else None)
    if hired and left and left < hired:
        yield "left_on", msg("离职日期 {left} 早于入职日期 {hired}。", left=left, hired=hired)
    start = values.get("service_from")
    if hired and start and start > hired:
        yield "service_from", msg("累计工龄起算日 {start} 晚于入职日期 {hired}。", start=start, hired=hired)
    yield from _identity(values)


def _identity(values: dict[str, Any]) -> Iterator[tuple[str, Message]]:
    """The card fills birth and gender in, or contradicts them; the number itself goes no further."""
    card = values.pop("identity", None)
    if card is None:
        return
    if values.setdefault("born_on", card.born_on) != card.born_on:
        yield "born_on", msg("出生日期与身份证号不一致（证号为 {date}）。", date=card.born_on)
    if values.setdefault("gender", card.gender) != card.gender:
        yield "gender", msg("性别与身份证号不一致。")


def _managers(read: list[Draft], existing: Existing) -> None:
    """Line managers exist, are still there, and nobody stands above himself."""
    here = {d.values["number"]: d for d in read if "number" in d.values}
    leaders = {n: p.manager for n, p in existing.people.items() if p.manager}
    for draft in read:
        manager = draft.values.get("manager")
        if manager is None or "manager" in draft.faults:
            continue
        message = _manager_fault(manager, draft, here=here, existing=existing)
        if message is not None:
            draft.faults["manager"] = message
        elif "number" in draft.values and "number" not in draft.faults:
            leaders[draft.values["number"]] = manager
    for loop in loops(leaders):
        rows = sorted(here[n].row for n in loop if n in here and here[n].values.get("manager"))
        first = next((d for d in read if rows and d.row == rows[0]), None)
        if first is not None:
            chain = " → ".join((*loop, loop[0]))
            first.faults.setdefault("manager", msg("直属上级形成循环：{chain}。", chain=chain))


def _manager_fault(
    manager: str, draft: Draft, *, here: dict[str, Draft], existing: Existing
) -> Message | None:
    if manager == draft.values.get("number"):
        return msg("直属上级不能是本人。")
    there = existing.people.get(manager)
    if manager not in here and there is None and manager not in existing.elsewhere:
        return msg("没有工号为“{number}”的人员可作直属上级。", number=manager)
    gone = here[manager].values.get("left_on") if manager in here else there.left_on if there else None
    if gone is not None and draft.values.get("left_on") is None:
        return msg("直属上级“{number}”已于 {date} 离职。", number=manager, date=gone)
    return None
