"""The words of a PDF or Word file, for checks that read: nothing of how they are set."""

from __future__ import annotations

from webapp.adapters.papertext import text_of


def read(data: bytes, media_type: str) -> bytes:
    """The text as UTF-8, its beginning where it is long; empty where there is none."""
    return text_of(data, media_type).encode()
