"""An e-mail (RFC 5322, MIME): headers, text, and its attachments listed, none of them opened."""

from __future__ import annotations

import hashlib
from email import message_from_bytes, policy
from email.errors import MessageError
from typing import TYPE_CHECKING

from webapp.adapters.readings.kinds import classify
from webapp.adapters.readings.limits import CUT, MOST_CHARACTERS, MOST_PARTS, PAGE
from webapp.adapters.readings.words import words_of
from webapp.domain.errors import InvalidError
from webapp.domain.readingcopy import Caption, Facts, Passage, Reading, Rows
from webapp.domain.text import Message, msg

if TYPE_CHECKING:
    from email.message import EmailMessage

    from webapp.domain.readingcopy import Part, Words

HEADERS: tuple[tuple[str, Message], ...] = (
    ("From", msg("发件人")),
    ("Sender", msg("代发人")),
    ("To", msg("收件人")),
    ("Cc", msg("抄送")),
    ("Subject", msg("主题")),
    ("Date", msg("发送时间（邮件所写）")),
    ("Message-ID", msg("邮件编号")),
    ("In-Reply-To", msg("回复的邮件")),
    ("Return-Path", msg("退信地址")),
    ("Received", msg("经过的服务器")),
    ("DKIM-Signature", msg("发信域签名")),
)
LONGEST_HEADER = 2_000
HEAD = (msg("附件"), msg("内容类型"), msg("字节数"), msg("SHA-256 指纹"), msg("提示"))


def read(data: bytes, _media_type: str) -> Reading:
    """Headers as they stand, the first plain text (else the words of the HTML), and a list of attachments."""
    mail = message_from_bytes(data, policy=policy.default)
    parts: list[Part] = [Facts(rows=tuple(_headers(mail)))]
    text, notes = _text(mail)
    parts += [Caption(words=msg("正文")), Passage(text=text[:MOST_CHARACTERS] or "—")]
    attachments = [part for part, _ in zip(_attachments(mail), range(MOST_PARTS), strict=False)]
    if attachments:
        parts += [Caption(words=msg("附件（未打开）")), _listed(attachments)]
    if len(text) > MOST_CHARACTERS:
        notes.append(CUT)
    return Reading(parts=tuple(parts), notes=tuple(notes))


def _headers(mail: EmailMessage) -> list[tuple[Message, Words]]:
    found: list[tuple[Message, Words]] = []
    for name, label in HEADERS:
        try:
            values = [str(value) for value in mail.get_all(name, [])]
        except (MessageError, ValueError, IndexError, AttributeError):  # headers that no grammar knows
            values = [str(value) for key, value in mail.raw_items() if key.lower() == name.lower()]
        if values:
            found.append((label, "\n".join(" ".join(v.split())[:LONGEST_HEADER] for v in values)))
    return found


def _text(mail: EmailMessage) -> tuple[str, list[Message]]:
    body = mail.get_body(preferencelist=("plain", "html"))
    if body is None:
        return "", []
    try:
        content = str(body.get_content())
    except (LookupError, ValueError, KeyError):  # a character set that does not exist
        payload = body.get_payload(decode=True)
        content = payload.decode("utf-8", errors="replace") if isinstance(payload, bytes) else ""
    if body.get_content_type() == "text/html":
        return words_of(content), [PAGE]
    return content, []


def _attachments(mail: EmailMessage) -> list[EmailMessage]:
    body = mail.get_body(preferencelist=("plain", "html"))
    return [
        part
        for part in mail.walk()
        if part is not body and not part.is_multipart() and (part.get_filename() or part.is_attachment())
    ]


def _listed(parts: list[EmailMessage]) -> Rows:
    return Rows(head=HEAD, rows=tuple(map(_row, parts)), widths=(5, 4, 2, 6, 4))


def _row(part: EmailMessage) -> tuple[Words, ...]:
    payload = part.get_payload(decode=True)
    data = payload if isinstance(payload, bytes) else b""
    name = part.get_filename() or "—"
    return (
        name,
        part.get_content_type(),
        f"{len(data):,}",
        hashlib.sha256(data).hexdigest(),
        _caution(data, name),
    )


def _caution(data: bytes, name: str) -> Words:
    try:
        found = classify(data, name)
    except InvalidError as error:
        return error.message
    return found.reasons[0] if found.reasons else ""
