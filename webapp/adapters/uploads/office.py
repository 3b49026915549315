"""Word and Excel files are zip files: told by what lies inside, searched for macros without unpacking."""

from __future__ import annotations

import io
import re
import zipfile

from webapp.adapters.uploads.kinds import Kind
from webapp.domain.text import Message, msg

MOST_MEMBERS = 5_000
MOST_UNPACKED = 400_000_000  # bytes that the members say they would fill
MOST_RATIO = 300
LARGEST_INDEX = 1_000_000
MAIN = {Kind.DOCX: "word/document.xml", Kind.XLSX: "xl/workbook.xml"}
ACTIVE = re.compile(r"vbaproject|activex|/embeddings/|oleobject|macrosheet|customui/", re.IGNORECASE)
REMOTE = re.compile(rb'TargetMode\s*=\s*"External"', re.IGNORECASE)
ATTACHED = re.compile(rb"attachedTemplate|/oleObject|/frame\"", re.IGNORECASE)

ARCHIVE = msg("压缩包：内容无法逐一检查。")
MACRO = msg("含有宏或嵌入的程序。")
BOMB = msg("解压后异常巨大。")
REMOTE_PART = msg("打开时会载入外部内容。")
BROKEN = msg("文件结构已损坏，无法检查。")
LOCKED = msg("文件已加密，无法检查。")

Found = tuple[Kind, tuple[Message, ...]]


def look(data: bytes) -> Found:
    """What a zip file is; anything but a Word or Excel file is an archive."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _judge(archive)
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError, OSError, RuntimeError):
        return Kind.ARCHIVE, (BROKEN,)


def _judge(archive: zipfile.ZipFile) -> Found:
    members = archive.infolist()
    names = [m.filename for m in members]
    kind = next((k for k, main in MAIN.items() if main in names and "[Content_Types].xml" in names), None)
    if kind is None:
        return Kind.ARCHIVE, (ARCHIVE,)
    return kind, tuple({m.key: m for m in _dangers(archive, members)}.values())


def _dangers(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo]) -> list[Message]:
    packed = sum(m.compress_size for m in members) or 1
    unpacked = sum(m.file_size for m in members)
    if len(members) > MOST_MEMBERS or unpacked > MOST_UNPACKED or unpacked > MOST_RATIO * max(packed, 4_096):
        return [BOMB]
    found = [LOCKED] if any(m.flag_bits & 1 for m in members) else []
    if any(ACTIVE.search(m.filename) for m in members):
        found.append(MACRO)
    for member in members:
        if member.filename == "[Content_Types].xml" and b"macroEnabled" in _start(archive, member):
            found.append(MACRO)
        elif member.filename.endswith(".rels") and _loads(_start(archive, member)):
            found.append(REMOTE_PART)
    return found


def _loads(relations: bytes) -> bool:
    # a link that a reader clicks is external, too, and harmless: only parts that load by themselves count
    return any(
        REMOTE.search(r) and ATTACHED.search(r) for r in re.findall(rb"<Relationship\b[^>]*>", relations)
    )


def _start(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    with archive.open(member) as part:
        return part.read(LARGEST_INDEX)
