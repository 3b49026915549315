"""A document for signing: clauses with hanging numbers, translations below, empty signature fields."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from reportlab.pdfbase.pdfdoc import PDFArray, PDFDictionary, PDFName, PDFStream, PDFString
from reportlab.platypus.flowables import CondPageBreak, Flowable, KeepTogether, PageBreak

from webapp.adapters.catalog import translate
from webapp.adapters.pdf.flow import Column, Grid, Prose
from webapp.adapters.pdf.fonts import Face
from webapp.adapters.pdf.page import Sheet, render_counted
from webapp.adapters.pdf.typeset import (
    ACCENT,
    BODY,
    MUTED,
    RULE,
    TITLE,
    draw_line,
    draw_lines,
    parse_colour,
    set_lines,
)
from webapp.domain.documents import BlockKind, DrawnDocument, PlacedField
from webapp.domain.scene import Align
from webapp.domain.text import msg

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from webapp.adapters.pdf.typeset import Style
    from webapp.domain.documents import Block, FilledDocument, Signature
    from webapp.domain.text import Message

TEXT = BODY.evolve(size=10.5, leading=18)
OTHER = BODY.evolve(size=9, leading=14, colour=MUTED)  # a translation below its block
CLAUSE = TEXT.evolve(face=Face.BOLD, size=11, leading=19, colour=ACCENT)
HEADING = TEXT.evolve(face=Face.BOLD)
CELL = BODY.evolve(size=9.5, leading=15)
HANGING = 30.0  # points that a sub-clause's number needs
BULLET = 14.0
ANNEX_ROOM = 200.0  # an annex that begins further down begins on the next page
GAP = 24.0  # between the two signature boxes
BOX_HEIGHT = 66.0
FIELD_PAD = 3.0
PRINTED = 4  # annotation flag: shown on paper too


def draw_document(
    document: FilledDocument,
    *,
    mark: str = "",
    translate: Callable[[Message | str, str], str] = translate,
) -> DrawnDocument:
    """Draw a document as PDF with empty signature fields; the same document gives the same bytes.

    ``mark`` stands pale over each page: 测试 where only the trial authority will sign it, 预览 in the studio.
    Raises MissingGlyphError with the code point of a character that no font draws, FontsMissingError.
    """
    language = document.languages[0]

    def say(message: Message | str) -> str:
        return translate(message, language)

    sheet = Sheet(
        title=f"{document.title} {document.number}",
        left=document.employer,
        right=document.number,
        foot=say(msg("文本指纹 SHA-256 {hash}", hash=document.text_sha256)),
        language=language,
        translate=say,
        made_at=document.made_at,
        kind=document.kind,
        archival=True,
        mark=mark,
    )
    writer = _Writer(document)
    pdf, pages = render_counted(sheet, lambda: list(writer.write()))
    fields = tuple(writer.boxes.placed.values()) if writer.boxes else ()
    return DrawnDocument(pdf=pdf, pages=pages, fields=fields)


class Hanging(Prose):
    """A paragraph whose number or bullet stands to its left."""

    def __init__(self, label: str, text: str, style: Style, *, indent: float, after: float) -> None:
        super().__init__(text, style, after=after)
        self.label, self.indent = label, indent

    def wrap(self, width: float, _height: float) -> tuple[float, float]:
        """Set the lines beside the number and tell the size."""
        self.width = width
        self.lines = self.lines or set_lines(self.text, self.style, width - self.indent)
        self.height = len(self.lines) * self.style.leading + self.after
        return width, self.height

    def _part(self, lines: tuple[str, ...], after: float) -> Hanging:
        first = lines[0] is self.lines[0]
        part = Hanging(self.label if first else "", "", self.style, indent=self.indent, after=after)
        part.lines = lines
        return part

    def draw(self) -> None:
        """Draw number and lines."""
        draw_lines(self.canv, self.lines, self.style, x=self.indent, top=self.height)
        if self.label:
            draw_lines(self.canv, (self.label,), self.style.evolve(colour=MUTED), x=0, top=self.height)


class SignatureBoxes(Flowable):
    """The boxes at the end, side by side on one page, each an empty field (ISO 32000-1, 12.7.4.5)."""

    def __init__(self, signatures: tuple[Signature, ...]) -> None:
        super().__init__()
        self.signatures = signatures
        self.placed: dict[str, PlacedField] = {}

    def wrap(self, width: float, _height: float) -> tuple[float, float]:
        """Tell the size."""
        self.width = width
        self.height = BOX_HEIGHT + 46.0
        return width, self.height

    def draw(self) -> None:
        """Draw labels and boxes, and put the fields over them."""
        broad = (self.width - GAP) / 2
        for number, signature in enumerate(self.signatures):
            x = number % 2 * (broad + GAP)
            draw_line(self.canv, signature.label, HEADING, x=x, y=BOX_HEIGHT + 22)
            draw_line(self.canv, signature.party, OTHER, x=x, y=BOX_HEIGHT + 7)
            self.canv.setStrokeColor(parse_colour(RULE))
            self.canv.setLineWidth(0.8)
            self.canv.rect(x, 0, broad, BOX_HEIGHT, stroke=1, fill=0)
            self._field(signature.name, x=x + FIELD_PAD, broad=broad - 2 * FIELD_PAD)

    def _field(self, name: str, *, x: float, broad: float) -> None:
        left, low = self.canv.absolutePosition(x, FIELD_PAD)
        rect = (left, low, left + broad, low + BOX_HEIGHT - 2 * FIELD_PAD)
        rounded = tuple(round(value, 2) for value in rect)
        place = PlacedField(
            name=name,
            page=self.canv.getPageNumber(),
            rect=(rounded[0], rounded[1], rounded[2], rounded[3]),
        )
        self.placed[name] = place
        add_field(self.canv, place)


def add_field(canvas: Any, place: PlacedField) -> None:
    """Put an empty signature field on the canvas's page and into the document's form."""
    document = canvas._doc  # noqa: SLF001  # ReportLab draws no signature fields of its own
    left, low, right, high = place.rect
    size = PDFArray([0, 0, round(right - left, 2), round(high - low, 2)])
    box = PDFDictionary({"Type": PDFName("XObject"), "Subtype": PDFName("Form"), "BBox": size})
    look = document.Reference(PDFStream(box, ""), f"signature-look-{place.name}")
    widget = PDFDictionary(
        {
            "Type": PDFName("Annot"),
            "Subtype": PDFName("Widget"),
            "FT": PDFName("Sig"),
            "T": PDFString(place.name),
            "F": PRINTED,
            "Rect": PDFArray(list(place.rect)),
            "P": document.thisPageRef(),
            "AP": PDFDictionary({"N": look}),
        }
    )
    reference = document.Reference(widget, f"signature-field-{place.name}")
    canvas._annotationrefs.append(reference)  # noqa: SLF001
    form = getattr(document.Catalog, "AcroForm", None)
    if form is None:
        form = PDFDictionary({"Fields": PDFArray([])})
        document.Catalog.AcroForm = form
    form.dict["Fields"].sequence.append(reference)


@dataclass
class _Writer:
    document: FilledDocument
    boxes: SignatureBoxes | None = None

    def write(self) -> Iterator[Flowable]:
        blocks = self.document.blocks
        headed = len(blocks) > 1 and blocks[-2].kind in (BlockKind.CLAUSE, BlockKind.HEADING)
        cut = len(blocks) - (2 if headed else 1)
        for block in blocks[:cut]:
            yield from self._block(block)
        closing = [part for block in blocks[cut:] for part in self._block(block)]
        if self.document.signatures:
            self.boxes = SignatureBoxes(self.document.signatures)
            # Whoever signs, signs below words: boxes never stand on a page by themselves.
            yield KeepTogether([*closing, Prose("", TEXT, after=6), self.boxes])
        else:
            yield from closing

    def _block(self, block: Block) -> Iterator[Flowable]:
        if block.kind is BlockKind.BREAK:
            yield PageBreak()
        elif block.kind is BlockKind.TABLE:
            yield self._table(block)
        else:
            yield from self._words(block)

    def _words(self, block: Block) -> Iterator[Flowable]:
        others = list(block.others.values())
        after = 2.0 if others else 6.0
        if block.kind is BlockKind.TITLE:
            yield CondPageBreak(ANNEX_ROOM)
            centred = TITLE.evolve(size=19, leading=30, align=Align.CENTRE)
            yield Prose(block.text, centred, after=after)
            for other in others:
                yield Prose(other, OTHER.evolve(size=11, leading=16, align=Align.CENTRE), after=8)
        elif block.kind in (BlockKind.CLAUSE, BlockKind.HEADING):
            yield CondPageBreak(64)
            text = f"{block.number}　{block.text}" if block.number else block.text
            yield Prose("", TEXT.evolve(leading=6), after=0)
            yield Heading(text, CLAUSE if block.number else HEADING, after=1.0 if others else 3.0)
            yield from (Prose(other, OTHER.evolve(face=Face.BOLD), after=3) for other in others)
        else:
            indent = {BlockKind.NUMBERED: HANGING, BlockKind.ITEM: BULLET}.get(block.kind, 0.0)
            label = block.number or ("·" if block.kind is BlockKind.ITEM else "")
            yield Hanging(label, block.text, TEXT, indent=indent, after=after)
            yield from (Hanging("", other, OTHER, indent=indent, after=5) for other in others)

    def _table(self, block: Block) -> Grid:
        head, *rows = block.rows
        wide = [max((len(row[n]) for row in block.rows), default=1) for n in range(len(head))]
        shares = [min(max(width, 4), 22) for width in wide]
        columns = [Column(title=t, share=s, style=CELL) for t, s in zip(head, shares, strict=True)]
        return Grid(columns, rows, after=10)


class Heading(Prose):
    """A heading that is a bookmark too."""

    def draw(self) -> None:
        """Draw, and add the outline entry."""
        super().draw()
        key = f"clause-{self.canv.getPageNumber()}-{self.text}"
        self.canv.bookmarkHorizontal(key, 0, self.height)
        self.canv.addOutlineEntry(self.text, key, level=0, closed=False)
