"""Redacted editions: what is left out must be listed in the sealed masking note, and nothing else may be."""

from __future__ import annotations

import json
from collections.abc import Iterator  # noqa: TC003  # the bundle has no type-checking block
from typing import Any

from webapp.adapters.verifier.container import HEX, Bag, Note, Refused
from webapp.adapters.verifier.seal import Tool  # noqa: TC001  # see above

MASKING = "data/log/masking.json"
EXCERPTS = "data/excerpts/"


def read_masking(bag: Bag) -> tuple[dict[tuple[str, int], dict[str, Any]], dict[str, dict[str, Any]]]:
    """Return the masked events by (case, sequence) and the masked originals by SHA-256."""
    if MASKING not in bag.names:
        return {}, {}
    said = json.loads(bag.read(MASKING))
    if said.get("format") != 1:
        raise Refused("遮盖说明的格式版本不受支持 / the masking note's format is not known")
    events = {(str(each["case"]), int(each["sequence"])): each for each in said["events"]}
    files = {str(each["sha256"]): each for each in said["files"]}
    if len(events) != len(said["events"]) or len(files) != len(said["files"]):
        raise Refused("遮盖说明有重复 / the masking note lists something twice")
    return events, files


def check_masking(bag: Bag, _tool: Tool) -> Iterator[str]:
    """Check the note itself: every entry has its reason, every excerpt is listed and the one listed."""
    events, files = read_masking(bag)
    for (case, sequence), each in sorted(events.items()):
        if not _reason(each):
            yield f"遮盖没有写明原因 / masked without a reason: 案件 case {case} 事件 event {sequence}"
    for digest, each in sorted(files.items()):
        if not HEX.fullmatch(digest) or not _reason(each):
            yield f"遮盖没有写明原因 / masked without a reason: {digest}"
    yield from _check_excerpts(bag, files)
    if events or files:
        yield Note(
            f"这是遮盖版：遮盖 {len(events)} 个事件、{len(files)} 份原件，证明不受影响"
            f" / redacted edition: {len(events)} events and {len(files)} originals masked, proofs hold"
        )


def _reason(each: dict[str, Any]) -> str:
    return str(each.get("reason") or "").strip()


def _check_excerpts(bag: Bag, files: dict[str, dict[str, Any]]) -> Iterator[str]:
    shown = [each for each in files.values() if each.get("excerpt")]
    listed = {"data/" + str(each["excerpt"]): str(each.get("excerpt_sha256")) for each in shown}
    for name, digest in sorted(listed.items()):
        if not name.startswith(EXCERPTS) or name not in bag.names:
            yield f"节录缺失 / excerpt is missing: {name}"
        elif bag.digest(name) != digest:
            yield f"节录与遮盖说明不符 / excerpt differs from the masking note: {name}"
    for name in sorted(bag.names):
        if name.startswith(EXCERPTS) and name not in listed:
            yield f"节录未列入遮盖说明 / excerpt is not in the masking note: {name}"
