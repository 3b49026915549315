"""Signatures inside a PDF, each an incremental update (ISO 32000-1 section 12.8): earlier ones stay valid.

For PDFs of our own making: a classic cross-reference table, not encrypted. The last update of a finished
document is a document time stamp over the whole file (PAdES, ETSI EN 319 142-1): whatever is added later
shows.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any

from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, NameObject, NumberObject

from webapp.adapters.signing.openssl import scratch
from webapp.domain.errors import InvalidError
from webapp.domain.text import msg

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from webapp.adapters.signing.local import Identity
    from webapp.adapters.signing.port import TimeStampAuthority

ROOM = 16_384  # bytes kept for a signature or token; unused ones are zeros
_START = re.compile(rb"startxref\s+(\d+)\s+%%EOF\s*\Z")
_RANGE = "[0 {:010d} {:010d} {:010d}]"


class UnsignablePdfError(InvalidError):
    """The file is not one that this code may sign."""

    default = msg("此 PDF 无法签名：请使用系统生成的文件。")


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """The signature's own dictionary."""

    name: str  # of the form field; one a document
    kind: str  # Sig or DocTimeStamp
    filter: str  # ETSI.CAdES.detached or ETSI.RFC3161
    reason: str = ""
    at: datetime | None = None  # what the signer's clock said; the token is what counts


def sign_document(pdf: bytes, identity: Identity, *, field: str, reason: str, now: datetime) -> bytes:
    """Return the PDF with one more signature (PAdES B-B: CAdES with the signer's certificate bound in)."""
    described = Field(name=field, kind="Sig", filter="ETSI.CAdES.detached", reason=reason, at=now)
    return _append(pdf, described, lambda content: sign_cades(content, identity))


def stamp_document(pdf: bytes, tsa: TimeStampAuthority, *, field: str, now: datetime) -> bytes:
    """Return the PDF with a document time stamp as its last bytes; raises SigningUnavailableError."""
    described = Field(name=field, kind="DocTimeStamp", filter="ETSI.RFC3161")
    return _append(pdf, described, lambda content: _token(tsa.stamp(content, now=now).reply))


def sign_cades(content: bytes, identity: Identity) -> bytes:
    """Return a detached CMS signature (DER) with the signing-certificate-v2 attribute (RFC 5035)."""
    files = {"content": content, "signer.pem": identity.certificate, "signer.key": identity.key}
    with scratch(files) as tool:
        tool.must(
            *("cms", "-sign", "-binary", "-cades", "-nosmimecap", "-md", "sha256", "-in", "content"),
            *("-signer", "signer.pem", "-inkey", "signer.key", "-outform", "DER", "-out", "signature"),
        )
        return tool.read("signature")


def _token(reply: bytes) -> bytes:
    with scratch({"reply.tsr": reply}) as tool:
        tool.must("ts", "-reply", "-in", "reply.tsr", "-token_out", "-out", "token")
        return tool.read("token")


def signed_parts(pdf: bytes) -> list[tuple[bytes, bytes]]:
    """Return (signed bytes, signature) of each signature in the order of the file."""
    found = re.finditer(rb"/ByteRange \[0 (\d+) (\d+) (\d+)\]", pdf)
    parts = []
    for match in found:
        first, second, rest = (int(number) for number in match.groups())
        held = bytes.fromhex(pdf[first + 1 : second - 1].decode("ascii"))
        parts.append((pdf[:first] + pdf[second : second + rest], held[: _der_length(held)]))
    return parts


def _der_length(data: bytes) -> int:
    """Return the length of the first DER element: what follows it is padding."""
    if data[1] < 0x80:
        return 2 + data[1]
    count = data[1] & 0x7F
    return 2 + count + int.from_bytes(data[2 : 2 + count], "big")


def _append(pdf: bytes, field: Field, sign: Callable[[bytes], bytes]) -> bytes:
    if not pdf.endswith(b"\n"):
        pdf += b"\n"
    update, first, second = _write_update(pdf, field)
    ranges = _RANGE.format(first, second, len(pdf) + len(update) - second)
    whole = pdf + update.replace(_RANGE.format(0, 0, 0).encode(), ranges.encode(), 1)
    signature = sign(whole[:first] + whole[second:]).hex().encode()
    if len(signature) > 2 * ROOM:
        raise UnsignablePdfError(msg("签名数据过大，无法写入 PDF。"))
    return whole[: first + 1] + signature.ljust(2 * ROOM, b"0") + whole[second - 1 :]


