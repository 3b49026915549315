"""An evidence pack written as a zipped BagIt folder (RFC 8493): streamed, stored, the same bytes each time.

Nothing is compressed: an expert's zip tool and ours read the same bytes, no library's version shows, and
the verifier can refuse every entry that is not exactly what the directory says.
"""

from __future__ import annotations

import hashlib
import zipfile
from dataclasses import dataclass, field
from io import BytesIO
from typing import TYPE_CHECKING, BinaryIO

from webapp.adapters.verifier import verifier_text
from webapp.domain.evidence import canonical_json
from webapp.domain.pack import SEALED, LogEntry, PackError, PackInfo, TreeHead, check_path
from webapp.domain.text import msg

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from webapp.domain.signing import Sealed

CHUNK = 1024 * 1024
EPOCH = (1980, 1, 1, 0, 0, 0)  # entries bear no time of their own
REGULAR = 0o100644 << 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A file of the pack, opened only when it is written."""

    path: str  # below data/, e.g. originals/001-协议.pdf
    open: Callable[[], BinaryIO]


@dataclass(frozen=True, slots=True, kw_only=True)
class PackContents:
    """All that goes into a pack but its seal."""

    info: PackInfo
    members: tuple[Member, ...]
    entries: tuple[LogEntry, ...]
    head: TreeHead
    head_token: bytes  # RFC 3161 reply over ``head.text()``
    trust: Mapping[str, bytes]  # file name to certificates (.pem) and revocation lists (.crl)
    masking: bytes = b""  # the masking note of a redacted edition


@dataclass(slots=True)
class _Bag:
    archive: zipfile.ZipFile
    folder: str
    payload: list[tuple[str, str]] = field(default_factory=list)
    tags: list[tuple[str, str]] = field(default_factory=list)
    octets: int = 0

    def add(self, path: str, source: BinaryIO) -> None:
        """Stream a payload file in and note its hash."""
        check_path(path)
        digest, size = _copy(self.archive, f"{self.folder}/{path}", source)
        self.payload.append((digest, path))
        self.octets += size

    def tag(self, path: str, content: bytes, *, listed: bool = True) -> None:
        """Add a tag file; all but the tag manifest and its seal are listed in that manifest."""
        digest, _ = _copy(self.archive, f"{self.folder}/{path}", BytesIO(content))
        if listed:
            self.tags.append((digest, path))


def member(path: str, content: bytes) -> Member:
    """Return a member that is in memory already."""
    return Member(path=path, open=lambda: BytesIO(content))


def write_pack(out: BinaryIO, contents: PackContents, *, seal: Callable[[bytes], Sealed]) -> str:
    """Write a pack to ``out`` (seekable) and return the SHA-256 of the tag manifest in hex.

    ``seal`` signs the tag manifest and stamps manifest and signature together; its errors pass through
    and leave ``out`` unusable. Memory does not grow with the members. Raises PackError for a path that is
    not safe, two of the same name and a log without its closing event.
    """
    _check(contents)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        bag = _Bag(archive, contents.info.number)
        for each in contents.members:
            with each.open() as source:
                bag.add(f"data/{each.path}", source)
        for path, content in _log_files(contents):
            bag.add(f"data/{path}", BytesIO(content))
        _add_tags(bag, contents.info)
        manifest = _manifest(bag.tags)
        bag.tag("tagmanifest-sha256.txt", manifest, listed=False)
        sealed = seal(manifest)
        bag.tag("seal.p7s", sealed.signature, listed=False)
        bag.tag("seal.tsr", sealed.token.reply, listed=False)
    return hashlib.sha256(manifest).hexdigest()


def _check(contents: PackContents) -> None:
    check_path(contents.info.number)
    if not contents.info.number.isascii():
        raise PackError(msg("证据包编号只能使用 ASCII 字符：{number}。", number=contents.info.number))
    paths = [each.path for each in contents.members]
    if len({path.casefold() for path in paths}) != len(paths):
        raise PackError(msg("证据包内有重名文件。"))
    last: dict[str, LogEntry] = {}
    for entry in contents.entries:
        last[entry.case] = entry
    open_cases = [case for case, entry in last.items() if f'"{SEALED}"' not in (entry.payload or "")]
    if open_cases or not last:
        raise PackError(msg("案件 {cases} 的事件链尚未封存，不能导出证据包。", cases="、".join(open_cases)))


def _log_files(contents: PackContents) -> Iterable[tuple[str, bytes]]:
    lines = [canonical_json(entry.plain()) for entry in contents.entries]
    yield "log/events.jsonl", b"".join(line + b"\n" for line in lines)
    yield "log/head.json", contents.head.text()
    yield "log/head.tsr", contents.head_token
    if contents.masking:
        yield "log/masking.json", contents.masking
    for name, content in sorted(contents.trust.items()):
        yield f"trust/{name}", content


def _add_tags(bag: _Bag, info: PackInfo) -> None:
    fields = {
        "Source-Organization": info.organisation,
        "External-Identifier": info.number,
        "External-Description": info.title,
        "Contact-Name": info.made_by,
        "Bagging-Date": info.made_at.date().isoformat(),
        "Bag-Software-Agent": info.software,
        "Payload-Oxum": f"{bag.octets}.{len(bag.payload)}",
    }
    lines = "".join(f"{name}: {' '.join(value.split())}\n" for name, value in fields.items())
    bag.tag("bag-info.txt", lines.encode())
    bag.tag("bagit.txt", b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n")
    bag.tag("how-to-verify.txt", HOW_TO_VERIFY.format(number=info.number).encode())
    bag.tag("manifest-sha256.txt", _manifest(bag.payload))
    bag.tag("verify_pack.py", verifier_text())


def _manifest(lines: list[tuple[str, str]]) -> bytes:
    return "".join(f"{digest}  {path}\n" for digest, path in sorted(lines, key=lambda line: line[1])).encode()


def _copy(archive: zipfile.ZipFile, path: str, source: BinaryIO) -> tuple[str, int]:
    entry = zipfile.ZipInfo(path, EPOCH)
    entry.external_attr = REGULAR
    entry.create_system = 3
    digest, size = hashlib.sha256(), 0
    with archive.open(entry, "w") as target:
        while chunk := source.read(CHUNK):
            digest.update(chunk)
            size += len(chunk)
            target.write(chunk)
    return digest.hexdigest(), size


HOW_TO_VERIFY = """\
如何核验本证据包 / How to verify this pack

