"""Running cases moved to another version of their procedure: dry run, then one transaction a case."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from models.procedure import ProcedureVersion, VersionState
from models.task import Task
from webapp.domain.errors import ConflictError, HeguiError, NotFoundError
from webapp.domain.text import msg
from webapp.engine import migration
from webapp.services import events
from webapp.services.cases.messages import deliver_buffered
from webapp.services.cases.operate import check_running, lock_readable, operable, reason_given
from webapp.services.cases.projection import project
from webapp.services.cases.run import outside_of
from webapp.services.cases.values import plain
from webapp.services.procedures.bundle import load_bundle

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from contextlib import AbstractContextManager

    from models.case import Case
    from webapp.domain.text import Message
    from webapp.engine.migration import Migration
    from webapp.engine.values import WorkItem
    from webapp.services.procedures.bundle import Bundle
    from webapp.services.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """What became of one case of a batch; ``problem`` is None where it was moved."""

    case_id: int
    problem: Message | None = None


def try_migration(
    work: Work, case_id: int, *, version_id: int, mapping: Mapping[str, str] | None = None
) -> Migration:
    """What moving a case would do, step by step; changes nothing."""
    case = lock_readable(work, case_id)
    check_running(case)
    return _migrate(work, case, _target(work, case, version_id), mapping=mapping)


def migrate_case(
    work: Work, case_id: int, *, version_id: int, reason: str, mapping: Mapping[str, str] | None = None
) -> Case:
    """Move a case to another released version of its procedure; back is the same with the mapping reversed.

    Forms and decisions move with the diagram; drafts, keys and waiting timers stay. Raises ConflictError with
    the first obstacle where it does not fit; the case is then as before.
    """
    case = operable(work, case_id)
    check_running(case)
    why = reason_given(reason)
    before = load_bundle(work.session, case.procedure_version_id)
    bundle = _target(work, case, version_id)
    found = _migrate(work, case, bundle, mapping=mapping)
    if found.advance is None:
        raise ConflictError(next(step.message for step in found.steps if step.message is not None))
    case.procedure_version_id = bundle.version_id
    case.specification_sha256 = bundle.specification_sha256
    project(work, case, found.advance, keep_years=bundle.settings.retention_years)
    for item in found.items:
        _relabel(work, case, item)
    events.append(
        work,
        "case.migrated",
        {
            "reason": why,
            "from": before.number,
            "to": bundle.number,
            "to_sha256": bundle.sha256,
            "mapping": dict(mapping or {}),
        },
        case=case,
    )
    deliver_buffered(work, case)
    work.session.flush()
    return case


def migrate_batch(
    units: Callable[[], AbstractContextManager[Work]],
    case_ids: Iterable[int],
    *,
    version_id: int,
    reason: str,
    mapping: Mapping[str, str] | None = None,
) -> tuple[Moved, ...]:
    """Move many cases, one transaction each; those that do not fit stay and say why."""
    out = []
    for case_id in case_ids:
        try:
            with units() as work:
                migrate_case(work, case_id, version_id=version_id, reason=reason, mapping=mapping)
            out.append(Moved(case_id=case_id))
        except HeguiError as error:
            out.append(Moved(case_id=case_id, problem=error.message))
    return tuple(out)


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
    """Give an open task's row the label, form and properties of the new version; who has it stays."""
    row = work.session.scalars(
        select(Task).where(
            Task.case_id == case.id,
            Task.element_instance == item.key.element_instance,
            Task.round == item.key.round,
        )
    ).one()
    why = (row.properties or {}).get("assigned.why")
    row.element_id, row.names, row.form_id = item.element_id, dict(item.names), item.form_id
    row.properties = plain({**item.properties, "assigned.why": why})
