"""A bundle as lines: what its lists show and its editions freeze. Notes of counsel are never among them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from models.bundle import Exhibit
from models.counsel import ExhibitOpinion
from webapp.domain.exhibits import Line, Opinion, Side
from webapp.services.evidence.bundles.access import exhibits_of

if TYPE_CHECKING:
    from models.bundle import Bundle
    from webapp.services.work import Work


def lines_of(work: Work, bundle: Bundle) -> tuple[Line, ...]:
    """The exhibits of a bundle that the caller has read, ours first, numbered without a gap."""
    opinions = opinions_of(work, bundle)
    found = []
    for side in (Side.OURS, Side.THEIRS):
        rows = exhibits_of(work, bundle.id, side)
        found += [_line(row, number, opinions.get(row.id)) for number, row in enumerate(rows, 1)]
    return tuple(found)


def _line(row: Exhibit, number: int, opinion: ExhibitOpinion | None) -> Line:
    return Line(
        key=str(row.id),
        number=number,
        side=row.side,
        name=row.name,
        source=row.source,
        proves=row.proves,
        content=row.content,
        form=row.form,
        pages=row.pages,
        weakness=row.weakness,
        kind=row.kind,
        sha256=row.sha256,
        media_type=row.media_type,
        dangerous=row.dangerous,
        event_id=row.event_id,
        opinion=None if opinion is None else as_value(opinion),
    )


def as_value(row: ExhibitOpinion) -> Opinion:
    """An opinion as the domain knows it."""
    return Opinion(**{name: getattr(row, name) for name in Opinion.__slots__})


def opinions_of(work: Work, bundle: Bundle) -> dict[int, ExhibitOpinion]:
    """Our opinions on the other side's exhibits, by exhibit."""
    rows = work.session.scalars(
        select(ExhibitOpinion)
        .join(Exhibit, Exhibit.id == ExhibitOpinion.exhibit_id)
        .where(Exhibit.bundle_id == bundle.id)
    )
    return {row.exhibit_id: row for row in rows}
