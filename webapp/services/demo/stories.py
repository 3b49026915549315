"""Cases of the demo told by the procedures themselves: scenarios marked ``demo = true``, played for real.

People are named by their log-in of ``forms/demo/company.toml``. All dates move together, so that the last act
of a story happened a moment ago. What the scenario says must hold is looked at after each act of a person.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from models.case import Case
from models.person import Person
from models.task import Task, TaskState
from webapp.adapters.pdf import draw_document
from webapp.domain.documents import CHINESE, Block, BlockKind, FilledDocument
from webapp.domain.errors import InvalidError
from webapp.domain.permissions import SYSTEM
from webapp.domain.text import msg, named
from webapp.services import scenarios
from webapp.services.attachments import attach
from webapp.services.cases.assignment import may_decide
from webapp.services.cases.messages import correlate
from webapp.services.cases.start import StartCase, start
from webapp.services.demo.jobs import fire_due, perform_due
from webapp.services.people import SHANGHAI, load_actor, local_date
from webapp.services.procedures.bundle import list_procedures, load_bundle, newest_version
from webapp.services.tasks.complete import CompleteTask, complete

if TYPE_CHECKING:
    from collections.abc import Iterator

    from webapp.services.demo.leave import Stage
    from webapp.services.scenarios import Scenario, Step

DAY: Final = re.compile(r"(\d{4}-\d{2}-\d{2})(T.*)?")
OWN: Final = frozenset({"case", "employee_name", "applicant_name"})  # what the house says by itself
PAPER: Final = "演示文件，不是真实材料。"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A story that was played: its case, its name, and what did not come true."""

    procedure: str
    name: str
    case_id: int
    faults: tuple[str, ...]


def play_stories(stage: Stage, logins: Mapping[str, int]) -> tuple[Told, ...]:
    """Play every demo scenario of the released procedures; ``logins`` are people's ids by log-in name."""
    now = stage.now
    told = []
    for procedure, title, name, scenario in _marked(stage):
        teller = _Teller(stage, logins, scenario, now=now)
        case_id = teller.play(procedure, title)
        told.append(Told(procedure=procedure, name=name, case_id=case_id, faults=tuple(teller.faults)))
    stage.now = now
    return tuple(told)


def _marked(stage: Stage) -> Iterator[tuple[str, str, str, Scenario]]:
    with stage.unit(SYSTEM) as work:
        keys = [row.key for row in list_procedures(work.session)]
        bundles = [load_bundle(work.session, newest_version(work.session, key)) for key in keys]
    for bundle in bundles:
        for file in bundle.files:
            if file.kind == "scenario" and tomllib.loads(file.body).get("demo") is True:
                scenario = scenarios.load(file.body)
                titles = f"{bundle.settings.titles[CHINESE]}：{named(scenario.titles)}"
                yield bundle.settings.key, titles, file.path, scenario


