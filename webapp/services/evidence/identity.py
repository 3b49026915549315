"""Identity and will of each signer, for the book of a pack: what the signing rows of the case say."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select

from models.document import Document
from models.person import Person
from models.signing import Consent, SignedEdition, SigningFlow, Stage
from webapp.adapters.pdf.page import show_time
from webapp.domain.casebook import FieldLine, FormSection
from webapp.domain.text import Message, msg
from webapp.services.evidence.devices import sharers
from webapp.services.signing.flows import COMPANY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from webapp.services.work import Work

IDENTITY = {"log-in": msg("半小时内的登录"), "password": msg("再次输入登录密码")}
WILL = {"passkey": msg("通行密钥（设备验证本人）"), "code": msg("一次性验证码")}
STAGES = {
    Stage.SIGNED: msg("员工证书签名"),
    Stage.SEALED: msg("单位印章"),
    Stage.ARCHIVED: msg("归档时间戳"),
    Stage.RENEWED: msg("续期时间戳"),
}


def signer_sections(work: Work, case_id: int) -> tuple[FormSection, ...]:
    """One section a document that somebody was asked to sign, in the order in which they were opened."""
    rows = work.session.execute(
        select(SigningFlow, Document, Person)
        .join(Document, Document.id == SigningFlow.document_id)
        .join(Person, Person.id == SigningFlow.person_id)
        .where(SigningFlow.case_id == case_id)
        .order_by(SigningFlow.id)
    )
    return tuple(_section(work, flow, document, person=person) for flow, document, person in rows)


def _section(work: Work, flow: SigningFlow, document: Document, *, person: Person) -> FormSection:
    title = msg("{document}：{person}", document=f"{document.title} {document.number}", person=person.name)
    fields = (
        FieldLine(label=_role(flow), value=f"{person.name}（{person.number}）"),
        FieldLine(label=msg("文书指纹"), value=document.sha256, wide=True),
        *_before(work, flow, document),
        *_will(flow),
        *_device(work, flow),
        *_after(work, flow),
    )
    return FormSection(title=title, fields=fields)


def _role(flow: SigningFlow) -> Message:
    return msg("文书对象") if flow.role == COMPANY else msg("签署人")


def _before(work: Work, flow: SigningFlow, document: Document) -> Iterator[FieldLine]:
    agreed = work.session.scalars(select(Consent).where(Consent.flow_id == flow.id).order_by(Consent.id))
    for row in agreed:
        said = msg("{time}，第 {version} 版", time=show_time(row.agreed_at), version=row.text_version)
        yield FieldLine(label=msg("同意电子形式"), value=said)
    if flow.identity:
        yield FieldLine(label=msg("核对身份"), value=_done(IDENTITY, flow.identity))
    if flow.pages_read:
        seconds = sum(int(each) for each in flow.pages_read.values()) // 1000
        said = msg(
            "共 {all} 页，看过 {seen} 页，停留 {seconds} 秒",
            all=document.pages,
            seen=len(flow.pages_read),
            seconds=seconds,
        )
        yield FieldLine(label=msg("逐页阅读全文"), value=said)


def _will(flow: SigningFlow) -> Iterator[FieldLine]:
    if flow.will:
        yield FieldLine(label=msg("确认签署意愿"), value=_done(WILL, flow.will))
        yield FieldLine(label=msg("确认的内容"), value=str(flow.will["intent"]["text"]), wide=True)
    if flow.stroke:
        points = sum(len(line) for line in flow.stroke["lines"])
        yield FieldLine(label=msg("手写签名"), value=msg("留存笔迹 {points} 点", points=points))
    if flow.reason:
        yield FieldLine(label=msg("原因"), value=flow.reason, wide=True)


def _device(work: Work, flow: SigningFlow) -> Iterator[FieldLine]:
    names = sharers(work, flow)
    if names:
        said = msg(
            "签署前后一天内，{names}在同一网络地址用同一种浏览器登录过，须说明不是他人代签。",
            names="、".join(names),
        )
        yield FieldLine(label=msg("同一设备"), value=said, wide=True)


def _after(work: Work, flow: SigningFlow) -> Iterator[FieldLine]:
    if flow.approved_by is not None and flow.approved_at is not None:
        yield FieldLine(
            label=msg("批准用印"), value=f"{flow.approved_by.name}，{show_time(flow.approved_at)}"
        )
    editions = work.session.scalars(
        select(SignedEdition).where(SignedEdition.document_id == flow.document_id).order_by(SignedEdition.id)
    )
    for edition in editions:
        said = msg("时间戳 {time}", time=show_time(edition.stamped_at))
        yield FieldLine(label=STAGES[Stage(edition.stage)], value=said)
    if flow.delivered_at is not None:
        yield FieldLine(label=msg("交付签署文本"), value=show_time(flow.delivered_at))


def _done(words: dict[str, Message], said: dict[str, str]) -> Message:
    how = words.get(said["method"], said["method"])
    return msg("{how}，{time}", how=how, time=show_time(datetime.fromisoformat(said["at"])))
