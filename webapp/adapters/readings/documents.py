"""Papers: the pages of a PDF drawn anew, plain text as it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pypdfium2

from webapp.adapters.readings.kinds import decode
from webapp.adapters.readings.limits import (
    CUT,
    DRAWN,
    MOST_CHARACTERS,
    MOST_PAGES,
    PICTURE_HEIGHT,
    PICTURE_WIDTH,
)
from webapp.adapters.readings.pictures import draw
from webapp.adapters.uploads.kinds import Kind
from webapp.domain.readingcopy import Caption, Passage, Reading
from webapp.domain.text import msg

if TYPE_CHECKING:
    from webapp.domain.readingcopy import Part


def read(data: bytes, media_type: str) -> Reading:
    """The paper."""
    if media_type == Kind.PDF:
        return _pages(data)
    text = decode(data)
    cut = (CUT,) if len(text) > MOST_CHARACTERS else ()
    return Reading(parts=(Passage(text=text[:MOST_CHARACTERS]),), notes=cut)


def _pages(data: bytes) -> Reading:
    """The pages of a PDF without scripts, forms or links; this process has PDFium for itself."""
    document = pypdfium2.PdfDocument(data)
    try:
        document.init_forms()  # what is signed shows its mark in the field; this PDFium runs no scripts
        count = len(document)
        parts: list[Part] = []
        for number in range(min(count, MOST_PAGES)):
            page = document[number]
            scale = min(PICTURE_WIDTH / page.get_width(), PICTURE_HEIGHT / page.get_height())
            parts.append(Caption(words=msg("原件第 {n} 页，共 {all} 页", n=number + 1, all=count)))
            parts.append(draw(page.render(scale=scale, may_draw_forms=True).to_pil()))
    finally:
        document.close()
    return Reading(parts=tuple(parts), notes=(DRAWN, *([CUT] if count > MOST_PAGES else [])))
