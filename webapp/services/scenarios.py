"""Scenarios: stories beside a diagram that must come true before a version is published.

A story is TOML: ``given`` holds the root variables, each ``step`` acts on the case and says in ``then`` what
must hold afterwards. ``bpmn/leave/scenarios/README.md`` lists the words. Every step goes through the saved
state, so a story also shows that the case can be put away and taken up again at that point.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from webapp.domain.errors import HeguiError, InvalidError
from webapp.domain.text import Message, msg
from webapp.engine.expressions import NO_LIBRARY
from webapp.engine.runtime import act
from webapp.engine.values import Advance, Command, Complete, Correlate, Fire, ItemKey, Start

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from webapp.engine.expressions import Calendar, Decide, Library
    from webapp.engine.values import FiredRule, Job, WorkItem

CHECKS = ("open", "jobs", "timers", "waits", "assignee", "ended")
DECIDE, ANSWER = "decide", "answer"  # a table asked by itself, and what it must say


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One act and what must hold after it."""

    act: str
    element: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    at: datetime | None = None
    message: str = ""
    key: str | None = None
    then: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A story; ``titles`` by language tag."""

    titles: Mapping[str, str]
    now: datetime
    given: Mapping[str, Any]
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """The first step (from 1) that did not come true, and the element that it was about."""

    step: int
    element: str
    message: Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """How a story went, and the elements that a token went through."""

    failure: Failure | None
    passed: frozenset[str]


def load(text: str) -> Scenario:
    """The story of a TOML file; raises InvalidError when it cannot be read."""
    try:
        raw = tomllib.loads(text, parse_float=Decimal)
        steps = tuple(_step(item) for item in raw["step"])
        return Scenario(titles=raw["title"], now=_instant(raw["now"]), given=raw["given"], steps=steps)
    except (tomllib.TOMLDecodeError, KeyError, TypeError, AttributeError) as error:
        raise InvalidError(msg("场景文件无法读取：{reason}", reason=str(error))) from error


def _step(raw: Mapping[str, Any]) -> Step:
    unknown = set(raw.get("then", {})) - ({ANSWER} if raw["act"] == DECIDE else set(CHECKS))
    if raw["act"] not in {*ACTS, DECIDE} or unknown:
        raise InvalidError(msg("场景文件无法读取：{reason}", reason=", ".join(unknown) or raw["act"]))
    at = raw.get("at")
    return Step(**{**raw, "at": None if at is None else _instant(at)})


def _instant(value: datetime | str) -> datetime:
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    if moment.tzinfo is None:
        raise InvalidError(msg("场景文件无法读取：{reason}", reason=str(value)))
    return moment.astimezone(UTC)


def run(
    scenario: Scenario,
    specification: str,
    *,
    calendar: Calendar,
    decide: Decide,
    library: Library = NO_LIBRARY,
) -> Result:
    """Play the story on a compiled diagram; its expressions may call what ``library`` holds."""
    stage = Stage(scenario, specification, calendar=calendar, decide=decide, library=library)
    for number, step in enumerate(scenario.steps, 1):
        try:
            message = stage.play(step)
        except HeguiError as error:
            message = error.message
        if message is not None:
            failure = Failure(step=number, element=step.element, message=message)
            return Result(failure=failure, passed=frozenset(stage.passed))
    return Result(failure=None, passed=frozenset(stage.passed))


class Stage:
    """A case in the middle of a story."""

    def __init__(
        self,
        scenario: Scenario,
        specification: str,
        *,
        calendar: Calendar,
        decide: Decide,
        library: Library = NO_LIBRARY,
    ) -> None:
        self.scenario = scenario
        self.specification = specification
        self.calendar = calendar
        self.decide = decide
        self.library = library
        self.now = scenario.now
        self.items: dict[ItemKey, WorkItem] = {}
        self.jobs: dict[ItemKey, Job] = {}
        self.last: Advance | None = None
        self.passed: set[str] = set()
        self.fired: list[FiredRule] = []

    def play(self, step: Step) -> Message | None:
        """Act, then say what does not hold."""
        self.now = step.at or self.now
        if step.act == DECIDE:
            return self._answers(step)
        advance = self._act(ACTS[step.act](self, step))
        if advance.incidents:
            incident = advance.incidents[0]
            return msg("停在“{element}”：{reason}", element=incident.element_id, reason=incident.message)
        return next((m for name, wanted in step.then.items() if (m := self._differs(name, wanted))), None)

    def _answers(self, step: Step) -> Message | None:
        """Ask a table beside the diagram, as those do who ask it outside of cases."""
        value, _ = self.decide(step.element, {**self.scenario.given, **step.values}, self.now)
        found = list(value) if isinstance(value, tuple) else value
        wanted = step.then.get(ANSWER)
        if found == wanted:
            return None
        return msg(
            "{what}应为 {wanted}，实际为 {found}。",
            what=step.element,
            wanted=_show(wanted),
            found=_show(found),
        )

    def _act(self, command: Command) -> Advance:
        advance = act(
            self.specification,
            None if self.last is None else self.last.snapshot,
            command,
            now=self.now,
            calendar=self.calendar,
            decide=self.decide,
            library=self.library,
        )
        gone = {*advance.closed, *advance.cancelled_jobs, getattr(command, "key", None)}
        self.items = {k: i for k, i in self.items.items() if k not in gone} | {
            i.key: i for i in advance.opened
        }
        self.jobs = {k: j for k, j in self.jobs.items() if k not in gone} | {j.key: j for j in advance.jobs}
        self.last = advance
        self.fired += advance.fired
        self.passed |= {p.element_id for p in advance.passed if p.state == "completed"}
        return advance

    def _differs(self, name: str, wanted: Any) -> Message | None:
        found = self.found(name)
        expected = sorted(wanted) if isinstance(wanted, list) else wanted
        if found == expected or (isinstance(found, tuple) and wanted in found):
            return None
        return msg(
            "{what}应为 {wanted}，实际为 {found}。",
            what=CHECK_NAMES[name],
            wanted=_show(wanted),
            found=_show(found),
        )

    def found(self, name: str) -> Any:
        """What a check of ``then`` compares with."""
        last = self.last
        assert last is not None
        if name == "assignee":
            return last.opened[-1].assignee if last.opened else None
        if name == "ended":
            return tuple(p.element_id for p in last.passed if p.state == "completed") if last.ended else ()
        waiting: Mapping[str, Any] = {
            "open": self.items.values(),
            "jobs": self.jobs.values(),
            "timers": last.timers,
            "waits": last.messages,
        }
        return sorted(item.element_id for item in waiting[name])

    def start(self, step: Step) -> Command:
        """Begin the case with what is given, at the start event named, else at the one without trigger."""
        return Start(variables={**self.scenario.given, **step.values}, start_element=step.element or None)

    def complete(self, step: Step) -> Command:
        """Answer a user task."""
        return Complete(key=_key(self.items, step), variables=step.values)

    def job(self, step: Step) -> Command:
        """A worker finishes its job."""
        return Complete(key=_key(self.jobs, step), variables=step.values)

    def fire(self, step: Step) -> Command:
        """A timer's time has come; not before."""
        for timer in self.last.timers if self.last else ():
            if timer.element_id == step.element:
                return Fire(key=timer.key)
        raise _missing(step)

    def message(self, step: Step) -> Command:
        """A message arrives."""
        for wait in self.last.messages if self.last else ():
            if wait.name == step.message and wait.correlation_key in {step.key, None}:
                return Correlate(key=wait.key, name=step.message, variables=step.values)
        raise _missing(step)


ACTS: Mapping[str, Callable[[Stage, Step], Command]] = {
    "start": Stage.start,
    "complete": Stage.complete,
    "job": Stage.job,
    "fire": Stage.fire,
    "message": Stage.message,
}
CHECK_NAMES: Mapping[str, Message] = {
    "open": msg("打开的任务"),
    "jobs": msg("待执行的系统任务"),
    "timers": msg("等待中的定时器"),
    "waits": msg("等待中的消息"),
    "assignee": msg("办理人"),
    "ended": msg("结束于"),
}


def _key(waiting: Mapping[ItemKey, Any], step: Step) -> ItemKey:
    for key, item in waiting.items():
        if item.element_id == step.element:
            return key
    raise _missing(step)


def _missing(step: Step) -> InvalidError:
    return InvalidError(msg("“{element}”此时没有在等待。", element=step.element or step.message))


def _show(value: Any) -> str:
    return "、".join(map(str, value)) or "—" if isinstance(value, list | tuple) else str(value)
