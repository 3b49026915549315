"""What a PDF says, read back by PDFium: the check that does not trust the hand that wrote it."""

from __future__ import annotations

from threading import Lock

import pypdfium2

from webapp.domain.errors import InvalidError
from webapp.domain.text import msg

_PDFIUM = Lock()  # PDFium may be entered by one thread at a time


def bears_on_each_page(pdf: bytes, words: str) -> bool:
    """Tell whether every page has these words in its text; raises InvalidError for what is no PDF."""
    with _PDFIUM:
        try:
            document = pypdfium2.PdfDocument(pdf)
        except pypdfium2.PdfiumError as error:
            raise InvalidError(msg("无法读取这份 PDF。")) from error
        try:
            return all(words in page.get_textpage().get_text_bounded() for page in document)
        finally:
            document.close()
