"""Printed pages: the only room that knows ReportLab."""

from webapp.adapters.pdf.book import render_book
from webapp.adapters.pdf.case import render_case
from webapp.adapters.pdf.document import draw_document
from webapp.adapters.pdf.fonts import FontsMissingError, MissingGlyphError, check_printable
from webapp.adapters.pdf.readingcopy import CopySheet, render_reading
from webapp.adapters.pdf.result import Printing, render_result

__all__ = [
    "CopySheet",
    "FontsMissingError",
    "MissingGlyphError",
    "Printing",
    "check_printable",
    "draw_document",
    "render_book",
    "render_case",
    "render_reading",
    "render_result",
]
