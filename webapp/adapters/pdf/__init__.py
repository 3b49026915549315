"""Printed pages: the only room that knows ReportLab."""

from webapp.adapters.pdf.case import render_case
from webapp.adapters.pdf.fonts import FontsMissingError, MissingGlyphError, check_printable

__all__ = ["FontsMissingError", "MissingGlyphError", "check_printable", "render_case"]
