"""Signs of an active PDF (ISO 32000-1, 7.5 and 12.6), disguised names and compressed objects included."""

from __future__ import annotations

import re
import zlib
from typing import TYPE_CHECKING

from webapp.domain.text import Message, msg

if TYPE_CHECKING:
    from collections.abc import Iterator

SCRIPT = msg("PDF 内有脚本。")
LAUNCH = msg("PDF 会启动程序或提交数据。")
EMBEDDED = msg("PDF 内嵌有其他文件。")
MEDIA = msg("PDF 内有动态表单或多媒体。")
ENCRYPTED = msg("文件已加密，无法检查。")
HIDDEN = msg("PDF 的内部结构异常巨大，无法检查。")

SIGNS: tuple[tuple[re.Pattern[bytes], Message], ...] = (
    (re.compile(rb"/(JavaScript|JS)(?![A-Za-z0-9])"), SCRIPT),
    (re.compile(rb"/(Launch|SubmitForm|ImportData|GoToR|GoToE)(?![A-Za-z0-9])"), LAUNCH),
    (re.compile(rb"/(EmbeddedFile|EmbeddedFiles|Filespec)(?![A-Za-z0-9])"), EMBEDDED),
    (re.compile(rb"/(RichMedia|XFA|Movie|Sound|3D)(?![A-Za-z0-9])"), MEDIA),
    (re.compile(rb"/Encrypt(?![A-Za-z0-9])"), ENCRYPTED),
)
DISGUISED = re.compile(rb"#([0-9A-Fa-f]{2})")
OBJECTS = re.compile(rb"/ObjStm(?![A-Za-z0-9])")
STREAM = re.compile(rb"stream\r?\n")
MOST_INFLATED = 60_000_000  # bytes of all object streams together
BEFORE = 2_048  # bytes before a stream in which its dictionary stands


def dangers(data: bytes) -> tuple[Message, ...]:
    """What a PDF could do beside being read, in words; empty for a plain one."""
    plain = _named(data)
    found = [sign for pattern, sign in SIGNS if pattern.search(_outside_streams(plain))]
    left = MOST_INFLATED
    for packed in _object_streams(data):
        unpacked, whole = _inflate(packed, left)
        left -= len(unpacked)
        found += [sign for pattern, sign in SIGNS if pattern.search(_named(unpacked))]
        if not whole or left <= 0:
            found.append(HIDDEN)
            break
    return tuple({m.key: m for m in found}.values())


def _named(data: bytes) -> bytes:
    """Names with their ``#4A`` escapes undone."""
    return DISGUISED.sub(lambda m: bytes([int(m[1], 16)]), data)


def _outside_streams(data: bytes) -> bytes:
    """The file without the bytes of its streams, among which any word may stand by chance."""
    return re.sub(rb"stream\r?\n.*?endstream", b"", data, flags=re.DOTALL)


def _object_streams(data: bytes) -> Iterator[bytes]:
    for start in STREAM.finditer(data):
        head = data[max(0, start.start() - BEFORE) : start.start()]
        head = head[head.rfind(b"obj") :]
        if OBJECTS.search(_named(head)):
            end = data.find(b"endstream", start.end())
            yield data[start.end() : end if end >= 0 else None]


def _inflate(packed: bytes, limit: int) -> tuple[bytes, bool]:
    """The unpacked bytes and whether they are all there; what is no deflate is taken as it stands."""
    inflater = zlib.decompressobj()
    try:
        unpacked = inflater.decompress(packed, limit)
    except zlib.error:
        return packed, True
    return unpacked, not inflater.unconsumed_tail
