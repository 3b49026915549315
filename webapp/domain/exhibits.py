"""Exhibits of a bundle as values: the columns of the list, what a kind of paper usually proves, two editions.

The columns follow 最高人民法院《关于民事诉讼证据的若干规定》 art. 19 (number, source, object and content of
proof) and art. 15 (original, or a copy that counts as one).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from webapp.domain.evidence import canonical_json
from webapp.domain.text import Message, msg

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence


class Side(StrEnum):
    """Who brings an exhibit."""

    OURS = "ours"
    THEIRS = "theirs"


class Role(StrEnum):
    """What the company is in the dispute."""

    RESPONDENT = "respondent"  # 被申请人
    APPLICANT = "applicant"  # 申请人


class Form(StrEnum):
    """In which form an exhibit is handed in (证据规定 14, 15)."""

    ORIGINAL = "original"  # 原件
    COPY = "copy"  # 复印件
    ELECTRONIC = "electronic"  # 电子数据原件
    PRINTOUT = "printout"  # 直接来源于电子数据的打印件


class Stand(StrEnum):
    """What we say to one quality of an exhibit of the other side (质证)."""

    ACCEPTED = "accepted"  # 认可
    DENIED = "denied"  # 不认可
    RESERVED = "reserved"  # 由仲裁庭（法院）审查


FORMS: dict[Form, Message] = {
    Form.ORIGINAL: msg("原件"),
    Form.COPY: msg("复印件"),
    Form.ELECTRONIC: msg("电子数据原件"),
    Form.PRINTOUT: msg("电子数据打印件"),
}
STANDS: dict[Stand, Message] = {
    Stand.ACCEPTED: msg("认可"),
    Stand.DENIED: msg("不认可"),
    Stand.RESERVED: msg("由审理机构审查"),
}
ROLES: dict[Role, Message] = {Role.RESPONDENT: msg("被申请人"), Role.APPLICANT: msg("申请人")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What an exhibit proves (证明对象) and what it says about it (证明内容), as it is filed."""

    proves: str
    content: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """Our opinion on one exhibit of the other side; stands are values of ``Stand``."""

    authenticity: str
    authenticity_why: str
    legality: str
    legality_why: str
    relevance: str
    relevance_why: str
    weight: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One exhibit as a list shows it. ``key``, the row's id, stays over editions; the number moves."""

    key: str
    number: int
    side: str
    name: str
    source: str
    proves: str
    content: str
    form: str
    pages: int
    weakness: str
    kind: str
    sha256: str
    media_type: str
    dangerous: bool
    event_id: int | None  # the act of the log that it is
    opinion: Opinion | None = None

    def plain(self) -> dict[str, Any]:
        """As JSON values."""
        said = {each.name: getattr(self, each.name) for each in fields(self) if each.name != "opinion"}
        said["opinion"] = None if self.opinion is None else _plain(self.opinion)
        return said


def _plain(opinion: Opinion) -> dict[str, Any]:
    return {each.name: getattr(opinion, each.name) for each in fields(opinion)}


def read_line(raw: Mapping[str, Any]) -> Line:
    """The line that ``plain`` wrote; what an erasure took is empty."""
    opinion = raw.get("opinion")
    said = {each.name: raw.get(each.name, "") for each in fields(Line)}
    return Line(**{**said, "opinion": None if opinion is None else Opinion(**opinion)})


FORMAT = 2  # of an edition's content: its hash is over digests of lines, so that one line can go
SALT, ERASED = "salt", "erased"  # keys of a stored line beside its own
#: What stays of an erased line: its place, and what the file is known by.
LEFT = ("key", "number", "side", "form", "pages", "kind", "sha256", "media_type", "dangerous", "event_id")


def erase_line(stored: Mapping[str, Any]) -> dict[str, Any]:
    """A stored line without its words: its digest stands in their place."""
    return {ERASED: line_digest(stored), **{name: stored[name] for name in LEFT}}


def line_digest(stored: Mapping[str, Any]) -> str:
    """SHA-256 of a stored line with its salt as RFC 8785 JSON, in hex; of an erased one as it was."""
    return str(stored.get(ERASED) or hashlib.sha256(canonical_json(stored)).hexdigest())


