"""The differences that a document makes: to the text it replaces, and to what was agreed before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from models.document import Document
from webapp.domain.difference import ClauseChange, Kind, compare_clauses
from webapp.domain.documents import read_content
from webapp.domain.text import Message, named
from webapp.services.documents.read import readable_document

if TYPE_CHECKING:
    from webapp.services.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreedChange:
    """One thing that was agreed before and what it becomes; empty: nothing was agreed."""

    title: Message  # in the reader's language
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What a reader is shown beside a document before they decide."""

    agreed: tuple[AgreedChange, ...]  # original terms and new ones, side by side
    clauses: tuple[ClauseChange, ...]  # to the text that it replaces; empty for a first text
    replaces: Document | None

    @property
    def changed(self) -> tuple[ClauseChange, ...]:
        """The clauses that differ."""
        return tuple(each for each in self.clauses if each.kind is not Kind.SAME)

    def as_facts(self) -> dict[str, Any]:
        """What was shown, as an event keeps it."""
        return {
            "agreed": [{"title": str(c.title), "before": c.before, "after": c.after} for c in self.agreed],
            "clauses": [{"id": c.id, "kind": c.kind.value} for c in self.clauses],
            "replaces": None if self.replaces is None else self.replaces.id,
        }


def difference(work: Work, document_id: int) -> Difference:
    """The differences of a document that the actor may read; raises NotFoundError."""
    return differences_of(work, readable_document(work, document_id))


def differences_of(work: Work, document: Document) -> Difference:
    """The differences of a document that has been read already."""
    clauses, changes = read_content(document.content)
    before = None if document.replaces_id is None else work.session.get(Document, document.replaces_id)
    return Difference(
        agreed=tuple(AgreedChange(title=named(c.titles), before=c.before, after=c.after) for c in changes),
        clauses=() if before is None else compare_clauses(read_content(before.content)[0], clauses),
        replaces=before,
    )
