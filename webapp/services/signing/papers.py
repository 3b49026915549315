"""Papers that a signing page shows before the signature: made by the diagram, else our own sentences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from webapp.services.documents.named import document_of_case
from webapp.services.signing import texts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from models.document import Document
    from models.task import Task
    from webapp.domain.text import Message
    from webapp.services.work import Work

NOTICE, CONSENT = "notice", "consent"  # zeebe:property of a signing task: the id of the paper
OWN: Mapping[str, tuple[Message, ...]] = {NOTICE: texts.NOTICE, CONSENT: texts.CONSENT}


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """What is shown, and what the log says of it."""

    lines: tuple[str, ...]  # our own sentences, where the diagram made no paper
    document: Document | None
    version: str  # of the text, at most 16 characters
    text_sha256: str

    def facts(self) -> dict[str, Any]:
        """For the event: which text, and which file where there is one."""
        said: dict[str, Any] = {"text_version": self.version, "text_sha256": self.text_sha256}
        if self.document is not None:
            paper = {"id": self.document.id, "number": self.document.number, "pdf": self.document.sha256}
            said["paper"] = paper
        return said


def paper_of(work: Work, task: Task, kind: str, *, language: str) -> Paper:
    """The notice or the consent of a signing task, in the reader's language where it is our own."""
    document = document_of_case(work, task.case_id, (task.properties or {}).get(kind))
    if document is not None:
        return Paper(lines=(), document=document, version=f"D{document.id}", text_sha256=document.text_sha256)
    sentences = OWN[kind]
    return Paper(
        lines=texts.lines(sentences, language),
        document=None,
        version=texts.VERSION,
        text_sha256=texts.digest(sentences, language),
    )
