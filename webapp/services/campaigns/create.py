"""A campaign is put together: its people written down, each to be looked at before anybody is asked."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import insert

from models.campaign import Campaign, CampaignMember, CampaignState, MemberState
from webapp.domain.errors import ForbiddenError, InvalidError, NotFoundError
from webapp.domain.permissions import Permission
from webapp.domain.text import msg
from webapp.services import events, forms
from webapp.services.campaigns.population import find_people
from webapp.services.campaigns.portions import CHECK, enqueue_chunks
from webapp.services.cases.values import plain
from webapp.services.idempotency import recall, remember
from webapp.services.procedures.bundle import load_bundle, newest_version

if TYPE_CHECKING:
    from collections.abc import Mapping

    from webapp.services.campaigns.population import Selection
    from webapp.services.procedures.bundle import Bundle
    from webapp.services.work import Work

WHAT: Final = "campaign/create"
MAX_TITLE: Final = 120
LISTED: Final = 20  # unknown numbers that a sentence names


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateCampaign:
    """Put a campaign together."""

    procedure_key: str
    title: str
    selection: Selection
    values: Mapping[str, Any] = field(default_factory=dict)
    skip_unknown: bool = False  # go on without numbers that mean nobody
    key: str | None = None


def campaign_bundle(work: Work, procedure_key: str) -> Bundle:
    """The newest version of a procedure that may be started for many; NotFoundError for any other."""
    bundle = load_bundle(work.session, newest_version(work.session, procedure_key))
    if bundle.settings.campaign is None:
        raise NotFoundError
    return bundle


def create(work: Work, command: CreateCampaign) -> int:
    """Write the campaign and its members, and have each of them checked; its id.

    Raises ForbiddenError, NotFoundError, InvalidError with a sentence at each wrong field.
    """
    answer = recall(work, command.key, WHAT)
    if answer is not None:
        return int(answer["campaign"])
    bundle = campaign_bundle(work, command.procedure_key)
    check_may_run(work, bundle)
    title = command.title.strip()
    if not title or len(title) > MAX_TITLE:
        sentence = msg("请写名称（{most} 字以内）。", most=MAX_TITLE)
        raise InvalidError(fields={"title": (sentence,)})
    values = accept_values(work, bundle, command.values)
    campaign = _write(work, command, bundle, title=title, values=values)
    remember(work, command.key, WHAT, answer={"campaign": campaign.id})
    return campaign.id


def check_may_run(work: Work, bundle: Bundle) -> None:
    """Raise ForbiddenError where the actor may not begin cases of the procedure for others."""
    roles = bundle.settings.start_roles
    if not (work.actor.may(Permission.CASE_OPERATE) and any(g.role in roles for g in work.actor.grants)):
        raise ForbiddenError


def accept_values(work: Work, bundle: Bundle, values: Mapping[str, Any]) -> dict[str, Any]:
    """What the campaign's form accepts, as plain JSON; raises InvalidError at each field."""
    settings = bundle.settings.campaign
    if settings is None or settings.form is None:
        return {}
    form = forms.load(bundle.form(settings.form))
    accepted = forms.accept(form, values, context={}, now=work.now)
    return dict(plain(dict(accepted.values)))


def _write(
    work: Work, command: CreateCampaign, bundle: Bundle, *, title: str, values: dict[str, Any]
) -> Campaign:
    found = find_people(work, command.selection)
    if found.unknown and not command.skip_unknown:
        shown = "、".join(found.unknown[:LISTED])
        sentence = msg("有 {n} 个工号不在您的管理范围内：{shown}", n=len(found.unknown), shown=shown)
        raise InvalidError(fields={"numbers": (sentence,)})
    if not found.people:
        raise InvalidError(fields={"numbers": (msg("没有符合条件的员工。"),)})
    entities = {p.entity_id for p in found.people}
    campaign = Campaign(
        procedure_key=bundle.settings.key,
        procedure_version_id=bundle.version_id,
        title=title,
        entity_id=entities.pop() if len(entities) == 1 else None,
        state=CampaignState.CHECKING,
        selection={**command.selection.plain(), "unknown": list(found.unknown)},
        values=values,
        created_by_id=work.person_id,
        total=len(found.people),
        created_at=work.now,
    )
    work.session.add(campaign)
    work.session.flush()  # members name it by id
    row = {
        "campaign_id": campaign.id,
        "state": MemberState.UNCHECKED,
        "stage": MemberState.UNCHECKED,
        "stage_at": work.now,
    }
    people = [{**row, "person_id": p.id, "entity_id": p.entity_id} for p in found.people]
    work.session.execute(insert(CampaignMember), people)
    events.append(
        work,
        "campaign.created",
        {
            "campaign": campaign.id,
            "procedure": bundle.settings.key,
            "version_sha256": bundle.sha256,
            "people": [p.number for p in found.people],
            "unknown": list(found.unknown),
            "values": values,
        },
        subject=f"campaign/{campaign.id}",
    )
    enqueue_chunks(work, campaign, CHECK)
    return campaign
