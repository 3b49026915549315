"""The exhibit list (证据目录) and our opinions (质证意见) as Word files that a lawyer goes on writing in."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any, Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import docx
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from webapp.adapters.catalog import say_filed as say
from webapp.adapters.docx.characters import writable
from webapp.domain.exhibits import STANDS, Stand
from webapp.domain.text import msg

if TYPE_CHECKING:
    from collections.abc import Sequence

    from webapp.domain.filing import Answer, Filing

SONG, HEI = "宋体", "黑体"
DATE: Final = (1980, 1, 1, 0, 0, 0)  # of every member: the same list gives the same bytes
SIGN = msg("提交人（签名或盖章）：__________________　　日期：__________________")
LIST_WIDTHS = (1.2, 4.2, 4.6, 4.6, 6.0, 2.2, 1.9)  # cm, on A4 across
ANSWER_WIDTHS = (1.2, 4.0, 4.9, 4.9, 4.9, 4.8)


def exhibit_list(filing: Filing) -> bytes:
    """The list of our exhibits, one row each; pages are those of the printed set."""
    heads = (
        msg("序号"),
        msg("证据名称"),
        msg("来源"),
        msg("证明对象"),
        msg("证明内容"),
        msg("原件或复印件"),
        msg("页码"),
    )
    rows = [
        (str(x.number), x.name, x.source, x.proves, x.content, say(x.form), x.span) for x in filing.exhibits
    ]
    writer = _Writer(say(msg("证据目录")))
    writer.head(filing)
    writer.table([say(head) for head in heads], rows, LIST_WIDTHS)
    writer.foot(say(msg("共 {n} 份证据，{pages} 页。", n=len(filing.exhibits), pages=filing.total)))
    return writer.bytes()


def opinion_list(filing: Filing) -> bytes:
    """Our opinions on the other side's exhibits; a row without one has empty cells to write in."""
    heads = (
        msg("序号"),
        msg("对方证据"),
        msg("真实性"),
        msg("合法性"),
        msg("关联性"),
        msg("证明力"),
    )
    writer = _Writer(say(msg("质证意见")))
    writer.head(filing)
    writer.table([say(head) for head in heads], [_answer(x) for x in filing.answers], ANSWER_WIDTHS)
    writer.foot("")
    return writer.bytes()


def _answer(answer: Answer) -> tuple[str, ...]:
    said = answer.opinion
    if said is None:
        return (str(answer.number), answer.name, "", "", "", "")
    return (
        str(answer.number),
        answer.name,
        _stand(said.authenticity, said.authenticity_why),
        _stand(said.legality, said.legality_why),
        _stand(said.relevance, said.relevance_why),
        said.weight,
    )


def _stand(stand: str, why: str) -> str:
    words = say(STANDS[Stand(stand)])
    return f"{words}。{why}" if why else f"{words}。"


class _Writer:
    """One sheet across: title, parties, a table, the line to sign."""

    def __init__(self, title: str) -> None:
        self.file: Any = docx.Document()
        style: Any = self.file.styles["Normal"]
        style.font.name, style.font.size = "Times New Roman", Pt(10.5)
        style.element.rPr.rFonts.set(qn("w:eastAsia"), SONG)
        style.paragraph_format.space_after = Pt(2)
        section = self.file.sections[0]
        section.orientation = WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = Cm(29.7), Cm(21)
        section.left_margin = section.right_margin = Cm(2.5)
        section.top_margin = section.bottom_margin = Cm(2)
        line = self.file.add_paragraph()
        line.alignment = WD_ALIGN_PARAGRAPH.CENTER
        run: Any = line.add_run(title)
        run.font.name, run.font.size, run.bold = "Times New Roman", Pt(18), True
        run._element.rPr.rFonts.set(qn("w:eastAsia"), HEI)  # noqa: SLF001  # python-docx has no other way

    def head(self, filing: Filing) -> None:
        """Say who files what where."""
        pairs = (
            (filing.role, filing.organisation),
            (msg("对方当事人"), filing.person),
            (msg("审理机构"), filing.tribunal),
            (msg("案号"), filing.docket),
            (msg("编号"), filing.number),
        )
        said = [f"{say(label)}：{value}" for label, value in pairs if value]
        self.file.add_paragraph(writable("　　".join(said)))

    def table(self, heads: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[float]) -> None:
        """Add a table whose head is repeated on each page."""
        table = self.file.add_table(rows=1, cols=len(heads))
        table.style, table.alignment, table.autofit = "Table Grid", WD_TABLE_ALIGNMENT.CENTER, False
        _repeat(table.rows[0])
        _fill(table.rows[0], heads, widths, bold=True)
        for row in rows:
            _fill(table.add_row(), row, widths, bold=False)

    def foot(self, note: str) -> None:
        """Add a note and the line to sign."""
        if note:
            self.file.add_paragraph(note)
        line = self.file.add_paragraph(say(SIGN))
        line.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        line.paragraph_format.space_before = Pt(24)

    def bytes(self) -> bytes:
        """The file, its members without a date."""
        made, out = BytesIO(), BytesIO()
        self.file.save(made)
        with ZipFile(made) as old, ZipFile(out, "w", ZIP_DEFLATED) as new:
            for name in old.namelist():
                if name != "docProps/core.xml":
                    new.writestr(ZipInfo(name, DATE), old.read(name), ZIP_DEFLATED)
                else:
                    new.writestr(ZipInfo(name, DATE), _CORE, ZIP_DEFLATED)
        return out.getvalue()


_CORE = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:creator>Hegui</dc:creator></cp:coreProperties>'
)


def _repeat(row: Any) -> None:
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(mark)  # noqa: SLF001  # python-docx has no other way


def _fill(row: Any, words: Sequence[str], widths: Sequence[float], *, bold: bool) -> None:
    for cell, text, width in zip(row.cells, words, widths, strict=True):
        cell.width = Cm(width)
        run = cell.paragraphs[0].add_run(writable(text))
        run.bold, run.font.size = bold, Pt(10)
