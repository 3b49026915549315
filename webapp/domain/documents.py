"""Documents (文书) as values: what a template becomes once it is filled, before it is drawn or signed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

CHINESE = "zh-Hans"
DIGITS = "〇一二三四五六七八九"
TEN = 10
SUPPLEMENT, CONTRACT, LETTER, NOTICE = "supplement", "contract", "letter", "notice"


class BlockKind(StrEnum):
    """What a piece of a document is."""

    TITLE = "title"  # of the document or of an annex
    CLAUSE = "clause"  # heading of a numbered clause (第一条)
    HEADING = "heading"  # heading without number
    PARAGRAPH = "paragraph"
    NUMBERED = "numbered"  # sub-clause: 1.1
    ITEM = "item"  # of a list
    TABLE = "table"
    CHANGES = "changes"  # table of what was agreed before and what is agreed now
    BREAK = "break"  # the next page


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A piece of a document in the governing language, with its translations by language tag."""

    kind: BlockKind
    text: str = ""
    number: str = ""
    clause: str = ""  # id of the clause in which it stands
    others: Mapping[str, str] = field(default_factory=dict)
    rows: tuple[tuple[str, ...], ...] = ()  # of a table; the first one is its head

    def plain(self) -> dict[str, Any]:
        """The block as plain JSON, for pages."""
        return {
            "kind": self.kind.value,
            "text": self.text,
            "number": self.number,
            "others": dict(self.others),
            "rows": [list(row) for row in self.rows],
        }

    def lines(self) -> Iterator[str]:
        """The block as plain lines: number and text, cells parted by a full-width bar, translations."""
        label = f"{self.number}　{self.text}" if self.number else self.text
        if label:
            yield label
        yield from ("｜".join(row) for row in self.rows)
        yield from self.others.values()


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """An empty signature field: ``name`` is what the signer looks for, ``label`` stands beside the box."""

    name: str  # employee, company
    label: str
    party: str  # whose: the person's or the employer's name


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedChange:
    """One thing that a document changes, in words: before and after; labels by language tag."""

    titles: Mapping[str, str]
    before: str  # empty: nothing was agreed
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClauseText:
    """A clause as it stands in a document."""

    id: str
    title: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FilledDocument:
    """A document ready to be drawn."""

    number: str
    kind: str
    titles: Mapping[str, str]
    languages: tuple[str, ...]  # the governing one first
    employer: str
    blocks: tuple[Block, ...]
    signatures: tuple[Signature, ...]
    changes: tuple[NamedChange, ...]
    made_at: datetime

    @property
    def title(self) -> str:
        """The title in the governing language."""
        return self.titles[self.languages[0]]

    @property
    def text(self) -> str:
        """Plain text: what is searched, compared and hashed."""
        return "\n".join(line for block in self.blocks for line in block.lines()) + "\n"

    @property
    def text_sha256(self) -> str:
        """SHA-256 of the text as UTF-8, in hex; printed on each page."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    def clauses(self) -> tuple[ClauseText, ...]:
        """The clauses in order; what stands before the first is the clause ``opening``."""
        titles: dict[str, str] = {}
        lines: dict[str, list[str]] = {}
        for block in self.blocks:
            key = block.clause or "opening"
            lines.setdefault(key, [])
            if block.kind is BlockKind.CLAUSE:
                titles[key] = block.text
            elif block.kind is not BlockKind.TITLE:
                lines[key] += [line for line in (block.text, *("｜".join(row) for row in block.rows)) if line]
        return tuple(ClauseText(id=k, title=titles.get(k, ""), text="\n".join(v)) for k, v in lines.items())

    def content(self) -> dict[str, Any]:
        """What differences are shown from, and of a paper that nobody signs what a page shows; plain JSON."""
        shown = {} if self.signatures else {"blocks": [block.plain() for block in self.blocks]}
        return {
            **shown,
            "clauses": [{"id": c.id, "title": c.title, "text": c.text} for c in self.clauses()],
            "changes": [
                {"titles": dict(c.titles), "before": c.before, "after": c.after} for c in self.changes
            ],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedField:
    """Where an empty signature field lies: page from 1, rectangle in points from the lower left corner."""

    name: str
    page: int
    rect: tuple[float, float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnDocument:
    """The PDF of a document; the same document gives the same bytes."""

    pdf: bytes
    pages: int
    fields: tuple[PlacedField, ...]


def chinese_number(number: int) -> str:
    """1 to 99 as Chinese clauses count: 一, 十, 十一, 二十一."""
    tens, ones = divmod(number, TEN)
    head = "" if not tens else ("十" if tens == 1 else DIGITS[tens] + "十")
    return head + (DIGITS[ones] if ones or not tens else "")


def clause_number(number: int) -> str:
    """第一条."""
    return f"第{chinese_number(number)}条"


def read_content(content: Mapping[str, Any]) -> tuple[tuple[ClauseText, ...], tuple[NamedChange, ...]]:
    """The clauses and named changes that a row keeps."""
    return (
        tuple(ClauseText(**each) for each in content.get("clauses", ())),
        tuple(NamedChange(**each) for each in content.get("changes", ())),
    )


def field_rows(fields: Iterable[PlacedField]) -> list[dict[str, Any]]:
    """Signature fields as a row keeps them."""
    return [{"name": f.name, "page": f.page, "rect": list(f.rect)} for f in fields]
