"""What happened in a case, in words, from its chain of events."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from models.event import Event
from models.person import Person
from webapp.domain.text import Message, msg, named
from webapp.services.procedures.bundle import load_bundle

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from models.case import Case
    from webapp.services.work import Work

SHOWN = 500  # events of a case that a page lists


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the timeline."""

    sequence: int
    kind: str
    at: datetime
    who: str
    title: Message
    note: str | Message = ""
    element_id: str | None = None
    outcome: str | None = None
    rules: tuple[Mapping[str, Any], ...] = ()
    passed: tuple[str, ...] = ()
    leaf: str = ""
    link: str = ""

    @property
    def state(self) -> str:
        """How the page colours it."""
        bad = self.outcome == "reject" or self.kind.startswith("incident")
        return "danger" if bad else "done"


def read_timeline(work: Work, case: Case) -> tuple[Entry, ...]:
    """The events of a case that the caller has read already, oldest first; two statements."""
    rows = work.session.scalars(
        select(Event)
        .options(joinedload(Event.payload))
        .where(Event.case_id == case.id)
        .order_by(Event.sequence)
        .limit(SHOWN)
    ).all()
    people = {r.actor_id for r in rows if r.actor_id is not None}
    found = work.session.execute(select(Person.id, Person.name).where(Person.id.in_(people)))
    names: dict[int, str] = {person_id: name for person_id, name in found}  # noqa: C416  (rows, not pairs)
    labels = _labels(work, case)
    return tuple(_entry(r, names, labels) for r in rows)


def _labels(work: Work, case: Case) -> Mapping[str, Mapping[str, str]]:
    return load_bundle(work.session, case.procedure_version_id).names


def _entry(row: Event, names: Mapping[int, str], labels: Mapping[str, Mapping[str, str]]) -> Entry:
    body = json.loads(row.payload.body) if row.payload.body else {"data": {}}
    data: Mapping[str, Any] = body["data"]
    element = data.get("element")
    label = named(labels.get(element or "", {}), element or "")
    return Entry(
        sequence=row.sequence or 0,
        kind=row.kind,
        at=row.at,
        who="" if row.actor_id is None else names.get(row.actor_id, ""),
        title=TITLES.get(row.kind, _other)(label, data),
        note=_note(data),
        element_id=element,
        outcome=data.get("outcome"),
        rules=tuple(data.get("rules") or ()),
        passed=tuple(data.get("passed") or ()),
        leaf=row.leaf,
        link=row.link,
    )


def _completed(label: Message, data: Mapping[str, Any]) -> Message:
    outcome = data.get("outcome")
    if outcome == "approve":
        return msg("{step}：同意", step=label)
    if outcome == "reject":
        return msg("{step}：不同意", step=label)
    return msg("{step}：已完成", step=label)


def _other(label: Message, _data: Mapping[str, Any]) -> Message:
    return msg("{step}：有记录", step=label) if str(label) else msg("有记录")


TITLES: dict[str, Callable[[Message, Mapping[str, Any]], Message]] = {
    "case.started": lambda _s, _d: msg("发起"),
    "case.withdrawn": lambda _s, _d: msg("撤回申请"),
    "leave.requested": lambda _s, _d: msg("提交申请，额度已预留"),
    "leave.booked": lambda _s, _d: msg("假期登记入账"),
    "leave.changed": lambda _s, _d: msg("假期变更登记"),
    "leave.converted": lambda _s, _d: msg("改记事假"),
    "leave.released": lambda _s, _d: msg("释放预留额度"),
    "leave.cancelled": lambda _s, _d: msg("假期取消，已冲回"),
    "leave.recounted": lambda _s, _d: msg("日历或参数变化，重新计算"),
    "case.cancelled": lambda _s, _d: msg("撤销"),
    "case.suspended": lambda _s, _d: msg("暂停"),
    "case.resumed": lambda _s, _d: msg("恢复"),
    "case.modified": lambda _s, _d: msg("流程干预"),
    "case.variables_edited": lambda _s, _d: msg("更正变量"),
    "case.restarted": lambda _s, _d: msg("重新开始"),
    "case.migrated": lambda _s, d: msg("迁移到第 {number} 版", number=d.get("to", "")),
    "signal.received": lambda _s, d: msg("收到信号“{name}”", name=d.get("name", "")),
    "task.completed": _completed,
    "task.claimed": lambda s, _d: msg("{step}：认领", step=s),
    "task.released": lambda s, _d: msg("{step}：放回", step=s),
    "task.transferred": lambda s, _d: msg("{step}：转办", step=s),
    "task.returned": lambda s, _d: msg("{step}：退回", step=s),
    "task.urged": lambda s, _d: msg("{step}：催办", step=s),
    "timer.fired": lambda s, _d: msg("{step}：时间到", step=s),
    "job.completed": lambda s, _d: msg("{step}：系统完成", step=s),
    "message.received": lambda s, _d: msg("{step}：收到", step=s),
    "file.attached": lambda _s, d: msg("上传文件“{name}”", name=d.get("name", "")),
    "case.sealed": lambda _s, _d: msg("事件链封存"),
    "comment.added": lambda _s, _d: msg("留言"),
    "incident.opened": lambda s, _d: msg("{step}：出错，等待处理", step=s),
    "incident.retried": lambda s, _d: msg("{step}：重试", step=s),
}


def _note(data: Mapping[str, Any]) -> str:
    values = data.get("values") or {}
    said = values.get("refusal") or values.get("comment") or data.get("reason") or data.get("text")
    return said if isinstance(said, str) else ""
