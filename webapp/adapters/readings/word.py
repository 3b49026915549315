"""The words of a Word file; its layout, comments and hidden text stay in the original."""

from __future__ import annotations

from webapp.adapters.papertext import text_of
from webapp.adapters.readings.limits import LAYOUT
from webapp.domain.readingcopy import Passage, Reading


def read(data: bytes, media_type: str) -> Reading:
    """The text; raises ValueError where there is none."""
    text = text_of(data, media_type)
    if not text.strip():
        raise ValueError(media_type)
    return Reading(parts=(Passage(text=text),), notes=(LAYOUT,))
