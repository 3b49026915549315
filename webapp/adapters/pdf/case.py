"""A case as a printed book: facts, people, forms, the path, rules, ledger, events, files, how to check."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reportlab.platypus.flowables import CondPageBreak

from webapp.adapters.catalog import translate
from webapp.adapters.pdf.flow import Column, Grid, Heading, Pairs, Prose
from webapp.adapters.pdf.fonts import spell_pictographs
from webapp.adapters.pdf.page import INNER_WIDTH, Sheet, render, show_time
from webapp.adapters.pdf.picture import Picture, cut_scene, scale_of
from webapp.adapters.pdf.typeset import BODY, CELL, CODE, MM, NOTE, TITLE
from webapp.domain.scene import Align
from webapp.domain.text import Message, msg

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from reportlab.platypus.flowables import Flowable

    from webapp.domain.casebook import CaseBook, FormSection, Words

TALLEST = 220 * MM  # a picture never needs more
ROOM = 34 * MM  # a heading needs this much below it, else it begins the next page


def render_case(
    book: CaseBook,
    *,
    language: str = "zh-Hans",
    translate: Callable[[Message | str, str], str] = translate,
) -> bytes:
    """Print a case as PDF in ``language`` (zh-Hans, zh-Hant or en); the same book gives the same bytes.

    Raises MissingGlyphError when a character cannot be drawn and FontsMissingError without fonts.
    """

    def say(words: Words) -> str:
        return translate(words, language) if isinstance(words, Message) else words

    sheet = Sheet(
        title=f"{say(book.title)} {book.number}",
        left=" · ".join(filter(None, (book.organisation, say(msg("案件记录"))))),
        right=book.number,
        foot=say(
            msg("{person} 打印于 {time}（北京时间）", person=book.printed_by, time=show_time(book.printed_at))
        ),
        language=language,
        translate=say,
        made_at=book.printed_at,
    )

    def write() -> list[Flowable]:
        chapters = CaseChapters(book, say)
        return [*chapters.title(), *chapters.write(), *chapters.closing()]

    return render(sheet, write)


@dataclass
class CaseChapters:
    """The chapters of a case: a document of their own, or a part of a pack's book (level 1, no numbers)."""

    book: CaseBook
    say: Callable[[Words], str]
    level: int = 0
    prefix: str = ""  # of the bookmarks' keys
    chapter: int = 0

    def write(self) -> Iterator[Flowable]:
        """Yield the chapters from the first table to the attachments."""
        yield from self._opening()
        yield from self._people()
        yield from self._forms()
        yield from self._diagram()
        yield from self._rules()
        yield from self._ledger()
        yield from self._events()
        yield from self._attachments()

    def _heading(self, title: Message) -> Iterator[Flowable]:
        self.chapter += 1
        yield CondPageBreak(ROOM)
        text = self.say(title) if self.level else f"{self.chapter}　{self.say(title)}"
        yield Heading(text, level=self.level, key=f"{self.prefix}chapter-{self.chapter}")

    def title(self) -> Iterator[Flowable]:
        """Yield the title of a case that is printed alone."""
        book, say = self.book, self.say
        yield Prose(say(book.title), TITLE, after=2)
        yield Prose(f"{book.number}　·　{say(book.state)}", BODY.evolve(size=11, leading=18), after=8)

    def _opening(self) -> Iterator[Flowable]:
        book, say = self.book, self.say
        ended = show_time(book.ended_at) if book.ended_at else say(msg("尚未结束"))
        yield Pairs(
            [
                (say(msg("流程")), say(book.procedure), False),
                (say(msg("状态")), say(book.state), False),
                (say(msg("发起时间")), show_time(book.started_at), False),
                (say(msg("结束时间")), ended, False),
                *((say(line.label), say(line.value), line.wide) for line in book.facts),
                (say(msg("流程版本")), say(msg("第 {number} 版", number=book.version)), False),
                (say(msg("版本指纹")), book.version_sha256, True),
            ]
        )

    def _people(self) -> Iterator[Flowable]:
        if not self.book.people:
            return
        say = self.say
        yield from self._heading(msg("参与人员"))
        columns = [
            Column(title=say(msg("角色")), share=3),
            Column(title=say(msg("姓名")), share=3),
            Column(title=say(msg("工号")), share=3),
            Column(title=say(msg("部门")), share=5),
        ]
        yield Grid(columns, [(say(p.role), p.name, p.number, p.department) for p in self.book.people])

    def _forms(self) -> Iterator[Flowable]:
        if not self.book.forms:
            return
        yield from self._heading(msg("表单内容"))
        for number, form in enumerate(self.book.forms):
            yield from self._form(form, number)
        if self.book.hidden:
            yield Prose(self.say(msg("另有 {count} 项内容因权限未打印。", count=self.book.hidden)), NOTE)

    def _form(self, form: FormSection, number: int) -> Iterator[Flowable]:
        say = self.say
        yield CondPageBreak(ROOM * 0.7)
        key = f"{self.prefix}form-{number}"
        yield Heading(say(form.title), level=self.level + 1, key=key)
        if form.note:
            yield Prose(say(form.note), NOTE)
        if form.fields:
            yield Pairs([(say(x.label), spell_pictographs(say(x.value)), x.wide) for x in form.fields])
        else:
            yield Prose(say(msg("本步骤没有填写内容。")), NOTE)

    def _diagram(self) -> Iterator[Flowable]:
        scene = self.book.scene
        if scene is None or not scene.nodes:
            return
        legend = self.say(
            msg("绿色加粗并带 ✓：已完成；蓝色并带 ▶：进行中；灰色虚线并带 ×：已取消；其余：未经过。")
        )
        parts = cut_scene(scene, width=INNER_WIDTH)
        yield CondPageBreak(min(scale_of(parts[0], width=INNER_WIDTH) * parts[0].window.height + 60, TALLEST))
        yield from self._heading(msg("流程图与办理路径"))
        yield Prose(legend, NOTE)
        for number, part in enumerate(parts, 1):
            caption = ""
            if len(parts) > 1:
                caption = self.say(msg("图 {number} / {count}", number=number, count=len(parts)))
            yield Picture(part, height=TALLEST, caption=caption)

    def _rules(self) -> Iterator[Flowable]:
        if not self.book.rules:
            return
        say = self.say
        yield from self._heading(msg("适用规则"))
        columns = [
            Column(title=say(msg("决策表")), share=4),
            Column(title=say(msg("规则")), share=2),
            Column(title=say(msg("输入")), share=5),
            Column(title=say(msg("结论")), share=4),
            Column(title=say(msg("依据")), share=4),
        ]
        yield Grid(
            columns,
            [(say(r.decision), r.rule, say(r.inputs), say(r.output), say(r.source)) for r in self.book.rules],
        )

    def _ledger(self) -> Iterator[Flowable]:
        if not self.book.ledger:
            return
        say = self.say
        yield from self._heading(msg("台账"))
        right = CELL.evolve(align=Align.RIGHT)
        columns = [
            Column(title=say(msg("日期")), share=3),
            Column(title=say(msg("事项")), share=7),
            Column(title=say(msg("变动")), share=3, style=right),
            Column(title=say(msg("余额")), share=3, style=right),
        ]
        yield Grid(columns, [(r.on, say(r.entry), r.amount, r.balance) for r in self.book.ledger])

    def _events(self) -> Iterator[Flowable]:
        if not self.book.events:
            return
        say = self.say
        yield from self._heading(msg("办理过程"))
        yield Prose(say(msg("共 {count} 条，全部列出。", count=len(self.book.events))), NOTE)
        columns = [
            Column(title=say(msg("序号")), share=1.3, style=CELL.evolve(align=Align.RIGHT)),
            Column(title=say(msg("时间（北京时间）")), share=3.2),
            Column(title=say(msg("人员")), share=2.6),
            Column(title=say(msg("事件")), share=6),
            Column(title=say(msg("事件指纹")), share=4.2, style=CODE),
        ]
        rows = [
            (
                str(event.sequence),
                show_time(event.at),
                event.actor,
                "\n".join(filter(None, (say(event.action), spell_pictographs(say(event.detail))))),
                event.leaf,
            )
            for event in self.book.events
        ]
        yield Grid(columns, rows)

    def _attachments(self) -> Iterator[Flowable]:
        if not self.book.attachments:
            return
        say = self.say
        yield from self._heading(msg("附件"))
        columns = [
            Column(title=say(msg("文件名")), share=5),
            Column(title=say(msg("字节数")), share=2.2, style=CELL.evolve(align=Align.RIGHT)),
            Column(title=say(msg("上传时间")), share=3.4),
            Column(title=say(msg("SHA-256 指纹")), share=5.4, style=CODE),
        ]
        rows = [
            (
                spell_pictographs(file.name),
                f"{file.size:,}",
                f"{file.added_by}\n{show_time(file.added_at)}",
                file.sha256,
            )
            for file in self.book.attachments
        ]
        yield Grid(columns, rows)

    def closing(self) -> Iterator[Flowable]:
        """Yield how the print is to be read and checked."""
        say = self.say
        yield from self._heading(msg("说明与核验"))
        yield Prose(
            say(
                msg(
                    "本文件由系统按原始记录生成。每个事件的指纹是 SHA-256(0x00 ‖ 盐 ‖ 事件的规范化 JSON)，"
                    "并与前一事件首尾相连；任何改动、缺失或调换都会使后续链值不符。"
                )
            )
        )
        if self.book.chain_head:
            yield Prose(say(msg("本案事件共 {count} 条，链值如下：", count=len(self.book.events))), after=0)
            yield Prose(self.book.chain_head, CODE)
        yield Prose(
            say(
                msg(
                    "本打印件供查阅。需要向仲裁机构或法院举证时，请导出证据包，其中含原件、签名与可独立核验的证明。"
                )
            ),
            NOTE,
        )
