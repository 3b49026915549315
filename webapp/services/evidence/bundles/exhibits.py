"""Exhibits: added, put in order, described, taken out; each act an event of the bundle."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete

from models.bundle import Bundle, Exhibit, ExhibitPage, PageGram
from models.counsel import ExhibitComment, ExhibitOpinion, PaperRequest, PrivilegedNote
from webapp.adapters.catalog import say_filed as say
from webapp.adapters.pdf.leaves import read_leaves
from webapp.adapters.uploads import inspect
from webapp.domain.errors import ConflictError, InvalidError, NotFoundError
from webapp.domain.exhibits import Form, Side
from webapp.domain.keys import read_key
from webapp.domain.papers import PaperKind
from webapp.domain.text import Message, msg
from webapp.services.evidence.bundles.access import exhibits_of, lock_bundle, tell
from webapp.services.evidence.bundles.collect import act, candidates, cases_of
from webapp.services.evidence.bundles.material import copy_of
from webapp.services.evidence.bundles.search import index_exhibit
from webapp.services.evidence.proofs import case_proofs, usual_proof

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from webapp.domain.exhibits import Proof
    from webapp.services.evidence.bundles.collect import Candidate
    from webapp.services.work import Work

MOST = 300  # exhibits of a bundle
LENGTHS = {"name": 200, "source": 300, "proves": 500, "content": 5_000, "weakness": 5_000}
COLUMNS: Any = Exhibit.__table__.c


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """What legal writes about an exhibit; see models.bundle.Exhibit for each."""

    name: str
    source: str
    proves: str
    content: str
    form: str
    kind: str
    weakness: str = ""
    dated: date | None = None


def add_found(work: Work, bundle_id: int, keys: Sequence[str], *, version: int) -> list[Exhibit]:
    """Add papers of the person's cases by their keys (see ``Candidate``), in the order given.

    Raises NotFoundError for a key that the actor may not read, ConflictError on a stale page.
    """
    bundle = lock_bundle(work, bundle_id, version)
    known = {each.key: each for each in candidates(work, bundle)}
    chosen = []
    for key in dict.fromkeys(keys):
        found = _act_of(work, bundle, key) if key.startswith("event-") else known.get(key)
        if found is None:
            raise NotFoundError
        if not found.taken:
            chosen.append(found)
    return add_all(work, bundle, chosen)


def _act_of(work: Work, bundle: Bundle, key: str) -> Candidate | None:
    event_id = read_key(key.removeprefix("event-"))
    return None if event_id is None else act(work, bundle, event_id)


def add_all(work: Work, bundle: Bundle, chosen: Sequence[Candidate]) -> list[Exhibit]:
    """Add candidates to a locked bundle behind its last exhibit."""
    start = _room(work, bundle, Side.OURS, more=len(chosen))
    proofs = _proofs(work, bundle, chosen)
    rows = [
        _from(work, bundle, found, position=start + place, proof=proofs.get(found.sha256))
        for place, found in enumerate(chosen, 1)
    ]
    for row in rows:
        _keep(work, bundle, row)
    _count(work, bundle)
    return rows


def _proofs(work: Work, bundle: Bundle, chosen: Sequence[Candidate]) -> dict[str, Proof]:
    """What the procedures say of the chosen papers, by hash: where legal starts to write."""
    numbers = {each.case for each in chosen}
    found: dict[str, Proof] = {}
    for case in cases_of(work, bundle):
        if case.number in numbers:
            found |= case_proofs(work, case)
    return found


def _from(work: Work, bundle: Bundle, found: Candidate, *, position: int, proof: Proof | None) -> Exhibit:
    place, _, number = found.key.partition("-")
    proof = proof or usual_proof(found.kind)
    return Exhibit(
        bundle_id=bundle.id,
        side=Side.OURS.value,
        position=position,
        **{f"{place}_id": int(number)},
        sha256=found.sha256,
        media_type=found.media_type,
        size=found.size or (0 if place == "event" else len(work.ports.blobs.get(found.sha256))),
        dangerous=found.dangerous,
        kind=found.kind.value,
        dated=found.dated,
        name=found.name,
        source=say(found.source)[: LENGTHS["source"]],
        proves=proof.proves,
        content=proof.content,
        form=found.form.value,
        pages=1,
        added_by_id=work.person_id,
        added_at=work.now,
    )


def upload(work: Work, bundle_id: int, *, name: str, data: bytes, side: Side, version: int) -> Exhibit:
    """Add a file that legal brings, of our side or the other.

    Raises InvalidError for an empty, too large or unknown file, ConflictError on a stale page.
    """
    bundle = lock_bundle(work, bundle_id, version)
    found = inspect(data, name)
    proof = usual_proof(PaperKind.OTHER)
    theirs = side is Side.THEIRS
    row = Exhibit(
        bundle_id=bundle.id,
        side=side.value,
        position=_room(work, bundle, side, more=1) + 1,
        sha256=work.ports.blobs.put(data),
        media_type=found.media_type,
        size=len(data),
        dangerous=found.dangerous,
        kind=PaperKind.OTHER.value,
        name=found.name,
        source=say(msg("对方提交") if theirs else msg("{person} 提供", person=work.actor.name)),
        proves="" if theirs else proof.proves,
        content="" if theirs else proof.content,
        form=Form.COPY.value,
        pages=1,
        added_by_id=work.person_id,
        added_at=work.now,
    )
    _keep(work, bundle, row)
    _count(work, bundle)
    return row


def _keep(work: Work, bundle: Bundle, row: Exhibit) -> None:
    """Write the row, count its pages, read it for search, and say so."""
    work.session.add(row)
    work.session.flush()
    copy = copy_of(work, row)
    leaves = read_leaves(copy.pdf)
    row.pages, row.printable = leaves.count, copy.shows
    index_exhibit(work, row, leaves.texts)
    facts = {"exhibit": row.id, "side": row.side, "name": row.name, "file_sha256": row.sha256}
    tell(work, "exhibit.added", bundle, **facts)


def _room(work: Work, bundle: Bundle, side: Side, *, more: int) -> int:
    """The last position of a side; raises InvalidError where the bundle would become too long."""
    rows = exhibits_of(work, bundle.id)
    if len(rows) + more > MOST:
        raise InvalidError(msg("一份证据册最多 {most} 份证据，请分册。", most=MOST))
    return max((row.position for row in rows if row.side == side), default=0)


def _count(work: Work, bundle: Bundle) -> None:
    work.session.flush()
    bundle.exhibit_count = len(exhibits_of(work, bundle.id, Side.OURS))
    work.session.flush()


def arrange(work: Work, bundle_id: int, order: Sequence[int], *, side: Side, version: int) -> None:
    """Put a side's exhibits in a new order, all of them named; numbers follow.

    Raises ConflictError where the page knew other exhibits.
    """
    bundle = lock_bundle(work, bundle_id, version)
    rows = {row.id: row for row in exhibits_of(work, bundle_id, side)}
    if sorted(order) != sorted(rows):
        raise ConflictError
    for position, exhibit_id in enumerate(order, 1):
        rows[exhibit_id].position = position
    tell(work, "exhibit.arranged", bundle, side=side.value, order=list(order))
    work.session.flush()


def describe(work: Work, bundle_id: int, exhibit_id: int, *, said: Description, version: int) -> Exhibit:
    """Write the columns of an exhibit; raises InvalidError with a sentence at each field."""
    bundle = lock_bundle(work, bundle_id, version)
    row = _own(work, bundle, exhibit_id)
    _check(said)
    before = {name: _plain(getattr(row, name)) for name in Description.__slots__}
    for name in Description.__slots__:
        setattr(row, name, getattr(said, name))
    after = {name: _plain(getattr(row, name)) for name in Description.__slots__}
    changed = sorted(name for name, value in after.items() if value != before[name])
    if changed:
        tell(work, "exhibit.described", bundle, exhibit=row.id, columns=changed)
    work.session.flush()
    return row


def _plain(value: Any) -> str:
    return str(value)


def _own(work: Work, bundle: Bundle, exhibit_id: int) -> Exhibit:
    row = work.session.get(Exhibit, exhibit_id)
    if row is None or row.bundle_id != bundle.id:
        raise NotFoundError
    return row


def _check(said: Description) -> None:
    errors: dict[str, tuple[Message, ...]] = {}
    for name, most in LENGTHS.items():
        if len(getattr(said, name)) > most:
            errors[name] = (msg("最多 {most} 个字。", most=most),)
    if not said.name.strip():
        errors["name"] = (msg("请填写证据名称。"),)
    if said.form not in set(Form):
        errors["form"] = (msg("请从列表中选择。"),)
    if said.kind not in set(PaperKind):
        errors["kind"] = (msg("请从列表中选择。"),)
    if errors:
        raise InvalidError(fields=errors)


def remove(work: Work, bundle_id: int, exhibit_id: int, *, version: int) -> None:
    """Take an exhibit out; the paper itself and every frozen edition stay as they are."""
    bundle = lock_bundle(work, bundle_id, version)
    row = _own(work, bundle, exhibit_id)
    side = Side(row.side)
    tell(work, "exhibit.removed", bundle, exhibit=row.id, name=row.name, file_sha256=row.sha256)
    for table in (ExhibitPage, PageGram, ExhibitComment, ExhibitOpinion, PrivilegedNote, PaperRequest):
        work.session.execute(delete(table).where(table.exhibit_id == row.id))
    work.session.delete(row)
    work.session.flush()
    for position, left in enumerate(exhibits_of(work, bundle.id, side), 1):
        left.position = position
    _count(work, bundle)
