"""The document that a task's property names by its id."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from models.document import Document

if TYPE_CHECKING:
    from webapp.services.work import Work

DIGITS = 18  # most of an id


def document_of_case(work: Work, case_id: int, named: Any) -> Document | None:
    """The document, if it is one of the case; the caller has read the task."""
    number = str(named or "")
    known = number.isdecimal() and len(number) <= DIGITS
    found = work.session.get(Document, int(number)) if known else None
    return found if found is not None and found.case_id == case_id else None
