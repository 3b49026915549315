"""One command through the engine, with the local jobs that run inside the click's own transaction."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol

from webapp.domain.errors import InvalidError
from webapp.domain.text import msg
from webapp.engine import runtime
from webapp.engine.expressions import Outside
from webapp.engine.values import Complete, Job
from webapp.services.calendars import LazyCalendar
from webapp.services.campaigns.follow import follow_member
from webapp.services.cases.assignment import keep_apart
from webapp.services.cases.law import LawDesk
from webapp.services.cases.merge import merge
from webapp.services.cases.projection import project
from webapp.services.cases.repeats import skip_same
from webapp.services.cases.routing import route
from webapp.services.jobs.local import FOLLOW, LOCAL
from webapp.services.procedures.bundle import load_bundle

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from models.case import Case
    from webapp import decisions
    from webapp.engine.values import Advance, Command
    from webapp.feel import Function
    from webapp.services.procedures.bundle import Bundle
    from webapp.services.work import Work

MAX_LOCAL_JOBS = 100  # in one click; a diagram that loops over local jobs is stopped here


def run(work: Work, case: Case, command: Command) -> Advance:
    """Move a locked case by one command and write everything down; the caller appends the event.

    Raises InvalidError where a diagram goes round in local jobs without end.
    """
    bundle = load_bundle(work.session, case.procedure_version_id)
    with work.session.no_autoflush:  # rows that are read here were flushed before; the rest goes in one flush
        return _run(work, case, bundle, command=command)


def attempt(work: Work, case: Case, command: Command) -> Advance:
    """What a command would do, as far as the engine alone goes; writes nothing and runs no job."""
    bundle = load_bundle(work.session, case.procedure_version_id)
    desk = LawDesk.of_case(work.session, case)
    return _act(work, bundle, desk, snapshot=case.snapshot or None, command=command)


def outside_of(work: Work, case: Case, bundle: Bundle) -> Outside:
    """What the engine knows of the world when it evaluates a case on a version's decision tables."""
    desk = LawDesk.of_case(work.session, case)
    return Outside(
        now=work.now,
        calendar=LazyCalendar(work.session),
        decide=Decider(bundle, desk.functions),
        library=desk.library,
    )


def _run(work: Work, case: Case, bundle: Bundle, *, command: Command) -> Advance:
    snapshot = case.snapshot or None
    desk = LawDesk.of_case(work.session, case)
    whole: Advance | None = None
    waiting: list[Command | Job] = [command]
    for _ in range(MAX_LOCAL_JOBS):
        step = _act(work, bundle, desk, snapshot=snapshot, command=_command(work, case, waiting.pop(0)))
        snapshot = step.snapshot
        waiting = [w for w in waiting if not _called_off(w, step)] + [j for j in step.jobs if j.type in LOCAL]
        jobs = tuple(j for j in step.jobs if j.type not in LOCAL)
        step = replace(step, jobs=jobs, opened=keep_apart(work, step.opened))
        whole = merge(whole, step)
        waiting = waiting or [*skip_same(work, case, whole.opened)]
        if not waiting:
            return _written(work, case, bundle, command=command, whole=whole)
    raise InvalidError(msg("流程图在系统步骤之间循环，已停止，未作任何更改。"))


def _command(work: Work, case: Case, waiting: Command | Job) -> Command:
    """A local job is done when its turn has come, not before: an earlier one may call it off."""
    if isinstance(waiting, Job):
        return Complete(key=waiting.key, variables=LOCAL[waiting.type](work, case, waiting))
    return waiting


def _called_off(waiting: Command | Job, step: Advance) -> bool:
    """Whether what one command changed took away the work that another was to finish."""
    key = waiting.key if isinstance(waiting, Job | Complete) else None
    return step.ended or key in step.closed or key in step.cancelled_jobs


def _written(work: Work, case: Case, bundle: Bundle, *, command: Command, whole: Advance) -> Advance:
    if isinstance(command, Complete):  # its row was closed by whoever completed it
        whole = replace(whole, closed=tuple(k for k in whole.closed if k != command.key))
    if bundle.settings.follow in FOLLOW:
        FOLLOW[bundle.settings.follow](work, case, command=command, advance=whole)
    if bundle.settings.campaign is not None:
        follow_member(work, case, bundle.settings.campaign, command=command, advance=whole)
    project(work, case, whole, keep_years=bundle.settings.retention_years)
    route(work, case, whole)
    return whole


def _act(work: Work, bundle: Bundle, desk: LawDesk, *, snapshot: str | None, command: Command) -> Advance:
    advance = runtime.act(
        bundle.specification,
        snapshot,
        command,
        now=work.now,
        calendar=LazyCalendar(work.session),
        decide=Decider(bundle, desk.functions),
        library=desk.library,
    )
    return desk.put_down(advance)


class Tables(Protocol):
    """Whatever holds decision tables: a version that is loaded, or the files of a draft."""

    @property
    def models(self) -> tuple[decisions.Model, ...]:
        """The decision files, read."""


class Decider:
    """Answers the engine's business rule tasks from the version's own decision tables."""

    def __init__(self, bundle: Tables, functions: Mapping[str, Function]) -> None:
        self._models = bundle.models
        self._functions = functions

    def __call__(
        self, decision_id: str, variables: Mapping[str, Any], now: datetime
    ) -> tuple[Any, tuple[str, ...]]:
        """The decision's value and the ids of the rules that fired."""
        model = next((m for m in self._models if decision_id in m.decision_ids), None)
        if model is None:
            raise InvalidError(msg("这个流程版本中没有决策表“{id}”。", id=decision_id))
        answer = model.evaluate(decision_id, variables, now=now, functions=self._functions)
        return answer.value, tuple(f.rule_id for f in answer.fired)
