"""One bundle on the review desk: a dispute over a change of contract that the first campaign made."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from models.bundle import Bundle
from models.campaign import CampaignMember, MemberState
from models.case import Case
from models.person import Person
from webapp.adapters.catalog import say_filed as say
from webapp.adapters.pdf.copies import lines_copy
from webapp.domain.exhibits import Opinion, Role, Side
from webapp.domain.papers import PaperKind
from webapp.domain.permissions import SYSTEM
from webapp.services.evidence.bundles import counsel, editions, exhibits
from webapp.services.evidence.bundles.create import Facts, create_bundle
from webapp.services.people import load_actor

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from webapp.domain.permissions import Actor
    from webapp.services.demo.leave import Stage
    from webapp.services.demo.people import Cast
    from webapp.services.work import Work

CHANGED = "changed"


def read_bundle_plan(root: Path) -> dict[str, Any]:
    """``forms/demo/bundle.toml``."""
    return tomllib.loads((root / "forms" / "demo" / "bundle.toml").read_text(encoding="utf-8"))


def play_bundle(stage: Stage, cast: Cast, campaign_id: int, *, plan: Mapping[str, Any]) -> int:
    """Put the bundle together as legal would, each step a click of its own; its id."""
    legal = _legal(stage, cast)
    with stage.unit(legal) as work:
        person = _disputant(work, campaign_id)
        names = {"name": person.name, "number": person.number}
        facts = Facts(
            title=plan["title"].format(**names),
            tribunal=plan["tribunal"],
            docket=plan["docket"],
            role=Role.RESPONDENT.value,
        )
        bundle_id = create_bundle(work, person.id, facts, collect=True)
    for row in plan["ours"]:
        with stage.unit(legal) as work:
            _ours(work, bundle_id, row, names=names)
    for row in plan["theirs"]:
        with stage.unit(legal) as work:
            _theirs(work, bundle_id, row)
    with stage.unit(legal) as work:
        counsel.comment(work, bundle_id, plan["comment"])
        counsel.write_note(work, bundle_id, plan["note"])
        editions.freeze(work, bundle_id, note=plan["edition"], version=_version(work, bundle_id))
    return bundle_id


def _legal(stage: Stage, cast: Cast) -> Actor:
    with stage.unit(SYSTEM) as work:
        return load_actor(work.session, cast.logins["linfan"].id)


def _disputant(work: Work, campaign_id: int) -> Person:
    """The first person of the campaign whose contract was changed."""
    return work.session.scalars(
        select(Person)
        .join(CampaignMember, CampaignMember.person_id == Person.id)
        .join(Case, Case.id == CampaignMember.case_id)
        .where(
            CampaignMember.campaign_id == campaign_id,
            CampaignMember.state == MemberState.ENDED,
            Case.outcome == CHANGED,
        )
        .order_by(CampaignMember.id)
        .limit(1)
    ).one()


def _version(work: Work, bundle_id: int) -> int:
    return work.session.get_one(Bundle, bundle_id).version


def _upload(work: Work, bundle_id: int, row: Mapping[str, Any], *, side: Side, lines: list[str]) -> int:
    title = row["name"].removesuffix(".pdf")
    data = lines_copy(title, [(str(place), line) for place, line in enumerate(lines, 1)], say=say)
    version = _version(work, bundle_id)
    return exhibits.upload(work, bundle_id, name=row["name"], data=data, side=side, version=version).id


def _ours(work: Work, bundle_id: int, row: Mapping[str, Any], *, names: Mapping[str, str]) -> None:
    lines = [line.format(**names) for line in row["lines"]]
    number = _upload(work, bundle_id, row, side=Side.OURS, lines=lines)
    said = exhibits.Description(
        name=row["name"].removesuffix(".pdf"),
        source="人事档案",
        proves=row["proves"],
        content=row["content"],
        form=row["form"],
        kind=PaperKind(row["kind"]).value,
        weakness=row["weakness"],
    )
    exhibits.describe(work, bundle_id, number, said=said, version=_version(work, bundle_id))


def _theirs(work: Work, bundle_id: int, row: Mapping[str, Any]) -> None:
    number = _upload(work, bundle_id, row, side=Side.THEIRS, lines=row["lines"])
    opinion = Opinion(**{name: row[name] for name in Opinion.__slots__})
    counsel.give_opinion(work, bundle_id, number, opinion=opinion, version=_version(work, bundle_id))
