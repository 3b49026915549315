"""A filing set as values: the list of exhibits with a page series that is fixed once, and our opinions.

Columns after 最高人民法院《关于民事诉讼证据的若干规定》 art. 19: number, source, object and content of proof.
What counsel sees against an exhibit is no part of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from webapp.domain.casebook import Words
    from webapp.domain.exhibits import Opinion


@dataclass(frozen=True, slots=True, kw_only=True)
class FiledExhibit:
    """One row of the list; ``first`` and ``last`` are pages of the set's own series, from 1."""

    number: int
    name: str
    source: str
    proves: str
    content: str
    form: Words
    first: int
    last: int

    @property
    def pages(self) -> int:
        """How many pages."""
        return self.last - self.first + 1

    @property
    def span(self) -> str:
        """``3–7``, or ``3`` for one page."""
        return str(self.first) if self.first == self.last else f"{self.first}–{self.last}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Our opinion on one exhibit of the other side."""

    number: int
    name: str
    opinion: Opinion | None  # None: not written yet


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """What is filed of one edition."""

    number: str  # of the bundle and its edition: ZJ-2026-000012-V1
    title: str
    organisation: str  # who files
    role: Words
    person: str  # the other party
    tribunal: str
    docket: str
    made_at: datetime
    made_by: str
    exhibits: tuple[FiledExhibit, ...]
    answers: tuple[Answer, ...]
    content_sha256: str

    @property
    def total(self) -> int:
        """Pages of all exhibits together."""
        return self.exhibits[-1].last if self.exhibits else 0
