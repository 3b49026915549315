"""The job ``check-papers``: what would lose the case, handed to its diagram."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from models.case import Case
from models.job import Job
from webapp.domain.errors import InvalidError, NotFoundError
from webapp.domain.keys import read_key
from webapp.domain.text import msg
from webapp.services import events
from webapp.services.evidence.papers import check_case
from webapp.services.jobs.handlers import HANDLERS, TakenJob, Units
from webapp.services.jobs.queue import lock_case

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from webapp.services.work import Work

CHECK = "check-papers"


def check_papers_job(units: Units, job: TakenJob) -> Mapping[str, Any]:
    """Check the papers of the case and, input ``cases``, of others about the same person, by number.

    Result: ``findings``, each ``case``, ``title``, ``defect``, ``message``, ``article``, ``remedy``;
    ``unchecked``, why the law's checks could not be made, or null; both stand in the chain. People decide
    what follows.
    """
    with units() as work:
        case_id = work.session.scalar(select(Job.case_id).where(Job.id == job.id))
        if case_id is None:
            raise NotFoundError
        case = lock_case(work, case_id)
        findings: list[dict[str, str]] = []
        refused = None
        for each in (case, *_related(work, case, job.payload["variables"].get("cases"))):
            found = check_case(work, each)
            refused = refused or found.refused
            findings += [
                {
                    "case": each.number,
                    "title": paper.title,
                    "defect": finding.defect.value,
                    "message": str(finding.message),
                    "article": finding.article,
                    "remedy": str(finding.remedy),
                }
                for paper in found.papers
                for finding in paper.findings
            ]
        told = {"findings": findings, "unchecked": None if refused is None else str(refused)}
        events.append(work, "papers.checked", told, case=case)
        return told


def _related(work: Work, case: Case, numbers: Any) -> Iterator[Case]:
    """Earlier cases by number; InvalidError for one that is not about this person at this employer."""
    listed = numbers if isinstance(numbers, list | tuple) else []
    for number in dict.fromkeys(str(each).strip() for each in listed if str(each).strip()):
        key = read_key(number.rsplit("-", 1)[-1])
        found = None if key is None else work.session.get(Case, key)
        same = found is not None and (found.person_id, found.entity_id) == (case.person_id, case.entity_id)
        if found is None or not same or found.number != number:
            raise InvalidError(msg("没有关于这位劳动者的案件“{number}”。", number=number))
        if found.id != case.id:
            yield found


HANDLERS[CHECK] = check_papers_job
