"""Due timers: one indexed statement finds them, however many cases wait; each fires in a unit of its own."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003  (the tuple's field)
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import BigInteger, bindparam, select, tuple_
from sqlalchemy.orm import joinedload

from models.case import Case, CaseState, Timer
from webapp.engine.values import Fire, ItemKey
from webapp.services import events
from webapp.services.cases.facts import facts
from webapp.services.cases.run import run

if TYPE_CHECKING:
    from sqlalchemy import Select

    from webapp.services.work import Work

BATCH = 200


class Due(NamedTuple):
    """A timer whose time has come; in their order they fire."""

    due_at: datetime
    id: int


def due_timers(work: Work, *, after: Due | None = None) -> list[Due]:
    """Timers whose time has come, oldest first, of cases that may move; a batch, or the next one after it.

    Whoever goes on after the last one, and begins again at the oldest only when there are no more, gives each
    timer its turn, however many at the front fail.
    """
    found = (
        select(Timer.due_at, Timer.id)
        .join(Case, Case.id == Timer.case_id)
        .where(Timer.due_at <= work.now, Case.state != CaseState.SUSPENDED)
    )
    if after is not None:
        found = found.where(tuple_(Timer.due_at, Timer.id) > tuple_(after.due_at, after.id))
    rows = work.session.execute(found.order_by(Timer.due_at, Timer.id).limit(BATCH))
    return [Due(*row) for row in rows]


def fire_timer(work: Work, timer_id: int) -> bool:
    """Fire one timer; False where it has gone meanwhile or its case may not move now."""
    found = work.session.execute(_locked(), {"timer": timer_id, "now": work.now}).one_or_none()
    if found is None:
        return False
    case, timer = found
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


@cache
def _locked() -> Select[Case, Timer]:
    """The case, locked first as a click does, then its timer; neither where a click was faster."""
    return (
        select(Case, Timer)
        .join(Timer, Timer.case_id == Case.id)
        .options(joinedload(Case.person, innerjoin=True))
        .where(
            Timer.id == bindparam("timer", type_=BigInteger),
            Timer.due_at <= bindparam("now", type_=Timer.due_at.type),
            Case.state != CaseState.SUSPENDED,
        )
        .with_for_update(of=[Case, Timer])
        .execution_options(populate_existing=True)
    )
