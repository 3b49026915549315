"""Saved filters: kept on the server, shareable with everybody of a role that the owner holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import or_, select

from models.task import SavedFilter
from webapp.domain.errors import ForbiddenError, InvalidError, NotFoundError
from webapp.domain.text import msg

if TYPE_CHECKING:
    from webapp.services.inbox.pages import InboxFilter
    from webapp.services.work import Work

MOST = 30  # filters of one person
MAX_NAME = 60


def save_filter(work: Work, wanted: InboxFilter, *, name: str, shared_role: str = "") -> SavedFilter:
    """Keep a filter under a name; the same name of the same owner is replaced."""
    name = name.strip()
    if not name or len(name) > MAX_NAME:
        raise InvalidError(fields={"name": (msg("请填写 1 到 {most} 个字的名称。", most=MAX_NAME),)})
    if shared_role and shared_role not in {g.role.value for g in work.actor.grants}:
        raise ForbiddenError(msg("只能与自己同角色的人共享。"))
    own = work.session.scalars(select(SavedFilter).where(SavedFilter.owner_id == work.person_id)).all()
    found = next((f for f in own if f.name == name), None)
    if found is None:
        if len(own) >= MOST:
            raise InvalidError(msg("最多保存 {most} 个筛选，请先删除不用的。", most=MOST))
        found = SavedFilter(owner_id=work.person_id, name=name, query={})
        work.session.add(found)
    found.query = wanted.plain()
    found.shared_role = shared_role or None
    work.session.flush()
    return found


def list_filters(work: Work) -> list[SavedFilter]:
    """The actor's filters and those shared with a role of theirs."""
    roles = sorted({g.role.value for g in work.actor.grants})
    return list(
        work.session.scalars(
            select(SavedFilter)
            .where(or_(SavedFilter.owner_id == work.person_id, SavedFilter.shared_role.in_(roles)))
            .order_by(SavedFilter.name, SavedFilter.id)
            .limit(100)
        )
    )


def find_filter(work: Work, filter_id: int) -> SavedFilter:
    """One of the filters that the actor may use; raises NotFoundError."""
    found = next((f for f in list_filters(work) if f.id == filter_id), None)
    if found is None:
        raise NotFoundError
    return found


def forget_filter(work: Work, filter_id: int) -> None:
    """Delete one of the actor's own filters."""
    found = find_filter(work, filter_id)
    if found.owner_id != work.person_id:
        raise NotFoundError
    work.session.delete(found)
