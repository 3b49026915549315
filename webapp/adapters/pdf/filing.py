"""The printed set: cover list, then every exhibit page by page under one fixed series of numbers.

Pages of exhibits are drawn by PDFium and printed as pictures: nothing that was brought in runs or is merged.
Their words lie behind the picture, unseen, so that the set can be searched.
"""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any

from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.platypus.doctemplate import BaseDocTemplate, NextPageTemplate, PageTemplate
from reportlab.platypus.flowables import Flowable, PageBreak
from reportlab.platypus.frames import Frame

from webapp.adapters.catalog import say_filed as say
from webapp.adapters.pdf.flow import Column, Grid, Pairs, Prose
from webapp.adapters.pdf.fonts import Face, pick_glyph, spell_missing, split_runs
from webapp.adapters.pdf.leaves import draw_leaves
from webapp.adapters.pdf.page import SHANGHAI, SIDE, show_time
from webapp.adapters.pdf.typeset import ACCENT, BODY, CELL, MM, NOTE, RULE, TITLE, draw_line, parse_colour
from webapp.domain.scene import Align
from webapp.domain.text import msg

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from reportlab.pdfgen.canvas import Canvas

    from webapp.adapters.readings.leaves import Leaf
    from webapp.domain.filing import FiledExhibit, Filing

HEAD, FOOT = 17 * MM, 17 * MM  # room above and below the picture of a page
EDGE = 8 * MM
UNSEEN = 3  # text render mode: neither filled nor stroked (ISO 32000-1, 9.3.6)


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """An exhibit of the list with what makes its pages."""

    row: FiledExhibit
    copy: Callable[[], bytes]  # PDF; asked when it is its turn, so that one lies in memory at a time


def render_set(filing: Filing, exhibits: Iterable[Printed]) -> bytes:
    """The whole set with its cover list and a bookmark for each exhibit; the same set, the same bytes."""
    return _Book(filing).build([*_cover(filing), *_pages(filing, exhibits)], first="list")


def render_list(filing: Filing) -> bytes:
    """The cover list alone."""
    return _Book(filing).build(list(_cover(filing)), first="list")


def render_exhibit(filing: Filing, exhibit: Printed) -> bytes:
    """One exhibit alone, under the page numbers that it has in the set."""
    return _Book(filing).build(list(_pages(filing, [exhibit], alone=True)), first="leaf")


def _cover(filing: Filing) -> Iterator[Flowable]:
    yield Prose(say(msg("证据目录")), TITLE.evolve(align=Align.CENTRE), after=10)
    pairs = (
        (filing.role, filing.organisation),
        (msg("对方当事人"), filing.person),
        (msg("审理机构"), filing.tribunal),
        (msg("案号"), filing.docket),
        (msg("编号"), filing.number),
    )
    yield Pairs([(say(label), spell_missing(value), True) for label, value in pairs if value])
    columns = [
        Column(title=say(msg("序号")), share=1.1, style=CELL.evolve(align=Align.RIGHT)),
        Column(title=say(msg("证据名称")), share=4),
        Column(title=say(msg("来源")), share=4),
        Column(title=say(msg("证明对象")), share=3.6),
        Column(title=say(msg("证明内容")), share=4.6),
        Column(title=say(msg("原件或复印件")), share=2.2),
        Column(title=say(msg("页码")), share=1.7, style=CELL.evolve(align=Align.RIGHT)),
    ]
    yield Grid(columns, [_row(each) for each in filing.exhibits])
    yield Prose(say(msg("共 {n} 份证据，{pages} 页。", n=len(filing.exhibits), pages=filing.total)), BODY)
    yield Prose("", BODY, after=10 * MM)
    line = say(msg("提交人（签名或盖章）：__________________　　日期：__________________"))
    yield Prose(line, BODY.evolve(align=Align.RIGHT))


def _row(each: FiledExhibit) -> tuple[str, ...]:
    words = (str(each.number), each.name, each.source, each.proves, each.content, say(each.form), each.span)
    return tuple(spell_missing(word) for word in words)


def _pages(filing: Filing, exhibits: Iterable[Printed], *, alone: bool = False) -> Iterator[Flowable]:
    begun = not alone
    for exhibit in exhibits:
        pdf = exhibit.copy()
        for place, leaf in enumerate(draw_leaves(pdf)):
            if begun:
                yield NextPageTemplate("leaf")
                yield PageBreak()
            begun = True
            yield _Leaf(filing, exhibit.row, leaf=leaf, place=place)


class _Jpeg(ImageReader):
    """A picture that goes into the file as it is: ReportLab would decode each page to give it a name."""

    def __init__(self, data: bytes) -> None:
        super().__init__(BytesIO(data))
        self.data = data
        self._dataA = None  # no transparency; asked for by that name

    def getRGBData(self) -> bytes:  # noqa: N802  # ReportLab's name
        """What the picture's name is made from."""
        return self.data


