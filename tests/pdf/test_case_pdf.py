"""A case prints whole, in three languages, the same bytes each time, no page blank or clipped."""

import re
from datetime import timedelta

import pytest
from PIL import Image
from pypdf import PdfReader
from reportlab.lib.pagesizes import A4

from tests.pdf.gallery import gallery
from tests.pdf.samples import START, digest, sample
from tests.pdf.tools import needs_poppler, needs_qpdf, read_text, run
from webapp.adapters.catalog import LOCALES
from webapp.adapters.diagrams import read_scene
from webapp.adapters.pdf import render_case
from webapp.domain.casebook import FieldLine, FormSection
from webapp.domain.scene import Trail


@pytest.fixture(scope="module")
def printed(tmp_path_factory):
    path = tmp_path_factory.mktemp("pdf") / "case.pdf"
    path.write_bytes(render_case(sample()))
    return path


def pages(path, folder):
    run("pdftoppm", "-r", "40", "-png", path, folder / "page")
    return [Image.open(name).convert("L") for name in sorted(folder.glob("page*.png"))]


class TestContent:
    @needs_poppler
    def test_everything_of_the_case_can_be_found(self, printed):
        text = re.sub(r"\s", "", read_text(printed))
        book = sample()
        wanted = [
            book.number,
            "年休假申请",
            "王𬭚",
            "SH-0187",
            "交接清单-3.xlsx",
            "已完成",
            book.version_sha256,
            book.chain_head,
        ]
        wanted += [
            "2026-11-0209:30:00",
            "另有2项内容因权限未打印",
            "−3天",
            "R2",
            "陈㛃打印于2026-11-2414:30:00",
            "夜班排班已与同组同事对调",
        ]
        assert [item for item in wanted if item not in text] == []

    @needs_poppler
    def test_every_event_stands_there_with_its_hash(self, printed):
        text = run("pdftotext", "-raw", printed, "-").stdout.decode().replace("\n", "")
        assert [event.sequence for event in sample().events if event.leaf not in text] == []

    def test_each_page_says_which_of_how_many_it_is(self, printed):
        reader = PdfReader(printed)
        count = len(reader.pages)
        for number, page in enumerate(reader.pages, 1):
            assert f"第{number}页/共{count}页" in page.extract_text().replace(" ", "")

    def test_chapters_and_forms_are_bookmarks(self, printed):
        outline = PdfReader(printed).outline
        chapters = [entry.title for entry in outline if not isinstance(entry, list)]
        assert [title.split("　")[1] for title in chapters] == [
            "参与人员", "表单内容", "流程图与办理路径", "适用规则", "台账", "办理过程", "附件", "说明与核验",
        ]  # fmt: skip
        assert [entry.title for entry in outline[2]] == ["填写申请", "直属上级审批"]

    @needs_poppler
    def test_the_diagram_is_real_text(self, printed):
        assert "直属主管审批" in re.sub(r"\s", "", read_text(printed))

    @needs_poppler
    @pytest.mark.parametrize("language", LOCALES)
    def test_it_speaks_the_readers_language(self, tmp_path, language):
        path = tmp_path / "case.pdf"
        path.write_bytes(render_case(sample(), language=language))
        words = {"zh-Hans": "说明与核验", "zh-Hant": "說明與核驗", "en": "How to read and check this"}
        assert words[language] in read_text(path)
        assert PdfReader(path).root_object["/Lang"] == language

    def test_a_case_with_nothing_in_it_is_one_page(self):
        from io import BytesIO

        empty = sample(
            people=(),
            facts=(),
            forms=(),
            scene=None,
            rules=(),
            ledger=(),
            events=(),
            attachments=(),
            ended_at=None,
            hidden=0,
        )
        assert len(PdfReader(BytesIO(render_case(empty))).pages) == 1


class TestFile:
    def test_the_same_case_gives_the_same_bytes(self, printed):
        assert render_case(sample()) == printed.read_bytes()

    def test_another_case_gives_other_bytes(self, printed):
        assert render_case(sample(printed_at=START + timedelta(days=30))) != printed.read_bytes()

    def test_the_files_own_date_is_that_of_printing(self, printed):
        assert PdfReader(printed).metadata.creation_date == sample().printed_at

    @needs_qpdf
    def test_it_is_well_formed(self, printed):
        result = run("qpdf", "--check", printed)
        assert (result.returncode, b"WARNING" in result.stdout + result.stderr) == (0, False)

    @needs_poppler
    def test_every_font_is_embedded_as_a_subset_with_a_map(self, printed):
        lines = run("pdffonts", printed).stdout.decode().splitlines()[2:]
        assert lines
        assert [line for line in lines if line.split()[-5:-2] != ["yes", "yes", "yes"]] == []

    @needs_qpdf
    def test_nothing_active_is_in_it(self, printed):
        plain = run("qpdf", "--qdf", "--stream-data=preserve", printed, "-").stdout
        words = [b"/JavaScript", b"/JS ", b"/Launch", b"/OpenAction", b"/AA ", b"/EmbeddedFile"]
        assert [
            word for word in words if word in re.sub(rb"stream\n.*?endstream", b"", plain, flags=re.DOTALL)
        ] == []


LONG = "这是一段很长的说明，用来检验跨页时不会丢字。" * 160


class TestPages:
    @needs_poppler
    @pytest.mark.parametrize("language", LOCALES)
    def test_none_is_blank_and_nothing_lies_in_the_margins(self, tmp_path, language):
        xml, trail = gallery()
        form = FormSection(
            title="长文",
            fields=(
                FieldLine(label="说明", value=LONG, wide=True),
                FieldLine(label="编号", value=digest(1) * 3),
            ),
        )
        path = tmp_path / "case.pdf"
        path.write_bytes(
            render_case(
                sample(forms=(form, *sample().forms), scene=read_scene(xml, trail=Trail(**trail))),
                language=language,
            )
        )
        for image in pages(path, tmp_path):
            dark = image.point(lambda value: 255 if value < 200 else 0)
            left, top, right, bottom = dark.crop((0, 50, image.width, image.height - 50)).getbbox()
            assert left >= 28
            assert right <= image.width - 28
            assert bottom - top > 20

    @needs_poppler
    def test_a_very_long_value_is_torn_without_loss(self, tmp_path):
        form = FormSection(title="长文", fields=(FieldLine(label="说明", value=LONG, wide=True),))
        path = tmp_path / "case.pdf"
        path.write_bytes(render_case(sample(forms=(form,))))
        assert re.sub(r"\s", "", read_text(path)).count("不会丢字。") == 160

    def test_paper_is_a4(self, printed):
        assert {
            (round(float(p.mediabox.width)), round(float(p.mediabox.height)))
            for p in PdfReader(printed).pages
        } == {(round(A4[0]), round(A4[1]))}


class TestThreads:
    def test_several_at_once_give_the_same_bytes(self, printed):
        from concurrent.futures import ThreadPoolExecutor

        with ThreadPoolExecutor(4) as pool:
            books = list(pool.map(lambda _: render_case(sample()), range(8)))
        assert set(books) == {printed.read_bytes()}
