"""What a move to another version would do: the difference, and each case judged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from models.case import Case
from models.procedure import Procedure, ProcedureVersion, VersionState
from webapp.domain.errors import HeguiError, InvalidError, NotFoundError
from webapp.domain.permissions import Permission
from webapp.domain.text import msg
from webapp.engine import migration
from webapp.engine.migration import Verdict
from webapp.services.cases.migrate import judge
from webapp.services.cases.operate import OVER
from webapp.services.procedures.bundle import load_bundle
from webapp.services.procedures.compare import compare
from webapp.services.procedures.drafts import may_edit
from webapp.services.scope import not_against, readable_cases, within

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import ColumnElement

    from webapp.domain.text import Message
    from webapp.engine.migration import Difference
    from webapp.services.procedures.bundle import Bundle
    from webapp.services.procedures.compare import FileChange
    from webapp.services.work import Work

JUDGED: Final = 200  # cases that one page judges; a run judges every one again when its turn comes


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A case, and whether it could be moved."""

    case: Case
    verdict: Verdict
    where: tuple[str, ...]  # elements at which its tokens stand
    reasons: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A move, judged and not done."""

    procedure: Procedure
    before: Bundle
    after: Bundle
    difference: Difference
    files: tuple[FileChange, ...]
    total: int  # running cases of the earlier version that the actor may move
    judged: tuple[Judged, ...]  # those of this page
    following: int | None  # the case after which the next page begins
    mapping: Mapping[str, str]
    named: frozenset[int]  # those that the actor may read, not only move

    @property
    def unmapped(self) -> tuple[str, ...]:
        """Elements with tokens for which somebody must name another, and those mapped already."""
        lacking = (
            name
            for item in self.judged
            for name in item.where
            if name in self.difference.removed or name in self.mapping
        )
        return tuple(dict.fromkeys(lacking))

    def count(self, verdict: Verdict | str) -> int:
        """How many of the judged cases got a verdict."""
        return sum(item.verdict == verdict for item in self.judged)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A version with the number of its running cases that the actor may move."""

    version: ProcedureVersion
    running: int


def movable_procedure(work: Work, key: str) -> Procedure:
    """A procedure whose cases the actor may move; raises NotFoundError otherwise."""
    found = work.session.scalars(select(Procedure).where(Procedure.key == key)).one_or_none()
    if found is None or not (may_edit(work, found) or work.actor.may(Permission.CASE_OPERATE)):
        raise NotFoundError
    return found


def movable_cases(work: Work, procedure: Procedure) -> ColumnElement[bool]:
    """Running cases that the actor may move: the procedure's owner all, an operator those in scope."""
    mine: ColumnElement[bool] = Case.procedure_key == procedure.key
    if not may_edit(work, procedure):
        mine &= within(work.actor, Permission.CASE_OPERATE, entity=Case.entity_id, path=Case.department_path)
        mine &= not_against(work.actor)
    return mine & Case.state.not_in(OVER)


def readable_among(work: Work, case_ids: Sequence[int]) -> frozenset[int]:
    """Which of these cases the actor may read; one statement."""
    found = select(Case.id).where(Case.id.in_(case_ids), readable_cases(work.actor))
    return frozenset(work.session.scalars(found))


def choices(work: Work, procedure: Procedure) -> tuple[Choice, ...]:
    """Released versions, newest first, with their running cases."""
    rows = work.session.execute(
        select(Case.procedure_version_id, func.count())
        .where(movable_cases(work, procedure))
        .group_by(Case.procedure_version_id)
    )
    running = {version_id: count for version_id, count in rows}  # noqa: C416  (rows, not pairs)
    versions = work.session.scalars(
        select(ProcedureVersion)
        .where(ProcedureVersion.procedure_id == procedure.id, ProcedureVersion.state == VersionState.RELEASED)
        .order_by(ProcedureVersion.number.desc())
    )
    return tuple(Choice(version=v, running=running.get(v.id, 0)) for v in versions)


def version_of(found: tuple[Choice, ...], number: int | None) -> ProcedureVersion:
    """The released version of a number; raises InvalidError for any other."""
    version = next((c.version for c in found if c.version.number == number), None)
    if version is None:
        raise InvalidError(msg("请选择已发布的版本。"))
    return version


def make_plan(
    work: Work,
    procedure: Procedure,
    *,
    source: ProcedureVersion,
    target: ProcedureVersion,
    mapping: Mapping[str, str],
    beyond: int = 0,
) -> Plan:
    """The difference of two versions and a page of cases judged, those beyond an id; changes nothing."""
    before, after = load_bundle(work.session, source.id), load_bundle(work.session, target.id)
    mine = movable_cases(work, procedure) & (Case.procedure_version_id == source.id)
    rows = work.session.scalars(
        select(Case)
        .options(joinedload(Case.person, innerjoin=True))
        .where(mine, Case.id > beyond)
        .order_by(Case.id)
        .limit(JUDGED + 1)
    ).all()
    rows, more = rows[:JUDGED], rows[JUDGED:]
    total = len(rows)
    if more or beyond:
        total = work.session.scalar(select(func.count()).select_from(Case).where(mine)) or 0
    return Plan(
        procedure=procedure,
        before=before,
        after=after,
        difference=migration.difference(before.specification, after.specification),
        files=tuple(f for f in compare(before.files, after.files) if f.kind in {"form", "decision"}),
        total=total,
        judged=tuple(_judged(work, case, target.id, mapping=mapping) for case in rows),
        following=rows[-1].id if more else None,
        mapping=mapping,
        named=readable_among(work, [case.id for case in rows]),
    )


def _judged(work: Work, case: Case, version_id: int, *, mapping: Mapping[str, str]) -> Judged:
    try:
        found = judge(work, case, version_id=version_id, mapping=mapping)
    except HeguiError as error:
        return Judged(case=case, verdict=Verdict.BLOCKED, where=(), reasons=(error.message,))
    order = (Verdict.BLOCKED, Verdict.MAPPING)
    worst = next((v for v in order if any(s.verdict is v for s in found.steps)), Verdict.FINE)
    root = load_bundle(work.session, case.procedure_version_id).process_id
    return Judged(
        case=case,
        verdict=worst,
        where=tuple(dict.fromkeys(s.element_id for s in found.steps if s.element_id != root)),
        reasons=tuple(s.message for s in found.steps if s.message is not None),
    )


def checked_mapping(plan_before: Bundle, plan_after: Bundle, given: Mapping[str, str]) -> dict[str, str]:
    """The mapping of a form; raises InvalidError for elements that the versions do not have."""
    kept = {old: new for old, new in given.items() if new}
    for old, new in kept.items():
        if old not in plan_before.elements or new not in plan_after.elements:
            raise InvalidError(msg("对应关系中有版本里没有的元素。"))
    return kept
