"""The whole log read again: leaves, links, nodes, heads. What a nightly job and ``hegui log verify`` do."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from sqlalchemy import select

from models.event import Event, EventPayload
from models.log import LogHead, LogNode
from webapp.domain.evidence import GENESIS, link_hash, node_hash
from webapp.domain.text import Message, msg
from webapp.services.log.nodes import tree_size

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session

PAGE = 2000  # rows in memory at once


def check_log(session: Session) -> Iterator[Message]:
    """Yield each fault in words; nothing for a log that holds. Reads every row once, in pages."""
    yield from _check_leaves(session)
    yield from _check_chains(session)
    yield from _check_tree(session)


def _check_leaves(session: Session) -> Iterator[Message]:
    rows = session.execute(
        select(Event.id, Event.leaf, EventPayload.salt, EventPayload.body, EventPayload.erased_at)
        .outerjoin(EventPayload, EventPayload.event_id == Event.id)
        .order_by(Event.id)
        .execution_options(yield_per=PAGE)
    )
    for key, leaf, salt, body, erased_at in rows:
        if body is None or salt is None:
            if erased_at is None:
                yield msg("事件 {event}：内容缺失，且没有删除记录。", event=key)
        elif hashlib.sha256(b"\x00" + salt + body.encode()).hexdigest() != leaf:
            yield msg("事件 {event}：内容与指纹不符。", event=key)


def _check_chains(session: Session) -> Iterator[Message]:
    rows = session.execute(
        select(Event.case_id, Event.sequence, Event.previous, Event.leaf, Event.link)
        .where(Event.case_id.is_not(None))
        .order_by(Event.case_id, Event.sequence)
        .execution_options(yield_per=PAGE)
    )
    case, sequence, link = None, 0, GENESIS.hex()
    for case_id, number, previous, leaf, stored in rows:
        assert number is not None  # rows of a case are counted
        if case_id != case:
            case, sequence, link = case_id, 0, GENESIS.hex()
        if number != sequence + 1 or previous != link:
            yield msg("案件 {case} 事件 {sequence}：事件链不连续。", case=case_id, sequence=number)
        sequence = number
        link = link_hash(bytes.fromhex(previous), bytes.fromhex(leaf), sequence=number).hex()
        if stored != link:
            yield msg("案件 {case} 事件 {sequence}：链值被改动。", case=case_id, sequence=number)


def _check_tree(session: Session) -> Iterator[Message]:
    """Grow the tree again from the leaves in their places and compare nodes and heads on the way."""
    size = tree_size(session)
    heads = {row.size: row.root for row in session.scalars(select(LogHead))}
    edge: list[tuple[int, bytes]] = []  # the perfect nodes of the right edge: (level, digest)
    rows = session.execute(
        select(Event.position, Event.leaf)
        .where(Event.position.is_not(None))
        .order_by(Event.position)
        .execution_options(yield_per=PAGE)
    )
    for count, (position, leaf) in enumerate(rows):
        if position != count:
            rows.close()
            yield msg("树中位置 {position} 缺失。", position=count)
            return
        edge.append((0, bytes.fromhex(leaf)))
        while len(edge) > 1 and edge[-1][0] == edge[-2][0]:
            (level, left), (_, right) = edge[-2:]
            edge[-2:] = [(level + 1, node_hash(left, right))]
        if heads.get(count + 1, _fold(edge)) != _fold(edge):
            yield msg("日志头（{size} 条）与树根不符。", size=count + 1)
    yield from (msg("日志头（{size} 条）超出现有事件。", size=head) for head in heads if head > size)
    yield from _check_nodes(session)


def _fold(edge: list[tuple[int, bytes]]) -> str:
    digest = edge[-1][1]
    for _, left in reversed(edge[:-1]):
        digest = node_hash(left, digest)
    return digest.hex()


def _check_nodes(session: Session) -> Iterator[Message]:
    """Each stored parent is the hash of its stored children, each stored leaf that of its event."""
    parent, left, right = LogNode.__table__.alias(), LogNode.__table__.alias(), LogNode.__table__.alias()
    rows = session.execute(
        select(parent.c.level, parent.c.place, parent.c.digest, left.c.digest, right.c.digest)
        .outerjoin(left, (left.c.level == parent.c.level - 1) & (left.c.place == parent.c.place * 2))
        .outerjoin(right, (right.c.level == parent.c.level - 1) & (right.c.place == parent.c.place * 2 + 1))
        .where(parent.c.level > 0)
        .execution_options(yield_per=PAGE)
    )
    for level, place, digest, one, two in rows:
        if one is None or two is None or node_hash(one, two) != digest:
            yield msg("树节点（{level}，{place}）被改动。", level=level, place=place)
    leaves = session.execute(
        select(Event.position, Event.leaf, LogNode.digest)
        .outerjoin(LogNode, (LogNode.level == 0) & (LogNode.place == Event.position))
        .where(Event.position.is_not(None))
        .execution_options(yield_per=PAGE)
    )
    for position, leaf, digest in leaves:
        if digest is None or digest.hex() != leaf:
            yield msg("树节点（{level}，{place}）被改动。", level=0, place=position)