一、核对证据包（.zip）的 SHA-256 与交付时书面告知的一致。
    Compare the SHA-256 of the .zip with the one you were given on paper.
二、解压到空文件夹，核对每个文件：
    Unpack into an empty folder and check every file:
      cd {number} && sha256sum -c tagmanifest-sha256.txt manifest-sha256.txt
三、核对时间戳与签章（根证书须向时间戳机构、认证机构另行取得，勿用包内 trust/ 中的副本）：
    Check time stamp and seal; get the roots from the authorities, not from trust/ in the pack:
      cat tagmanifest-sha256.txt seal.p7s > sealed.bin
      openssl ts -verify -data sealed.bin -in seal.tsr -CAfile TSA-ROOT.pem
      openssl cms -verify -binary -inform DER -in seal.p7s -content tagmanifest-sha256.txt \\
        -CAfile CA-ROOT.pem -purpose any -out /dev/null
四、全部核验（包括事件链、默克尔树证明和压缩包本身）：
    Check everything, with the event chain, the Merkle proofs and the zip itself:
      python3 verify_pack.py {number}.zip --root CA-ROOT.pem --root TSA-ROOT.pem
    请使用公开发布、SHA-256 一致的 verify_pack.py，勿用包内副本。
    Use the published copy of verify_pack.py whose SHA-256 is announced, never the one in the pack.
"""
