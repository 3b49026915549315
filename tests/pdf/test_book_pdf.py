"""The book of a pack has all that the checklist asks for, and says trial where it is one."""

import re
from io import BytesIO

import pytest
from PIL import Image
from pypdf import PdfReader

from tests.pdf.samples import sample_book
from tests.pdf.tools import needs_poppler, needs_qpdf, run
from webapp.adapters.catalog import LOCALES
from webapp.adapters.pdf import render_book
from webapp.domain.evidencebook import FACTORS


@pytest.fixture(scope="module")
def data():
    return render_book(sample_book())


@pytest.fixture(scope="module")
def text(data):
    return re.sub(r"\s", "", "".join(page.extract_text() for page in PdfReader(BytesIO(data)).pages))


class TestContent:
    def test_cover_list_and_identity(self, text):
        book = sample_book()
        wanted = [book.info.number, "王𬭚劳动合同变更争议", "提交人（签名或盖章）", "RN-20261102-88121"]
        for exhibit in book.exhibits:
            wanted += [
                exhibit.name,
                exhibit.source,
                exhibit.proves,
                exhibit.content,
                exhibit.path,
                exhibit.sha256,
            ]
        wanted += ["注意：下载设备与签署设备相同"]
        assert [item for item in wanted if re.sub(r"\s", "", item) not in text] == []

    def test_events_proofs_and_head(self, text):
        book = sample_book()
        assert [entry.sequence for entry in book.entries if entry.leaf not in text] == []
        assert book.head.root in text
        assert "已按期删除" in text

    def test_the_seven_factors_are_answered(self, text):
        assert [str(factor) for factor in FACTORS if str(factor) not in text] == []
        assert [n for n in range(1, 8) if f"第{n}项的说明" not in text] == []

    def test_a_statement_with_a_gap_is_not_printed(self):
        with pytest.raises(ValueError):
            render_book(sample_book(statement=("只有一项",)))

    def test_it_says_how_to_verify(self, text):
        assert sample_book().verifier_sha256 in text
        assert "勿用包内副本" in text

    def test_a_trial_is_marked_on_every_page(self, data):
        assert ["测试" in page.extract_text() for page in PdfReader(BytesIO(data)).pages].count(False) == 0
        plain = render_book(sample_book(trial=False))
        assert not any("测试" in page.extract_text() for page in PdfReader(BytesIO(plain)).pages)

    @pytest.mark.parametrize("language", LOCALES)
    def test_it_speaks_the_readers_language(self, language):
        pages = PdfReader(BytesIO(render_book(sample_book(), language=language))).pages
        assert {"zh-Hans": "证据册", "zh-Hant": "證據冊", "en": "Evidence book"}[language] in pages[
            0
        ].extract_text()


class TestFile:
    def test_the_same_book_gives_the_same_bytes(self, data):
        assert render_book(sample_book()) == data

    @needs_qpdf
    def test_it_is_well_formed(self, data, tmp_path):
        (tmp_path / "book.pdf").write_bytes(data)
        assert run("qpdf", "--check", tmp_path / "book.pdf").returncode == 0

    @needs_poppler
    def test_no_page_is_blank_or_clipped(self, tmp_path):
        (tmp_path / "book.pdf").write_bytes(render_book(sample_book(trial=False)))
        run("pdftoppm", "-r", "40", "-png", tmp_path / "book.pdf", tmp_path / "page")
        images = sorted(tmp_path.glob("page*.png"))
        assert len(images) > 5
        for name in images:
            image = Image.open(name).convert("L").point(lambda value: 255 if value < 200 else 0)
            left, top, right, bottom = image.crop((0, 50, image.width, image.height - 50)).getbbox()
            assert (left >= 28, right <= image.width - 28, bottom - top > 20) == (True, True, True)
