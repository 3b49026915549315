"""The document that a task's property names by its id."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from models.document import Document
from webapp.domain.keys import read_key

if TYPE_CHECKING:
    from webapp.services.work import Work


def document_of_case(work: Work, case_id: int, named: Any) -> Document | None:
    """The document, if it is one of the case; the caller has read the task."""
    key = read_key(str(named or ""))
    found = None if key is None else work.session.get(Document, key)
    return found if found is not None and found.case_id == case_id else None
