"""How far a campaign is: one indexed statement, whatever the number of people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from models.campaign import CampaignMember, MemberState
from models.organisation import Entity
from webapp.domain.text import Message, msg, named

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from models.campaign import Campaign
    from webapp.services.procedures.campaign import CampaignSettings
    from webapp.services.work import Work

GENERAL: Mapping[str, tuple[Message, str]] = {
    MemberState.UNCHECKED: (msg("待核查"), ""),
    MemberState.WAITING: (msg("待发起"), ""),
    MemberState.BLOCKED: (msg("不能发起"), "warn"),
    MemberState.FAILED: (msg("发起出错"), "danger"),
    "running": (msg("办理中"), "info"),
    "ended": (msg("已结束"), ""),
    "cancelled": (msg("已撤销"), ""),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One line of the funnel: how many have come at least this far, how many stand here now."""

    key: str
    title: Message
    reached: int
    here: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One way of leaving the funnel."""

    key: str
    title: Message
    tone: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """One employer's share, in the columns of ``Progress.columns``."""

    entity_id: int
    name: str
    total: int
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """All that the campaign page shows moving."""

    total: int
    unchecked: int
    waiting: int
    started: int
    ended: int
    funnel: tuple[Step, ...]
    outcomes: tuple[Outcome, ...]
    columns: tuple[Outcome, ...]  # keys with anybody in them, in the order of the table's columns
    branches: tuple[Branch, ...]

    @property
    def asked(self) -> int:
        """Members who may be asked at all."""
        return self.waiting + self.started


def read_progress(work: Work, campaign: Campaign, settings: CampaignSettings) -> Progress:
    """Count the members by employer, stage and state."""
    rows = work.session.execute(
        select(
            CampaignMember.entity_id,
            Entity.name,
            CampaignMember.stage,
            CampaignMember.state,
            func.count(),
        )
        .join(Entity, Entity.id == CampaignMember.entity_id)
        .where(CampaignMember.campaign_id == campaign.id)
        .group_by(CampaignMember.entity_id, Entity.name, CampaignMember.stage, CampaignMember.state)
        .order_by(CampaignMember.entity_id)
    ).all()
    return summarise([(e, str(n), str(s), str(t), int(c)) for e, n, s, t, c in rows], settings)


def summarise(rows: Iterable[tuple[int, str, str, str, int]], settings: CampaignSettings) -> Progress:
    """Make the page's figures of (employer, its name, stage, state, count)."""
    rows = list(rows)
    stages, states = _sums((r[2], r[4]) for r in rows), _sums((r[3], r[4]) for r in rows)
    words = stage_words(settings)
    started = states.get(MemberState.RUNNING, 0) + sum(
        c for _, _, stage, state, c in rows if state == MemberState.ENDED and stage != "cancelled"
    )
    outcomes = tuple(
        Outcome(key=k, title=words[k][0], tone=words[k][1], count=stages[k])
        for k in words
        if stages.get(k) and k not in {s.key for s in settings.stages if not s.aside}
    )
    columns = tuple(
        Outcome(key=k, title=t, tone=tone, count=stages[k]) for k, (t, tone) in words.items() if stages.get(k)
    )
    return Progress(
        total=sum(stages.values()),
        unchecked=states.get(MemberState.UNCHECKED, 0),
        waiting=states.get(MemberState.WAITING, 0),
        started=started,
        ended=states.get(MemberState.ENDED, 0),
        funnel=_funnel(settings, stages),
        outcomes=outcomes,
        columns=columns,
        branches=_branches(rows, tuple(c.key for c in columns)),
    )


def stage_words(settings: CampaignSettings) -> dict[str, tuple[Message, str]]:
    """Title and tone of every stage and end, in the order in which people pass them."""
    found: dict[str, tuple[Message, str]] = {
        str(k): GENERAL[k] for k in (MemberState.UNCHECKED, MemberState.WAITING)
    }
    found["running"] = GENERAL["running"]
    found |= {s.key: (named(s.titles), "info") for s in settings.stages}
    found |= {e.key: (named(e.titles), e.tone) for e in settings.ends}
    return {**found, **{str(k): v for k, v in GENERAL.items() if k not in found}}


def _funnel(settings: CampaignSettings, stages: Mapping[str, int]) -> tuple[Step, ...]:
    order = {s.key: n for n, s in enumerate(settings.stages)}
    reach = {e.key: len(order) if e.after is None else order[e.after] for e in settings.ends} | order
    steps = []
    for stage in settings.stages:
        if stage.aside:
            continue
        at_least = sum(c for k, c in stages.items() if reach.get(k, -1) >= order[stage.key])
        here = stages.get(stage.key, 0)
        steps.append(Step(key=stage.key, title=named(stage.titles), reached=at_least, here=here))
    for end in settings.ends:
        if end.after is None and end.tone == "ok":
            count = stages.get(end.key, 0)
            steps.append(Step(key=end.key, title=named(end.titles), reached=count, here=count))
    return tuple(steps)


def _branches(rows: Iterable[tuple[int, str, str, str, int]], columns: tuple[str, ...]) -> tuple[Branch, ...]:
    rows = list(rows)
    found = []
    for entity_id, name in dict.fromkeys((r[0], r[1]) for r in rows):
        own = _sums((r[2], r[4]) for r in rows if r[0] == entity_id)
        found.append(
            Branch(
                entity_id=entity_id,
                name=name,
                total=sum(own.values()),
                counts=tuple(own.get(k, 0) for k in columns),
            )
        )
    return tuple(found)


def _sums(pairs: Iterable[tuple[str, int]]) -> dict[str, int]:
    found: dict[str, int] = {}
    for key, count in pairs:
        found[key] = found.get(key, 0) + count
    return found
