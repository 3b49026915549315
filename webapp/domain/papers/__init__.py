"""A case's papers 案卷材料: checks that name what would lose the case, each with its article."""

from webapp.domain.papers.check import check_papers
from webapp.domain.papers.strengths import find_strengths
from webapp.domain.papers.values import CaseFile, Defect, Finding, Paper, PaperKind

__all__ = ["CaseFile", "Defect", "Finding", "Paper", "PaperKind", "check_papers", "find_strengths"]
