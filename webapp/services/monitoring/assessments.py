"""Impact assessments of profiles (个人信息保护法 arts. 55, 56): made by one, confirmed by another, kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from models.monitoring import ImpactAssessment
from webapp.adapters.uploads import inspect
from webapp.domain.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from webapp.domain.periods import add_years
from webapp.domain.text import Message, msg
from webapp.services import events
from webapp.services.monitoring.evaluate import look_nightly
from webapp.services.monitoring.profiles import locked, readable_profile
from webapp.services.monitoring.told import tell_people
from webapp.services.people import local_date
from webapp.services.reference.load import current_law

if TYPE_CHECKING:
    from datetime import date

    from models.monitoring import MonitoringProfile
    from webapp.services.work import Work

REPORT_TYPES = frozenset({"application/pdf", "image/png", "image/jpeg", "image/webp", "image/heic"})
SHORTEST, LONGEST = 10, 4000  # characters of each answer
KEEP = "privacy.assessment_keep_years"


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessmentValues:
    """An assessment as typed: the three questions of art. 56, until when it holds, the signed report."""

    lawful: str
    impact: str
    measures: str
    valid_to: date
    name: str
    data: bytes


def assessments_of(work: Work, profile_id: int) -> list[ImpactAssessment]:
    """The assessments of a readable profile, newest edition first."""
    readable_profile(work, profile_id)
    return list(
        work.session.scalars(
            select(ImpactAssessment)
            .options(joinedload(ImpactAssessment.made_by), joinedload(ImpactAssessment.confirmed_by))
            .where(ImpactAssessment.profile_id == profile_id)
            .order_by(ImpactAssessment.edition.desc())
        )
    )


def assess(work: Work, profile_id: int, values: AssessmentValues, *, version: int) -> ImpactAssessment:
    """Record the assessment of a profile's present edition.

    One that was not confirmed, or whose time is over, is followed by another: as the next edition, so that
    the people are told anew. Raises InvalidError at the fields, ConflictError while a valid one stands.
    """
    profile = locked(work, profile_id, version)
    before = _of_edition(work, profile)
    if profile.ended_on is not None or (before is not None and stands(work, before)):
        raise ConflictError(msg("这一版已有评估，或方案已停止。"))
    report = _report_type(work, values)
    profile.edition += before is not None
    row = ImpactAssessment(
        profile_id=profile.id,
        edition=profile.edition,
        lawful=values.lawful,
        impact=values.impact,
        measures=values.measures,
        valid_to=values.valid_to,
        report_sha256=work.ports.blobs.put(values.data),
        report_name=report[0],
        report_type=report[1],
        made_by_id=work.person_id,
        made_at=work.now,
        keep_until=_keep_until(work, values.valid_to),
    )
    work.session.add(row)
    work.session.flush()
    told = {
        "assessment": row.id,
        "edition": row.edition,
        "report": {"name": row.report_name, "sha256": row.report_sha256, "size": len(values.data)},
    }
    events.append(work, "monitoring.assessed", told, subject=f"monitoring/{profile.id}")
    return row


def stands(work: Work, assessment: ImpactAssessment) -> bool:
    """Whether an assessment is confirmed and its time is not over."""
    return assessment.confirmed_at is not None and assessment.valid_to >= local_date(work.now)


def renewable(work: Work, profile: MonitoringProfile) -> bool:
    """Whether the profile waits for an assessment, its first or the next."""
    newest = _of_edition(work, profile)
    return profile.ended_on is None and (newest is None or not stands(work, newest))


def _keep_until(work: Work, valid_to: date) -> date:
    law = current_law(work.session, local_date(work.now))
    years = law.parameters.lookup(KEEP, region="CN", on=local_date(work.now)).value
    return add_years(valid_to, int(str(years)))


def _report_type(work: Work, values: AssessmentValues) -> tuple[str, str]:
    faults: dict[str, tuple[Message, ...]] = {}
    for name in ("lawful", "impact", "measures"):
        if not SHORTEST <= len(getattr(values, name)) <= LONGEST:
            faults[name] = (msg("请写 {least} 至 {most} 字。", least=SHORTEST, most=LONGEST),)
    if values.valid_to <= local_date(work.now):
        faults["assessed_to"] = (msg("有效期应在今天之后。"),)
    found = inspect(values.data, values.name)
    if found.media_type not in REPORT_TYPES or found.dangerous:
        faults["file"] = (msg("请上传 PDF 或照片。"),)
    if faults:
        raise InvalidError(fields=faults)
    return found.name, found.media_type


def confirm(work: Work, profile_id: int, *, version: int) -> int:
    """Confirm what another assessed: the profile is in force, its posts are told; how many people.

    Raises ForbiddenError for who wrote or assessed it, ConflictError where there is nothing to confirm, and
    as ``locked`` does.
    """
    profile = locked(work, profile_id, version)
    row = _of_edition(work, profile)
    if row is None or profile.ended_on is not None:
        raise ConflictError(msg("这一版还没有评估，或方案已停止。"))
    if row.confirmed_at is not None:
        raise ConflictError(msg("这份评估已经确认过。"))
    if work.person_id in (row.made_by_id, profile.recorded_by_id):
        raise ForbiddenError(msg("评估须由编写方案和作出评估以外的人确认。"))
    row.confirmed_by_id, row.confirmed_at = work.person_id, work.now
    work.session.flush()
    facts = {"assessment": row.id, "edition": row.edition}
    events.append(work, "monitoring.confirmed", facts, subject=f"monitoring/{profile.id}")
    look_nightly(work, local_date(work.now))
    return tell_people(work, profile)


def read_report(work: Work, profile_id: int, edition: int) -> tuple[ImpactAssessment, bytes]:
    """The signed report of a readable profile's edition; raises NotFoundError."""
    row = next((r for r in assessments_of(work, profile_id) if r.edition == edition), None)
    if row is None:
        raise NotFoundError
    return row, work.ports.blobs.get(row.report_sha256)


def _of_edition(work: Work, profile: MonitoringProfile) -> ImpactAssessment | None:
    return work.session.scalars(
        select(ImpactAssessment).where(
            ImpactAssessment.profile_id == profile.id, ImpactAssessment.edition == profile.edition
        )
    ).one_or_none()
