"""Reading copies of the vault: read apart, printed here, kept beside the original; one an item."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from models.custody import Custody, ReadingCopy
from models.organisation import Entity
from webapp.adapters.pdf import CopySheet, render_reading
from webapp.adapters.readings.apart import read_apart
from webapp.domain.errors import InvalidError, NotFoundError
from webapp.domain.readingcopy import to_json
from webapp.services.notices import stored

if TYPE_CHECKING:
    from collections.abc import Mapping

    from webapp.domain.readingcopy import Reading
    from webapp.domain.text import Message
    from webapp.services.jobs.handlers import TakenJob, Units
    from webapp.services.work import Work

READ = "read-evidence"  # job: make the reading copy of one item


def read_evidence(units: Units, job: TakenJob) -> Mapping[str, Any]:
    """Make the copy of the item ``custody``; a repeat after a kill finds it made, or makes the same bytes."""
    with units() as work:
        row = work.session.get(Custody, int(job.payload["custody"]))
        if row is None or reading_of(work, row.id) is not None:  # erased meanwhile, or made
            return {}
        data = work.ports.blobs.get(row.sha256)
        sheet = CopySheet(
            title=row.name,
            number=row.number,
            organisation=work.session.get_one(Entity, row.entity_id).name,
            sha256=row.sha256,
            sm3=row.sm3 or "",
            made_at=work.now,
        )
        kind, media_type, item_id = row.kind, row.media_type, row.id
    try:
        reading = read_apart(data, kind=kind, media_type=media_type)
        pdf, pages = render_reading(reading, sheet)
    except InvalidError as error:
        with units() as work:
            _keep(work, item_id, fault=error.message)
        return {}
    with units() as work:
        _keep(work, item_id, reading=reading, pdf=pdf, pages=pages)
    return {}


def _keep(
    work: Work,
    item_id: int,
    *,
    reading: Reading | None = None,
    pdf: bytes = b"",
    pages: int = 0,
    fault: Message | None = None,
) -> None:
    # the row is locked: an erasure that comes between finds the copy, or this finds the row gone
    row = work.session.scalars(select(Custody).where(Custody.id == item_id).with_for_update()).one_or_none()
    if row is None or reading_of(work, item_id) is not None:
        return
    copy = ReadingCopy(
        custody_id=item_id,
        sha256=work.ports.blobs.put(pdf) if reading is not None else None,
        pages=pages,
        content_sha256=work.ports.blobs.put(to_json(reading)) if reading is not None else None,
        fault=None if fault is None else stored(fault),
        made_at=work.now,
    )
    work.session.add(copy)
    work.session.flush()


def reading_of(work: Work, item_id: int) -> ReadingCopy | None:
    """The reading copy of an item that the caller may read; None while none is made."""
    return work.session.scalars(select(ReadingCopy).where(ReadingCopy.custody_id == item_id)).one_or_none()


def reading_pdf(work: Work, item_id: int) -> bytes:
    """The PDF of a reading copy that the caller may read; raises NotFoundError where there is none."""
    copy = reading_of(work, item_id)
    if copy is None or copy.sha256 is None:
        raise NotFoundError
    return work.ports.blobs.get(copy.sha256)
