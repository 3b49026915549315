"""What a PDF says, read back by PDFium: the check that does not trust the hand that wrote it."""

from __future__ import annotations

from threading import Lock

import pypdfium2

from webapp.domain.errors import InvalidError
from webapp.domain.text import msg

PDFIUM = Lock()  # PDFium may be entered by one thread at a time, whatever it is asked


def bears_on_each_page(pdf: bytes, words: str) -> bool:
    """Tell whether every page has these words in its text; raises InvalidError for what is no PDF."""
    with PDFIUM:
        try:
            document = pypdfium2.PdfDocument(pdf)
        except pypdfium2.PdfiumError as error:
            raise InvalidError(msg("无法读取这份 PDF。")) from error
        try:
            return all(words in page.get_textpage().get_text_bounded() for page in document)
        finally:
            document.close()


def read_text(pdf: bytes, *, most_pages: int, most_characters: int) -> str:
    """The text of the first pages, one line break between them; raises InvalidError for what is no PDF."""
    found: list[str] = []
    with PDFIUM:
        try:
            document = pypdfium2.PdfDocument(pdf)
        except pypdfium2.PdfiumError as error:
            raise InvalidError(msg("无法读取这份 PDF。")) from error
        try:
            for number in range(min(len(document), most_pages)):
                found.append(document[number].get_textpage().get_text_bounded())
                if sum(map(len, found)) >= most_characters:
                    break
        finally:
            document.close()
    return "\n".join(found)[:most_characters]
