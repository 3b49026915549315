"""PDFs among the originals: nothing after the last signature, and no signature over changed bytes."""

from __future__ import annotations

import re
from collections.abc import Iterator  # noqa: TC003  # the bundle has no type-checking block

from webapp.adapters.verifier.container import MAX_TEXT, Bag, Note
from webapp.adapters.verifier.seal import Tool  # noqa: TC001  # see above

BYTE_RANGE = re.compile(rb"/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]")


def check_pdf(bag: Bag, name: str, tool: Tool) -> Iterator[str]:
    """Check every signature of a PDF; a signer under other roots than those given is only noted."""
    size = bag.entries[f"{bag.top}/{name}"].size
    ranges = [[int(number) for number in found] for found in bag.search(name, BYTE_RANGE)]
    if ranges and max(start + count for _, _, start, count in ranges) != size:
        yield f"最后一个签名之后还有内容 / bytes after the last signature: {name}"
    if not ranges or size > MAX_TEXT:
        return
    data = bag.read(name)
    for zero, first, second, count in ranges:
        held = data[first + 1 : second - 1]
        if zero or not re.fullmatch(rb"[0-9A-Fa-f]+", held) or second + count > size:
            yield f"签名范围有误 / malformed signature range: {name}"
            continue
        content = data[:first] + data[second : second + count]
        yield from _check_signature(name, content, first_element(bytes.fromhex(held.decode())), tool=tool)


def first_element(data: bytes) -> bytes:
    """Return the first DER element; what follows it in a PDF is padding."""
    count = data[1] & 0x7F if data[1] & 0x80 else 0
    length = int.from_bytes(data[2 : 2 + count], "big") if count else data[1]
    return data[: 2 + count + length]


def _check_signature(name: str, content: bytes, signature: bytes, *, tool: Tool) -> Iterator[str]:
    tool.write("content", content)
    tool.write("signature", signature)
    stamp = b"\x06\x0b\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x04" in signature[:200]  # id-ct-TSTInfo
    if stamp:
        check = ("ts", "-verify", "-data", "content", "-token_in", "-in", "signature", "-CAfile", "roots.pem")
        good, _ = tool.run(*check)
        if not good:
            yield f"文件时间戳无效 / document time stamp is not valid: {name}"
        return
    check = ("cms", "-verify", "-binary", "-inform", "DER", "-in", "signature", "-content", "content")
    if not tool.run(*check, "-noverify", "-out", "verified")[0]:
        yield f"文件签名无效 / signature in the document is not valid: {name}"
    elif not tool.run(*check, "-CAfile", "roots.pem", "-purpose", "any", "-out", "verified")[0]:
        yield Note(f"文件签名人不在所给根证书之下 / signer is not under the given roots: {name}")
