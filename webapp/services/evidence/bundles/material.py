"""What an exhibit is made of: its bytes, its reading copy, and whether both are still what they were."""

from __future__ import annotations

import hashlib
import json
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from models.case import Case
from models.event import Event
from models.person import Person
from webapp.adapters.catalog import say_filed as say
from webapp.adapters.derived import Derived
from webapp.adapters.pdf.copies import FilingCopy, Original, filing_copy, lines_copy, slip
from webapp.adapters.pdf.page import show_time
from webapp.domain.errors import NotFoundError
from webapp.domain.evidence import text_leaf_hash
from webapp.domain.text import msg
from webapp.services.cases.timeline import event_entry

if TYPE_CHECKING:
    from webapp.services.work import Work

MOST_DETAIL = 4_000  # characters of an act's payload that are printed
PDF = "application/pdf"
_COPIES: Derived[FilingCopy] = Derived(16)  # a preview asks for one page after page; a PDF is its own copy


class Stored(Protocol):
    """An exhibit, or its line in an edition: where its bytes are."""

    @property
    def name(self) -> str:
        """As people call it."""

    @property
    def sha256(self) -> str:
        """Of the bytes; of an act, its leaf."""

    @property
    def media_type(self) -> str:
        """Found from the content."""

    @property
    def dangerous(self) -> bool:
        """Whether it is never opened."""

    @property
    def event_id(self) -> int | None:
        """The act of the log that it is."""


def original_of(work: Work, exhibit: Stored) -> bytes:
    """The bytes of an exhibit; raises NotFoundError where they are gone, as an act's erased payload."""
    if exhibit.event_id is None:
        return work.ports.blobs.get(exhibit.sha256)
    body = work.session.get_one(Event, exhibit.event_id).payload.body
    if body is None:
        raise NotFoundError
    return body.encode()


def is_intact(work: Work, exhibit: Stored) -> bool:
    """Whether the bytes, hashed now, are those that were added."""
    try:
        data = original_of(work, exhibit)
    except NotFoundError:
        return False
    if exhibit.event_id is None:
        return hashlib.sha256(data).hexdigest() == exhibit.sha256
    salt = work.session.get_one(Event, exhibit.event_id).payload.salt
    return salt is not None and text_leaf_hash(salt, data).hex() == exhibit.sha256


def copy_of(work: Work, exhibit: Stored) -> FilingCopy:
    """What is read, printed and filed for an exhibit; a slip where the original is gone."""
    try:
        data = original_of(work, exhibit)
    except NotFoundError:
        gone = Original(name=exhibit.name, media_type="", sha256=exhibit.sha256, data=b"", dangerous=False)
        return FilingCopy(pdf=slip(gone, msg("原件已按期删除，指纹仍在。"), say=say), shows=False)
    if exhibit.event_id is not None:
        page = _act(work, work.session.get_one(Event, exhibit.event_id), data)
        return FilingCopy(pdf=page, shows=True)
    original = Original(
        name=exhibit.name,
        media_type=exhibit.media_type,
        sha256=exhibit.sha256,
        data=data,
        dangerous=exhibit.dangerous,
    )
    make = partial(filing_copy, original, say=say)
    if exhibit.media_type == PDF:
        return make()
    key = (exhibit.sha256, exhibit.media_type, exhibit.name, exhibit.dangerous)
    return _COPIES.get(work.ports.blobs, key, make)


def _act(work: Work, event: Event, body: bytes) -> bytes:
    case = None if event.case_id is None else work.session.get_one(Case, event.case_id)
    title = event.kind if case is None else say(event_entry(work, case, event).title)
    actor = None if event.actor_id is None else work.session.get_one(Person, event.actor_id)
    said: dict[str, Any] = json.loads(body)
    detail = json.dumps(said.get("data"), ensure_ascii=False, indent=1)
    pairs = (
        (msg("案件"), "" if case is None else f"{case.title}（{case.number}）"),
        (msg("事项"), title),
        (msg("时间"), show_time(event.at)),
        (msg("经办人"), say(msg("系统")) if actor is None else f"{actor.name}（{actor.number}）"),
        (msg("事件序号"), str(event.sequence or "")),
        (msg("叶指纹"), event.leaf),
        (msg("链指纹"), event.link),
        (msg("记录内容"), detail[:MOST_DETAIL]),
    )
    return lines_copy(
        say(msg("系统事件记录")), [(say(label), value) for label, value in pairs if value], say=say
    )
