"""The page: paper, margins, header, footer with 第 n 页 / 共 m 页, and bytes that are the same each time."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from reportlab.lib.pagesizes import A4
from reportlab.pdfbase.pdfdoc import PDFString
from reportlab.platypus.doctemplate import BaseDocTemplate, PageTemplate
from reportlab.platypus.frames import Frame

from webapp.adapters.pdf.archival import prepare_archive
from webapp.adapters.pdf.fonts import Face, pick_glyph
from webapp.adapters.pdf.typeset import ACCENT, MM, NOTE, RULE, draw_line
from webapp.domain.scene import Align
from webapp.domain.text import Message, msg

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from reportlab.pdfgen.canvas import Canvas
    from reportlab.platypus.flowables import Flowable

SIDE = 20 * MM
TOP = 24 * MM
FOOT = 20 * MM
_PAGES: dict[str, int] = {}  # by kind of paper, of the last one
SHANGHAI = ZoneInfo("Asia/Shanghai")
INNER_WIDTH = A4[0] - 2 * SIDE


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What every page of a document shows round its content."""

    title: str
    left: str  # header, left: whose paper it is
    right: str  # header, right: its number
    foot: str  # footer, left: where it comes from
    language: str  # BCP 47 tag
    translate: Callable[[Message], str]
    made_at: datetime
    mark: str = ""  # printed large and pale over each page, e.g. 测试
    kind: str = ""  # what sort of paper it is: such have as many pages as the last one, mostly
    archival: bool = False  # prepared as PDF/A: metadata as XMP, a colour profile


def render(sheet: Sheet, story: Callable[[], list[Flowable]]) -> bytes:
    """Set the story, a second time where the number of pages was not known, and return the PDF.

    The same sheet and story give the same bytes: no clock, no random id.
    """
    return render_counted(sheet, story)[0]


def render_counted(sheet: Sheet, story: Callable[[], list[Flowable]]) -> tuple[bytes, int]:
    """``render``, and the number of pages.

    The first setting takes the number that the last paper of its kind had: most are set once.
    """
    blocks = story()  # keep their lines: the second setting only places them
    guess = _PAGES.get(sheet.kind, 1)
    pdf, pages = _build(sheet, list(blocks), total=guess)
    if pages != guess:
        for block in blocks:
            vars(block).pop("_postponed", None)  # ReportLab's memory of having moved a block to a new page
        pdf, pages = _build(sheet, list(blocks), total=pages)
    if sheet.kind:
        _PAGES[sheet.kind] = pages
    return pdf, pages


def _build(sheet: Sheet, story: list[Flowable], *, total: int) -> tuple[bytes, int]:
    out = BytesIO()
    for face in (Face.SANS, Face.BOLD, Face.SERIF_BOLD):
        pick_glyph(" ", face)  # loads and registers the font
    document = BaseDocTemplate(
        out,
        title=sheet.title,
        author=sheet.left,
        creator="Hegui",
        initialFontName=Face.SANS.value,
        invariant=1,
        pageCompression=1,
        lang=sheet.language,
        displayDocTitle=True,
    )

    def decorate(canvas: Canvas, _document: Any) -> None:
        _prepare(canvas, sheet)
        _draw_frame(canvas, sheet, total)

    document.addPageTemplates([PageTemplate(id="page", frames=[_frame()], onPage=decorate, pagesize=A4)])
    document.build(story)
    return out.getvalue(), document.page


def _frame() -> Frame:
    return Frame(
        SIDE,
        FOOT,
        INNER_WIDTH,
        A4[1] - TOP - FOOT,
        leftPadding=0,
        rightPadding=0,
        topPadding=0,
        bottomPadding=0,
    )


def _prepare(canvas: Any, sheet: Sheet) -> None:
    """Say in the file's own data when it was made; the moment comes from the caller."""
    local = sheet.made_at.astimezone(SHANGHAI)
    stamp = canvas._doc._timeStamp  # noqa: SLF001  # ReportLab has no public way to set the time
    stamp.YMDhms = (local.year, local.month, local.day, local.hour, local.minute, local.second)
    stamp.dhh, stamp.dmm = 8, 0
    canvas._doc.Catalog.Lang = PDFString(sheet.language)  # noqa: SLF001
    if sheet.archival:
        at = local.replace(microsecond=0)
        prepare_archive(canvas, title=sheet.title, author=sheet.left, at=at)


def _draw_frame(canvas: Any, sheet: Sheet, total: int) -> None:
    width, height = canvas._pagesize  # noqa: SLF001
    inner = width - 2 * SIDE
    top = height - 14 * MM
    canvas.setStrokeColor(ACCENT)
    canvas.setLineWidth(1.2)
    canvas.line(SIDE, top - 6, SIDE + inner, top - 6)
    draw_line(canvas, sheet.left, NOTE, x=SIDE, y=top)
    draw_line(canvas, sheet.right, NOTE.evolve(align=Align.RIGHT), x=SIDE, y=top, width=inner)
    canvas.setStrokeColor(RULE)
    canvas.setLineWidth(0.4)
    canvas.line(SIDE, 15 * MM, SIDE + inner, 15 * MM)
    number = sheet.translate(msg("第 {page} 页 / 共 {total} 页", page=canvas.getPageNumber(), total=total))
    draw_line(canvas, sheet.foot, NOTE.evolve(size=7), x=SIDE, y=11 * MM)
    draw_line(canvas, number, NOTE.evolve(align=Align.RIGHT), x=SIDE, y=11 * MM, width=inner)
    if sheet.mark:
        _draw_mark(canvas, sheet.mark)


def _draw_mark(canvas: Any, mark: str) -> None:
    width, height = canvas._pagesize  # noqa: SLF001
    canvas.saveState()
    canvas.translate(width / 2, height / 2)
    canvas.rotate(35)
    style = NOTE.evolve(size=96, colour="#f0e3e3", align=Align.CENTRE, face=Face.BOLD)
    draw_line(canvas, mark, style, x=-width / 2, y=-36, width=width)
    canvas.restoreState()


def show_time(moment: datetime) -> str:
    """Write a moment as Asia/Shanghai shows it, to the second."""
    return moment.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")
