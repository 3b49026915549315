"""Telling people what is watched at their post, before anything is (个人信息保护法 art. 17)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import insert, select
from sqlalchemy.orm import joinedload

from models.monitoring import MonitoringNotice, MonitoringProfile
from models.person import Person
from webapp.domain.text import msg
from webapp.services import events
from webapp.services.monitoring.inforce import in_force, people_of
from webapp.services.notices import tell
from webapp.services.people import local_date

if TYPE_CHECKING:
    from webapp.services.work import Work


def tell_people(work: Work, profile: MonitoringProfile) -> int:
    """Tell whoever is at the posts and was not told of this edition; how many."""
    told = select(MonitoringNotice.person_id).where(
        MonitoringNotice.profile_id == profile.id, MonitoringNotice.edition == profile.edition
    )
    ids = list(
        work.session.scalars(
            select(Person.id).where(people_of(profile), Person.id.not_in(told)).order_by(Person.id)
        )
    )
    if not ids:
        return 0
    row = {"profile_id": profile.id, "edition": profile.edition, "told_at": work.now}
    work.session.execute(insert(MonitoringNotice), [{**row, "person_id": each} for each in ids])
    sentence = msg(
        "您的岗位有监测方案“{title}”：看什么、为什么、保存多久，见“个人信息”。", title=profile.title
    )
    tell(work, ids, sentence, kind="privacy")
    facts = {"profile": profile.id, "edition": profile.edition, "people": len(ids)}
    events.append(work, "monitoring.told", facts, subject=f"monitoring/{profile.id}")
    return len(ids)


def watched_at(work: Work) -> list[MonitoringProfile]:
    """What is watched at the actor's own post today."""
    person = work.session.get_one(Person, work.person_id)
    rows = work.session.scalars(
        select(MonitoringProfile)
        .options(joinedload(MonitoringProfile.entity))
        .where(MonitoringProfile.entity_id == person.entity_id, in_force(local_date(work.now)))
        .order_by(MonitoringProfile.id)
    )
    return [row for row in rows if person.post in row.posts]
