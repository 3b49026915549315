"""All checks over one case file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from webapp.domain.papers.content import check_clauses, check_content, check_rules
from webapp.domain.papers.deadlines import check_deadlines
from webapp.domain.papers.delivery import check_delivery
from webapp.domain.papers.ground import check_ground
from webapp.domain.papers.person import check_person
from webapp.domain.papers.union import check_union_letter

if TYPE_CHECKING:
    from webapp.domain.law import Law
    from webapp.domain.papers.values import CaseFile, Finding


def check_papers(file: CaseFile, *, law: Law) -> tuple[Finding, ...]:
    """What would lose the case, each finding with its article; sorted, whatever the order of the papers.

    No finding is no promise: only what stands in these papers is looked at.
    """
    findings = (
        *check_person(file),
        *check_union_letter(file),
        *check_ground(file),
        *check_delivery(file),
        *check_deadlines(file, law=law),
        *check_content(file, law=law),
        *check_clauses(file, law=law),
        *check_rules(file),
    )
    return tuple(
        sorted(findings, key=lambda each: (each.paper, each.defect.value, each.article, each.excerpt))
    )
