"""The book of a pack (证据册): cover, list, identity, cases, proofs, system statement, how to check."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode
from reportlab.platypus.flowables import CondPageBreak, Flowable, PageBreak

from webapp.adapters.catalog import translate
from webapp.adapters.pdf.case import CaseChapters
from webapp.adapters.pdf.flow import Column, Grid, Heading, Pairs, Prose
from webapp.adapters.pdf.fonts import spell_missing, spell_pictographs
from webapp.adapters.pdf.page import Sheet, render, show_time
from webapp.adapters.pdf.readingcopy import reading_blocks
from webapp.adapters.pdf.typeset import BODY, CELL, CODE, MM, NOTE, TITLE, parse_colour
from webapp.domain.evidencebook import FACTORS
from webapp.domain.scene import Align
from webapp.domain.text import Message, msg

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from webapp.domain.casebook import CaseBook, Words
    from webapp.domain.evidencebook import EvidenceBook, Exhibit


def render_book(
    book: EvidenceBook,
    *,
    language: str = "zh-Hans",
    translate: Callable[[Message | str, str], str] = translate,
) -> bytes:
    """Print the book; the same book gives the same bytes. Raises MissingGlyphError, FontsMissingError."""

    def say(words: Words) -> str:
        return translate(words, language) if isinstance(words, Message) else words

    info = book.info
    made = show_time(info.made_at)
    sheet = Sheet(
        title=f"{say(msg('证据册'))} {info.number}",
        left=" · ".join(filter(None, (info.organisation, say(msg("证据册"))))),
        right=info.number,
        foot=say(msg("{person} 制作于 {time}（北京时间）", person=info.made_by, time=made)),
        language=language,
        translate=say,
        made_at=info.made_at,
        mark=say(msg("测试")) if book.trial else "",
    )
    return render(sheet, lambda: list(_Writer(book, say).write()))


class QrCode(Flowable):
    """A square code, 30 mm wide, drawn as boxes: sharp at any size."""

    def __init__(self, text: str) -> None:
        super().__init__()
        maker = QRCode(error_correction=ERROR_CORRECT_M, border=0)
        maker.add_data(text)
        self.rows: list[list[bool]] = maker.get_matrix()

    def wrap(self, width: float, _height: float) -> tuple[float, float]:
        """Tell the size."""
        self.width, self.height = width, 34 * MM
        return width, self.height

    def draw(self) -> None:
        """Draw each run of dark modules as one box, so that no hair line parts them."""
        step = 30 * MM / len(self.rows)
        self.canv.setFillColor(parse_colour("#000000"))
        for number, row in enumerate(self.rows):
            y = 32 * MM - (number + 1) * step
            for start, length in _runs(row):
                self.canv.rect(start * step, y, length * step, step, stroke=0, fill=1)


def _runs(row: list[bool]) -> Iterator[tuple[int, int]]:
    start = None
    for place, dark in enumerate([*row, False]):
        if dark and start is None:
            start = place
        elif not dark and start is not None:
            yield start, place - start
            start = None


@dataclass
class _Writer:
    book: EvidenceBook
    say: Callable[[Words], str]
    chapter: int = 0

    def write(self) -> Iterator[Flowable]:
        yield from self._cover()
        yield from self._list()
        yield from self._readings()
        yield from self._custody()
        yield from self._identity()
        for number, case in enumerate(self.book.cases):
            yield from self._case(case, number)
        yield from self._proofs()
        yield from self._masks()
        yield from self._statement()
        yield from self._checking()

    def _heading(self, title: Message) -> Iterator[Flowable]:
        self.chapter += 1
        yield CondPageBreak(34 * MM)
        yield Heading(f"{self.chapter}　{self.say(title)}", key=f"part-{self.chapter}")

    def _cover(self) -> Iterator[Flowable]:
        say, info = self.say, self.book.info
        yield Prose("", BODY, after=50 * MM)
        yield Prose(say(msg("证据册")), TITLE.evolve(size=34, leading=50, align=Align.CENTRE), after=6)
        yield Prose(info.title, BODY.evolve(size=15, leading=24, align=Align.CENTRE), after=30 * MM)
        yield Pairs(
            [
                (say(msg("编号")), info.number, True),
                (say(msg("提交单位")), info.organisation, True),
                (say(msg("制作人")), info.made_by, True),
                (say(msg("制作时间")), show_time(info.made_at), True),
                (say(msg("制作系统")), info.software, True),
            ]
        )
        yield Prose("", BODY, after=8 * MM)
        yield Pairs(
            [(say(person.role), f"{person.name}　{person.number}", True) for person in self.book.parties]
        )
        yield Prose("", BODY, after=16 * MM)
        line = say(msg("提交人（签名或盖章）：__________________　　日期：__________________"))
        yield Prose(line, BODY.evolve(align=Align.RIGHT))
        yield PageBreak()

    def _list(self) -> Iterator[Flowable]:
        say = self.say
        yield from self._heading(msg("证据目录"))
        columns = [
            Column(title=say(msg("序号")), share=1.2, style=CELL.evolve(align=Align.RIGHT)),
            Column(title=say(msg("证据名称")), share=4),
            Column(title=say(msg("来源")), share=3),
            Column(title=say(msg("证明对象")), share=4),
            Column(title=say(msg("证明内容")), share=5),
        ]
        yield Grid(columns, [self._list_row(exhibit) for exhibit in self.book.exhibits])
        columns = [
            Column(title=say(msg("序号")), share=1.2, style=CELL.evolve(align=Align.RIGHT)),
            Column(title=say(msg("包内原件")), share=7),
            Column(title=say(msg("字节数")), share=2.4, style=CELL.evolve(align=Align.RIGHT)),
            Column(title=say(msg("SHA-256 指纹")), share=7, style=CODE),
        ]
        rows = [(str(x.number), x.path, f"{x.size:,}", x.sha256) for x in self.book.exhibits]
        yield Grid(columns, rows)

    def _list_row(self, exhibit: Exhibit) -> tuple[str, ...]:
        say = self.say
        content = say(exhibit.content)
        for caution in exhibit.cautions:
            content += "\n" + say(msg("注意：{caution}", caution=caution))
        return (
            str(exhibit.number),
            spell_pictographs(exhibit.name),
            say(exhibit.source),
            say(exhibit.proves),
            content,
        )

    def _readings(self) -> Iterator[Flowable]:
        if not self.book.readings:
            return
        say = self.say
        yield from self._heading(msg("原件阅读件"))
        yield Prose(say(msg("由系统从包内原件制作，仅供阅读；以原件为准。")), NOTE)
        for each in self.book.readings:
            yield CondPageBreak(60 * MM)
            title = f"{each.number}　{spell_missing(each.name)}"
            yield Heading(title, level=1, key=f"reading-{each.number}")
            if each.note:
                yield Prose(say(each.note), NOTE)
            if each.reading is not None:
                yield from reading_blocks(each.reading, say)

    def _custody(self) -> Iterator[Flowable]:
        if not self.book.custody:
            return
        say = self.say
        yield from self._heading(msg("证据来源与保管链"))
        columns = [
            Column(title=say(msg("时间（北京时间）")), share=3.4),
            Column(title=say(msg("人员")), share=2.6),
            Column(title=say(msg("事项")), share=3.4),
            Column(title=say(msg("说明")), share=6),
        ]
        for number, chain in enumerate(self.book.custody):
            yield CondPageBreak(40 * MM)
            yield Heading(spell_missing(chain.title), level=1, key=f"custody-{number}")
            yield Pairs([(say(x.label), spell_missing(say(x.value)), x.wide) for x in chain.fields])
            yield Grid(columns, [(x.at, x.who, say(x.what), spell_missing(x.detail)) for x in chain.links])

    def _masks(self) -> Iterator[Flowable]:
        if not self.book.masks:
            return
        say = self.say
        yield from self._heading(msg("遮盖说明"))
        lines = (
            msg("本册是遮盖版。下列内容未提供，其余内容与原版相同；每处遮盖都写明原因。"),
            msg("被遮盖事件的叶指纹、链值和默克尔树证明都在包内，可以核验；出示原载荷和盐即可证明其内容。"),
            msg("只遮盖部分字段的事件，其余字段为出具人摘录，本身未经指纹证明。"),
        )
        for line in lines:
            yield Prose(say(line), BODY, after=2)
        columns = [
            Column(title=say(msg("遮盖对象")), share=4),
            Column(title=say(msg("位置")), share=5),
            Column(title=say(msg("原因")), share=5),
        ]
        rows = [(say(x.what), say(x.where), spell_missing(x.reason)) for x in self.book.masks]
        yield Grid(columns, rows)

    def _identity(self) -> Iterator[Flowable]:
        if not self.book.identity:
            return
        say = self.say
        yield from self._heading(msg("身份与意愿"))
        for number, section in enumerate(self.book.identity):
            yield CondPageBreak(24 * MM)
            yield Heading(say(section.title), level=1, key=f"identity-{number}")
            yield Pairs([(say(x.label), spell_pictographs(say(x.value)), x.wide) for x in section.fields])

    def _case(self, case: CaseBook, number: int) -> Iterator[Flowable]:
        yield from self._heading(msg("案件 {number}：{title}", number=case.number, title=case.title))
        part = CaseChapters(
            replace(case, people=(), attachments=()), self.say, level=1, prefix=f"case{number}-"
        )
        yield from part.write()

    def _proofs(self) -> Iterator[Flowable]:
        say = self.say
        yield from self._heading(msg("事件链与默克尔树证明"))
        head = self.book.head
        yield Pairs(
            [
                (say(msg("树中事件数")), f"{head.size:,}", False),
                (say(msg("时间戳时间")), self.book.head_stamped_at, False),
                (say(msg("树根")), head.root, True),
            ]
        )
        right = CELL.evolve(align=Align.RIGHT)
        columns = [
            Column(title=say(msg("所属案件")), share=2.6),
            Column(title=say(msg("序号")), share=1.4, style=right),
            Column(title=say(msg("树中位置")), share=2.2, style=right),
            Column(title=say(msg("叶指纹")), share=7, style=CODE),
            Column(title=say(msg("证明步数")), share=2, style=right),
            Column(title=say(msg("内容")), share=2.2),
        ]
        rows = [
            (x.case, str(x.sequence), f"{x.position:,}", x.leaf, str(len(x.proof)), self._kept(x.payload))
            for x in self.book.entries
        ]
        yield Grid(columns, rows)

    def _kept(self, payload: str | None) -> str:
        return self.say(msg("在包内")) if payload is not None else self.say(msg("已按期删除"))

    def _statement(self) -> Iterator[Flowable]:
        yield from self._heading(msg("系统说明"))
        for number, (factor, answer) in enumerate(zip(FACTORS, self.book.statement, strict=True)):
            yield CondPageBreak(20 * MM)
            yield Heading(f"{number + 1}. {self.say(factor)}", level=1, key=f"factor-{number}")
            yield Prose(self.say(answer), BODY)
        if self.book.masking:
            yield Heading(self.say(msg("个人信息的处理")), level=1, key="masking")
            yield Prose(self.say(self.book.masking), BODY)

    def _checking(self) -> Iterator[Flowable]:
        say, book = self.say, self.book
        yield CondPageBreak(110 * MM)
        yield from self._heading(msg("核验方法"))
        number = book.info.number
        steps = (
            msg("核对证据包 {number}.zip 的 SHA-256 与交付时书面告知的一致。", number=number),
            msg("解压后执行：sha256sum -c tagmanifest-sha256.txt manifest-sha256.txt，应全部显示 OK。"),
            msg("向认证机构、时间戳机构另行取得根证书，按包内 how-to-verify.txt 的命令核对签章与时间戳。"),
            msg("用公开发布的 verify_pack.py 核验全部内容；请先核对该程序的 SHA-256（见下），勿用包内副本。"),
        )
        for place, step in enumerate(steps, 1):
            yield Prose(f"{place}. {say(step)}", BODY)
        yield Prose(f"verify_pack.py　SHA-256　{book.verifier_sha256}", CODE, after=8)
        yield QrCode(f"HEGUI {number} {book.head.size} {book.head.root}")
        yield Prose(say(msg("二维码内容：证据包编号、树中事件数与树根，可与时间戳机构的记录对照。")), NOTE)
