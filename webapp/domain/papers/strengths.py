"""What holds about a paper: the checks that applied to it and found nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from webapp.domain.papers.content import CLAUSE_BEARERS, REQUIRED
from webapp.domain.papers.ground import BEARERS, named_grounds
from webapp.domain.papers.values import CaseFile, Defect, Finding, Paper, PaperKind
from webapp.domain.text import Message, msg

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def find_strengths(file: CaseFile, paper: Paper, findings: Iterable[Finding]) -> tuple[Message, ...]:
    """What was checked about the paper and holds; nothing is said of what could not be checked."""
    wrong = {found.defect for found in findings if found.paper == paper.key}
    return tuple(sentence for defects, sentence in _checked(file, paper) if not wrong & defects)


def _checked(file: CaseFile, paper: Paper) -> Iterator[tuple[frozenset[Defect], Message]]:
    has_text = bool(paper.text.strip())
    if paper.person or file.person in paper.text:
        yield frozenset({Defect.OTHER_PERSON}), msg("写明的人员就是本案人员。")
    if paper.kind in BEARERS and file.ground and named_grounds(paper):
        yield frozenset({Defect.GROUND_DIFFERS}), msg("依据与通知书一致。")
    if paper.kind in REQUIRED and has_text:
        yield frozenset({Defect.CONTENT_MISSING}), msg("必备内容齐全。")
    if paper.kind in CLAUSE_BEARERS and has_text:
        yield frozenset({Defect.VOID_CLAUSE}), msg("没有发现法律不承认的条款。")
    if paper.kind is PaperKind.UNION_LETTER and paper.dated and file.decided_on:
        yield frozenset({Defect.UNION_LATE}), msg("不晚于解除决定。")
    if paper.kind is PaperKind.SERVICE and paper.attempt is not None:
        yield frozenset({Defect.ADDRESS_DIFFERS, Defect.SERVICE_FLAWED}), msg("送达的方式、地址和证明有效。")
    if paper.done_on and (paper.due or file.ended_on):
        yield frozenset({Defect.DEADLINE_MISSED}), msg("在期限之内。")