def edition_digest(content: Mapping[str, Any]) -> str:
    """SHA-256 of an edition's content, in hex: of what it is about and the digests of its lines."""
    if "format" in content:
        content = {**content, "lines": [line_digest(line) for line in content["lines"]]}
    return hashlib.sha256(canonical_json(content)).hexdigest()


# -- two editions --------------------------------------------------------------------------------------

COLUMNS: dict[str, Message] = {
    "name": msg("证据名称"),
    "source": msg("来源"),
    "proves": msg("证明对象"),
    "content": msg("证明内容"),
    "form": msg("原件或复印件"),
    "pages": msg("页数"),
    "weakness": msg("弱点"),
    "kind": msg("材料种类"),
    "sha256": msg("文件"),
    "opinion": msg("质证意见"),
}


class What(StrEnum):
    """What happened to an exhibit between two editions."""

    ADDED = "added"
    REMOVED = "removed"
    MOVED = "moved"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One difference, in words; ``before`` and ``after`` only where text changed."""

    what: What
    sentence: Message
    before: str = ""
    after: str = ""


def compare(old: Sequence[Line], new: Sequence[Line]) -> tuple[Change, ...]:
    """What was added, removed, moved and changed, in the order of the newer edition.

    Moved is what passed another exhibit that both editions hold: the fewest such exhibits are named, not
    everything behind an insertion.
    """
    was, now = {line.key: line for line in old}, {line.key: line for line in new}
    found = [
        Change(what=What.REMOVED, sentence=msg("删去 {number}《{name}》", number=label(line), name=line.name))
        for line in old
        if line.key not in now
    ]
    moved = _moved(old, new)
    for line in new:
        before = was.get(line.key)
        if before is None:
            added = msg("新增 {number}《{name}》", number=label(line), name=line.name)
            found.append(Change(what=What.ADDED, sentence=added))
            continue
        if line.key in moved:
            found.append(_move(before, line))
        found.extend(_changes(before, line))
    return tuple(found)


def label(line: Line) -> Message:
    """What an exhibit is called: 证据3, 对方证据2."""
    words = msg("证据{number}", number=line.number)
    return words if line.side == Side.OURS else msg("对方证据{number}", number=line.number)


def _move(before: Line, after: Line) -> Change:
    sentence = msg("《{name}》由 {old} 移到 {new}", name=after.name, old=label(before), new=label(after))
    return Change(what=What.MOVED, sentence=sentence)


def _changes(before: Line, after: Line) -> Iterator[Change]:
    for name, title in COLUMNS.items():
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            sentence = msg(
                "{number}《{name}》：{column}有改动", number=label(after), name=after.name, column=title
            )
            yield Change(what=What.CHANGED, sentence=sentence, before=_text(old), after=_text(new))


def _text(value: Any) -> str:
    """What stands in a column, as text; an opinion as its reasons."""
    if isinstance(value, Opinion):
        said = (value.authenticity_why, value.legality_why, value.relevance_why, value.weight)
        return "；".join(part for part in said if part)
    return "" if value is None else str(value)


def _moved(old: Sequence[Line], new: Sequence[Line]) -> frozenset[str]:
    """Keys of what left its place: all common lines but a longest run that keeps its order, side by side."""
    gone: set[str] = set()
    for side in Side:
        before = [line.key for line in old if line.side == side]
        after = [line.key for line in new if line.side == side and line.key in set(before)]
        ranks = [before.index(key) for key in after]
        kept = _longest_rising(ranks)
        gone |= {key for key, rank in zip(after, ranks, strict=True) if rank not in kept}
    return frozenset(gone)


NONE: tuple[int, ...] = ()


def _longest_rising(ranks: Sequence[int]) -> frozenset[int]:
    """A longest rising subsequence; the values are distinct."""
    best: list[tuple[int, ...]] = []
    for rank in ranks:
        runs = [run for run in best if run[-1] < rank]
        before: tuple[int, ...] = max(runs, key=len, default=NONE)
        best.append((*before, rank))
    longest: tuple[int, ...] = max(best, key=len, default=NONE)
    return frozenset(longest)
