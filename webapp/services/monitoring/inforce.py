"""Which profiles are in force: approved after a valid assessment, told to the person, within their days.

Without them no row of an import is taken and no rule runs (个人信息保护法 arts. 17, 55).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import and_, or_, select

from models.monitoring import ImpactAssessment, MonitoringNotice, MonitoringProfile
from models.person import Person
from webapp.services.people import local_date

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from sqlalchemy import ColumnElement

    from webapp.domain.monitoring import Watched
    from webapp.services.work import Work


def in_force(day: date) -> ColumnElement[bool]:
    """Profiles that may be used on a day: the assessment of this edition is confirmed and still valid."""
    assessed = (
        select(ImpactAssessment.id)
        .where(
            ImpactAssessment.profile_id == MonitoringProfile.id,
            ImpactAssessment.edition == MonitoringProfile.edition,
            ImpactAssessment.confirmed_at.is_not(None),
            ImpactAssessment.valid_to >= day,
        )
        .exists()
    )
    return and_(
        MonitoringProfile.valid_from <= day,
        MonitoringProfile.valid_to >= day,
        or_(MonitoringProfile.ended_on.is_(None), MonitoringProfile.ended_on > day),
        assessed,
    )


def profiles_in_force(work: Work, entity_ids: Collection[int]) -> list[MonitoringProfile]:
    """The profiles of these employers that are in force today, in the order in which they were written."""
    return list(
        work.session.scalars(
            select(MonitoringProfile)
            .where(MonitoringProfile.entity_id.in_(entity_ids), in_force(local_date(work.now)))
            .order_by(MonitoringProfile.id)
        )
    )


def people_of(profile: MonitoringProfile) -> ColumnElement[bool]:
    """People whom a profile covers: employed by its employer, at one of its posts."""
    return and_(
        Person.entity_id == profile.entity_id, Person.post.in_(profile.posts), Person.left_on.is_(None)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """Which profile may take what about whom, and since when; read once for many rows."""

    profiles: tuple[MonitoringProfile, ...]
    told: dict[tuple[int, int], date]  # profile, person -> first day that may be looked at

    def find(self, entity_id: int, post: str, kind: Watched) -> MonitoringProfile | None:
        """The profile that watches a kind of data at a post."""
        for profile in self.profiles:
            if profile.entity_id == entity_id and post in profile.posts and kind in profile.watches:
                return profile
        return None

    def since(self, profile: MonitoringProfile, person_id: int) -> date | None:
        """The first day that may be looked at; None where the person was not told."""
        return self.told.get((profile.id, person_id))


def read_coverage(work: Work, entity_ids: Collection[int]) -> Coverage:
    """What is in force today at these employers, and who was told."""
    profiles = profiles_in_force(work, entity_ids)
    editions = {profile.id: profile.edition for profile in profiles}
    starts = {profile.id: profile.valid_from for profile in profiles}
    rows = work.session.execute(
        select(
            MonitoringNotice.profile_id,
            MonitoringNotice.edition,
            MonitoringNotice.person_id,
            MonitoringNotice.told_at,
        ).where(MonitoringNotice.profile_id.in_(editions))
    )
    told = {
        (profile_id, person_id): max(local_date(at), starts[profile_id])
        for profile_id, edition, person_id, at in rows
        if edition == editions[profile_id]
    }
    return Coverage(profiles=tuple(profiles), told=told)