@dataclass(slots=True)
class _Teller:
    stage: Stage
    logins: Mapping[str, int]
    scenario: Scenario
    now: datetime
    case_id: int = 0
    faults: list[str] = field(default_factory=list)

    @property
    def shift(self) -> timedelta:
        """Whole days from the scenario's last act to the day of the demo, or to the day before."""
        last = max((step.at for step in self.scenario.steps if step.at), default=self.scenario.now)
        days = (local_date(self.now) - local_date(last)).days
        return timedelta(days=days if last + timedelta(days=days) <= self.now else days - 1)

    def play(self, procedure: str, title: str) -> int:
        """Act by act; the id of the case."""
        self.stage.now = self.scenario.now + self.shift
        for step in self.scenario.steps:
            if step.at is not None:
                self.stage.now = step.at + self.shift
            if step.act == "start":
                self._start(procedure, title, step)
            elif step.act == "complete":
                self._complete(step)
            elif step.act == "fire":
                fire_due(self.stage)
            elif step.act == "message":
                self._say(step)
            perform_due(self.stage)  # the scenario's jobs are done by those who do them in life
            self._look(step)
        return self.case_id

    def _start(self, procedure: str, title: str, step: Step) -> None:
        given = {key: self._real(value) for key, value in self.scenario.given.items()}
        with self.stage.unit(SYSTEM) as work:
            about = work.session.scalars(select(Person).where(Person.number == given["employee"])).one()
            starter = work.session.scalars(select(Person).where(Person.number == given["starter"])).one()
        values = {k: v for k, v in given.items() if k not in OWN}
        command = StartCase(
            procedure_key=procedure,
            person_id=about.id,
            title=title,
            variables={**values, "region": about.region},
            start_element=step.element or None,
            starter_id=starter.id,
        )
        with self.stage.unit(SYSTEM) as work:
            self.case_id = start(work, command).id

    def _complete(self, step: Step) -> None:
        with self.stage.unit(SYSTEM) as work:
            task = work.session.scalars(
                select(Task).where(
                    Task.case_id == self.case_id,
                    Task.element_id == step.element,
                    Task.state == TaskState.OPEN,
                )
            ).first()
        if task is None:
            raise InvalidError(msg("“{element}”此时没有在等待。", element=step.element))
        holder = self._holder(task)
        with self.stage.unit(holder) as work:
            values = {k: self._filed(work, task.id, v) for k, v in self._real(step.values).items()}
            version = work.session.get_one(Task, task.id).version
            complete(work, CompleteTask(task_id=task.id, version=version, values=values))

    def _holder(self, task: Task) -> Any:
        """Who does it: the person asked, else the first log-in that may claim it."""
        with self.stage.unit(SYSTEM) as work:
            case = work.session.get_one(Case, self.case_id)
            if task.assignee_id is not None:
                return load_actor(work.session, task.assignee_id)
            for person_id in self.logins.values():
                actor = load_actor(work.session, person_id)
                if task.queue in actor.queues and may_decide(case, task.properties or {}, person_id):
                    return actor
        raise InvalidError(msg("没有人可以办理“{element}”。", element=task.element_id))

    def _say(self, step: Step) -> None:
        with self.stage.unit(SYSTEM) as work:
            case = work.session.get_one(Case, self.case_id)
            key = case.number if step.key == self.scenario.given.get("case") else step.key
            correlate(work, step.message, key=key, variables=self._real(step.values))

    def _filed(self, work: Any, task_id: int, value: Any) -> Any:
        """A list of files brought for real; anything else as it is."""
        if not isinstance(value, list) or not value or not all(map(_is_file, value)):
            return value
        names = [stem(each["name"]) for each in value]
        rows = [attach(work, task_id, name=f"{name}.pdf", data=paper(name)) for name in names]
        return [{"id": str(row.id), "name": row.name} for row in rows]

    def _real(self, value: Any) -> Any:
        """Log-in names as employee numbers, dates moved."""
        if isinstance(value, Mapping):
            return {key: self._real(each) for key, each in value.items()}
        if isinstance(value, list | tuple):
            return [self._real(each) for each in value]
        if isinstance(value, date) and not isinstance(value, datetime):
            return (value + self.shift).isoformat()
        return self._word(value) if isinstance(value, str) else value

    def _word(self, value: str) -> str:
        if value in self.logins:
            with self.stage.unit(SYSTEM) as work:
                return work.session.get_one(Person, self.logins[value]).number
        match = DAY.fullmatch(value)
        if match is None:
            return value
        return (date.fromisoformat(match.group(1)) + self.shift).isoformat() + (match.group(2) or "")

    def _look(self, step: Step) -> None:
        """Whether the tasks are open that the scenario names after a person's act."""
        wanted = step.then.get("open")
        if step.act == "job" or (wanted is None and "jobs" in step.then):
            return
        with self.stage.unit(SYSTEM) as work:
            found = sorted(
                work.session.scalars(
                    select(Task.element_id).where(Task.case_id == self.case_id, Task.state == TaskState.OPEN)
                )
            )
        if wanted is not None and "jobs" not in step.then and found != sorted(wanted):
            self.faults.append(f"{step.element}: {found} != {sorted(wanted)}")


def _is_file(value: Any) -> bool:
    return isinstance(value, Mapping) and set(value) == {"id", "name"}


def stem(name: str) -> str:
    """A file name without its ending."""
    return name.rsplit(".", 1)[0]


@lru_cache(maxsize=64)
def paper(name: str) -> bytes:
    """A page that stands for a paper from outside and says that it does."""
    moment = datetime.combine(date(2026, 1, 1), time(), SHANGHAI)
    blocks = (Block(kind=BlockKind.TITLE, text=name), Block(kind=BlockKind.PARAGRAPH, text=PAPER))
    filled = FilledDocument(
        number="",
        kind="demo",
        titles={CHINESE: name},
        languages=(CHINESE,),
        employer="",
        blocks=blocks,
        signatures=(),
        changes=(),
        made_at=moment,
    )
    return draw_document(filled).pdf
