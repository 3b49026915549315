"""The words of a file that somebody brought, for checks that read: text, PDF with text, Word."""

from __future__ import annotations

from io import BytesIO
from zipfile import BadZipFile

import docx
from docx.opc.exceptions import PackageNotFoundError

from webapp.adapters.pdfium import read_text
from webapp.adapters.uploads.kinds import Kind
from webapp.domain.errors import InvalidError

MOST_BYTES = 8_000_000
MOST_PAGES = 60
MOST_CHARACTERS = 200_000


def text_of(data: bytes, media_type: str) -> str:
    """The text, its beginning where it is long; empty where there is none to read, as in a photograph."""
    if len(data) > MOST_BYTES:
        return ""
    if media_type in {Kind.TEXT, Kind.CSV}:
        return data.decode("utf-8", errors="replace")[:MOST_CHARACTERS]
    if media_type == Kind.PDF:
        try:
            return read_text(data, most_pages=MOST_PAGES, most_characters=MOST_CHARACTERS)
        except InvalidError:
            return ""
    return _word(data) if media_type == Kind.DOCX else ""


def _word(data: bytes) -> str:
    try:
        document = docx.Document(BytesIO(data))
    except (PackageNotFoundError, BadZipFile, KeyError, ValueError):
        return ""
    lines = [paragraph.text for paragraph in document.paragraphs]
    lines += [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join(lines)[:MOST_CHARACTERS]
