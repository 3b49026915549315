"""The log: leaves, chains, Merkle proofs, and the originals that events name."""

from __future__ import annotations

import hashlib
import json
import re
import struct
from collections.abc import Iterator  # noqa: TC003  # the bundle has no type-checking block
from datetime import datetime
from typing import Any

from webapp.adapters.verifier.container import HEX, Bag, Note, Refused
from webapp.adapters.verifier.masking import read_masking
from webapp.adapters.verifier.pdf import check_pdf
from webapp.adapters.verifier.seal import SKEW, Tool

NAMED = ("data/originals/", "data/signers/")  # folders whose files events name


def check_log(bag: Bag, tool: Tool) -> Iterator[str]:
    """Check leaves, the chain of each case, the proofs and the head's time stamp."""
    text = bag.read("data/log/head.json")
    head = json.loads(text)
    if head.get("format") != 1:
        raise Refused("日志格式版本不受支持 / the log's format is not known")
    good, at, said = tool.check_token(text, bag.read("data/log/head.tsr"))
    if not good:
        yield f"日志头时间戳无效 / the log head's time stamp is not valid: {said}"
    chains: dict[str, tuple[int, str, bool]] = {}
    masked, _ = read_masking(bag)
    for event in read_events(bag):
        mask = masked.pop((str(event["case"]), int(event["sequence"])), None)
        findings = [*_check_event(event, head, chains, at=at), *_check_silence(event, mask)]
        yield from (_mark(event, finding) for finding in findings)
    for case, sequence in sorted(masked):
        where = f"案件 case {case} 事件 event {sequence}"
        yield f"遮盖说明所列事件不在包内 / masked event is not in the pack: {where}"
    for case, (_, _, closed) in sorted(chains.items()):
        if not closed:
            yield f"案件 {case} 的事件链未封存 / case {case}: the chain is not closed by case.sealed"
    if not chains:
        yield "日志中没有事件 / the log holds no event"


def _mark(event: dict[str, Any], finding: str) -> str:
    return type(finding)(f"案件 case {event['case']} 事件 event {event['sequence']}: {finding}")


def read_events(bag: Bag) -> list[dict[str, Any]]:
    """Return the events; the payload stays the text that was hashed."""
    return [json.loads(line) for line in bag.read("data/log/events.jsonl").decode("utf-8").split("\n")[:-1]]


def _check_event(
    event: dict[str, Any], head: dict[str, Any], chains: dict[str, tuple[int, str, bool]], *, at: datetime
) -> Iterator[str]:
    case, sequence, leaf = str(event["case"]), int(event["sequence"]), bytes.fromhex(event["leaf"])
    last, link, closed = chains.get(case, (0, "0" * 64, False))
    if sequence != last + 1:
        yield "序号不连续 / the sequence has a gap"
    if event["previous"] != link:
        yield "与前一事件的链值不符 / the chain is broken"
    if closed:
        yield Note("封存之后案件又有新事件 / the case went on after case.sealed")
    text = event["payload"]
    said = json.loads(text) if text is not None else {}
    salted = b"" if text is None else b"\0" + bytes.fromhex(event["salt"]) + text.encode()
    if text is not None and hashlib.sha256(salted).digest() != leaf:
        yield "内容被改动 / the payload was changed"
    yield from _check_payload(event, said, at=at)
    proof, root = [bytes.fromhex(step) for step in event["proof"]], bytes.fromhex(head["root"])
    if not included(leaf, proof, index=int(event["position"]), size=int(head["size"]), root=root):
        yield "默克尔树证明不成立 / the inclusion proof fails"
    linked = b"\2" + bytes.fromhex(event["previous"]) + struct.pack(">Q", sequence) + leaf
    chains[case] = (sequence, hashlib.sha256(linked).hexdigest(), said.get("kind") == "case.sealed")


def _check_silence(event: dict[str, Any], mask: dict[str, Any] | None) -> Iterator[str]:
    """Say why a payload is not here: masked in this edition, or erased; and that a listed one is not."""
    if mask is not None and event["payload"] is not None:
        yield "列为遮盖的内容仍在包内 / listed as masked, but its payload is here"
    elif mask is not None:
        fields = "、".join(str(name) for name in mask.get("fields") or ()) or "全部 all"
        yield Note(f"已遮盖，指纹完好 / masked, leaf intact: {fields}（{str(mask.get('reason'))[:200]}）")
        if mask.get("shown") is not None:
            yield Note("其余为出具人摘录，未经指纹证明 / the rest is an extract that no leaf proves")
    elif event["payload"] is None:
        yield Note("内容已按期删除，指纹完好 / erased, leaf intact")


def _check_payload(event: dict[str, Any], said: dict[str, Any], *, at: datetime) -> Iterator[str]:
    for name in ("case", "sequence", "previous"):
        if name in said and str(said[name]) != str(event[name]):
            yield f"内容所写与链不符 / the payload differs from the chain in: {name}"
    if said.get("kind") == "case.sealed" and said["data"].get("count") != event["sequence"]:
        yield "封存的事件数不符 / case.sealed counts otherwise"
    if said.get("at") and datetime.fromisoformat(re.sub("Z$", "+00:00", said["at"])) > at + SKEW:
        yield "时间晚于日志头时间戳 / later than the head's time stamp"


def included(leaf: bytes, proof: list[bytes], *, index: int, size: int, root: bytes) -> bool:
    """RFC 9162 section 2.1.3.2."""
    if not 0 <= index < size:
        return False
    place, last, digest = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            digest = hashlib.sha256(b"\1" + sibling + digest).digest()
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            digest = hashlib.sha256(b"\1" + digest + sibling).digest()
        place, last = place >> 1, last >> 1
    return last == 0 and digest == root


def check_originals(bag: Bag, tool: Tool) -> Iterator[str]:
    """Every original is named by an event, every hash that an event names is here, no PDF was added to."""
    named: set[str] = set()
    for event in read_events(bag):
        collect_digests(json.loads(event["payload"] or "null"), named)
    _, masked = read_masking(bag)
    held = {bag.digest(name): name for name in sorted(bag.names) if name.startswith(NAMED)}
    for digest, name in held.items():
        if digest not in named:
            yield f"原件的指纹不见于任何事件 / no event names the hash of: {name}"
        yield from check_pdf(bag, name, tool)
    for digest in sorted(set(masked) & set(held)):
        yield f"列为遮盖的原件仍在包内 / listed as masked, but here: {held[digest]}"
    for digest in sorted(set(masked) - named):
        yield f"遮盖说明所列原件不见于任何事件 / no event names the masked original: {digest}"
    for digest in sorted(named & set(masked) - set(held)):
        reason = str(masked[digest].get("reason"))[:200]
        yield Note(f"原件已遮盖 / original masked: {digest}（{reason}）")
    for digest in sorted(named - set(held) - set(masked)):
        yield f"事件所列的文件不在包内 / a file that an event names is missing: {digest}"


def collect_digests(value: Any, found: set[str]) -> None:
    """Collect every value under a key ``sha256``, however deep."""
    if isinstance(value, dict):
        if HEX.fullmatch(str(value.get("sha256"))):
            found.add(value["sha256"])
        value = list(value.values())
    for item in value if isinstance(value, list) else ():
        collect_digests(item, found)
