"""Pages of a PDF as pictures, for phones and for whoever wants to see before downloading."""

from __future__ import annotations

from io import BytesIO

import pypdfium2

from webapp.adapters.pdf.reading import PDFIUM

MEDIA_TYPE = "image/webp"
WIDTH = 900  # pixels: sharp at 390 CSS pixels of a phone, and 30 to 60 KB a page of text
QUALITY = 60


def draw_pages(pdf: bytes, *, width: int = WIDTH) -> tuple[bytes, ...]:
    """Each page as WebP, ``width`` pixels wide; the same PDF and library give the same bytes."""
    found: list[bytes] = []
    with PDFIUM:
        document = pypdfium2.PdfDocument(pdf)
        try:
            for page in document:
                picture = page.render(scale=width / page.get_width()).to_pil()
                out = BytesIO()
                picture.save(out, "WEBP", quality=QUALITY, method=2)
                found.append(out.getvalue())
        finally:
            document.close()
    return tuple(found)
