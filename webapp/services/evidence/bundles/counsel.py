"""What is said about a bundle: opinions on the other side's exhibits, comments, privileged notes.

A privileged note is read by ``notes_of`` alone, for legal alone, and its words stand in no event.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from models.bundle import Exhibit
from models.counsel import ExhibitComment, ExhibitOpinion, PrivilegedNote
from webapp.domain.errors import InvalidError, NotFoundError
from webapp.domain.exhibits import Opinion, Side, Stand
from webapp.domain.text import Message, msg
from webapp.services.evidence.bundles.access import (
    check_may_work,
    lock_bundle,
    may_work,
    read_bundle,
    read_exhibit,
    tell,
)

if TYPE_CHECKING:
    from models.bundle import Bundle
    from webapp.services.work import Work

Said = TypeVar("Said", ExhibitComment, PrivilegedNote)
LENGTHS = {"authenticity_why": 500, "legality_why": 500, "relevance_why": 500, "weight": 1_000}
STANDS = ("authenticity", "legality", "relevance")
LONGEST = 4_000
MOST = 200


def give_opinion(
    work: Work, bundle_id: int, exhibit_id: int, *, opinion: Opinion, version: int
) -> ExhibitOpinion:
    """Write our opinion on an exhibit of the other side.

    Raises InvalidError at each field, NotFoundError for an exhibit of ours, ConflictError on a stale page.
    """
    bundle = lock_bundle(work, bundle_id, version)
    exhibit = work.session.get(Exhibit, exhibit_id)
    if exhibit is None or exhibit.bundle_id != bundle.id or exhibit.side != Side.THEIRS:
        raise NotFoundError
    _check(opinion)
    row = work.session.get(ExhibitOpinion, exhibit_id) or ExhibitOpinion(exhibit_id=exhibit_id)
    for name in Opinion.__slots__:
        setattr(row, name, getattr(opinion, name))
    row.by_id, row.at = work.person_id, work.now
    work.session.add(row)
    stands = {name: getattr(opinion, name) for name in STANDS}
    tell(work, "exhibit.answered", bundle, exhibit=exhibit.id, name=exhibit.name, **stands)
    work.session.flush()
    return row


def _check(opinion: Opinion) -> None:
    errors: dict[str, tuple[Message, ...]] = {}
    for name in STANDS:
        stand = getattr(opinion, name)
        if stand not in set(Stand):
            errors[name] = (msg("请从列表中选择。"),)
        elif stand == Stand.DENIED and not getattr(opinion, f"{name}_why").strip():
            errors[f"{name}_why"] = (msg("不认可的，请写明理由。"),)
    for name, most in LENGTHS.items():
        if len(getattr(opinion, name)) > most:
            errors[name] = (msg("最多 {most} 个字。", most=most),)
    if errors:
        raise InvalidError(fields=errors)


def comment(work: Work, bundle_id: int, text: str, *, exhibit_id: int | None = None) -> None:
    """Say something about an exhibit or the bundle; whoever may read it may comment."""
    bundle = read_bundle(work, bundle_id)
    row = _written(work, bundle, ExhibitComment, text=text, exhibit_id=exhibit_id)
    tell(work, "bundle.commented", bundle, comment=row.id)


def comments_of(work: Work, bundle: Bundle, exhibit_id: int | None = None) -> list[ExhibitComment]:
    """The comments on a bundle that the caller has read, or on one exhibit, oldest first."""
    query = select(ExhibitComment).options(joinedload(ExhibitComment.by))
    query = query.where(ExhibitComment.bundle_id == bundle.id)
    if exhibit_id is not None:
        query = query.where(ExhibitComment.exhibit_id == exhibit_id)
    return list(work.session.scalars(query.order_by(ExhibitComment.id).limit(MOST)))


def write_note(work: Work, bundle_id: int, text: str, *, exhibit_id: int | None = None) -> None:
    """Write a privileged note; raises ForbiddenError for somebody who was only let in."""
    bundle = read_bundle(work, bundle_id)
    row = _written(work, check_may_work(work, bundle), PrivilegedNote, text=text, exhibit_id=exhibit_id)
    tell(work, "note.written", bundle, note=row.id)  # that there is one, never what it says


def strike_note(work: Work, bundle_id: int, note_id: int) -> None:
    """Take a note away for good; raises NotFoundError, ForbiddenError."""
    bundle = check_may_work(work, read_bundle(work, bundle_id))
    row = work.session.get(PrivilegedNote, note_id)
    if row is None or row.bundle_id != bundle.id:
        raise NotFoundError
    tell(work, "note.struck", bundle, note=row.id)
    work.session.delete(row)
    work.session.flush()


def notes_of(work: Work, bundle: Bundle, exhibit_id: int | None = None) -> list[PrivilegedNote]:
    """The privileged notes, for legal of the bundle's scope; none for anybody else."""
    if not may_work(work, bundle):
        return []
    query = select(PrivilegedNote).options(joinedload(PrivilegedNote.by))
    query = query.where(PrivilegedNote.bundle_id == bundle.id)
    if exhibit_id is not None:
        query = query.where(PrivilegedNote.exhibit_id == exhibit_id)
    return list(work.session.scalars(query.order_by(PrivilegedNote.id).limit(MOST)))


def _written(work: Work, bundle: Bundle, table: type[Said], *, text: str, exhibit_id: int | None) -> Said:
    """Words about a bundle that the caller has read, or about one exhibit of it."""
    if exhibit_id is not None:
        read_exhibit(work, bundle.id, exhibit_id)
    row = table(
        bundle_id=bundle.id, exhibit_id=exhibit_id, text=_words(text), by_id=work.person_id, at=work.now
    )
    work.session.add(row)
    work.session.flush()
    return row


def _words(text: str) -> str:
    clean = text.strip()
    if not clean:
        raise InvalidError(fields={"text": (msg("请填写内容。"),)})
    if len(clean) > LONGEST:
        raise InvalidError(fields={"text": (msg("最多 {most} 个字。", most=LONGEST),)})
    return clean
