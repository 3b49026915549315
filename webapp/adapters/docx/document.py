"""A filled document as a Word file: the same pieces as its PDF, which stays what is signed and proved."""

from __future__ import annotations

from datetime import UTC
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import docx
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from webapp.adapters.catalog import translate
from webapp.adapters.docx.characters import writable
from webapp.domain.documents import BlockKind
from webapp.domain.text import msg

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from webapp.domain.documents import Block, FilledDocument, Signature
    from webapp.domain.text import Message

MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
LATIN, SONG, HEI = "Times New Roman", "宋体", "黑体"  # faces that every Chinese office has
MUTED = RGBColor(0x5B, 0x64, 0x72)
TEXT, SMALL = Pt(10.5), Pt(9)
HANGING = Cm(1.1)  # room for a sub-clause's number
DATE: Final = (1980, 1, 1, 0, 0, 0)  # of every member: the same document gives the same bytes
LONGEST = 255  # characters of a property of a file
PLAIN, HEAD, SIGNED = 18, 22, 60  # points: least height of a row


def document_docx(
    document: FilledDocument, *, mark: str = "", translate: Callable[[Message | str, str], str] = translate
) -> bytes:
    """Write a document as .docx; the same document gives the same bytes.

    ``mark`` stands in the header (测试 where only the trial authority signs). Signature fields become empty
    cells to be sealed or signed by hand; the hash of the text stands in the footer, as in the PDF.
    """
    language = document.languages[0]

    def say(message: Message) -> str:
        return translate(message, language)

    writer = _Writer(document)
    writer.frame(mark=mark, foot=say(msg("文本指纹 SHA-256 {hash}", hash=document.text_sha256)))
    for block in document.blocks:
        writer.block(block)
    if document.signatures:
        writer.signatures(document.signatures)
    return writer.bytes()


class _Writer:
    """Adds block after block."""

    def __init__(self, document: FilledDocument) -> None:
        self.document = document
        self.file: Any = docx.Document()
        style = self.file.styles["Normal"]
        style.font.name, style.font.size = LATIN, TEXT
        style.element.rPr.rFonts.set(qn("w:eastAsia"), SONG)
        style.paragraph_format.space_after = Pt(4)
        style.paragraph_format.line_spacing = 1.35

    def frame(self, *, mark: str, foot: str) -> None:
        """Page, header, footer and properties."""
        section, made = self.file.sections[0], self.document
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.left_margin = section.right_margin = Cm(2.5)
        section.top_margin = section.bottom_margin = Cm(2.4)
        head = [made.employer, made.number, *([mark] if mark else [])]
        self._small(section.header.paragraphs[0], "　".join(head))
        self._small(section.footer.paragraphs[0], foot)
        moment = made.made_at.astimezone(UTC).replace(tzinfo=None, microsecond=0)
        facts: Mapping[str, Any] = {
            "title": f"{made.title} {made.number}",
            "author": made.employer,
            "language": made.languages[0],
            "comments": "",
            "created": moment,
            "modified": moment,
            "last_modified_by": made.employer,
            "revision": 1,
        }
        for name, value in facts.items():
            fit = writable(value)[:LONGEST] if isinstance(value, str) else value
            setattr(self.file.core_properties, name, fit)

    def block(self, block: Block) -> None:
        """One piece and its translations."""
        if block.kind is BlockKind.BREAK:
            self.file.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
        elif block.kind is BlockKind.TABLE:
            self._table(block.rows)
        else:
            self._words(block)

    def _words(self, block: Block) -> None:
        kind, head = block.kind, block.kind in (BlockKind.TITLE, BlockKind.CLAUSE, BlockKind.HEADING)
        level = {BlockKind.TITLE: 0, BlockKind.CLAUSE: 1, BlockKind.HEADING: 2}.get(kind)
        line = self.file.add_heading(level=level) if level else self.file.add_paragraph()
        hangs = kind in (BlockKind.NUMBERED, BlockKind.ITEM)
        label = block.number or ("·" if kind is BlockKind.ITEM else "")
        parting = "\t" if hangs else "　"
        text = f"{label}{parting}{block.text}" if label else block.text
        size = {BlockKind.TITLE: Pt(18), BlockKind.CLAUSE: Pt(11.5)}.get(kind, TEXT)
        self._run(line, text, size=size, bold=head)
        self._place(line, kind)
        for other in block.others.values():
            below = self.file.add_paragraph()
            self._run(below, other, size=SMALL, colour=MUTED)
            self._place(below, kind, hanging=False)

    def _place(self, line: Any, kind: BlockKind, *, hanging: bool = True) -> None:
        shape = line.paragraph_format
        if kind is BlockKind.TITLE:
            line.alignment = WD_ALIGN_PARAGRAPH.CENTER
        if kind in (BlockKind.NUMBERED, BlockKind.ITEM):
            shape.left_indent = HANGING
            shape.first_line_indent = -HANGING if hanging else None
            shape.tab_stops.add_tab_stop(HANGING)

    def _table(self, rows: tuple[tuple[str, ...], ...]) -> None:
        table = self._grid(len(rows), len(rows[0]) if rows else 1)
        for row, cells in zip(table.rows, rows, strict=True):
            first = row is table.rows[0] or cells is rows[0]
            self._height(row, HEAD if first else PLAIN)
            for cell, text in zip(row.cells, cells, strict=True):
                self._run(cell.paragraphs[0], text, size=SMALL, bold=first)
        if rows:
            self._repeat(table.rows[0])
        self.file.add_paragraph()

    def signatures(self, signatures: tuple[Signature, ...]) -> None:
        """Empty cells at the end, one for each who signs."""
        table = self._grid(2, len(signatures))
        self._height(table.rows[0], HEAD)
        self._height(table.rows[1], SIGNED)
        for cell, signature in zip(table.rows[0].cells, signatures, strict=True):
            self._run(cell.paragraphs[0], f"{signature.label}　{signature.party}", size=SMALL, bold=True)

    def _grid(self, rows: int, columns: int) -> Any:
        table = self.file.add_table(rows=rows, cols=columns)
        table.style, table.alignment = "Table Grid", WD_TABLE_ALIGNMENT.CENTER
        return table

    def _height(self, row: Any, points: int) -> None:
        row.height = Pt(points)

    def _repeat(self, row: Any) -> None:
        """The head of a table stands on each page that it reaches (ECMA-376, 17.4.78)."""
        row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))  # noqa: SLF001  # no API for it

    def _small(self, line: Any, text: str) -> None:
        self._run(line, text, size=Pt(8), colour=MUTED)

    def _run(self, line: Any, text: str, *, size: Any, bold: bool = False, colour: Any = None) -> None:
        run = line.add_run(writable(text))
        run.font.name, run.font.size, run.font.bold = LATIN, size, bold
        run.font.color.rgb = colour or RGBColor(0, 0, 0)
        run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), HEI if bold else SONG)  # noqa: SLF001

    def bytes(self) -> bytes:
        """The file, with one date on all its members."""
        raw, out = BytesIO(), BytesIO()
        self.file.save(raw)
        with ZipFile(raw) as made, ZipFile(out, "w", ZIP_DEFLATED) as kept:
            for member in made.infolist():
                kept.writestr(_member(member.filename), made.read(member.filename))
        return out.getvalue()


def _member(name: str) -> ZipInfo:
    member = ZipInfo(name, date_time=DATE)
    member.compress_type = ZIP_DEFLATED
    return member
