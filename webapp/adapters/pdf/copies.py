"""Filing copies: a PDF for every exhibit of a bundle, whatever its original is.

A court reads these pages in place of the exhibit, so a PDF keeps its own and a photograph has a page to
itself. Everything else is what ``adapters/readings`` read of it; of what that does not open, active files
above all, a slip says where the original lies.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from webapp.adapters.pdf.flow import Pairs, Prose
from webapp.adapters.pdf.fonts import spell_missing
from webapp.adapters.pdf.leaves import count_leaves
from webapp.adapters.pdf.page import Sheet, render
from webapp.adapters.pdf.readingcopy import Photograph, reading_blocks
from webapp.adapters.pdf.typeset import BODY, MM, TITLE
from webapp.adapters.readings.apart import read_apart
from webapp.adapters.readings.kinds import classify
from webapp.adapters.uploads.kinds import Kind
from webapp.domain.errors import InvalidError
from webapp.domain.readingcopy import Facts, Picture
from webapp.domain.text import Message, msg

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from reportlab.platypus.flowables import Flowable

    from webapp.domain.readingcopy import Reading, Words

ALWAYS = datetime(2020, 1, 1, tzinfo=UTC)  # in the file's own data: a copy made twice has the same bytes
ACTIVE = msg("含有活动内容，只保存原件，不打开、不打印。")
BROKEN = msg("文件已加密或损坏，只保存原件。")
CLOSED = msg("这种文件不能打印，只保存原件。")


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """A file as it is kept."""

    name: str
    media_type: str
    sha256: str
    data: bytes
    dangerous: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FilingCopy:
    """A PDF to read and print; ``shows`` tells whether it says what the file says, or is a slip."""

    pdf: bytes
    shows: bool


def filing_copy(original: Original, *, say: Callable[[Words], str]) -> FilingCopy:
    """The same original gives the same bytes; the file is opened in a process of its own, if at all."""
    if original.dangerous:
        return _slip(original, ACTIVE, say)
    if original.media_type == Kind.PDF:
        if not count_leaves(original.data):
            return _slip(original, BROKEN, say)
        return FilingCopy(pdf=original.data, shows=True)
    try:
        found = classify(original.data, original.name)
        if not found.readable:
            return _slip(original, CLOSED, say)
        reading = read_apart(original.data, kind=found.kind, media_type=found.media_type)
    except InvalidError as error:
        return _slip(original, error.message, say)
    return FilingCopy(pdf=_print(original.name, reading, say), shows=True)


def _slip(original: Original, why: Message, say: Callable[[Words], str]) -> FilingCopy:
    return FilingCopy(pdf=slip(original, why, say=say), shows=False)


def slip(original: Original, why: Message, *, say: Callable[[Words], str]) -> bytes:
    """One page in place of a file that is not printed: its name, hash and the reason."""
    pairs = [
        (say(msg("文件名")), spell_missing(original.name), True),
        ("SHA-256", original.sha256, True),
        (say(msg("字节数")), f"{len(original.data):,}", True),
        (say(msg("说明")), say(why), True),
    ]
    return _render(say(msg("原件另存")), [Prose("", BODY, after=40 * MM), Pairs(pairs)], say=say)


def lines_copy(title: str, pairs: Sequence[tuple[str, str]], *, say: Callable[[Words], str]) -> bytes:
    """A page of labels and values, as of an act in the log."""
    rows = [(label, spell_missing(value), True) for label, value in pairs]
    return _render(spell_missing(title), [Pairs(rows)], say=say)


def _print(name: str, reading: Reading, say: Callable[[Words], str]) -> bytes:
    match reading.parts:
        case (Facts(), Picture() as picture):  # what its file says of its making stays with the original
            story: list[Flowable] = [Photograph(picture)]
        case _:
            story = list(reading_blocks(reading, say))
    return _render(spell_missing(name), story, say=say)


def _render(title: str, story: Sequence[Flowable], *, say: Callable[[Words], str]) -> bytes:
    sheet = Sheet(
        title=title,
        left=say(msg("阅读件")),
        right="",
        foot=say(msg("阅读件，以原件为准")),
        language="zh-Hans",
        translate=say,
        made_at=ALWAYS,
    )
    head = Prose(title, TITLE.evolve(size=15, leading=22), after=8)
    return render(sheet, lambda: [head, *story])
