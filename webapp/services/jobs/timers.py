"""Due timers: one indexed statement finds them, however many cases wait; each fires in a unit of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from models.case import CaseState, Timer
from webapp.engine.values import Fire, ItemKey
from webapp.services import events
from webapp.services.cases.facts import facts
from webapp.services.cases.run import run
from webapp.services.jobs.queue import lock_case

if TYPE_CHECKING:
    from webapp.services.work import Work

BATCH = 200


def due_timers(work: Work) -> list[int]:
    """Ids of timers whose time has come, oldest first."""
    return list(
        work.session.scalars(
            select(Timer.id).where(Timer.due_at <= work.now).order_by(Timer.due_at, Timer.id).limit(BATCH)
        )
    )


def fire_timer(work: Work, timer_id: int) -> bool:
    """Fire one timer; False where it has gone meanwhile or its case may not move now."""
    case_id = work.session.scalar(select(Timer.case_id).where(Timer.id == timer_id))
    if case_id is None:
        return False
    case = lock_case(work, case_id)
    timer = work.session.scalars(select(Timer).where(Timer.id == timer_id)).one_or_none()
    if timer is None or timer.due_at > work.now or case.state == CaseState.SUSPENDED:
        return False
    key = ItemKey(element_instance=timer.element_instance, round=timer.round)
    element = timer.element_id
    due = timer.due_at
    work.session.expunge(timer)  # the projection deletes the row by its key
    advance = run(work, case, Fire(key=key))
    events.append(
        work,
        "timer.fired",
        {
            "element": element,
            "due": due.isoformat(),
            **facts(advance),
        },
        case=case,
    )
    return True
