"""An erasure reaches legal's bundles: papers and acts go out of them, and their words out of editions.

What a frozen edition is known by stays: number, pages, hash of each file, and the digest of each line, so
that the hash that was named when it was frozen is still the hash of what is left.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, func, or_, select, update

from models.bundle import Bundle, BundleEdition, Exhibit
from models.counsel import PaperRequest
from models.custody import Custody
from models.document import Document
from models.event import Event, EventPayload
from models.task import Attachment
from webapp.domain.exhibits import ERASED, Side, erase_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from models.case import Case
    from webapp.services.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class Going:
    """What is erased, as bundles know it; read before its rows are gone."""

    exhibits: frozenset[int]  # ids of those that are its papers and acts
    files: frozenset[str]  # hashes of its bytes, and leaves of its events
    acts: frozenset[int]  # ids of its events
    bundles: tuple[int, ...]  # ids of those that look at it, or did

    def takes(self, line: Mapping[str, Any], standing: frozenset[int]) -> bool:
        """Whether a line of an edition is about it; ``standing`` are the other exhibits of the bundle."""
        if line.get("event_id") is not None:
            return line["event_id"] in self.acts
        key = int(line["key"])
        return key in self.exhibits or (line["sha256"] in self.files and key not in standing)


def of_case(work: Work, case: Case, files: Iterable[str]) -> Going:
    """What of a case stands in bundles; ``files`` are the hashes of its bytes."""
    own = (
        (Exhibit.document_id, Document.id, Document.case_id),
        (Exhibit.attachment_id, Attachment.id, Attachment.case_id),
        (Exhibit.custody_id, Custody.id, Custody.case_id),
        (Exhibit.event_id, Event.id, Event.case_id),
    )
    mine = or_(*(column.in_(select(key).where(of == case.id)) for column, key, of in own))
    asked = select(PaperRequest.bundle_id).where(PaperRequest.case_id == case.id)
    about = or_(Bundle.person_id == case.person_id, Bundle.case_id == case.id, Bundle.id.in_(asked))
    acts = dict(work.session.execute(select(Event.id, Event.leaf).where(Event.case_id == case.id)).all())
    return _going(work, mine, about=about, files=(*files, *acts.values()), acts=acts)


def of_item(work: Work, item: Custody) -> Going:
    """What of an item of the vault stands in bundles."""
    about = Bundle.person_id == item.person_id
    return _going(work, Exhibit.custody_id == item.id, about=about, files=(item.sha256,), acts=())


def _going(
    work: Work,
    mine: ColumnElement[bool],
    *,
    about: ColumnElement[bool],
    files: Iterable[str],
    acts: Iterable[int],
) -> Going:
    rows = work.session.execute(select(Exhibit.id, Exhibit.bundle_id).where(mine)).all()
    looked = work.session.scalars(select(Bundle.id).where(about))
    return Going(
        exhibits=frozenset(exhibit for exhibit, _ in rows),
        files=frozenset(files),
        acts=frozenset(acts),
        bundles=tuple(sorted({*looked, *(bundle for _, bundle in rows)})),
    )


def forget_words(work: Work, going: Going) -> int:
    """Take its words out of every edition, and out of what the log says of bundles; how many lines went."""
    lines = 0
    for bundle_id in going.bundles:
        lines += _forget_lines(work, bundle_id, going)
        _forget_acts(work, bundle_id, going)
    return lines


def recount(work: Work, going: Going) -> None:
    """Bring the bundles' figures in line once the exhibits are gone."""
    for bundle in work.session.scalars(select(Bundle).where(Bundle.id.in_(going.bundles))):
        own = select(func.count()).where(Exhibit.bundle_id == bundle.id, Exhibit.side == Side.OURS)
        bundle.exhibit_count = work.session.scalar(own) or 0
    work.session.flush()


def _forget_lines(work: Work, bundle_id: int, going: Going) -> int:
    standing = frozenset(work.session.scalars(select(Exhibit.id).where(Exhibit.bundle_id == bundle_id)))
    gone = 0
    editions = select(BundleEdition).where(BundleEdition.bundle_id == bundle_id).order_by(BundleEdition.id)
    for edition in work.session.scalars(editions):
        taken = [
            ERASED not in line and going.takes(line, standing - going.exhibits)
            for line in edition.content["lines"]
        ]
        if any(taken):
            lines = [
                erase_line(line) if goes else line
                for line, goes in zip(edition.content["lines"], taken, strict=True)
            ]
            edition.content = {**edition.content, "lines": lines}
            edition.erased_at = work.now
            gone += sum(taken)
    work.session.flush()
    return gone


def _forget_acts(work: Work, bundle_id: int, going: Going) -> None:
    """What the log says of the bundle's exhibits that go: that it happened stays, what was said does not."""
    rows = work.session.execute(
        select(EventPayload.event_id, EventPayload.body)
        .join(Event, Event.id == EventPayload.event_id)
        .where(Event.subject == f"bundle/{bundle_id}", EventPayload.body.is_not(None))
    )
    said = {event_id: json.loads(body or "{}").get("data", {}) for event_id, body in rows}
    # those that legal took out before are known by what was said when they came in
    once = {data.get("exhibit") for data in said.values() if data.get("file_sha256") in going.files}
    exhibits = going.exhibits | (once - {None})
    ids = [
        event_id
        for event_id, data in said.items()
        if data.get("exhibit") in exhibits or data.get("file_sha256") in going.files
    ]
    work.session.execute(
        update(EventPayload)
        .where(EventPayload.event_id.in_(ids))
        .values(body=None, salt=None, erased_at=work.now)
        .execution_options(synchronize_session=False)
    )
