"""A reading copy (阅读件) as PDF, and its blocks within the book of a pack."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from itertools import zip_longest
from typing import TYPE_CHECKING

from reportlab.lib.utils import ImageReader
from reportlab.platypus.flowables import CondPageBreak, Flowable

from webapp.adapters.catalog import translate
from webapp.adapters.pdf.flow import Column, Grid, Pairs, Prose
from webapp.adapters.pdf.fonts import spell_missing
from webapp.adapters.pdf.page import INNER_WIDTH, Sheet, render_counted, show_time
from webapp.adapters.pdf.typeset import BODY, CODE, MM, NOTE, STEP, TITLE
from webapp.domain.readingcopy import Caption, Facts, Passage, Picture, Reading, Rows
from webapp.domain.text import Message, msg

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from webapp.domain.readingcopy import Words

ROOM = 30 * MM  # a caption needs this much below it
FINEST = 96 / 72  # pixels a point: a small picture is not blown up beyond this
TALLEST = 225 * MM  # of a picture on a page of its own
LOWER = 165 * MM  # of one that stands under what its file says about it
CAPTION = 26.0  # points that its caption takes above it


@dataclass(frozen=True, slots=True, kw_only=True)
class CopySheet:
    """Whose copy it is: what stands round its content."""

    title: str
    number: str  # of the item
    organisation: str
    sha256: str  # of the original
    sm3: str
    made_at: datetime


def render_reading(
    reading: Reading,
    sheet: CopySheet,
    *,
    language: str = "zh-Hans",
    translate: Callable[[Message | str, str], str] = translate,
) -> tuple[bytes, int]:
    """The PDF and the number of its pages; the same copy gives the same bytes. Raises FontsMissingError."""

    def say(words: Words) -> str:
        return translate(words, language) if isinstance(words, Message) else words

    title = spell_missing(sheet.title)
    paper = Sheet(
        title=f"{say(msg('阅读件'))} {sheet.number}",
        left=" · ".join(filter(None, (sheet.organisation, say(msg("阅读件"))))),
        right=sheet.number,
        foot=say(msg("阅读件，仅供阅读，以原件为准 · 制作于 {time}", time=show_time(sheet.made_at))),
        language=language,
        translate=say,
        made_at=sheet.made_at,
    )

    def write() -> list[Flowable]:
        return [
            Prose(title, TITLE.evolve(size=17, leading=26), after=2),
            Prose(f"SHA-256　{sheet.sha256}", CODE, after=0),
            Prose(f"SM3　　　{sheet.sm3 or '—'}", CODE, after=8),
            *reading_blocks(reading, say),
        ]

    return render_counted(paper, write)


def reading_blocks(reading: Reading, say: Callable[[Words], str]) -> Iterator[Flowable]:
    """The notes first, then every part; characters that no font draws are spelt by their code points."""
    for note in reading.notes:
        yield Prose(say(note), NOTE, after=3)
    alone = not any(isinstance(part, Caption) for part in reading.parts)  # a photograph, no pages
    for part, following in zip_longest(reading.parts, reading.parts[1:]):
        if isinstance(part, Caption) and isinstance(following, Picture):
            yield CondPageBreak(Photograph(following).wrap(INNER_WIDTH, 0)[1] + CAPTION)
        if isinstance(part, Picture):
            yield Photograph(part, tallest=LOWER if alone else TALLEST)
        else:
            yield from _part(part, lambda words: spell_missing(say(words)))


def _part(part: Facts | Caption | Passage | Rows, say: Callable[[Words], str]) -> Iterator[Flowable]:
    if isinstance(part, Facts):
        yield Pairs([(say(label), say(value), True) for label, value in part.rows])
    elif isinstance(part, Caption):
        yield CondPageBreak(ROOM)
        yield Prose(say(part.words), STEP, after=2)
    elif isinstance(part, Passage):
        # each line a paragraph of its own: a long text is torn between them, and none is set twice
        for line in say(part.text).split("\n"):
            yield Prose(line, BODY, after=1.5)
    else:
        columns = [
            Column(title=say(title), share=width) for title, width in zip(part.head, part.widths, strict=True)
        ]
        yield Grid(columns, [tuple(map(say, row)) for row in part.rows])


class Photograph(Flowable):
    """A picture as wide as the line or as high as the page, never blown up."""

    def __init__(self, picture: Picture, *, tallest: float = TALLEST, after: float = 8.0) -> None:
        super().__init__()
        self.picture, self.tallest, self.after = picture, tallest, after

    def wrap(self, width: float, _height: float) -> tuple[float, float]:
        """Tell the size."""
        scale = min(width / self.picture.width, self.tallest / self.picture.height, 1 / FINEST)
        self.drawn = (self.picture.width * scale, self.picture.height * scale)
        self.width, self.height = width, self.drawn[1] + self.after
        return self.width, self.height

    def draw(self) -> None:
        """Draw it in the middle of the line."""
        width, height = self.drawn
        image = ImageReader(BytesIO(self.picture.jpeg))
        left = (self.width - width) / 2
        self.canv.drawImage(image, left, self.after, width, height)


__all__ = ["CopySheet", "reading_blocks", "render_reading"]
