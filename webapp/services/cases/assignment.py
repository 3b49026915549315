"""Whose task it is: assignee, stand-in, queue; nobody decides about their own request."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from sqlalchemy import select

from models.person import Person
from webapp.domain.permissions import Permission, Role
from webapp.domain.text import msg
from webapp.services.cases.sharing import SHARED
from webapp.services.people import find_holders, load_actor, local_date, manned_roles, queue_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from models.case import Case
    from models.task import Task
    from webapp.engine.values import WorkItem
    from webapp.services.people import Holder
    from webapp.services.work import Work

PERSONAL = "personal"  # zeebe:property of a step that nobody does for another: one's own will
APPROVAL = "approval.mode"  # zeebe:property that makes a user task an approval
ON_SELF = "approval.onSelf"  # what to do where the approver is the person concerned
MANAGER, QUEUE = "manager", "hr"  # its values: ask the line manager above, or HR
APART = "approval.apart"  # FEEL: employee numbers of people who took part before and may not decide
ON_NOBODY = "approval.emptyAssignee"  # whom to ask where nobody is found: a role, or an employee number
LINE = 20  # managers asked upwards before the line counts as endless
CLOSED = msg("本案不公开，只能交给依职责可以查看的人，例如本单位的人事、法务或审计。")


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """Where a new task goes."""

    assignee_id: int | None = None
    assignee_name: str | None = None
    owner_id: int | None = None
    queue: str | None = None
    further: tuple[str, ...] = ()  # queues of the other roles that may claim it
    candidate_ids: tuple[int, ...] = ()
    why: str = "named"  # named, substitute, self, left, nobody, queue


WorkItemKey = tuple[str, int]


def assign(work: Work, case: Case, items: tuple[WorkItem, ...]) -> dict[WorkItemKey, Assignment]:
    """Find a place for every new work item.

    One statement for all people named, one for all roles named; one more for each manager asked upwards.
    """
    staff = _Staff(work, case)
    staff.read(n for i in items for n in ((i.assignee,) if i.assignee else ()) + i.candidate_users)
    shared = [i for i in items if i.assignee is None]
    for but in dict.fromkeys(barred(case, i.properties) for i in shared):
        roles = [r for i in shared if barred(case, i.properties) == but for r in i.candidate_groups]
        staff.read_roles(roles, but=but)
    return {(i.key.element_instance, i.key.round): _place(staff, i) for i in items}


def assign_each(
    work: Work, case: Case, item: WorkItem, *, numbers: tuple[str, ...]
) -> tuple[Assignment, ...]:
    """Find a place for each of several people whom one step asks; an empty number is nobody.

    Each as if the step named them alone: stand-in, line above, and the resort where nobody is found.
    """
    staff = _Staff(work, case)
    staff.read(n for n in numbers if n)
    alone = replace(item, candidate_users=(), candidate_groups=())
    return tuple(_place(staff, replace(alone, assignee=n or None)) for n in numbers)


def is_approval(properties: Mapping[str, object]) -> bool:
    """Whether a node decides about somebody: then that person may not hold it."""
    return APPROVAL in properties


def is_personal(properties: Mapping[str, object]) -> bool:
    """Whether a node is somebody's own decision or signature: no stand-in, no transfer."""
    return properties.get(PERSONAL) == "true"


def may_decide(case: Case, properties: Mapping[str, object], person_id: int | None) -> bool:
    """Whether a person may hold a task: see ``barred``."""
    return person_id not in barred(case, properties)


def is_against(case: Case, person_id: int | None) -> bool:
    """Whether a case is a restricted one about somebody: nobody shows it to them, and no rule does."""
    return case.restricted and person_id == case.person_id


