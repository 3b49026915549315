"""Where a profile stands today, in one word."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import select

from models.monitoring import ImpactAssessment, MonitoringProfile
from webapp.domain.text import Message, msg
from webapp.services.people import local_date

if TYPE_CHECKING:
    from webapp.services.work import Work


class Standing(StrEnum):
    """What keeps a profile from being used, or that nothing does."""

    UNASSESSED = "unassessed"  # 待评估
    UNCONFIRMED = "unconfirmed"  # 待另一人确认
    EXPIRED = "expired"  # 评估或方案已过期
    NOT_YET = "not-yet"  # 尚未生效
    ENDED = "ended"  # 已停止
    IN_FORCE = "in-force"  # 生效中


WORDS: dict[Standing, tuple[Message, str]] = {
    Standing.UNASSESSED: (msg("待影响评估，不收集"), "warn"),
    Standing.UNCONFIRMED: (msg("待另一人确认，不收集"), "warn"),
    Standing.EXPIRED: (msg("已过期，不收集"), "danger"),
    Standing.NOT_YET: (msg("尚未生效"), "info"),
    Standing.ENDED: (msg("已停止"), ""),
    Standing.IN_FORCE: (msg("生效中"), "ok"),
}


def standing_of(work: Work, profile: MonitoringProfile) -> Standing:
    """Where a profile stands today; the same conditions as ``inforce.in_force``."""
    today = local_date(work.now)
    assessment = work.session.scalars(
        select(ImpactAssessment).where(
            ImpactAssessment.profile_id == profile.id, ImpactAssessment.edition == profile.edition
        )
    ).one_or_none()
    if profile.ended_on is not None and profile.ended_on <= today:
        return Standing.ENDED
    if assessment is None:
        return Standing.UNASSESSED
    if assessment.confirmed_at is None:
        return Standing.UNCONFIRMED
    if assessment.valid_to < today or profile.valid_to < today:
        return Standing.EXPIRED
    return Standing.NOT_YET if profile.valid_from > today else Standing.IN_FORCE
