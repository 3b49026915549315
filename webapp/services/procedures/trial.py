"""A trial run: a case in memory, moved step by step through the engine; no row is written.

The whole run is its story, a scenario's text that the page carries along; every step plays it anew, and what
was seen after each step becomes what the scenario demands when it is kept.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, Final

from webapp import decisions
from webapp.domain.errors import HeguiError, InvalidError, NotFoundError
from webapp.domain.text import Message, msg, named
from webapp.engine.diagrams import compile_diagram
from webapp.services import forms, scenarios, story
from webapp.services.calendars import LazyCalendar
from webapp.services.cases.law import LawDesk
from webapp.services.cases.run import Decider
from webapp.services.procedures.drafts import files_of, read_version
from webapp.services.procedures.files import read_settings
from webapp.services.procedures.release import Drawn
from webapp.services.scenarios import Scenario, Stage, Step

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from webapp.engine.diagrams import Element
    from webapp.engine.values import FiredRule
    from webapp.services.procedures.files import File
    from webapp.services.work import Work

MAX_TEXT: Final = 64 * 1024
MAX_STEPS: Final = 60
ACTS: Final[Mapping[str, Message]] = {
    "start": msg("发起案件"),
    "complete": msg("办理"),
    "job": msg("系统完成"),
    "fire": msg("到时间"),
    "message": msg("收到消息"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A value that may be given at a step."""

    name: str
    label: str
    options: tuple[tuple[str, str], ...] = ()
    value: str = ""
    sample: Any = ""  # decides the type of what is typed


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Something that the run waits for, and how it can go on."""

    act: str
    element: str
    name: Message
    entries: tuple[Entry, ...] = ()
    note: str = ""
    step: Step = field(default_factory=lambda: Step(act=""))


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """Where a run stands."""

    text: str
    diagram: bytes
    waiting: tuple[Waiting, ...]
    passed: frozenset[str]
    current: frozenset[str]
    fired: tuple[FiredRule, ...]
    steps: tuple[tuple[Message, Message], ...]  # act, element
    names: Mapping[str, Message]
    failure: Message | None
    ended: bool


def begin(work: Work, key: str, number: int, *, path: str) -> Trial:
    """Start a run with the beginning of a scenario of the version."""
    files = files_of(read_version(work, key, number))
    found = next((f for f in files if f.path == path and f.kind == "scenario"), None)
    if found is None:
        raise NotFoundError
    scenario = scenarios.load(found.body)
    return _play(work, key, files, scenario=replace(scenario, steps=scenario.steps[:1]))


def go_on(
    work: Work, key: str, number: int, *, text: str, choice: tuple[str, str, Mapping[str, str]]
) -> Trial:
    """Take one more step: (act, element, values as typed). Raises InvalidError for what nobody waits for."""
    if len(text.encode()) > MAX_TEXT:
        raise InvalidError(msg("试运行太长，请重新开始。"))
    files = files_of(read_version(work, key, number))
    scenario = scenarios.load(text)
    if len(scenario.steps) >= MAX_STEPS:
        raise InvalidError(msg("试运行太长，请重新开始。"))
    act, element, typed = choice
    here = _play(work, key, files, scenario=scenario)
    waiting = next((w for w in here.waiting if (w.act, w.element) == (act, element)), None)
    if waiting is None:
        raise InvalidError(msg("“{element}”此时没有在等待。", element=element[:64]))
    step = replace(waiting.step, values=dict(_values(waiting, typed)))
    return _play(work, key, files, scenario=replace(scenario, steps=(*scenario.steps, step)))


def as_scenario(text: str, title: str) -> str:
    """The run as a scenario's file under a title."""
    if not title.strip() or len(title) > 120:
        raise InvalidError(msg("请给场景起一个名字，最多 120 字。"))
    return story.dump(replace(scenarios.load(text), titles={"zh-Hans": title.strip()}))


def _values(waiting: Waiting, typed: Mapping[str, str]) -> Iterator[tuple[str, Any]]:
    entries = {entry.name: entry for entry in waiting.entries}
    for name, text in typed.items():
        if name not in entries:
            raise InvalidError(msg("请求有误，未作任何更改。请刷新页面后再试。"))
        if text.strip():
            yield name, _typed(text.strip(), entries[name])


def _typed(text: str, entry: Entry) -> Any:
    if isinstance(entry.sample, bool):
        return text == "true"
    if isinstance(entry.sample, int | Decimal):
        try:
            number = Decimal(text)
        except InvalidOperation:
            number = Decimal("NaN")
        if not number.is_finite():
            raise InvalidError(msg("“{label}”要填数字。", label=entry.label))
        return number
    return text


