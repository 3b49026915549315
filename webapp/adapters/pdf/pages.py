"""Pages of a PDF as pictures, for phones and for whoever wants to see before downloading."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pypdfium2

from webapp.adapters.pdfium import PDFIUM

MEDIA_TYPE = "image/webp"
WIDTH = 900  # pixels: sharp at 390 CSS pixels of a phone, and 30 to 60 KB a page of text
QUALITY = 60


def draw_pages(pdf: bytes, *, only: int | None = None, width: int = WIDTH) -> tuple[bytes, ...]:
    """Each page as WebP, ``width`` pixels wide, or the one numbered ``only`` (from 1).

    The same PDF and library give the same bytes.
    """
    with PDFIUM:
        document = pypdfium2.PdfDocument(pdf)
        try:
            document.init_forms()  # what is signed shows its mark in the field
            numbers = range(len(document)) if only is None else (only - 1,)
            return tuple(_picture(document[number], width) for number in numbers)
        finally:
            document.close()


def _picture(page: Any, width: int) -> bytes:
    out = BytesIO()
    page.render(scale=width / page.get_width()).to_pil().save(out, "WEBP", quality=QUALITY, method=2)
    return out.getvalue()
