"""What happened in a case, in words, from its chain of events."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from models.event import Event, EventPayload
from models.person import Person
from webapp.domain.custody import Step
from webapp.domain.permissions import Permission
from webapp.domain.text import Message, msg, named
from webapp.services.cases.withheld import withheld_fields
from webapp.services.procedures.bundle import load_bundle

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Select

    from models.case import Case
    from webapp.services.work import Work

PAGE = 100  # events of a case that a page lists


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """One page of what happened."""

    entries: tuple[Entry, ...] = ()  # oldest first
    passed: frozenset[str] = frozenset()  # elements gone through, those of the other pages too
    before: int | None = None  # the next page holds what came before this sequence; None: nothing did

    @property
    def earlier(self) -> int:
        """How many events came before this page."""
        return 0 if self.before is None else self.before - 1


def read_timeline(work: Work, case: Case, *, before: int | None = None) -> Timeline:
    """The newest events of a case that the caller has read already, or those before a sequence number.

    Two statements for a case that fits a page, else three.
    """
    statement = _events(case).order_by(Event.sequence.desc()).limit(PAGE)
    if before is not None:
        statement = statement.where(Event.sequence < before)
    rows = list(reversed(work.session.scalars(statement).all()))
    entries = _entries(work, case, rows)
    first = entries[0].sequence if entries else 1
    whole = first == 1 and before is None
    return Timeline(
        entries=entries,
        passed=frozenset(p for e in entries for p in e.passed) if whole else _passed(work, case),
        before=first if first > 1 else None,
    )


def read_whole(work: Work, case: Case) -> Timeline:
    """All events of a case, for print and proof."""
    entries = _entries(work, case, work.session.scalars(_events(case).order_by(Event.sequence)).all())
    return Timeline(entries=entries, passed=frozenset(p for e in entries for p in e.passed))


def event_entry(work: Work, case: Case, event: Event) -> Entry:
    """One event of a case in words."""
    return _entries(work, case, [event])[0]


def _events(case: Case) -> Select[Event]:
    return select(Event).options(joinedload(Event.payload)).where(Event.case_id == case.id)


def _passed(work: Work, case: Case) -> frozenset[str]:
    bodies = work.session.scalars(
        select(EventPayload.body)
        .join(Event, Event.id == EventPayload.event_id)
        .where(Event.case_id == case.id, EventPayload.body.contains('"passed"'))
    )
    return frozenset(p for body in bodies if body for p in json.loads(body)["data"].get("passed") or ())


def _entries(work: Work, case: Case, rows: Sequence[Event]) -> tuple[Entry, ...]:
    people = {r.actor_id for r in rows if r.actor_id is not None}
    found = work.session.execute(select(Person.id, Person.name).where(Person.id.in_(people)))
    names: dict[int, str] = {person_id: name for person_id, name in found}  # noqa: C416  (rows, not pairs)
    labels = _labels(work, case)
    withheld = withheld_fields(work, case.id)
    me = work.actor.person_id
    entries = tuple(
        _entry(r, names, labels, withheld=frozenset() if r.actor_id == me else withheld) for r in rows
    )
    return entries if _reads_vault(work, case) else tuple(map(_closed, entries))


def _reads_vault(work: Work, case: Case) -> bool:
    """Whether the vault's items of a case are the actor's to read, as ``readable_items`` says of rows."""
    own = not work.actor.system and case.person_id == work.actor.person_id
    return not own and work.actor.may_within(
        Permission.VAULT_READ, entity_id=case.entity_id, department_path=case.department_path
    )


def _closed(entry: Entry) -> Entry:
    """An act of the vault, a hold or a pack given out, for others: that the chain goes on, no more."""
    if not entry.kind.startswith(("custody.", "hold.", "evidence.")):
        return entry
    return replace(entry, who="", title=msg("有记录"), note="")


def _labels(work: Work, case: Case) -> Mapping[str, Mapping[str, str]]:
    return load_bundle(work.session, case.procedure_version_id).names


def _entry(
    row: Event,
    names: Mapping[int, str],
    labels: Mapping[str, Mapping[str, str]],
    *,
    withheld: frozenset[str],
) -> Entry:
    body = json.loads(row.payload.body) if row.payload.body else {"data": {}}
    data: Mapping[str, Any] = body["data"]
    element = data.get("element")
    label = named(labels.get(element or "", {}), element or "")
    return Entry(
        sequence=row.sequence or 0,
        kind=row.kind,
        at=row.at,
        who="" if row.actor_id is None else names.get(row.actor_id, ""),
        title=_title(row.kind, label, data, withheld=withheld),
        note=_note(data, withheld),
        element_id=element,
        outcome=data.get("outcome"),
        rules=tuple(data.get("rules") or ()),
        passed=tuple(data.get("passed") or ()),
        leaf=row.leaf,
        link=row.link,
    )


def _title(kind: str, label: Message, data: Mapping[str, Any], *, withheld: frozenset[str]) -> Message:
    if kind == "file.attached" and withheld:  # to which field it goes is known when the step is done
        return msg("上传文件")
    return TITLES.get(kind, _other)(label, data)


def _completed(label: Message, data: Mapping[str, Any]) -> Message:
    outcome = data.get("outcome")
    if outcome == "approve":
        return msg("{step}：同意", step=label)
    if outcome == "reject":
        return msg("{step}：不同意", step=label)
    return msg("{step}：已完成", step=label)


def _settled(_label: Message, data: Mapping[str, Any]) -> Message:
    return msg("研判：移交") if data.get("outcome") == "handed-on" else msg("研判：排除")


def _other(label: Message, _data: Mapping[str, Any]) -> Message:
    return msg("{step}：有记录", step=label) if str(label) else msg("有记录")


def _custody(step: Step) -> Callable[[Message, Mapping[str, Any]], Message]:
    return lambda _label, data: msg("{what}（{number}）", what=STEPS[step], number=data.get("custody", ""))


STEPS: Mapping[Step, Message] = {
    Step.TAKEN: msg("收存证据"),
    Step.OPENED: msg("查阅证据"),
    Step.DOWNLOADED: msg("下载证据原件"),
    Step.COPIED: msg("制作证据副本"),
    Step.HANDED: msg("移交原始载体"),
    Step.RETURNED: msg("归还原始载体"),
    Step.CHECKED: msg("复核指纹：一致"),
    Step.DAMAGED: msg("复核指纹：不一致"),
    Step.PROPOSED: msg("提议删除证据"),
    Step.REFUSED: msg("拒绝删除证据"),
}
TITLES: dict[str, Callable[[Message, Mapping[str, Any]], Message]] = {
    "case.started": lambda _s, _d: msg("发起案件"),
    "case.withdrawn": lambda _s, _d: msg("撤回申请"),
    "alert.raised": lambda _s, _d: msg("规则提示，等待研判"),
    "privacy.packaged": lambda _s, d: msg("个人信息副本已备好，共 {n} 条", n=d.get("rows", 0)),
    "privacy.fetched": lambda _s, _d: msg("本人下载了个人信息副本"),
    "privacy.forgotten": lambda _s, _d: msg("个人信息副本到期删除"),
    "alert.settled": _settled,
    "leave.requested": lambda _s, _d: msg("提交申请，额度已预留"),
    "leave.booked": lambda _s, _d: msg("假期登记入账"),
    "leave.changed": lambda _s, _d: msg("假期变更登记"),
    "leave.converted": lambda _s, _d: msg("改记事假"),
    "leave.released": lambda _s, _d: msg("释放预留额度"),
    "leave.cancelled": lambda _s, _d: msg("假期取消，已冲回"),
    "leave.recounted": lambda _s, _d: msg("日历或参数变化，重新计算"),
    "case.cancelled": lambda _s, _d: msg("撤销"),
    "case.suspended": lambda _s, _d: msg("案件暂停"),
    "case.resumed": lambda _s, _d: msg("恢复案件"),
    "case.returned": lambda _s, _d: msg("代为退回"),
    "case.modified": lambda _s, _d: msg("流程干预"),
    "case.variables_edited": lambda _s, _d: msg("更正变量"),
    "case.restarted": lambda _s, _d: msg("重新开始案件"),
    "case.migrated": lambda _s, d: msg("迁移到第 {number} 版", number=d.get("to", "")),
    "signal.received": lambda _s, d: msg("收到信号“{name}”", name=d.get("name", "")),
    "task.completed": _completed,
    "vote.cast": _completed,
    "vote.advised": lambda s, _d: msg("{step}：提出意见", step=s),
    "vote.added": lambda s, _d: msg("{step}：加签", step=s),
    "vote.delegated": lambda s, _d: msg("{step}：委派", step=s),
    "vote.removed": lambda s, _d: msg("{step}：减签", step=s),
    "vote.retracted": lambda s, _d: msg("{step}：撤回表决", step=s),
    "approval.decided": lambda s, d: (
        msg("{step}：表决通过", step=s)
        if d.get("outcome") == "approve"
        else msg("{step}：表决未通过", step=s)
    ),
    "case.copied": lambda _s, _d: msg("抄送案件"),
    "case.copy_read": lambda _s, _d: msg("已阅"),
    "task.retracted": lambda s, _d: msg("{step}：撤回", step=s),
    "task.claimed": lambda s, _d: msg("{step}：认领", step=s),
    "task.released": lambda s, _d: msg("{step}：放回", step=s),
    "task.handed_over": lambda _s, _d: msg("离职交接"),
    "task.transferred": lambda s, _d: msg("{step}：转办", step=s),
    "task.returned": lambda s, _d: msg("{step}：退回", step=s),
    "task.urged": lambda s, _d: msg("{step}：催办", step=s),
    "timer.fired": lambda s, _d: msg("{step}：时间到", step=s),
    "job.threw": lambda s, d: msg("{step}：系统报告“{code}”", step=s, code=d.get("code", "")),
    "job.completed": lambda s, _d: msg("{step}：系统完成", step=s),
    "message.received": lambda s, _d: msg("{step}：收到", step=s),
    "file.attached": lambda _s, d: msg("上传文件“{name}”", name=d.get("name", "")),
    "papers.checked": lambda _s, d: msg("核查案卷材料，发现 {count} 项", count=len(d.get("findings", ()))),
    "hold.placed": lambda _s, _d: msg("证据保全"),
    "hold.released": lambda _s, _d: msg("解除保全"),
    **{f"custody.{step}": _custody(step) for step in STEPS},
    "evidence.exported": lambda _s, d: msg("交出证据包 {number}", number=d.get("number", "")),
    "case.sealed": lambda _s, _d: msg("事件链封存"),
    "document.made": lambda _s, _d: msg("生成文书"),
    "document.downloaded": lambda _s, _d: msg("下载文书"),
    "document.received": lambda _s, d: msg("签收“{title}”", title=d.get("title", "")),
    "posts.checked": lambda _s, _d: msg("核对岗位与花名册"),
    "permit.granted": lambda _s, d: msg("登记特殊工时审批 {number}", number=d.get("number", "")),
    "permit.ended": lambda _s, d: msg("特殊工时审批 {number} 终止", number=d.get("number", "")),
    "signing.opened": lambda _s, _d: msg("打开签署页面"),
    "signing.notified": lambda _s, _d: msg("阅读签署告知书"),
    "signing.consented": lambda _s, _d: msg("已同意电子形式"),
    "signing.identified": lambda _s, _d: msg("已核对身份"),
    "signing.compared": lambda _s, _d: msg("查看变更前后对照"),
    "signing.read": lambda _s, _d: msg("逐页阅读全文"),
    "signing.code_sent": lambda _s, _d: msg("发送验证码"),
    "signing.code_refused": lambda _s, _d: msg("验证码不正确"),
    "signing.confirmed": lambda _s, _d: msg("已确认签署意愿"),
    "signing.written": lambda _s, _d: msg("已手写签名"),
    "signing.signed": lambda _s, _d: msg("员工证书签名，已加盖时间戳"),
    "signing.delayed": lambda _s, _d: msg("签名服务暂不可用，等待重试"),
    "signing.called_back": lambda _s, _d: msg("签署平台回调"),
    "signing.reported": lambda _s, _d: msg("签署平台报告已留存"),
    "signing.seal_approved": lambda _s, _d: msg("批准用印"),
    "signing.seal_declined": lambda _s, _d: msg("退回，不予用印"),
    "signing.sealed": lambda _s, _d: msg("单位盖章，已加盖时间戳"),
    "signing.archived": lambda _s, _d: msg("归档，已加盖文件时间戳"),
    "signing.stamp_renewed": lambda _s, _d: msg("文件时间戳续期"),
    "signing.delivered": lambda _s, _d: msg("交付签署文本"),
    "signing.refused": lambda _s, d: (
        msg("提出不同意见") if d.get("outcome") == "negotiate" else msg("已拒绝签署")
    ),
    "signing.expired": lambda _s, _d: msg("签署期限已过"),
    "signing.withdrawn": lambda _s, _d: msg("撤回文书"),
    "consent.given": lambda _s, _d: msg("单独同意处理敏感个人信息"),
    "consent.declined": lambda _s, _d: msg("不同意处理敏感个人信息，改用其他方式"),
    "eligibility.checked": lambda _s, _d: msg("核对是否可以变更"),
    "terms.applied": lambda _s, _d: msg("新约定登记生效"),
    "message.asked": lambda _s, _d: msg("通知待发送"),
    "message.sent": lambda _s, _d: msg("通知已交给通道"),
    "message.delivered": lambda _s, _d: msg("通知已送达"),
    "message.failed": lambda _s, _d: msg("通知未送达"),
    "message.settled": lambda _s, _d: msg("另行告知"),
    "message.refused": lambda _s, _d: msg("没有收下消息"),
    "erasure.proposed": lambda _s, _d: msg("提议删除内容"),
    "erasure.confirmed": lambda _s, _d: msg("确认删除内容"),
    "erasure.refused": lambda _s, _d: msg("拒绝删除内容"),
    "case.erased": lambda _s, _d: msg("内容已按期删除"),
    "case.printed": lambda _s, _d: msg("打印案件"),
    "comment.added": lambda _s, _d: msg("留言"),
    "incident.opened": lambda s, _d: msg("{step}：出错，等待处理", step=s),
    "incident.retried": lambda s, _d: msg("{step}：重试", step=s),
}


def _note(data: Mapping[str, Any], withheld: frozenset[str]) -> str:
    values = {k: v for k, v in (data.get("values") or {}).items() if k not in withheld}
    said = values.get("refusal") or values.get("comment") or data.get("reason") or data.get("text")
    return said if isinstance(said, str) else ""
