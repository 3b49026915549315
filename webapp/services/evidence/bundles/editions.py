"""Editions: a bundle frozen as it stands, hashed, never changed; two of them compared in words."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from models.bundle import BundleEdition
from models.organisation import Entity
from webapp.adapters.catalog import say_filed
from webapp.domain.errors import InvalidError, NotFoundError
from webapp.domain.exhibits import ERASED, FORMAT, SALT, Line, compare, edition_digest, read_line
from webapp.domain.text import msg
from webapp.services.evidence.bundles.access import lock_bundle, read_bundle, tell
from webapp.services.evidence.bundles.lines import lines_of

if TYPE_CHECKING:
    from models.bundle import Bundle
    from webapp.domain.exhibits import Change
    from webapp.services.work import Work

NOW = 0  # number of what stands at present, beside the frozen ones
LONGEST_NOTE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Frozen:
    """An edition as values."""

    row: BundleEdition
    facts: dict[str, Any]  # what the bundle was about then
    lines: tuple[Line, ...]
    intact: bool  # whether the content has the hash that the row and the event name


def freeze(work: Work, bundle_id: int, *, note: str, version: int) -> BundleEdition:
    """Freeze what stands; raises InvalidError for an empty bundle, ConflictError on a stale page."""
    bundle = lock_bundle(work, bundle_id, version)
    lines = lines_of(work, bundle)
    if not lines:
        raise InvalidError(msg("证据册是空的，没有可以冻结的内容。"))
    if len(note) > LONGEST_NOTE:
        raise InvalidError(msg("最多 {most} 个字。", most=LONGEST_NOTE))
    content = {
        "format": FORMAT,
        "bundle": _facts(work, bundle),
        "lines": [{SALT: secrets.token_hex(32), **line.plain()} for line in lines],
    }
    row = BundleEdition(
        bundle_id=bundle.id,
        number=bundle.edition_count + 1,
        note=note,
        content=content,
        content_sha256=edition_digest(content),
        made_by_id=work.person_id,
        made_at=work.now,
    )
    work.session.add(row)
    bundle.edition_count = row.number
    work.session.flush()
    facts = {"edition": row.number, "count": len(lines), "content_sha256": row.content_sha256}
    tell(work, "bundle.frozen", bundle, **facts)
    work.session.flush()
    return row


def _facts(work: Work, bundle: Bundle) -> dict[str, Any]:
    return {
        "number": bundle.number,
        "title": bundle.title,
        "person": bundle.person.name,
        "person_number": bundle.person.number,
        "organisation": work.session.get_one(Entity, bundle.entity_id).name,
        "tribunal": bundle.tribunal,
        "docket": bundle.docket,
        "role": bundle.role,
    }


def editions_of(work: Work, bundle: Bundle) -> list[BundleEdition]:
    """The editions of a bundle that the caller has read, newest first."""
    return list(
        work.session.scalars(
            select(BundleEdition)
            .options(joinedload(BundleEdition.made_by))
            .where(BundleEdition.bundle_id == bundle.id)
            .order_by(BundleEdition.number.desc())
        )
    )


def read_edition(work: Work, bundle_id: int, number: int) -> Frozen:
    """One edition of a bundle that the actor may read, its hash computed anew; raises NotFoundError."""
    bundle = read_bundle(work, bundle_id)
    row = work.session.scalars(
        select(BundleEdition).where(BundleEdition.bundle_id == bundle.id, BundleEdition.number == number)
    ).one_or_none()
    if row is None:
        raise NotFoundError
    return Frozen(
        row=row,
        facts=row.content["bundle"],
        lines=tuple(_line(raw) for raw in row.content["lines"]),
        intact=edition_digest(row.content) == row.content_sha256,
    )


def _line(raw: dict[str, Any]) -> Line:
    line = read_line(raw)
    return replace(line, name=say_filed(msg("（内容已按期删除）"))) if ERASED in raw else line


def differences(work: Work, bundle_id: int, *, old: int, new: int) -> tuple[Change, ...]:
    """What changed from one edition to another, in words; NOW is the present. Raises NotFoundError."""
    return compare(_lines(work, bundle_id, old), _lines(work, bundle_id, new))


def _lines(work: Work, bundle_id: int, number: int) -> tuple[Line, ...]:
    if number == NOW:
        return lines_of(work, read_bundle(work, bundle_id))
    return read_edition(work, bundle_id, number).lines
