"""A campaign that a case begins: put together and checked; HR looks at it and sets it going."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from models.campaign import Campaign
from webapp.domain.errors import ConflictError, InvalidError
from webapp.domain.text import msg
from webapp.services.campaigns.create import CreateCampaign, create
from webapp.services.campaigns.population import Selection

if TYPE_CHECKING:
    from collections.abc import Mapping

    from models.case import Case
    from webapp.engine.values import Job
    from webapp.services.work import Work


def start_campaign(work: Work, case: Case, job: Job) -> Mapping[str, Any]:
    """The local job ``start-campaign``: header or input ``procedure``, inputs ``title`` and ``values``.

    Everybody of the case's employer is asked, or those of ``post``, or the employee numbers of ``people``.
    Result: ``campaign`` (id); the message ``campaign.ended`` comes under it once all have an outcome. Whoever
    completes the step before must be allowed to run campaigns. Raises ConflictError where the system did,
    InvalidError for values that are no context, and as ``create`` does.
    """
    inputs = {**job.headers, **job.variables}
    if work.actor.system:
        raise ConflictError(msg("批次要由有权限的人员发起。"))
    values = inputs.get("values")
    if not isinstance(values, dict):
        raise InvalidError(msg("批次的内容应是一组值。"))
    people = tuple(str(each) for each in inputs.get("people") or ())
    selection = Selection(
        numbers=people,
        entity_id=None if people else case.entity_id,
        post="" if people else str(inputs.get("post") or ""),
    )
    command = CreateCampaign(
        procedure_key=str(inputs.get("procedure") or ""),
        title=str(inputs.get("title") or case.title)[:120],
        selection=selection,
        values=values,
    )
    made = create(work, command)
    work.session.get_one(Campaign, made).case_id = case.id
    work.session.flush()
    return {"campaign": str(made)}
