"""What an operator sees of a case before mending it, and what each act would do, in elements and labels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from models.case import IncidentRow
from models.job import Job, JobState
from models.task import Task, TaskState
from webapp.domain.errors import ForbiddenError, InvalidError, NotFoundError
from webapp.domain.permissions import Permission
from webapp.domain.text import Message, msg, named
from webapp.engine import readings
from webapp.engine.values import ItemKey
from webapp.services.cases.mend import stuck_key
from webapp.services.cases.operate import OVER
from webapp.services.cases.page import read_case
from webapp.services.cases.run import attempt
from webapp.services.cases.timeline import read_timeline
from webapp.services.cases.typed import Declared, declarations, kind_of
from webapp.services.notices import restored
from webapp.services.procedures.bundle import load_bundle

if TYPE_CHECKING:
    from collections.abc import Mapping

    from models.case import Case
    from webapp.engine.readings import Token
    from webapp.engine.values import Command
    from webapp.services.procedures.bundle import Bundle
    from webapp.services.work import Work

NOT_OPENED: Final = frozenset({"startEvent", "boundaryEvent"})  # a token cannot be put there
WORDS: Final[Mapping[str, Message]] = {
    "item": msg("待办"),
    "job": msg("系统步骤"),
    "incident": msg("出错"),
    "join": msg("已到汇合，等其他分支"),
    "scope": msg("子流程"),
    "wait": msg("等待中"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a token stands."""

    key: str  # element instance and round, joined by a dot
    element_id: str
    label: Message
    state: str  # a key of WORDS
    holder: str = ""  # who has the open task

    @property
    def word(self) -> Message:
        """Its state in words."""
        return WORDS[self.state]

    @property
    def item_key(self) -> ItemKey:
        """The engine's key."""
        return read_key(self.key)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """An element at which a token may be put, or to which a case may be sent back."""

    element_id: str
    label: Message
    straight: bool = False  # whether "straight back" is possible


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """A case as its operator has it on the desk."""

    case: Case
    bundle: Bundle
    places: tuple[Place, ...]
    spots: tuple[Spot, ...]
    passed: frozenset[str]

    @property
    def current(self) -> frozenset[str]:
        """The elements at which tokens stand."""
        return frozenset(place.element_id for place in self.places)

    @property
    def over(self) -> bool:
        """Whether the case has ended."""
        return self.case.state in OVER

    def label(self, element_id: str) -> Message:
        """What people call an element."""
        return named(self.bundle.names.get(element_id, {}), element_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Foretold:
    """What an act would do, for the sentences above its button."""

    cancelled: tuple[Message, ...]
    opened: tuple[Message, ...]
    stuck: tuple[Message, ...]
    ended: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A variable of the case with what the procedure says of it."""

    declared: Declared
    value: Any
    exists: bool


def read_key(text: str) -> ItemKey:
    """The engine's key out of a form; raises InvalidError for anything else."""
    instance, _, number = text.partition(".")
    if not (instance.isdecimal() and number.isdecimal() and len(text) < 30):
        raise InvalidError
    return ItemKey(element_instance=instance, round=int(number))


def write_key(key: ItemKey) -> str:
    """The key as a form carries it."""
    return f"{key.element_instance}.{key.round}"


def operated(work: Work, case_id: int) -> Case:
    """A case that the actor may operate, read without a lock; raises NotFoundError and ForbiddenError."""
    case = read_case(work, case_id)
    if not work.actor.may_within(
        Permission.CASE_OPERATE, entity_id=case.entity_id, department_path=case.department_path
    ):
        raise ForbiddenError(msg("只有本单位人事可以对案件进行这项操作。"))
    return case


def open_desk(work: Work, case_id: int) -> Desk:
    """All that the pages of an operator need."""
    case = operated(work, case_id)
    bundle = load_bundle(work.session, case.procedure_version_id)
    tokens = readings.tokens_of(bundle.specification, case.snapshot) if case.state not in OVER else ()
    holders = _holders(work, case.id)
    return Desk(
        case=case,
        bundle=bundle,
        places=tuple(_place(bundle, token, holders) for token in tokens),
        spots=tuple(
            Spot(element_id=e.id, label=named(e.names, e.id))
            for e in bundle.elements.values()
            if e.type not in NOT_OPENED
        ),
        passed=read_timeline(work, case).passed,
    )


def _place(bundle: Bundle, token: Token, holders: Mapping[str, str]) -> Place:
    key = write_key(token.key)
    return Place(
        key=key,
        element_id=token.element_id,
        label=named(bundle.names.get(token.element_id, {}), token.element_id),
        state=token.state,
        holder=holders.get(key, ""),
    )


def _holders(work: Work, case_id: int) -> dict[str, str]:
    rows = work.session.scalars(
        select(Task)
        .options(joinedload(Task.assignee))
        .where(Task.case_id == case_id, Task.state == TaskState.OPEN, Task.assignee_id.is_not(None))
    )
    return {f"{t.element_instance}.{t.round}": t.assignee.name for t in rows if t.assignee}


def steps_before(desk: Desk, place: Place) -> tuple[Spot, ...]:
    """The finished steps that an open place may be sent back to, the latest first."""
    found = readings.return_targets(desk.bundle.specification, desk.case.snapshot, place.item_key)
    return tuple(
        Spot(element_id=t.element_id, label=named(t.names, t.element_id), straight=t.straight) for t in found
    )


def foretell(work: Work, desk: Desk, command: Command) -> Foretold:
    """Try a command and write nothing; raises what the command would raise."""
    advance = attempt(work, desk.case, command)
    before = {place.key for place in desk.places}
    told = readings.preview(advance)
    return Foretold(
        cancelled=tuple(desk.label(name) for name in told.cancelled if name in desk.current),
        opened=tuple(desk.label(name) for name in told.opened),
        stuck=tuple(
            msg("{step}：{reason}", step=desk.label(i.element_id), reason=i.message)
            for i in advance.incidents
            if i.key is None or write_key(i.key) not in before
        ),
        ended=told.ended,
    )


def values_of(desk: Desk) -> tuple[Value, ...]:
    """The case's own variables with their exact values: those declared, then the others by name."""
    found = readings.root_variables(desk.bundle.specification, desk.case.snapshot)
    said = declarations(desk.bundle.files)
    rows = [Value(declared=d, value=found.get(n), exists=n in found) for n, d in said.items()]
    others = sorted(set(found) - set(said))
    return (
        *(row for row in rows if row.exists),
        *(
            Value(declared=Declared(name=n, kind=kind_of(found[n])), value=found[n], exists=True)
            for n in others
        ),
        *(row for row in rows if not row.exists),
    )


def value_of(desk: Desk, name: str) -> Value:
    """One variable; raises NotFoundError for a name that the case neither has nor may have."""
    found = next((row for row in values_of(desk) if row.declared.name == name), None)
    if found is None:
        raise NotFoundError
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """An incident with all that its page shows."""

    row: IncidentRow
    label: Message
    message: Message
    job: Job | None
    inputs: tuple[Value, ...]


def read_fault(work: Work, desk: Desk, incident_id: int) -> Fault:
    """An incident of the case with the input at its element; raises NotFoundError, GoneError when mended."""
    row = work.session.scalars(
        select(IncidentRow).where(IncidentRow.id == incident_id, IncidentRow.case_id == desk.case.id)
    ).one_or_none()
    if row is None:
        raise NotFoundError
    key = stuck_key(work, desk.case, row.element_id)
    found = readings.variables_at(desk.bundle.specification, desk.case.snapshot, key)
    said = declarations(desk.bundle.files)
    inputs = tuple(
        Value(
            declared=said.get(name, Declared(name=name, kind=kind_of(found[name]))),
            value=found[name],
            exists=True,
        )
        for name in sorted(found)
    )
    return Fault(
        row=row,
        label=desk.label(row.element_id),
        message=restored(row.message),
        job=_failed_job(work, row),
        inputs=inputs,
    )


def _failed_job(work: Work, row: IncidentRow) -> Job | None:
    return work.session.scalars(
        select(Job)
        .where(Job.case_id == row.case_id, Job.element_id == row.element_id, Job.state == JobState.FAILED)
        .order_by(Job.id.desc())
        .limit(1)
    ).first()
