"""The container: a zip that is read byte by byte, and the BagIt manifests in it."""

from __future__ import annotations

import hashlib
import mmap
import re
import struct
import unicodedata
import zlib
from collections.abc import Iterator  # noqa: TC003  # the bundle has no type-checking block
from pathlib import Path  # noqa: TC003  # see above
from typing import Any, NamedTuple

CHUNK = 1 << 20
MAX_TEXT = 1 << 28  # bytes of a manifest or log that is read whole
HEX = re.compile(r"[0-9a-f]{64}")
TAGS = ("bag-info.txt", "bagit.txt", "how-to-verify.txt", "manifest-sha256.txt", "verify_pack.py")
UNLISTED = ("tagmanifest-sha256.txt", "seal.p7s", "seal.tsr")
PLAIN = struct.pack("<I", 0o100644 << 16)
BAGIT = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"


class Note(str):  # noqa: SLOT000  # short-lived
    """A finding that does not make the check fail; the others are plain strings."""


class Refused(Exception):  # noqa: N818  # it is a verdict, not an error
    """Nothing further can be read; the text says why."""


Entry = NamedTuple("Entry", [("start", int), ("size", int), ("crc", int)])  # noqa: UP014  # short


class Bag:
    """A zip whose every byte is accounted for."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.entries = read_zip(path)
        tops = {name.split("/", 1)[0] for name in self.entries}
        if len(tops) != 1 or any("/" not in name for name in self.entries):
            raise Refused("压缩包须只有一个顶层文件夹 / the zip must hold exactly one top folder")
        self.top = tops.pop()
        self.names = {name[len(self.top) + 1 :] for name in self.entries}

    def chunks(self, name: str) -> Iterator[bytes]:
        """Yield the bytes of a file."""
        entry = self.entries[f"{self.top}/{name}"]
        with self.path.open("rb") as source:
            source.seek(entry.start)
            left = entry.size
            while left:
                chunk = source.read(min(CHUNK, left))
                left -= len(chunk)
                yield chunk

    def read(self, name: str) -> bytes:
        """Return a small file whole."""
        if name not in self.names:
            raise Refused(f"缺少文件 / missing file: {name}")
        if self.entries[f"{self.top}/{name}"].size > MAX_TEXT:
            raise Refused(f"文件过大 / file too large: {name}")
        return b"".join(self.chunks(name))

    def search(self, name: str, pattern: re.Pattern[bytes]) -> list[tuple[bytes, ...]]:
        """Return the groups of every match in a file of any size, without reading it into memory."""
        entry = self.entries[f"{self.top}/{name}"]
        with self.path.open("rb") as source, mmap.mmap(source.fileno(), 0, access=mmap.ACCESS_READ) as view:
            found = pattern.finditer(view, entry.start, entry.start + entry.size)
            return [match.groups() for match in found]

    def digest(self, name: str) -> str:
        """Return SHA-256; a wrong CRC is refused too, since other tools would stumble over it."""
        total, crc = hashlib.sha256(), 0
        for chunk in self.chunks(name):
            total.update(chunk)
            crc = zlib.crc32(chunk, crc)
        same = crc == self.entries[f"{self.top}/{name}"].crc
        return total.hexdigest() if same else "CRC"


def read_zip(path: Path) -> dict[str, Entry]:
    """Read the directory; refuse all that is not plain: every byte belongs to exactly one stored file."""
    length = path.stat().st_size
    with path.open("rb") as source:
        source.seek(max(length - 22, 0))
        tail = source.read(22)
        if len(tail) < 22 or tail[:4] != b"PK\5\6" or tail[20:] != b"\0\0":
            raise Refused("压缩包末尾有多余或缺失的数据 / data is missing or added at the end of the zip")
        disk, start_disk, here, count, size, offset = struct.unpack("<HHHHII", tail[4:20])
        if (disk, start_disk) != (0, 0) or here != count or offset + size != length - 22:
            raise Refused("压缩包目录与文件长度不符 / the zip's directory does not fit its length")
        source.seek(offset)
        directory = source.read(size)
        entries: dict[str, Entry] = {}
        place = position = 0
        for _ in range(count):
            if directory[place : place + 4] != b"PK\1\2":
                raise Refused("压缩包目录损坏 / the zip's directory is broken")
            fixed = directory[place + 4 : place + 46]
            raw = directory[place + 46 : place + 46 + int.from_bytes(fixed[24:26], "little")]
            name, entry = _read_entry(source, fixed, raw, position=position)
            if name in entries:
                raise Refused(f"重复条目 / duplicate entry: {name}")
            entries[name] = entry
            position = entry.start + entry.size
            place += 46 + len(raw)
        if position != offset or place != size:
            raise Refused("压缩包内有未登记的数据 / the zip holds data that its directory does not list")
    _check_names(entries)
    return entries


def _read_entry(source: Any, fixed: bytes, raw: bytes, *, position: int) -> tuple[str, Entry]:
    name = raw.decode("utf-8", "replace")
    flags, method, crc, packed, size = struct.unpack("<4xHH4xIII", fixed[:24])
    if method != 0 or packed != size or flags & ~0x800:
        raise Refused(f"条目被压缩或加密 / entry is compressed or encrypted: {name}")
    # Made on Unix by version 2.0; no extra field, comment, disk or internal attribute; a plain file, 0644.
    if fixed[:2] != b"\x14\3" or any(fixed[26:34]) or fixed[34:38] != PLAIN:
        raise Refused(f"条目不是普通文件 / entry is no plain file: {name}")
    source.seek(position)
    local = source.read(30 + len(raw))
    # Version, flags, method, time, CRC, sizes, name length: byte for byte as in the directory.
    same = local[4:28] == fixed[2:26] and local[28:30] == b"\0\0" and local[30:] == raw
    if struct.unpack("<I", fixed[38:42])[0] != position or local[:4] != b"PK\3\4" or not same:
        raise Refused(f"文件头与目录不一致 / local header differs from directory: {name}")
    return name, Entry(position + 30 + len(raw), size, crc)


def _check_names(entries: dict[str, Entry]) -> None:
    seen: set[str] = set()
    for name in entries:
        strange = any(unicodedata.category(char)[0] == "C" or char in '\\:*?"<>|%\ufffd' for char in name)
        if strange or any(part in ("", ".", "..") or len(part.encode()) > 240 for part in name.split("/")):
            raise Refused(f"条目名不安全 / entry name is not safe: {name!a}")
        key = unicodedata.normalize("NFKC", name).casefold()
        if key in seen:
            raise Refused(f"条目名仅大小写或写法不同 / entry names differ only in case or form: {name}")
        seen.add(key)


def check_files(bag: Bag) -> Iterator[str]:
    """Compare every file with the manifests, and the manifests with each other."""
    if bag.read("bagit.txt") != BAGIT:
        yield "内容不符 / not as it must be: bagit.txt"
    tags = read_manifest(bag, "tagmanifest-sha256.txt")
    payload = read_manifest(bag, "manifest-sha256.txt")
    for name in sorted(set(TAGS) - set(tags)):
        yield f"标签清单未列出 / not in the tag manifest: {name}"
    listed = {**tags, **payload}
    for name in sorted(bag.names - set(listed)):
        if name not in UNLISTED:
            yield f"文件未列入清单 / file is in no manifest: {name}"
        if bag.digest(name) == "CRC":
            yield f"文件被改动 / file was changed: {name}"
    for name, digest in sorted(listed.items()):
        if (name in payload) != name.startswith("data/"):
            yield f"列错了清单 / stands in the wrong manifest: {name}"
        if name not in bag.names:
            yield f"文件缺失 / file is missing: {name}"
        elif bag.digest(name) != digest:
            yield f"文件被改动 / file was changed: {name}"


def read_manifest(bag: Bag, name: str) -> dict[str, str]:
    """Return path to digest; refuses any line that is not exactly as sha256sum writes it."""
    found: dict[str, str] = {}
    for line in bag.read(name).decode("utf-8").split("\n")[:-1]:
        digest, gap, path = line[:64], line[64:66], line[66:]
        if not HEX.fullmatch(digest) or gap != "  " or not path or path in found:
            raise Refused(f"清单中的行有误 / bad line in {name}: {line[:100]}")
        found[path] = digest
    return found
