"""Whose task it is: assignee, stand-in, queue; nobody decides about their own request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from webapp.domain.permissions import Role
from webapp.services.people import find_holders, local_date, queue_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from models.case import Case
    from webapp.engine.values import WorkItem
    from webapp.services.people import Holder
    from webapp.services.work import Work

PERSONAL = "personal"  # zeebe:property of a step that nobody does for another: one's own will
APPROVAL = "approval.mode"  # zeebe:property that makes a user task an approval
ON_SELF = "approval.onSelf"  # what to do where the approver is the person concerned
MANAGER, QUEUE = "manager", "hr"  # its values: ask the line manager above, or HR


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """Where a new task goes."""

    assignee_id: int | None = None
    assignee_name: str | None = None
    owner_id: int | None = None
    queue: str | None = None
    candidate_ids: tuple[int, ...] = ()
    why: str = "named"  # named, substitute, self, left, nobody, queue


def assign(work: Work, case: Case, items: tuple[WorkItem, ...]) -> dict[WorkItemKey, Assignment]:
    """Find a place for every new work item; one statement for all people named."""
    numbers = [n for i in items for n in ((i.assignee,) if i.assignee else ()) + i.candidate_users]
    holders = find_holders(work.session, numbers, on=local_date(work.now), procedure_key=case.procedure_key)
    return {(i.key.element_instance, i.key.round): _place(case, i, holders) for i in items}


WorkItemKey = tuple[str, int]


def is_approval(properties: Mapping[str, object]) -> bool:
    """Whether a node decides about somebody: then that person may not hold it."""
    return APPROVAL in properties


def is_personal(properties: Mapping[str, object]) -> bool:
    """Whether a node is somebody's own decision or signature: no stand-in, no transfer."""
    return properties.get(PERSONAL) == "true"


def _place(case: Case, item: WorkItem, holders: Mapping[str, Holder]) -> Assignment:
    if item.assignee is None:
        return _queue(case, item, holders)
    holder = holders.get(item.assignee)
    if holder is None:
        return _fallback(case, why="nobody")
    if is_personal(item.properties):
        return Assignment(assignee_id=holder.person_id, assignee_name=holder.name)
    if holder.left:
        return _upward(case, holder, why="left")
    if is_approval(item.properties) and holder.person_id == case.person_id:
        hr = item.properties.get(ON_SELF, MANAGER) == QUEUE
        return _fallback(case, why="self") if hr else _upward(case, holder, why="self")
    return _named(case, holder)


def _named(case: Case, holder: Holder) -> Assignment:
    if holder.substitute_id is None or holder.substitute_id == case.person_id:
        return Assignment(assignee_id=holder.person_id, assignee_name=holder.name)
    return Assignment(
        assignee_id=holder.substitute_id,
        assignee_name=holder.substitute_name,
        owner_id=holder.person_id,
        why="substitute",
    )


def _upward(case: Case, holder: Holder, *, why: str) -> Assignment:
    if holder.manager_id is None or holder.manager_id == case.person_id:
        return _fallback(case, why=why)
    return Assignment(
        assignee_id=holder.manager_id,
        assignee_name=holder.manager_name,
        owner_id=holder.person_id,
        why=why,
    )


def _fallback(case: Case, *, why: str) -> Assignment:
    return Assignment(queue=queue_name(Role.HR, case.entity_id), why=why)


def _queue(case: Case, item: WorkItem, holders: Mapping[str, Holder]) -> Assignment:
    candidates = tuple(
        h.person_id
        for n in item.candidate_users
        if (h := holders.get(n)) and not h.left
        if not (is_approval(item.properties) and h.person_id == case.person_id)
    )
    if item.candidate_groups:
        queue = queue_name(item.candidate_groups[0], case.entity_id)
        return Assignment(queue=queue, candidate_ids=candidates, why="queue")
    if candidates:
        return Assignment(candidate_ids=candidates, why="queue")
    return _fallback(case, why="nobody")
