"""Committed rows get their places in the tree; writers never wait for each other, only this one waits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, insert, select, text, update

from models.event import Event
from models.log import LogHead, LogNode
from webapp.domain.evidence import grown_nodes, required_nodes, root_hash
from webapp.domain.pack import TreeHead
from webapp.services.log.nodes import load_nodes, tree_size

if TYPE_CHECKING:
    from webapp.adapters.signing import TimeStampAuthority
    from webapp.services.jobs.handlers import Units
    from webapp.services.work import Work

BATCH = 1000  # rows a transaction places
LOCK = 0x48454755  # advisory lock of the one sequencer


def sequence(work: Work, *, limit: int = BATCH) -> int:
    """Place up to ``limit`` rows that have none; returns how many.

    The order is that in which the sequencer sees them: an id is given before its commit, so a smaller
    id may come later. Events of one case commit in their order, since each holds the case's row.
    """
    if work.session.get_bind().dialect.name == "postgresql":
        work.session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
    rows = work.session.execute(
        select(Event.id, Event.leaf).where(Event.position.is_(None)).order_by(Event.id).limit(limit)
    ).all()
    if not rows:
        return 0
    size = tree_size(work.session)
    known = load_nodes(work.session, required_nodes(size=size)) if size else {}
    made: list[dict[str, object]] = []
    for place, (_, leaf) in enumerate(rows, size):
        grown = grown_nodes(place, bytes.fromhex(leaf), lambda *key: known[key])
        for level, index, digest in list(grown):
            known[level, index] = digest
            made.append({"level": level, "place": index, "digest": digest})
    work.session.execute(insert(LogNode), made)
    places = [{"id": key, "position": place} for place, (key, _) in enumerate(rows, size)]
    work.session.execute(update(Event), places)
    return len(rows)


def waiting(work: Work) -> int:
    """How many committed rows have no place yet: for the health page."""
    return work.session.scalar(select(func.count()).where(Event.position.is_(None))) or 0


def take_head(work: Work) -> LogHead:
    """Place what waits and write the head over all of it; the same size has one head."""
    while sequence(work):
        pass
    size = tree_size(work.session)
    found = work.session.scalars(select(LogHead).where(LogHead.size == size)).one_or_none()
    if found is not None:
        return found
    nodes = load_nodes(work.session, required_nodes(size=size))
    root = root_hash(size, lambda *key: nodes[key])
    head = LogHead(size=size, root=root.hex(), at=work.now)
    work.session.add(head)
    work.session.flush()
    return head


def head_value(row: LogHead) -> TreeHead:
    """The head as it is stamped and packed."""
    return TreeHead(size=row.size, root=row.root, at=row.at.isoformat(timespec="microseconds"))


def stamp_heads(units: Units, tsa: TimeStampAuthority) -> int:
    """Stamp every head that has no token; a fault of the authority leaves them pending and is raised."""
    with units() as work:
        pending = list(
            work.session.scalars(select(LogHead).where(LogHead.token.is_(None)).order_by(LogHead.id))
        )
        now = work.now
    for row in pending:
        token = tsa.stamp(head_value(row).text(), now=now)
        with units() as work:
            work.session.execute(
                update(LogHead)
                .where(LogHead.id == row.id, LogHead.token.is_(None))
                .values(token=token.reply, stamped_at=token.at)
            )
    return len(pending)


def keep(units: Units, tsa: TimeStampAuthority | None, *, head_due: bool) -> int:
    """One round of the keeper: place what waits; when a head is due, take it and stamp what is pending."""
    with units() as work:
        placed = sequence(work)
        if head_due and tree_size(work.session):
            take_head(work)
    if head_due and tsa is not None:
        stamp_heads(units, tsa)
    return placed