def may_know(work: Work, case: Case, person_id: int) -> bool:
    """Whether people may bring somebody to a case: a copy, a step, a vote, standing in for its holder.

    A closed case, restricted or kept from the line, only who reads it by their role, and of the latter kind
    those concerned; its other steps the diagram alone gives out. One that is open: anybody.
    """
    if is_against(case, person_id):
        return False
    if case.department_path and not case.restricted:
        return True
    concerned = not case.restricted and person_id in (case.person_id, case.starter_id)
    return concerned or load_actor(work.session, person_id).may_within(
        Permission.CASE_READ, entity_id=case.entity_id, department_path=case.department_path
    )


def may_receive(work: Work, task: Task, person_id: int) -> bool:
    """Whether people may hand somebody a task: who may decide, and may know of it or has its role."""
    if not may_decide(task.case, task.properties, person_id):
        return False
    return may_know(work, task.case, person_id) or _has_its_role(work, task, person_id)


def _has_its_role(work: Work, task: Task, person_id: int) -> bool:
    queues = {task.queue, *(task.properties or {}).get(SHARED, ())}
    known = not is_against(task.case, person_id)
    return known and not queues.isdisjoint(load_actor(work.session, person_id).queues)


def barred(case: Case, properties: Mapping[str, object]) -> frozenset[int]:
    """Who may not hold a task: of an approval those concerned, and whom the step keeps apart (四眼原则)."""
    if not is_approval(properties):
        return frozenset()
    return frozenset({case.person_id, case.starter_id, *_apart(properties)})


def _apart(properties: Mapping[str, object]) -> tuple[int, ...]:
    named = properties.get(APART)
    return tuple(named) if isinstance(named, list | tuple) else ()


def keep_apart(work: Work, items: tuple[WorkItem, ...]) -> tuple[WorkItem, ...]:
    """Work items with ids in the place of the employee numbers that ``approval.apart`` names.

    One statement where a step names anybody, else none. A number that nobody has is left out.
    """
    named = {i.key: _numbers(i.properties[APART]) for i in items if APART in i.properties}
    if not named:
        return items
    wanted = sorted(set[str]().union(*named.values()))
    rows = work.session.execute(select(Person.number, Person.id).where(Person.number.in_(wanted)))
    ids = {row.number: row.id for row in rows}
    return tuple(
        replace(i, properties={**i.properties, APART: [ids[n] for n in named[i.key] if n in ids]})
        if i.key in named
        else i
        for i in items
    )


def _numbers(value: object) -> list[str]:
    listed = value if isinstance(value, list | tuple) else [value]
    return [str(number) for number in listed if number not in (None, "")]


@dataclass
class _Staff:
    """The people and roles that a case's new tasks may mean, read once each."""

    work: Work
    case: Case
    known: dict[str, Holder | None] = field(default_factory=dict)
    manned: dict[frozenset[int], frozenset[str]] = field(default_factory=dict)  # see ``read_roles``

    def read(self, numbers: Iterable[str]) -> None:
        new = sorted({n for n in numbers if n not in self.known})
        found = find_holders(
            self.work.session,
            new,
            on=local_date(self.work.now),
            procedure_key=self.case.procedure_key,
        )
        self.known |= {n: found.get(n) for n in new}

    def read_roles(self, roles: Sequence[str], *, but: frozenset[int]) -> None:
        """Which of these roles somebody holds who is here, is not barred, and may see the case."""
        if not roles:
            return
        against = {self.case.person_id} if self.case.restricted else set()
        found = manned_roles(
            self.work.session,
            roles,
            entity_id=self.case.entity_id,
            on=local_date(self.work.now),
            but=tuple(sorted(but | against)),
        )
        self.manned[but] = self.manned.get(but, frozenset()) | found

    def is_manned(self, role: str, item: WorkItem) -> bool:
        return role in self.manned.get(barred(self.case, item.properties), frozenset())

    def may_hold(self, item: WorkItem, person_id: int) -> bool:
        return may_decide(self.case, item.properties, person_id)

    def may_follow(self, item: WorkItem, person_id: int) -> bool:
        """Whether a rule may put somebody in the place of whom the diagram named."""
        return not is_against(self.case, person_id) and self.may_hold(item, person_id)

    def get(self, number: str) -> Holder | None:
        self.read((number,))
        return self.known[number]

    def line_above(self, holder: Holder) -> Iterator[Holder]:
        """Line managers upwards; a line that goes round ends."""
        seen = {holder.number}
        above = holder.manager_number
        while above is not None and above not in seen and len(seen) < LINE:
            seen.add(above)
            manager = self.get(above)
            if manager is None:
                return
            yield manager
            above = manager.manager_number


