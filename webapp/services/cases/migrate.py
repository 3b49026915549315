"""Running cases moved to another version of their procedure: dry run, then one transaction a case."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from models.case import Timer
from models.job import Job, JobState
from models.procedure import ProcedureVersion, VersionState
from models.task import Task, TaskState
from webapp.domain.errors import ConflictError, NotFoundError
from webapp.domain.text import msg
from webapp.engine import migration, readings
from webapp.services import events
from webapp.services.cases.operate import check_running
from webapp.services.cases.projection import project
from webapp.services.cases.run import outside_of
from webapp.services.cases.values import plain
from webapp.services.procedures.bundle import load_bundle

if TYPE_CHECKING:
    from collections.abc import Mapping

    from models.case import Case
    from webapp.engine.migration import Migration
    from webapp.engine.values import Advance, ItemKey, WorkItem
    from webapp.services.procedures.bundle import Bundle
    from webapp.services.work import Work


UNDONE = (JobState.READY, JobState.LEASED, JobState.FAILED, JobState.HELD)

ASSIGNED = "assigned."  # properties that say how a task found its people: they go along


def judge(work: Work, case: Case, *, version_id: int, mapping: Mapping[str, str] | None = None) -> Migration:
    """What moving a case that the caller has read would do, step by step; changes nothing."""
    check_running(case)
    return _migrate(work, case, _target(work, case, version_id), mapping=mapping)


def move(
    work: Work,
    case: Case,
    *,
    version_id: int,
    mapping: Mapping[str, str] | None = None,
    facts: Mapping[str, Any],
) -> None:
    """Move a locked case to another released version of its procedure, or back with the mapping reversed.

    The caller has checked that the actor may; ``facts`` stand in the event. Forms and decisions move with the
    diagram; drafts, keys and waiting timers stay. Raises ConflictError with the first obstacle where it does
    not fit.
    """
    check_running(case)
    before = load_bundle(work.session, case.procedure_version_id)
    bundle = _target(work, case, version_id)
    found = _migrate(work, case, bundle, mapping=mapping)
    if found.advance is None:
        raise ConflictError(next(step.message for step in found.steps if step.message is not None))
    _write(work, case, bundle, advance=found.advance, items=found.items)
    _append(work, case, before=before, bundle=bundle, facts={**facts, "mapping": dict(mapping or {})})


def put_back(work: Work, case: Case, *, version_id: int, snapshot: str, facts: Mapping[str, Any]) -> None:
    """Give a locked case, on which nobody acted since it was moved, the exact state that it had before."""
    check_running(case)
    moved = load_bundle(work.session, case.procedure_version_id)
    bundle = _target(work, case, version_id)
    items, _jobs = readings.open_work(bundle.specification, snapshot, outside=outside_of(work, case, bundle))
    advance = readings.standing(bundle.specification, snapshot)
    _write(work, case, bundle, advance=advance, items=items)
    _append(work, case, before=moved, bundle=bundle, facts={**facts, "exact": True})


def _write(work: Work, case: Case, bundle: Bundle, *, advance: Advance, items: tuple[WorkItem, ...]) -> None:
    case.procedure_version_id = bundle.version_id
    case.specification_sha256 = bundle.specification_sha256
    project(work, case, advance, keep_years=bundle.settings.retention_years)
    for item in items:
        _relabel(work, case, item)
    work.session.flush()
    verify(work, case)


def _append(work: Work, case: Case, *, before: Bundle, bundle: Bundle, facts: Mapping[str, Any]) -> None:
    data = {"from": before.number, "to": bundle.number, "to_sha256": bundle.sha256, **facts}
    events.append(work, "case.migrated", data, case=case)


def verify(work: Work, case: Case) -> None:
    """Read the case again from its row: its state must stand for exactly the rows that say what is open.

    Raises ConflictError where they differ; the move is then rolled back with its transaction.
    """
    work.session.refresh(case, ["snapshot", "procedure_version_id"])
    bundle = load_bundle(work.session, case.procedure_version_id)
    tokens = readings.tokens_of(bundle.specification, case.snapshot)
    waits = readings.standing(bundle.specification, case.snapshot)
    told = (
        _open_keys(work, Task, case, states=(TaskState.OPEN,)),
        _open_keys(work, Job, case, states=UNDONE),
        _keys(work, Timer, case),
    )
    found = (
        {_key(t.key) for t in tokens if t.state == "item"},
        {_key(t.key) for t in tokens if t.state == "job"},
        {_key(t.key) for t in waits.timers},
    )
    if told != found or waits.snapshot != case.snapshot:
        raise ConflictError(msg("迁移后的状态与记录不一致，已退回原状。"))


def _key(key: ItemKey) -> tuple[str, int]:
    return key.element_instance, key.round


def _keys(work: Work, table: type[Any], case: Case) -> set[tuple[str, int]]:
    rows = work.session.execute(
        select(table.element_instance, table.round).where(
            table.case_id == case.id, table.element_instance.is_not(None)
        )
    )
    return {(instance, number) for instance, number in rows}


def _open_keys(work: Work, table: type[Any], case: Case, *, states: tuple[str, ...]) -> set[tuple[str, int]]:
    rows = work.session.execute(
        select(table.element_instance, table.round).where(
            table.case_id == case.id, table.element_instance.is_not(None), table.state.in_(states)
        )
    )
    return {(instance, number) for instance, number in rows}


def _target(work: Work, case: Case, version_id: int) -> Bundle:
    version = work.session.scalar(select(ProcedureVersion).where(ProcedureVersion.id == version_id))
    if version is None or version.state != VersionState.RELEASED:
        raise NotFoundError
    bundle = load_bundle(work.session, version_id)
    if bundle.settings.key != case.procedure_key:
        raise ConflictError(msg("只能迁移到同一流程的其他版本。"))
    return bundle


def _migrate(work: Work, case: Case, bundle: Bundle, *, mapping: Mapping[str, str] | None) -> Migration:
    outside = outside_of(work, case, bundle)
    own = load_bundle(work.session, case.procedure_version_id)
    return migration.migrate(
        own.specification, bundle.specification, case.snapshot, outside=outside, mapping=mapping
    )


def _relabel(work: Work, case: Case, item: WorkItem) -> None:
    """Give an open step's rows the label, form and properties of the new version; who has them stays."""
    rows = work.session.scalars(
        select(Task).where(
            Task.case_id == case.id,
            Task.element_instance == item.key.element_instance,
            Task.round == item.key.round,
            Task.state == TaskState.OPEN,
        )
    )
    for row in rows:
        how = {name: found for name, found in (row.properties or {}).items() if name.startswith(ASSIGNED)}
        row.element_id, row.names, row.form_id = item.element_id, dict(item.names), item.form_id
        row.properties = plain({**item.properties, **how})
