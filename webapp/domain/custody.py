"""What the vault (证据保管库) keeps, how it came in, and what may happen to it while it is kept."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from webapp.domain.text import Message, msg

if TYPE_CHECKING:
    from collections.abc import Mapping


class ItemKind(StrEnum):
    """What a file is to whoever reads it; found from the content."""

    MAIL = "mail"  # an e-mail with its headers and attachments (RFC 5322)
    CHAT = "chat"  # an export of WeCom, DingTalk and the like: text, CSV, HTML or JSON
    TABLE = "table"  # a spreadsheet or CSV
    PICTURE = "picture"  # a photograph or screenshot
    SOUND = "sound"  # a recording; kept, never played here
    VIDEO = "video"  # kept, never played here
    DOCUMENT = "document"  # PDF, Word, plain text
    OTHER = "other"  # kept as bytes


class Method(StrEnum):
    """How an item was collected (收集方式): 民事证据规定 art. 93 asks how data was extracted."""

    EXPORT = "export"  # the system's own export function
    COPY = "copy"  # copied from the original medium
    DOWNLOAD = "download"  # downloaded from an account or a web page
    SCREENSHOT = "screenshot"  # photographed from a screen
    SCAN = "scan"  # scanned or photographed from paper
    RECORDING = "recording"  # recorded on the spot
    HANDED_IN = "handed-in"  # brought by a person of their own accord


class Step(StrEnum):
    """One link of the chain of custody (保管链)."""

    TAKEN = "taken"  # came into the vault
    OPENED = "opened"  # its reading copy was looked at
    DOWNLOADED = "downloaded"  # its bytes were handed out
    COPIED = "copied"  # a copy was made on another medium, outside the system
    HANDED = "handed"  # the original medium went to somebody
    RETURNED = "returned"  # the original medium came back
    CHECKED = "checked"  # its bytes were hashed again and are the same
    DAMAGED = "damaged"  # they were hashed again and are not
    PROPOSED = "proposed"  # its erasure was proposed, its time being over
    REFUSED = "refused"  # a second person said that it stays


#: Links that people write down by hand: they happen outside the system.
BY_HAND = (Step.COPIED, Step.HANDED, Step.RETURNED)

METHODS: Mapping[str, Message] = {
    Method.EXPORT: msg("系统导出"),
    Method.COPY: msg("从原始载体复制"),
    Method.DOWNLOAD: msg("从账号或网页下载"),
    Method.SCREENSHOT: msg("拍屏或截屏"),
    Method.SCAN: msg("扫描或拍摄纸质件"),
    Method.RECORDING: msg("现场录制"),
    Method.HANDED_IN: msg("本人主动提交"),
}
STEPS: Mapping[str, Message] = {
    Step.TAKEN: msg("已收存"),
    Step.OPENED: msg("查阅阅读件"),
    Step.DOWNLOADED: msg("下载原件"),
    Step.COPIED: msg("制作副本"),
    Step.HANDED: msg("移交原始载体"),
    Step.RETURNED: msg("归还原始载体"),
    Step.CHECKED: msg("复核指纹：一致"),
    Step.DAMAGED: msg("复核指纹：不一致"),
    Step.PROPOSED: msg("已提议删除"),
    Step.REFUSED: msg("拒绝删除"),
}


def item_number(year: int, item_id: int) -> str:
    """What people call an item: EV-2026-000012."""
    return f"EV-{year}-{item_id:06d}"
