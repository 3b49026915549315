"""The evidence list of a pack's book: each original with where it is from and what it proves."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from models.custody import Custody
from webapp.adapters.pdf.page import show_time
from webapp.domain.custody import METHODS
from webapp.domain.evidencebook import Exhibit
from webapp.domain.text import Message, msg

if TYPE_CHECKING:
    from collections.abc import Mapping

    from webapp.domain.exhibits import Proof
    from webapp.services.evidence.files import NamedFile
    from webapp.services.work import Work


def case_items(work: Work, case_id: int) -> Mapping[str, Custody]:
    """The vault's items of a case by SHA-256; the caller has checked who reads."""
    rows = work.session.scalars(
        select(Custody)
        .options(joinedload(Custody.taken_by))
        .where(Custody.case_id == case_id)
        .order_by(Custody.id)
    )
    return {row.sha256: row for row in rows}


def exhibit_of(
    work: Work, file: NamedFile, item: Custody | None, *, proof: Proof, cautions: tuple[Message, ...]
) -> Exhibit:
    """One line of the evidence list (证据规定 art. 19)."""
    at = show_time(datetime.fromisoformat(file.at)) if file.at else ""
    source: Message = msg(
        "{person} 于 {time} 提交（事件 {sequence}）", person=file.by, time=at, sequence=file.sequence
    )
    if item is not None:
        source = msg(
            "{source}；{person} 于 {time} {how}（{number}）",
            source=item.source,
            person=item.collected_by,
            time=show_time(item.collected_at),
            how=METHODS[item.method],
            number=item.number,
        )
    return Exhibit(
        number=file.number,
        name=file.name,
        source=source,
        proves=proof.proves,
        content=proof.content,
        path=file.path,
        sha256=file.sha256,
        size=len(work.ports.blobs.get(file.sha256)),
        cautions=cautions,
    )
