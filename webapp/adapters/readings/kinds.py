"""What a file for the vault is, from its content: every kind is kept, few are ever opened."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from webapp.adapters.uploads import LIMIT, inspect
from webapp.adapters.uploads.inspect import TWO, is_two_things
from webapp.adapters.uploads.kinds import Kind
from webapp.adapters.uploads.names import display_name
from webapp.domain.custody import ItemKind
from webapp.domain.errors import InvalidError
from webapp.domain.text import Message, msg

if TYPE_CHECKING:
    from collections.abc import Callable

UNKNOWN = msg("无法识别的文件类型。")
BYTES = "application/octet-stream"
MAIL = "message/rfc822"
HEAD = 16_384  # bytes in which the headers of an e-mail must show
HEADER_BLOCK = re.compile(rb"(?:[A-Za-z][A-Za-z0-9-]{0,60}:[^\r\n]*\r?\n(?:[ \t][^\r\n]*\r?\n)*){3,}")
MAIL_HEADERS = re.compile(rb"(?im)^(from|to|date|subject|message-id|received|mime-version):")
LINE_OF_CHAT = re.compile(
    r"(?m)^.{0,60}?\d{4}[-/年]\d{1,2}[-/月]\d{1,2}日?[ T]+\d{1,2}:\d{2}(:\d{2})?.{0,60}$"
)
CHAT_WORDS = re.compile(r"发送人|发送者|消息内容|聊天|sender|content|msgtype", re.IGNORECASE)
PEEK = 65_536  # bytes that tell a chat from other text
FEWEST = 2  # lines with a time that make a chat

VIDEO_BRANDS = frozenset({b"isom", b"iso2", b"mp41", b"mp42", b"avc1", b"qt  ", b"3gp4", b"3gp5"})
MPEG = (b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2")

SOUNDS: tuple[tuple[Callable[[bytes], bool], str, ItemKind], ...] = (
    (lambda d: d[:4] == b"RIFF" and d[8:12] == b"WAVE", "audio/wav", ItemKind.SOUND),
    (lambda d: d.startswith(MPEG), "audio/mpeg", ItemKind.SOUND),
    (lambda d: d[:5] == b"#!AMR", "audio/amr", ItemKind.SOUND),
    (lambda d: d[:4] == b"OggS", "audio/ogg", ItemKind.SOUND),
    (lambda d: d[:4] == b"fLaC", "audio/flac", ItemKind.SOUND),
    (lambda d: d[4:8] == b"ftyp" and d[8:11] == b"M4A", "audio/mp4", ItemKind.SOUND),
    (lambda d: d[4:8] == b"ftyp" and d[8:12] in VIDEO_BRANDS, "video/mp4", ItemKind.VIDEO),
)  # fmt: skip
OF_KIND = {
    Kind.PDF: ItemKind.DOCUMENT,
    Kind.DOCX: ItemKind.DOCUMENT,
    Kind.TEXT: ItemKind.DOCUMENT,
    Kind.CSV: ItemKind.TABLE,
    Kind.XLSX: ItemKind.TABLE,
    Kind.PNG: ItemKind.PICTURE,
    Kind.JPEG: ItemKind.PICTURE,
    Kind.WEBP: ItemKind.PICTURE,
    Kind.HEIC: ItemKind.PICTURE,
}
TEXTS = (Kind.TEXT, Kind.CSV)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a file is; ``dangerous`` ones are kept and only ever handed out as attachments of no known type.

    ``readable`` tells whether a reading copy may be tried: never of what may hold a program, except that the
    words of a web page can be read without showing it.
    """

    kind: ItemKind
    name: str
    media_type: str
    dangerous: bool
    readable: bool
    reasons: tuple[Message, ...] = ()


def classify(data: bytes, name: str) -> Found:
    """Find out what a file is; raises InvalidError when it is empty or too large, for nothing else."""
    if not data:
        raise InvalidError(msg("文件是空的，请重新选择。"))
    if len(data) > LIMIT:
        raise InvalidError(msg("文件过大（上限 {limit} MB），请压缩后再上传。", limit=LIMIT // 1_000_000))
    shown = display_name(name, Kind.ARCHIVE)  # the name as given: what the content is stands beside it
    for test, media_type, kind in SOUNDS:
        if test(data):
            return _kept(kind, data, name=shown, media_type=media_type)
    if _is_mail(data):
        return Found(kind=ItemKind.MAIL, name=shown, media_type=MAIL, dangerous=False, readable=True)
    try:
        found = inspect(data, name)
    except InvalidError:
        return Found(
            kind=ItemKind.OTHER,
            name=shown,
            media_type=BYTES,
            dangerous=True,
            readable=False,
            reasons=(UNKNOWN,),
        )
    kind = OF_KIND.get(Kind(found.media_type), ItemKind.OTHER)
    page = found.media_type == Kind.MARKUP and name.lower().endswith((".html", ".htm"))
    if page or (found.media_type in TEXTS and not found.dangerous and _is_chat(data)):
        kind = ItemKind.CHAT
    return Found(
        kind=kind,
        name=shown if found.dangerous or found.media_type in TEXTS else found.name,
        media_type=found.media_type,
        dangerous=found.dangerous,
        readable=page or not found.dangerous,
        reasons=found.reasons,
    )


def _kept(kind: ItemKind, data: bytes, *, name: str, media_type: str) -> Found:
    """Sound and video: no player runs here; a file that is another one, too, is flagged."""
    two = is_two_things(data, media_type)
    return Found(
        kind=kind,
        name=name,
        media_type=media_type,
        dangerous=two,
        readable=not two,
        reasons=(TWO,) if two else (),
    )


def _is_mail(data: bytes) -> bool:
    """Whether a file begins as an e-mail does (RFC 5322 section 3.6), with two of its usual fields."""
    head = data[:HEAD].lstrip(b"\xef\xbb\xbf\r\n")
    block = HEADER_BLOCK.match(head)
    return block is not None and len({m.lower() for m in MAIL_HEADERS.findall(block.group())}) >= FEWEST


def _is_chat(data: bytes) -> bool:
    text = decode(data[:PEEK])
    if text.lstrip()[:1] in ("[", "{"):
        return bool(CHAT_WORDS.search(text))
    return len(LINE_OF_CHAT.findall(text)) >= FEWEST and bool(
        CHAT_WORDS.search(text) or text.count("\n\n") or re.search(r"(?m)^\S{1,40}[ \t]+\d{4}[-/年]", text)
    )


def decode(data: bytes) -> str:
    """Text in UTF-8, UTF-16 with its mark, or GB 18030, what cannot be read replaced."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if error.start >= len(data) - 3:  # only the last character was cut through
            return data[: error.start].decode("utf-8-sig")
    return data.decode("gb18030", errors="replace")
