"""Start events that wait for the world: registered at a release, so that messages and timers find them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from models.procedure import Procedure, ProcedureVersion, VersionState
from models.trigger import StartTrigger
from webapp.domain.errors import InvalidError
from webapp.domain.text import msg
from webapp.engine.diagrams import StartKind
from webapp.engine.errors import StuckError
from webapp.engine.expressions import Outside
from webapp.engine.readings import NOWHERE
from webapp.engine.schedule import next_start
from webapp.services.calendars import LazyCalendar

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from webapp.services.work import Work

WAITING: Final = ("message", "signal", "timer")


def register(work: Work, version: ProcedureVersion, starts: Iterable[StartKind]) -> None:
    """Move a procedure's registrations to a version that is being released.

    A timer that the release leaves as it was keeps its rhythm and what is due; one that is new counts from
    now. Raises InvalidError where a timer's text gives no time.
    """
    work.session.flush()  # registrations name the version by its id
    rows = {
        row.element_id: row
        for row in work.session.scalars(
            select(StartTrigger).where(StartTrigger.procedure_id == version.procedure_id).with_for_update()
        )
    }
    for start in starts:
        if start.kind in WAITING:
            _put(work, version, start, row=rows.pop(start.element_id, None))
    for row in rows.values():
        work.session.delete(row)


def _put(work: Work, version: ProcedureVersion, start: StartKind, *, row: StartTrigger | None) -> None:
    if row is not None and _start_of(row) == start:
        row.procedure_version_id = version.id
        return
    if row is None:
        row = StartTrigger(procedure_id=version.procedure_id, element_id=start.element_id)
        work.session.add(row)
    row.procedure_version_id = version.id
    row.kind, row.name, row.timer, row.expression = start.kind, start.name, start.timer, start.expression
    row.anchor_at = work.now
    row.due_at = next_due(work, row)


def _start_of(row: StartTrigger) -> StartKind:
    return StartKind(
        element_id=row.element_id, kind=row.kind, name=row.name, timer=row.timer, expression=row.expression
    )


def next_due(work: Work, row: StartTrigger) -> datetime | None:
    """When a timer starts the next case, strictly later than now; missed times are skipped."""
    if row.kind != "timer":
        return None
    outside = Outside(now=work.now, calendar=LazyCalendar(work.session), decide=NOWHERE.decide)
    try:
        return next_start(_start_of(row), published=row.anchor_at, outside=outside)
    except StuckError as error:
        raise InvalidError(
            msg("定时开始“{element}”算不出时间：{reason}", element=row.element_id, reason=error.message)
        ) from error


def registered(work: Work, procedure_ids: Iterable[int]) -> dict[int, list[StartTrigger]]:
    """The registrations of procedures, by procedure; one statement."""
    found: dict[int, list[StartTrigger]] = {}
    rows = work.session.scalars(
        select(StartTrigger)
        .where(StartTrigger.procedure_id.in_(list(procedure_ids)))
        .order_by(StartTrigger.id)
    )
    for row in rows:
        found.setdefault(row.procedure_id, []).append(row)
    return found


def unregistered(work: Work) -> list[ProcedureVersion]:
    """Newest released versions of procedures without any registration: an older Hegui released them."""
    newest = (
        select(ProcedureVersion)
        .join(Procedure)
        .where(
            ProcedureVersion.state == VersionState.RELEASED,
            ~select(StartTrigger.id).where(StartTrigger.procedure_id == Procedure.id).exists(),
        )
        .order_by(ProcedureVersion.number)
    )
    found = {version.procedure_id: version for version in work.session.scalars(newest)}
    return list(found.values())
