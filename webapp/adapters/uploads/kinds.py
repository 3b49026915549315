"""Kinds of files that the house tells apart."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


class Kind(StrEnum):
    """A kind; its value is the media type under which it is kept."""

    PDF = "application/pdf"
    PNG = "image/png"
    JPEG = "image/jpeg"
    HEIC = "image/heic"
    WEBP = "image/webp"
    DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    TEXT = "text/plain"
    CSV = "text/csv"
    ARCHIVE = "application/x-archive"  # zip, 7z, rar, gz …: what lies inside cannot be judged
    OLE = "application/x-ole-storage"  # doc, xls, ppt, msi: may hold macros
    PROGRAM = "application/x-executable"
    MARKUP = "text/x-markup"  # html, svg, xml: never under a type that a browser would render


EXTENSIONS: Mapping[Kind, tuple[str, ...]] = {
    Kind.PDF: (".pdf",),
    Kind.PNG: (".png",),
    Kind.JPEG: (".jpg", ".jpeg"),
    Kind.HEIC: (".heic", ".heif"),
    Kind.WEBP: (".webp",),
    Kind.DOCX: (".docx",),
    Kind.XLSX: (".xlsx",),
    Kind.TEXT: (".txt", ".md", ".log"),
    Kind.CSV: (".csv",),
}