def _place(staff: _Staff, item: WorkItem) -> Assignment:
    if item.assignee is None:
        return _shared(staff, item)
    holder = staff.get(item.assignee)
    if holder is None:
        return _nobody(staff, item, why="nobody")
    if is_personal(item.properties):
        return Assignment(assignee_id=holder.person_id, assignee_name=holder.name)
    if holder.left:
        return _upward(staff, item, holder, why="left")
    if not staff.may_hold(item, holder.person_id):
        to_hr = item.properties.get(ON_SELF, MANAGER) == QUEUE
        return _queue(staff, Role.HR, why="self") if to_hr else _upward(staff, item, holder, why="self")
    return _named(staff, item, holder)


def _named(staff: _Staff, item: WorkItem, holder: Holder, *, why: str = "named") -> Assignment:
    """The person, or the first stand-in who is here and may decide in this case; stand-ins do not cascade."""
    for other in holder.standins:
        here = not other.left and staff.may_follow(item, other.person_id)
        if here and may_know(staff.work, staff.case, other.person_id):
            return Assignment(
                assignee_id=other.person_id,
                assignee_name=other.name,
                owner_id=holder.person_id,
                why="substitute",
            )
    return Assignment(assignee_id=holder.person_id, assignee_name=holder.name, why=why)


def _upward(staff: _Staff, item: WorkItem, holder: Holder, *, why: str) -> Assignment:
    """The nearest line manager who is here and may decide."""
    for manager in staff.line_above(holder):
        if not manager.left and staff.may_follow(item, manager.person_id):
            place = _named(staff, item, manager, why=why)
            return place if place.owner_id else replace(place, owner_id=holder.person_id)
    return _nobody(staff, item, why=why)


def _nobody(staff: _Staff, item: WorkItem, *, why: str) -> Assignment:
    """Whom the step names for the case that nobody is found: a role or a person; else HR."""
    resort = str(item.properties.get(ON_NOBODY, ""))
    if resort in set(Role):
        staff.read_roles((resort,), but=barred(staff.case, item.properties))
        return _queue(staff, resort if staff.is_manned(resort, item) else Role.HR, why=why)
    holder = staff.get(resort) if resort else None
    if holder is not None and not holder.left and staff.may_follow(item, holder.person_id):
        return _named(staff, item, holder, why=why)
    return _queue(staff, Role.HR, why=why)


def _shared(staff: _Staff, item: WorkItem) -> Assignment:
    """A task that several may claim: those of a role, those who are named, or both."""
    named = (staff.get(n) for n in item.candidate_users)
    candidates = tuple(h.person_id for h in named if h and not h.left and staff.may_hold(item, h.person_id))
    roles = [r for r in item.candidate_groups if staff.is_manned(r, item)]
    if roles:
        further = tuple(queue_name(r, staff.case.entity_id) for r in dict.fromkeys(roles[1:]))
        return replace(_queue(staff, roles[0], why="queue"), candidate_ids=candidates, further=further)
    if candidates:
        return Assignment(candidate_ids=candidates, why="queue")
    return _nobody(staff, item, why="nobody")


def _queue(staff: _Staff, role: str, *, why: str) -> Assignment:
    return Assignment(queue=queue_name(role, staff.case.entity_id), why=why)
