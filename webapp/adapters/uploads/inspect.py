"""The type of a file from its content, never from its name or from what the browser says."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

from webapp.adapters.uploads import office, pdf
from webapp.adapters.uploads.kinds import EXTENSIONS, Kind
from webapp.adapters.uploads.names import display_name
from webapp.domain.errors import InvalidError
from webapp.domain.text import Message, msg

if TYPE_CHECKING:
    from collections.abc import Callable

LIMIT = 20_000_000  # bytes of one file

HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
ARCHIVE = msg("压缩包：内容无法逐一检查。")
PROGRAM = msg("可执行程序或旧版 Office 文件，可能带有宏。")
TWO = msg("文件同时是另一种文件，可能藏有程序。")
MARKUP = msg("网页或 SVG：打开时可能运行脚本。")

PDF_HEAD = 1_024
ZIPPED = frozenset({Kind.DOCX, Kind.XLSX, Kind.ARCHIVE})

# Signatures at the start of a file, longest first where one begins another.
MAGIC: tuple[tuple[bytes, Kind, Message | None], ...] = (
    (b"\x89PNG\r\n\x1a\n", Kind.PNG, None),
    (b"\xff\xd8\xff", Kind.JPEG, None),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Kind.OLE, PROGRAM),
    (b"7z\xbc\xaf\x27\x1c", Kind.ARCHIVE, ARCHIVE),
    (b"Rar!\x1a\x07", Kind.ARCHIVE, ARCHIVE),
    (b"\x1f\x8b", Kind.ARCHIVE, ARCHIVE),
    (b"BZh", Kind.ARCHIVE, ARCHIVE),
    (b"\xfd7zXZ\x00", Kind.ARCHIVE, ARCHIVE),
    (b"\x28\xb5\x2f\xfd", Kind.ARCHIVE, ARCHIVE),
    (b"MSCF", Kind.ARCHIVE, ARCHIVE),
    (b"MZ", Kind.PROGRAM, PROGRAM),
    (b"\x7fELF", Kind.PROGRAM, PROGRAM),
    (b"\xca\xfe\xba\xbe", Kind.PROGRAM, PROGRAM),
    (b"\xcf\xfa\xed\xfe", Kind.PROGRAM, PROGRAM),
    (b"dex\n", Kind.PROGRAM, PROGRAM),
    (b"L\x00\x00\x00\x01\x14\x02\x00", Kind.PROGRAM, PROGRAM),
)
MARKS = re.compile(
    rb"<\s*(!doctype|html|head|body|script|svg|iframe|meta|\?xml|xsl:|object|embed|form|img|a\s)",
    re.IGNORECASE,
)
CONTROLS = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspected:
    """What was found: ``dangerous`` files are kept, flagged and only ever handed out as attachments."""

    name: str  # fit to be shown, with an extension that suits the content
    media_type: str
    size: int  # bytes
    dangerous: bool
    reasons: tuple[Message, ...] = ()


def inspect(data: bytes, name: str) -> Inspected:
    """Find out what a file is; raises InvalidError when it is empty, too large or of no known kind."""
    if not data:
        raise InvalidError(msg("文件是空的，请重新选择。"))
    if len(data) > LIMIT:
        raise InvalidError(msg("文件过大（上限 {limit} MB），请压缩后再上传。", limit=LIMIT // 1_000_000))
    kind, reasons = _kind(data, name)
    if is_two_things(data, kind):
        reasons = (*reasons, TWO)
    return Inspected(
        name=display_name(name, kind),
        media_type=kind.value,
        size=len(data),
        dangerous=bool(reasons),
        reasons=reasons,
    )


def _kind(data: bytes, name: str) -> tuple[Kind, tuple[Message, ...]]:
    for start, kind, reason in MAGIC:
        if data.startswith(start):
            return kind, (reason,) if reason else ()
    for look in LOOKS:
        found = look(data)
        if found is not None:
            return found
    return _text(data, name)


def is_two_things(data: bytes, kind: str) -> bool:
    """Whether another program would take the file for something else than its kind (polyglot).

    Readers of PDF look for its head in the first kilobyte, those of zip and jar for an index at the end.
    """
    document = kind != Kind.PDF and b"%PDF-" in data[:PDF_HEAD]
    archive = kind not in ZIPPED and zipfile.is_zipfile(io.BytesIO(data))
    return document or archive


def _pdf(data: bytes) -> tuple[Kind, tuple[Message, ...]] | None:
    return (Kind.PDF, pdf.dangers(data)) if data.startswith(b"%PDF-") else None


def _zip(data: bytes) -> tuple[Kind, tuple[Message, ...]] | None:
    return office.look(data) if data.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")) else None


def _container(data: bytes) -> tuple[Kind, tuple[Message, ...]] | None:
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return Kind.WEBP, ()
    if data[4:8] == b"ftyp" and data[8:12] in HEIC_BRANDS:
        return Kind.HEIC, ()
    return None


LOOKS: tuple[Callable[[bytes], tuple[Kind, tuple[Message, ...]] | None], ...] = (_pdf, _zip, _container)


def _text(data: bytes, name: str) -> tuple[Kind, tuple[Message, ...]]:
    if not _is_text(data):
        raise InvalidError(
            msg("不支持这类文件，请上传 PDF、照片（JPG、PNG、HEIC、WebP）、Word、Excel、TXT 或 CSV。")
        )
    if data.startswith(b"#!"):
        return Kind.PROGRAM, (PROGRAM,)
    if MARKS.search(data):
        return Kind.MARKUP, (MARKUP,)
    return (Kind.CSV if name.lower().endswith(EXTENSIONS[Kind.CSV]) else Kind.TEXT), ()


def _is_text(data: bytes) -> bool:
    if CONTROLS.search(data):
        return False
    for encoding in ("utf-8", "gb18030"):
        try:
            data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return True
    return False