def _write_update(pdf: bytes, field: Field) -> tuple[bytes, int, int]:
    """Return the update with an empty signature, and where its hexadecimal string begins and ends."""
    start = _START.search(pdf)
    if start is None or pdf[int(start.group(1)) : int(start.group(1)) + 4] != b"xref":
        raise UnsignablePdfError
    try:
        reader = PdfReader(BytesIO(pdf), strict=True)
        objects, trailer, number = _objects(reader, field)
    except (PyPdfError, KeyError, TypeError, ValueError) as error:
        raise UnsignablePdfError from error
    out = bytearray()
    places: dict[int, int] = {}
    for key, text in objects.items():
        places[key] = len(pdf) + len(out)
        out += b"%d 0 obj\n%b\nendobj\n" % (key, text)
    table = len(pdf) + len(out)
    out += _table(places) + b"trailer\n%b\nstartxref\n%d\n%%%%EOF\n" % (
        trailer % {b"prev": start.group(1), b"size": max(objects) + 1},
        table,
    )
    first = places[number] + bytes(out[places[number] - len(pdf) :]).index(b"/Contents <") + 10
    return bytes(out), first, first + 2 * ROOM + 2


def _table(places: Mapping[int, int]) -> bytes:
    lines = [b"%d 1\n%010d 00000 n \n" % (key, place) for key, place in sorted(places.items())]
    # The free list's head begins the table, as readers expect.
    return b"xref\n0 1\n0000000000 65535 f \n" + b"".join(lines)


def _objects(reader: PdfReader, field: Field) -> tuple[dict[int, bytes], bytes, int]:
    """Return the changed objects by number, the trailer's pattern, and the signature's number."""
    trailer: Any = reader.trailer
    root: IndirectObject = trailer.raw_get("/Root")
    number = int(trailer["/Size"])
    page = reader.pages[0]
    own = IndirectObject(number + 1, 0, reader)
    assert page.indirect_reference is not None
    page_text = DictionaryObject(page)
    page_text[NameObject("/Annots")] = ArrayObject([*_items(page.get("/Annots")), own])
    catalog = DictionaryObject(reader.root_object)
    form = DictionaryObject(_resolved(catalog.get("/AcroForm")) or {})
    form[NameObject("/Fields")] = ArrayObject([*_items(form.get("/Fields")), own])
    form[NameObject("/SigFlags")] = NumberObject(3)
    catalog[NameObject("/AcroForm")] = form
    widget = (
        f"<< /Type /Annot /Subtype /Widget /FT /Sig /T {_text(field.name)} /V {number} 0 R /F 132 "
        f"/Rect [0 0 0 0] /P {page.indirect_reference.idnum} 0 R >>"
    )
    objects = {
        number: _signature(field),
        number + 1: widget.encode("latin-1"),
        page.indirect_reference.idnum: _serialize(page_text),
        root.idnum: _serialize(catalog),
    }
    kept = [f"/Root {root.idnum} 0 R"]
    if "/Info" in trailer:
        kept.append(f"/Info {trailer.raw_get('/Info').idnum} 0 R")
    ids = _serialize(trailer["/ID"]).replace(b"%", b"%%") if "/ID" in trailer else b""
    tail = b" /ID " + ids if ids else b""
    return objects, b"<< /Size %(size)d /Prev %(prev)b " + " ".join(kept).encode() + tail + b" >>", number


def _signature(field: Field) -> bytes:
    parts = [f"<< /Type /{field.kind} /Filter /Adobe.PPKLite /SubFilter /{field.filter}"]
    parts.append(f"/ByteRange {_RANGE.format(0, 0, 0)} /Contents <{'0' * 2 * ROOM}>")
    if field.reason:
        parts.append(f"/Reason {_text(field.reason)}")
    if field.at is not None:
        parts.append(f"/M (D:{field.at:%Y%m%d%H%M%S}+00'00')")
    return (" ".join(parts) + " >>").encode("latin-1")


def _text(value: str) -> str:
    """Write a text string in UTF-16BE, so that Chinese needs no escape."""
    marked = "\ufeff" + value
    return f"<{marked.encode('utf-16-be').hex().upper()}>"


def _resolved(value: Any) -> Any:
    return value.get_object() if value is not None else None


def _items(value: Any) -> list[Any]:
    return list(_resolved(value) or [])


def _serialize(value: Any) -> bytes:
    out = BytesIO()
    value.write_to_stream(out)
    return out.getvalue()
