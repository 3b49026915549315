"""What was given out before: each export of a case is an event that names the pack and the book in it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence  # noqa: TC003  # the bundle has no type-checking block
from pathlib import Path  # noqa: TC003
from typing import Any

from webapp.adapters.verifier.container import HEX, Bag, Note
from webapp.adapters.verifier.log import read_events


def check_given(bag: Bag, files: Sequence[Path]) -> Iterator[str]:
    """List what the log says was given out; every file that is brought along must be one of them."""
    known: set[str] = set()
    for event in read_events(bag):
        said = json.loads(event["payload"] or "null") or {}
        if said.get("kind") == "evidence.exported":
            yield from _check_export(event, said, known)
    for path in files:
        digest = _digest(path)
        if digest in known:
            yield Note(f"交出过 / was given out: {path.name} {digest}")
        else:
            yield f"没有事件记载交出过这份文件 / no event says that it was given out: {path.name} {digest}"


def _check_export(event: dict[str, Any], said: dict[str, Any], known: set[str]) -> Iterator[str]:
    data, where = said["data"], f"事件 event {event['sequence']}"
    digests = [str(data.get(name)) for name in ("book_sha256", "pack_sha256")]
    if not all(HEX.fullmatch(digest) for digest in digests):
        yield f"{where}: 交出记录没有指纹 / the record of an export names no hashes"
        return
    if not 0 < int(data["leaves"]) <= int(event["position"]):
        yield f"{where}: 交出早于所依日志头 / given out before the head that it rests on"
    known.update(digests)
    yield Note(
        f"{where}: {said.get('at')} {said.get('actor_name')} {data.get('number')}"
        f" 证据册 book {digests[0]} 证据包 pack {digests[1]}"
    )


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as source:
        while chunk := source.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()
