"""The PDF of a document: the same bytes each time, two empty fields, rare names searchable, nothing drawn blank."""

import re
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import enumerate_sig_fields
from pypdf import PdfReader

from tests.company import ROOT
from tests.pdf.tools import need, needs_hanazono, needs_poppler, run
from webapp.adapters.pdf import MissingGlyphError, draw_document
from webapp.services.documents.filling import fill
from webapp.services.documents.library import read_library
from webapp.services.documents.template import read_template
from webapp.services.procedures.files import read_folder

pytestmark = needs_hanazono  # 𡋾 is in no other font here
needs_pdfsig = need("poppler", found=shutil.which("pdfsig"))
FILES = read_folder(ROOT, "contract-change")
AT = datetime(2026, 11, 26, 4, tzinfo=UTC)
RARE = ("𬭚", "鿏", "䶮", "㛃", "𡋾")
NAME = "王" + "".join(RARE)


def filled(name=NAME, languages=("zh-Hans",), **changes):
    values = {
        "employee": {"name": name, "number": "E1", "post": "夜间客服专员"},
        "employer": {"name": "云衫电子商务有限公司"},
        "contract": {"number": "HT-1", "starts_on": "2024-03-01"},
        "current": None,
        "permit": None,
        "document": {"number": "CC-2026-000001-D1", "made_on": "2026-11-26"},
        "reason": "经协商调整为居家夜班。",
        "place": "上海市徐汇区漕溪北路1号",
        "hours_system": "standard",
        "shift_start": "19:00",
        "shift_end": "23:00",
        "effective_from": "2026-12-01",
        **changes,
    }
    body = next(f.body for f in FILES if f.path == "supplement.md")
    template = read_template("supplement.md", body, read_library(FILES))
    return fill(template, values, number="CC-2026-000001-D1", languages=languages, made_at=AT)


@pytest.fixture(scope="module")
def drawn():
    return draw_document(filled())


class TestBytes:
    def test_the_same_document_gives_the_same_bytes_and_another_moment_gives_others(self, drawn):
        assert draw_document(filled()).pdf == drawn.pdf
        later = replace(filled(), made_at=datetime(2026, 11, 26, 5, tzinfo=UTC))
        assert draw_document(later).pdf != drawn.pdf

    def test_number_and_text_fingerprint_stand_on_each_page(self, drawn):
        pages = [page.extract_text() for page in PdfReader(BytesIO(drawn.pdf)).pages]
        assert len(pages) == drawn.pages == 3
        for number, text in enumerate(pages, 1):
            assert "CC-2026-000001-D1" in text
            assert filled().text_sha256 in text
            assert f"第 {number} 页 / 共 3 页" in text

    def test_the_fingerprint_follows_the_words_and_not_the_moment(self):
        assert filled().text_sha256 == replace(filled(), made_at=datetime(2027, 1, 1, tzinfo=UTC)).text_sha256
        assert filled().text_sha256 != filled(shift_end="23:30").text_sha256


class TestFields:
    def test_two_empty_fields_lie_where_the_row_says(self, drawn):
        reader = PdfFileReader(BytesIO(drawn.pdf))
        found = {name: ref.get_object() for name, value, ref in enumerate_sig_fields(reader) if value is None}
        assert set(found) == {"employee", "company"} == {f.name for f in drawn.fields}
        for place in drawn.fields:
            assert [float(x) for x in found[place.name]["/Rect"]] == pytest.approx(list(place.rect))
            assert place.page == drawn.pages

    @needs_pdfsig
    def test_another_reader_sees_them_unsigned(self, drawn, tmp_path):
        (tmp_path / "x.pdf").write_bytes(drawn.pdf)
        said = run("pdfsig", tmp_path / "x.pdf").stdout.decode()
        assert said.count("is not signed") == 2


class TestLetters:
    @needs_poppler
    def test_rare_names_are_found_by_another_reader(self, drawn, tmp_path):
        (tmp_path / "x.pdf").write_bytes(drawn.pdf)
        text = run("pdftotext", tmp_path / "x.pdf", "-").stdout.decode()
        assert all(char in text for char in RARE)

    @pytest.mark.parametrize("char", ["\ue863", "\u200b", "\u202e", "\U0001fae0", "ئ"])
    def test_what_no_font_draws_is_refused_with_its_code_point(self, char):
        with pytest.raises(MissingGlyphError, match=f"U\\+{ord(char):04X}"):
            draw_document(filled(name=f"王{char}"))


class TestArchive:
    def test_fonts_are_embedded_and_the_file_says_what_it_is_prepared_as(self, drawn):
        reader = PdfReader(BytesIO(drawn.pdf))
        for page in reader.pages:
            used = set(re.findall(rb"/(\S+) [\d.]+ Tf", page.get_contents().get_data()))
            assert used
            for name in used:
                font = page["/Resources"]["/Font"]["/" + name.decode()].get_object()
                assert "/FontFile2" in font["/FontDescriptor"], name
        xmp = reader.trailer["/Root"]["/Metadata"].get_data().decode()
        assert "<pdfaid:part>3</pdfaid:part>" in xmp
        assert reader.trailer["/Root"]["/OutputIntents"][0]["/S"] == "/GTS_PDFA1"
        assert reader.trailer["/Root"]["/Lang"] == "zh-Hans"

    def test_the_chinese_text_governs_and_translations_stand_below_it(self):
        text = filled(languages=("zh-Hans", "en", "zh-Hant")).text
        assert (
            text.index("乙方的居家工作地点为")
            < text.index("The home workplace is")
            < text.index("乙方的居家工作地點為")
        )
        assert "译文仅供参考，以简体中文文本为准" in text
