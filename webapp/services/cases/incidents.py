"""Incidents of a case: written once while they stand, struck out when they are gone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import exists, or_, select, update

from models.case import CaseState, IncidentRow
from models.job import Job, JobState
from webapp.services.notices import stored

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import ColumnElement

    from models.case import Case
    from webapp.domain.text import Message
    from webapp.services.work import Work

JOB: Final = "job"  # the kind of an incident of a job that has no try left; the engine knows nothing of it


def open_incident(work: Work, case: Case, *, element_id: str, kind: str, message: Message) -> None:
    """Write down that a case stands still at an element."""
    work.session.add(
        IncidentRow(
            case_id=case.id, element_id=element_id, kind=kind, message=stored(message), opened_at=work.now
        )
    )


def resolve(work: Work, case: Case, *, element_id: str) -> None:
    """Somebody mended what stood still at an element."""
    _strike(work, case, IncidentRow.element_id == element_id)


def settle(work: Work, case: Case, *, standing: Collection[str]) -> frozenset[str]:
    """Strike out what the engine no longer stands still at; the elements that were told before.

    A case that neither stood still nor was suspended has none: no statement for it.
    """
    if case.state not in (CaseState.INCIDENT, CaseState.SUSPENDED):
        return frozenset()
    _strike(work, case, IncidentRow.kind != JOB, IncidentRow.element_id.not_in(sorted(standing)))
    return frozenset(
        work.session.scalars(
            select(IncidentRow.element_id).where(
                IncidentRow.case_id == case.id, IncidentRow.resolved_at.is_(None), IncidentRow.kind != JOB
            )
        )
    )


def _strike(work: Work, case: Case, *which: ColumnElement[bool]) -> None:
    work.session.execute(
        update(IncidentRow)
        .where(IncidentRow.case_id == case.id, IncidentRow.resolved_at.is_(None), *which)
        .values(resolved_at=work.now)
        .execution_options(synchronize_session=False)
    )


def failed_jobs(work: Work, case: Case, *, element_id: str | None = None) -> list[int]:
    """Jobs of a case that have no try left."""
    statement = select(Job.id).where(Job.case_id == case.id, Job.state == JobState.FAILED).order_by(Job.id)
    if element_id is not None:
        statement = statement.where(Job.element_id == element_id)
    return list(work.session.scalars(statement))


def stands_still(work: Work, case: Case) -> bool:
    """Whether a job of the case has no try left, or the engine waits at a fault."""
    failed = exists().where(Job.case_id == case.id, Job.state == JobState.FAILED)
    fault = exists().where(
        IncidentRow.case_id == case.id, IncidentRow.resolved_at.is_(None), IncidentRow.kind != JOB
    )
    return bool(work.session.scalar(select(or_(failed, fault))))