def _play(work: Work, key: str, files: tuple[File, ...], *, scenario: Scenario) -> Trial:
    settings = read_settings(key, files)
    body = next(f.body for f in files if f.path == settings.diagram).encode()
    diagram = compile_diagram(body, process_id=settings.process)
    models = tuple(decisions.load(f.body.encode()) for f in files if f.kind == "decision")
    desk = LawDesk.of_story(work.session, scenario)
    stage = Stage(
        scenario,
        diagram.spec,
        calendar=LazyCalendar(work.session),
        decide=Decider(Drawn(models=models), desk.functions),
        library=desk.library,
    )
    failure, steps = None, []
    for step in scenario.steps:
        try:
            failure = stage.play(replace(step, then={}))
        except HeguiError as error:
            failure = error.message
        steps.append(replace(step, then=_seen(stage)))
        if failure is not None:
            break
    elements = {element.id: element for element in diagram.elements}
    names = {e.id: named(e.names, e.id) for e in diagram.elements}
    ended = stage.last is not None and stage.last.ended
    waiting = () if ended or failure else tuple(_waiting(stage, elements, files=files))
    return Trial(
        text=story.dump(replace(scenario, steps=tuple(steps))),
        diagram=body,
        waiting=waiting,
        passed=frozenset(stage.passed),
        current=frozenset(w.element for w in waiting if w.act != "fire"),
        fired=(*stage.fired, *desk.answers),
        steps=tuple((ACTS[s.act], names.get(s.element, named({}, s.message or s.element))) for s in steps),
        names=names,
        failure=failure,
        ended=ended,
    )


def _seen(stage: Stage) -> dict[str, Any]:
    last = stage.last
    if last is None:
        return {}
    if last.ended:
        ends = [p.element_id for p in last.passed if p.state == "completed"]
        return {"ended": ends[-1]} if ends else {}
    return {name: stage.found(name) for name in ("open", "jobs", "timers", "waits")}


def _waiting(stage: Stage, elements: Mapping[str, Element], *, files: tuple[File, ...]) -> Iterator[Waiting]:
    samples = _samples(files)
    known = {f.id: f for f in _forms(files)}
    for item in stage.items.values():
        element = elements[item.element_id]
        yield _wait(
            Step(act="complete", element=item.element_id),
            element,
            entries=_fields(known.get(item.form_id or ""), forms.Access.of(element.properties)),
            note="、".join(filter(None, (item.assignee, *item.candidate_groups))),
        )
    for job in stage.jobs.values():
        sample = samples.get(("job", job.element_id), {})
        yield _wait(Step(act="job", element=job.element_id), elements[job.element_id], entries=_given(sample))
    if stage.last is None:
        return
    for timer in stage.last.timers:
        at = max(timer.due_at, stage.now)
        yield _wait(Step(act="fire", element=timer.element_id, at=at), elements[timer.element_id])
    for wait in stage.last.messages:
        step = Step(act="message", element=wait.element_id, message=wait.name, key=wait.correlation_key)
        sample = samples.get(("message", wait.name), {})
        yield _wait(step, elements[wait.element_id], entries=_given(sample))


def _wait(step: Step, element: Element, *, entries: tuple[Entry, ...] = (), note: str = "") -> Waiting:
    name = named(element.names, element.id)
    return Waiting(act=step.act, element=step.element, name=name, entries=entries, note=note, step=step)


def _fields(form: forms.Form | None, access: forms.Access) -> tuple[Entry, ...]:
    if form is None:
        return ()
    return tuple(
        Entry(
            name=c.key,
            label=c.label or c.key,
            options=BOOLEANS if c.type == "checkbox" else tuple((str(o.value), o.label) for o in c.options),
            sample={"number": 0, "checkbox": False}.get(c.type, ""),
        )
        for c in form.fields()
        if len(c.path) == 1 and c.type not in NOT_TYPED and not access.hides(c) and not access.locks(c)
    )


NOT_TYPED: Final = frozenset({"dynamiclist", "filepicker", "checklist", "taglist"})
BOOLEANS: Final = (("true", "✓"), ("false", "✗"))


def _given(sample: Mapping[str, Any]) -> tuple[Entry, ...]:
    return tuple(
        Entry(
            name=name,
            label=name,
            options=BOOLEANS if isinstance(value, bool) else (),
            value=str(value).lower() if isinstance(value, bool) else str(value),
            sample=value,
        )
        for name, value in sample.items()
        if isinstance(value, str | int | Decimal)
    )


def _samples(files: tuple[File, ...]) -> dict[tuple[str, str], Mapping[str, Any]]:
    """What the scenarios answer for a job or message: the first of each is offered."""
    found: dict[tuple[str, str], Mapping[str, Any]] = {}
    for file in files:
        if file.kind != "scenario":
            continue
        try:
            steps = scenarios.load(file.body).steps
        except InvalidError:
            continue
        for step in steps:
            if step.act in {"job", "message"} and step.values:
                found.setdefault((step.act, step.message or step.element), step.values)
    return found


def _forms(files: tuple[File, ...]) -> Iterator[forms.Form]:
    for file in files:
        if file.kind == "form":
            try:
                yield forms.load(file.body)
            except forms.SchemaError:
                continue
