"""Promises: a file is what its content says; what may act by itself is flagged and never opened by a page."""

import io
import zipfile
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from webapp.adapters import uploads
from webapp.adapters.uploads.kinds import Kind
from webapp.domain.errors import InvalidError


def image(kind):
    out = io.BytesIO()
    Image.new("RGB", (4, 4), "red").save(out, kind)
    return out.getvalue()


def plain_pdf():
    out = io.BytesIO()
    canvas = Canvas(out)
    canvas.drawString(72, 720, "certificate /JavaScript in a page's text is only text")
    canvas.save()
    return out.getvalue()


def sheet():
    out = io.BytesIO()
    Workbook().save(out)
    return out.getvalue()


def packed(**members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in members.items():
            archive.writestr(name, body)
    return out.getvalue()


def word(**more):
    return packed(**{"[Content_Types].xml": "<Types/>", "word/document.xml": "<w/>", **more})


def objects_in(stream):
    body = zlib.compress(stream)
    return (
        b"%PDF-1.7\n1 0 obj\n<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length 9 >>\nstream\n"
        + body
        + b"\nendstream\nendobj\n%%EOF"
    )


PLAIN = [
    (plain_pdf(), "证明.pdf", Kind.PDF),
    (image("PNG"), "a.png", Kind.PNG),
    (image("JPEG"), "a.JPG", Kind.JPEG),
    (image("WEBP"), "a.webp", Kind.WEBP),
    (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00", "a.heic", Kind.HEIC),
    (sheet(), "表.xlsx", Kind.XLSX),
    (word(), "文.docx", Kind.DOCX),
    ("姓名,部门\n".encode("gb18030"), "a.csv", Kind.CSV),
    ("病假说明\n".encode(), "a.txt", Kind.TEXT),
]
DANGEROUS = [
    (b"%PDF-1.4\n1 0 obj << /OpenAction << /S /JavaScript /JS (app.alert(1)) >> >>", Kind.PDF, "脚本"),
    (b"%PDF-1.4\n1 0 obj << /S /J#61vaScript >>", Kind.PDF, "脚本"),
    (b"%PDF-1.4\n1 0 obj << /S /Launch /F (cmd.exe) >>", Kind.PDF, "启动程序"),
    (b"%PDF-1.4\n1 0 obj << /Type /EmbeddedFile >>", Kind.PDF, "内嵌"),
    (b"%PDF-1.4\ntrailer << /Encrypt 5 0 R >>", Kind.PDF, "加密"),
    (objects_in(b"1 0 << /S /JavaScript /JS (x) >>"), Kind.PDF, "脚本"),
    (objects_in(b" " * 70_000_000), Kind.PDF, "异常巨大"),
    (word(**{"word/vbaProject.bin": b"x"}), Kind.DOCX, "宏"),
    (packed(**{"[Content_Types].xml": "macroEnabled.main+xml", "xl/workbook.xml": ""}), Kind.XLSX, "宏"),
    (word(**{"word/embeddings/oleObject1.bin": b"x"}), Kind.DOCX, "宏"),
    (word(**{"word/_rels/settings.xml.rels": '<Relationship Type="x/attachedTemplate" Target="http://x" TargetMode="External"/>'}), Kind.DOCX, "外部内容"),
    (word(**{"word/media/a.txt": b"0" * 60_000_000}), Kind.DOCX, "异常巨大"),
    (packed(**{"a.exe": b"MZ"}), Kind.ARCHIVE, "压缩包"),
    (b"PK\x03\x04 not a zip at all", Kind.ARCHIVE, "损坏"),
    (b"7z\xbc\xaf\x27\x1c....", Kind.ARCHIVE, "压缩包"),
    (b"Rar!\x1a\x07\x01\x00", Kind.ARCHIVE, "压缩包"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1...", Kind.OLE, "宏"),
    (b"MZ\x90\x00", Kind.PROGRAM, "可执行"),
    (b"#!/bin/sh\nrm -rf /\n", Kind.PROGRAM, "可执行"),
    (b"<html><script>alert(1)</script>", Kind.MARKUP, "脚本"),
    (b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>", Kind.MARKUP, "脚本"),
    (b"harmless first line\n" * 900 + b"<ScRiPt>", Kind.MARKUP, "脚本"),
    (b"\xef\xbb\xbf<?xml version='1.0'?><x/>", Kind.MARKUP, "脚本"),
]  # fmt: skip


class TestContent:
    @pytest.mark.parametrize(("data", "name", "kind"), PLAIN, ids=[k.name for _, _, k in PLAIN])
    def test_of_a_plain_file_is_known_and_harmless(self, data, name, kind):
        found = uploads.inspect(data, name)
        assert (found.media_type, found.dangerous, found.size, found.name) == (kind, False, len(data), name)

    @pytest.mark.parametrize(
        ("data", "kind", "words"), DANGEROUS, ids=[f"{n}" for n in range(len(DANGEROUS))]
    )
    def test_that_may_act_is_flagged_with_its_reason(self, data, kind, words):
        found = uploads.inspect(data, "病假证明.pdf")
        assert (found.media_type, found.dangerous) == (kind, True)
        assert any(words in str(reason) for reason in found.reasons)

    def test_is_what_counts_not_the_name(self):
        found = uploads.inspect(image("PNG"), "setup.exe")
        assert (found.media_type, found.name) == (Kind.PNG, "setup.exe.png")

    @pytest.mark.parametrize(
        ("data", "words"), [(b"", "空"), (b"x" * 20_000_001, "20 MB"), (b"\x00\x01\x02\xff", "不支持")]
    )
    def test_that_is_nothing_or_too_much_is_refused(self, data, words):
        with pytest.raises(InvalidError, match=words):
            uploads.inspect(data, "a.bin")

    @settings(max_examples=120)
    @given(
        st.sampled_from([b"", b"%PDF-", b"PK\x03\x04", b"\xff\xd8\xff", b"RIFF0000WEBP", b"0000ftypheic"]),
        st.binary(max_size=300),
    )
    def test_of_any_kind_gives_an_answer_or_a_sentence(self, start, rest):
        try:
            found = uploads.inspect(start + rest, "x")
        except InvalidError as error:
            found = error.message
        assert found


class TestNames:
    @pytest.mark.parametrize(
        ("given_name", "shown"),
        [
            ("../../etc/passwd", "passwd.pdf"),
            ("C:\\Users\\王\\证明.PDF", "证明.PDF"),
            ("病假\u202efdp.exe", "病假fdp.exe.pdf"),
            ("a\x00b\nc.pdf", "abc.pdf"),
            ("con.pdf", "文件con.pdf"),
            ("...", "文件.pdf"),
            ("", "文件.pdf"),
            ('a"b<c>.pdf', "a_b_c_.pdf"),
            ("长" * 300 + ".pdf", "长" * 116 + ".pdf"),
        ],
    )
    def test_are_fit_to_be_shown(self, given_name, shown):
        assert uploads.display_name(given_name, Kind.PDF) == shown


class TestDelivery:
    def test_shows_plain_images_and_pdfs_in_place(self):
        headers = uploads.delivery("证明.pdf", Kind.PDF, dangerous=False)
        assert (
            headers["Content-Disposition"]
            == "inline; filename=\"__.pdf\"; filename*=UTF-8''%E8%AF%81%E6%98%8E.pdf"
        )
        assert headers["X-Content-Type-Options"] == "nosniff"

    @pytest.mark.parametrize("kind", list(Kind))
    def test_never_shows_a_dangerous_file(self, kind):
        headers = uploads.delivery("x", kind, dangerous=True)
        assert headers["Content-Type"] == "application/octet-stream"
        assert headers["Content-Disposition"].startswith("attachment;")
        assert "sandbox" in headers["Content-Security-Policy"]

    @pytest.mark.parametrize("kind", [Kind.HEIC, Kind.DOCX, Kind.XLSX, Kind.TEXT, Kind.CSV, Kind.MARKUP])
    def test_hands_out_everything_else_as_an_attachment(self, kind):
        assert uploads.delivery("x", kind, dangerous=False)["Content-Disposition"].startswith("attachment;")

    def test_keeps_a_name_from_breaking_out_of_the_header(self):
        headers = uploads.delivery('a"; x=\r\nSet-Cookie: y', Kind.PDF, dangerous=False)
        assert "\r" not in headers["Content-Disposition"]
        assert 'a"' not in headers["Content-Disposition"]