class _Leaf(Flowable):
    """One page of an exhibit: head line, picture, number."""

    def __init__(self, filing: Filing, row: FiledExhibit, *, leaf: Leaf, place: int) -> None:
        super().__init__()
        self.filing, self.row, self.leaf, self.place = filing, row, leaf, place

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        """Take the whole page."""
        return width, height

    def draw(self) -> None:
        """Draw it."""
        canvas: Any = self.canv
        if self.place == 0:
            key = f"exhibit-{self.row.number}"
            canvas.bookmarkPage(key)
            title = say(msg("证据{number}", number=self.row.number))
            canvas.addOutlineEntry(f"{title}　{self.row.name}", key, level=0)
        self._unseen(canvas)
        room = (A4[0] - 2 * EDGE, A4[1] - HEAD - FOOT)
        scale = min(room[0] / self.leaf.width, room[1] / self.leaf.height)
        width, height = self.leaf.width * scale, self.leaf.height * scale
        left, low = (A4[0] - width) / 2, FOOT + (room[1] - height) / 2
        canvas.drawImage(_Jpeg(self.leaf.jpeg), left, low, width, height)
        canvas.setStrokeColor(parse_colour(RULE))
        canvas.setLineWidth(0.4)
        canvas.rect(left, low, width, height)
        self._words(canvas)

    def _words(self, canvas: Canvas) -> None:
        inner = A4[0] - 2 * SIDE
        name = spell_missing(self.row.name)
        title = say(msg("证据{number}", number=self.row.number))
        head = f"{title}　{name if len(name) < 44 else name[:43] + '…'}"
        draw_line(canvas, head, NOTE, x=SIDE, y=A4[1] - 11 * MM)
        right = NOTE.evolve(align=Align.RIGHT)
        draw_line(canvas, self.filing.number, right, x=SIDE, y=A4[1] - 11 * MM, width=inner)
        own = say(msg("本份第 {page} 页 / 共 {total} 页", page=self.place + 1, total=self.row.pages))
        draw_line(canvas, own, NOTE, x=SIDE, y=9 * MM)
        number = say(
            msg("第 {page} 页 / 共 {total} 页", page=self.row.first + self.place, total=self.filing.total)
        )
        bold = BODY.evolve(face=Face.BOLD, size=10, align=Align.RIGHT)
        draw_line(canvas, number, bold, x=SIDE, y=9 * MM, width=inner)

    def _unseen(self, canvas: Any) -> None:
        """Lay the words of the page behind its picture."""
        lines = spell_missing(self.leaf.text).splitlines()
        canvas.saveState()  # the mode would outlast the text, and hide every word after it
        step = (A4[1] - HEAD - FOOT) / max(len(lines), 1)
        for place, line in enumerate(lines):
            writer = canvas.beginText(SIDE, A4[1] - HEAD - (place + 1) * min(step, 12))
            writer.setTextRenderMode(UNSEEN)
            for font, run in split_runs(line, Face.SANS):
                writer.setFont(font, 5)
                writer.textOut(run)
            canvas.drawText(writer)
        canvas.restoreState()


class _Book:
    """A document with two kinds of pages: the list's, numbered apart, and those of exhibits."""

    def __init__(self, filing: Filing) -> None:
        self.filing = filing

    def build(self, story: list[Flowable], *, first: str) -> bytes:
        """Set the story; nothing in it depends on the clock."""
        out = BytesIO()
        for face in (Face.SANS, Face.BOLD, Face.SERIF_BOLD):
            pick_glyph(" ", face)  # loads and registers the font
        document = BaseDocTemplate(
            out,
            title=f"{self.filing.title} {self.filing.number}",
            author=self.filing.organisation,
            creator="Hegui",
            initialFontName=Face.SANS.value,
            invariant=1,
            pageCompression=1,
            lang="zh-Hans",
            displayDocTitle=True,
        )
        listing = PageTemplate(id="list", frames=[_frame(SIDE, 20 * MM)], onPage=self._list, pagesize=A4)
        leaf = PageTemplate(id="leaf", frames=[_frame(0, 0)], onPage=self._plain, pagesize=A4)
        document.addPageTemplates([listing, leaf] if first == "list" else [leaf, listing])
        document.build(story)
        return out.getvalue()

    def _plain(self, canvas: Any, _document: Any) -> None:
        local = self.filing.made_at.astimezone(SHANGHAI)
        stamp = canvas._doc._timeStamp  # noqa: SLF001  # ReportLab has no public way to set the time
        stamp.YMDhms = (local.year, local.month, local.day, local.hour, local.minute, local.second)
        stamp.dhh, stamp.dmm = 8, 0

    def _list(self, canvas: Any, document: Any) -> None:
        self._plain(canvas, document)
        if canvas.getPageNumber() == 1:
            canvas.bookmarkPage("list")
            canvas.addOutlineEntry(say(msg("证据目录")), "list", level=0)
        inner, top = A4[0] - 2 * SIDE, A4[1] - 14 * MM
        canvas.setStrokeColor(parse_colour(ACCENT))
        canvas.setLineWidth(1.2)
        canvas.line(SIDE, top - 6, SIDE + inner, top - 6)
        draw_line(canvas, spell_missing(self.filing.organisation), NOTE, x=SIDE, y=top)
        right = NOTE.evolve(align=Align.RIGHT)
        draw_line(canvas, self.filing.number, right, x=SIDE, y=top, width=inner)
        made = {"person": self.filing.made_by, "time": show_time(self.filing.made_at)}
        foot = say(msg("{person} 制作于 {time}（北京时间）", **made))
        draw_line(canvas, spell_missing(foot), NOTE.evolve(size=7), x=SIDE, y=11 * MM)
        number = say(msg("目录第 {page} 页", page=canvas.getPageNumber()))
        draw_line(canvas, number, right, x=SIDE, y=11 * MM, width=inner)


def _frame(side: float, foot: float) -> Frame:
    top = 24 * MM if side else 0
    return Frame(
        side,
        foot,
        A4[0] - 2 * side,
        A4[1] - top - foot,
        leftPadding=0,
        rightPadding=0,
        topPadding=0,
        bottomPadding=0,
    )
