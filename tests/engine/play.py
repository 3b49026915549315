"""A case played in a test: every step goes through the saved text, so each reloads the case."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from webapp.engine import snapshot as saved
from webapp.engine.diagrams import compile_diagram
from webapp.engine.expressions import DEFAULT_LIMITS, Outside
from webapp.engine.runtime import act
from webapp.engine.specs import load
from webapp.engine.values import (
    Advance,
    Cancel,
    Complete,
    Correlate,
    Fire,
    ItemKey,
    Retry,
    SetVariables,
    Signal,
    Start,
    Throw,
)

EPOCH = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)  # a Monday, 9 o'clock in Shanghai


class Weekdays:
    def is_working_day(self, day: date) -> bool:
        return day.weekday() < 5

    def add_working_days(self, start: date, days: int) -> date:
        step = timedelta(days=1 if days >= 0 else -1)
        while days:
            start += step
            if self.is_working_day(start):
                days -= 1 if days > 0 else -1
        return start


def no_decision(decision: str, variables: Any, now: datetime) -> Any:
    raise AssertionError(decision)


class Play:
    def __init__(
        self, xml: bytes | str, *, decide: Any = no_decision, limits: Any = DEFAULT_LIMITS, **options: Any
    ) -> None:
        self.spec = xml if isinstance(xml, str) else compile_diagram(xml, **options).spec
        self.decide, self.limits = decide, limits
        self.now = EPOCH
        self.snapshot: str | None = None
        self.items: dict[ItemKey, Any] = {}
        self.jobs: dict[ItemKey, Any] = {}
        self.path: list[tuple[str, str]] = []
        self.last: Advance

    def do(self, command: Any) -> Advance:
        advance = act(
            self.spec,
            self.snapshot,
            command,
            now=self.now,
            calendar=Weekdays(),
            decide=self.decide,
            limits=self.limits,
        )
        self.snapshot, self.last = advance.snapshot, advance
        for key in advance.closed:
            del self.items[key]
        for key in advance.cancelled_jobs:
            del self.jobs[key]
        if isinstance(command, (Complete, Throw)):
            self.jobs.pop(command.key, None)
        for item in advance.opened:
            assert item.key not in self.items
            self.items[item.key] = item
        for job in advance.jobs:
            assert job.key not in self.jobs
            self.jobs[job.key] = job
        self.path += [(step.element_id, step.state) for step in advance.passed]
        self._reads_back(advance)
        return advance

    def _reads_back(self, advance: Advance) -> None:
        outside = Outside(now=self.now, calendar=Weekdays(), decide=self.decide, limits=self.limits)
        again = saved.restore(advance.snapshot, load(self.spec), outside)
        assert saved.save(again) == advance.snapshot
        assert again.task_tree.data == advance.variables

    def start(self, _at: str | None = None, _message: str | None = None, **variables: Any) -> Play:
        self.do(Start(variables=variables, start_element=_at, message=_message))
        return self

    def key(self, element: str, index: int = 0) -> ItemKey:
        found = [key for key, item in (self.items | self.jobs).items() if item.element_id == element]
        return found[index]

    def done(self, element: str, _index: int = 0, **variables: Any) -> Advance:
        return self.do(Complete(key=self.key(element, _index), variables=variables))

    def complete(self, key: ItemKey) -> Advance:
        return self.do(Complete(key=key, variables={}))

    def throw_at(self, key: ItemKey, kind: str, code: str, *, stays: bool) -> Advance:
        """Throw at open work; whether it stays open, as a job does whose escalation interrupts nothing."""
        job = self.jobs.get(key)
        advance = self.do(Throw(key=key, kind=kind, code=code))
        if job is not None and stays:
            self.jobs[key] = job
        return advance

    def correlate_at(self, key: ItemKey, name: str) -> Advance:
        return self.do(Correlate(key=key, name=name, variables={}))

    def fail(self, element: str, code: str, kind: str = "error", **variables: Any) -> Advance:
        return self.do(Throw(key=self.key(element), kind=kind, code=code, variables=variables))

    def wait(self, **by: timedelta | float) -> Advance | None:
        """Let time pass and fire what has become due, the earliest first."""
        self.now += timedelta(**by)
        advance = None
        while True:
            due = sorted(
                (timer for timer in self.last.timers if timer.due_at <= self.now), key=lambda t: t.due_at
            )
            if not due:
                return advance
            advance = self.do(Fire(key=due[0].key))

    def correlate(self, name: str, _key: str | None = None, _index: int = 0, **variables: Any) -> Advance:
        found = [wait for wait in self.last.messages if wait.name == name and wait.correlation_key == _key]
        return self.do(Correlate(key=found[_index].key, name=name, variables=variables))

    def signal(self, name: str, **variables: Any) -> Advance:
        return self.do(Signal(name=name, variables=variables))

    def retry(self, element: str) -> Advance:
        return self.do(Retry(element_id=element))

    def set(self, **variables: Any) -> Advance:
        return self.do(SetVariables(variables=variables))

    def cancel(self) -> Advance:
        return self.do(Cancel())

    @property
    def open(self) -> list[str]:
        """Elements with an open work item or job, sorted."""
        return sorted(item.element_id for item in (self.items | self.jobs).values())

    @property
    def variables(self) -> dict[str, Any]:
        return dict(self.last.variables)

    @property
    def stuck(self) -> list[tuple[str, str]]:
        return [(incident.element_id, incident.kind) for incident in self.last.incidents]

    @property
    def ended(self) -> bool:
        return self.last.ended
