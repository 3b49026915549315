"""What stands for an exhibit on paper: made in one place, of files that only the bounded process opens."""

import hashlib
import io

import pypdfium2
import pytest
from reportlab.pdfgen.canvas import Canvas

from tests.bundles.conftest import SQLITE, pdf
from tests.bundles.test_editions import frozen, taken, words_of
from tests.vault import samples
from webapp.adapters.catalog import say_filed
from webapp.adapters.pdf.copies import Original, filing_copy
from webapp.adapters.pdf.leaves import count_leaves, draw_leaves
from webapp.services.evidence.bundles.outputs import Output


def copied(name, data, media_type="", *, dangerous=False):
    sha256 = hashlib.sha256(data).hexdigest()
    original = Original(name=name, media_type=media_type, sha256=sha256, data=data, dangerous=dangerous)
    return filing_copy(original, say=say_filed)


def form(value):
    """A PDF with one text field, filled in."""
    out = io.BytesIO()
    canvas = Canvas(out, invariant=True)
    canvas.acroForm.textfield(name="who", value=value, x=72, y=600, width=300, height=40, borderWidth=0)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


class TestCopies:
    @pytest.mark.parametrize(
        ("name", "data", "words"),
        [("打卡.xlsx", samples.workbook(), "19:02"), ("返点.eml", samples.mail(), "三个点")],
        ids=["a workbook", "an e-mail"],
    )
    def test_what_the_vault_can_read_a_bundle_prints(self, name, data, words):
        made = copied(name, data)
        assert made.shows
        assert words in "".join(words_of(made.pdf))

    def test_a_photograph_has_its_page_to_itself(self):
        made = copied("现场.jpg", samples.photo(), "image/jpeg")
        [said] = words_of(made.pdf)
        assert made.shows
        assert "拍摄" not in said

    def test_what_is_filled_into_a_form_shows_on_its_printed_page(self):
        [filled], [empty] = draw_leaves(form("MMMMMMMM")), draw_leaves(form(""))
        assert filled.jpeg != empty.jpeg

    @pytest.mark.parametrize(
        ("name", "data", "media_type", "why"),
        [
            ("坏.pdf", b"%PDF-1.7 torn", "application/pdf", "损坏"),
            ("坏.jpg", samples.photo()[:200], "image/jpeg", "无法解析"),
            ("会议.zip", b"PK\x03\x04" + bytes(40), "application/x-archive", "不能打印"),
        ],
        ids=["a torn PDF", "a torn picture", "an archive"],
    )
    def test_a_slip_says_why_a_file_is_not_printed(self, name, data, media_type, why):
        made = copied(name, data, media_type)
        assert not made.shows
        assert why in "".join(words_of(made.pdf))

    def test_a_file_is_opened_once_to_count_its_pages(self, monkeypatch):
        data = pdf("one", "two", "counted once")
        assert count_leaves(data) == 3
        monkeypatch.setattr("webapp.adapters.pdf.leaves.leaves_apart", None)
        assert count_leaves(data) == 3


@SQLITE
def test_no_file_that_was_brought_is_opened_by_the_process_that_serves_people(company, filled, monkeypatch):
    number = frozen(company, filled)
    with monkeypatch.context() as watched:
        watched.setattr(pypdfium2, "PdfDocument", None)
        case_id = company.begin()
        company.file(case_id, "新的.pdf", pdf("brought later"), kind="service")
        bundle_id = company.bundle()
        printed = taken(company, filled, Output.SET, number)
    assert {row.printable for row in company.rows(bundle_id)} == {True}
    assert any("second page" in said for said in words_of(printed.data))
