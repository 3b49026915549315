"""Who opened, changed or took away what of a bundle, in words."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from models.event import Event
from models.person import Person
from webapp.domain.text import Message, msg

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from models.bundle import Bundle
    from webapp.services.work import Work

MOST = 200
WORDS: dict[str, Message] = {
    "bundle.created": msg("建立证据册"),
    "bundle.changed": msg("修改基本信息"),
    "bundle.opened": msg("打开查看"),
    "bundle.opened-to": msg("已允许查看"),
    "bundle.closed-to": msg("收回查看权"),
    "exhibit.added": msg("添加证据"),
    "exhibit.arranged": msg("调整顺序"),
    "exhibit.described": msg("修改证据说明"),
    "exhibit.removed": msg("移除证据"),
    "exhibit.viewed": msg("查看证据页面"),
    "exhibit.downloaded": msg("下载原件"),
    "exhibit.answered": msg("写质证意见"),
    "bundle.commented": msg("参与讨论"),
    "note.written": msg("写保密笔记"),
    "note.struck": msg("删除保密笔记"),
    "bundle.frozen": msg("冻结版本"),
    "bundle.exported": msg("输出文件"),
    "paper.requested": msg("请人补充"),
}


PARTS: dict[str, Message] = {
    "page": msg("我方证据"),
    "theirs": msg("对方证据与质证"),
    "exhibit": msg("证据说明"),
    "add": msg("添加证据"),
    "ask": msg("请人补充"),
    "timeline": msg("时间线"),
    "search": msg("全文检索"),
    "talk": msg("讨论与笔记"),
    "editions": msg("版本与提交"),
    "access": msg("查看权限与记录"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One act with a bundle."""

    at: datetime
    who: str
    what: Message
    detail: str | Message


def history_of(work: Work, bundle: Bundle) -> list[Act]:
    """The acts with a bundle that the caller has read, newest first."""
    rows = work.session.execute(
        select(Event, Person.name)
        .options(joinedload(Event.payload))
        .outerjoin(Person, Person.id == Event.actor_id)
        .where(Event.subject == f"bundle/{bundle.id}")
        .order_by(Event.id.desc())
        .limit(MOST)
    )
    return [
        Act(
            at=event.at,
            who=name or "",
            what=WORDS.get(event.kind) or Message(event.kind, {}),
            detail=_detail(event.payload.body),
        )
        for event, name in rows
    ]


def _detail(body: str | None) -> str | Message:
    """What an act was about: the part that was opened, an exhibit or person, a page, a file's hash."""
    data: Mapping[str, Any] = {} if body is None else json.loads(body)["data"]
    if data.get("tab") in PARTS:
        return PARTS[data["tab"]]
    said = (data.get("name"), data.get("person"), data.get("page"), data.get("file_sha256"))
    return " · ".join(str(each) for each in said if each)
