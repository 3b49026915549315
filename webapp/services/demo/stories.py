"""Cases of the demo told by the procedures themselves: scenarios marked ``demo = true``, played for real.

What the scenario says must hold is looked at after each act of a person.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from models.case import Case
from models.person import Person
from models.task import Task
from webapp.adapters.pdf import draw_document
from webapp.domain.documents import CHINESE, Block, BlockKind, FilledDocument
from webapp.domain.permissions import SYSTEM
from webapp.domain.text import named
from webapp.services import scenarios
from webapp.services.attachments import attach
from webapp.services.cases.messages import correlate
from webapp.services.cases.start import StartCase, start
from webapp.services.demo.jobs import KINDS, fire_due, perform_case, perform_due
from webapp.services.demo.reading import Reading
from webapp.services.log.closing import CHAIN
from webapp.services.people import SHANGHAI
from webapp.services.procedures.bundle import list_procedures, load_bundle, newest_version
from webapp.services.signing import seals
from webapp.services.signing.flows import PAGE, SEAL
from webapp.services.tasks.complete import CompleteTask, complete

if TYPE_CHECKING:
    from collections.abc import Iterator

    from webapp.domain.permissions import Actor
    from webapp.services.demo.leave import Stage
    from webapp.services.scenarios import Scenario, Step

PAPER: Final = "演示文件，不是真实材料。"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A story that was played: its case, its name, and what did not come true."""

    procedure: str
    name: str
    case_id: int
    faults: tuple[str, ...]


def play_stories(stage: Stage, logins: Mapping[str, int], *, password: str) -> tuple[Told, ...]:
    """Play every demo scenario of the released procedures; ``logins`` are people's ids by log-in name.

    Keepers of seals approve with their ``password``, as on the page.
    """
    now = stage.now
    told = []
    for procedure, title, name, scenario in _marked(stage):
        teller = _Teller(Reading(stage=stage, logins=logins, scenario=scenario, now=now), password)
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
    reading: Reading
    password: str
    case_id: int = 0
    faults: list[str] = field(default_factory=list)

    def play(self, procedure: str, title: str) -> int:
        """Act by act; the id of the case."""
        stage, scenario, shift = self.reading.stage, self.reading.scenario, self.reading.shift
        stage.now = scenario.now + shift
        for step in scenario.steps:
            if step.at is not None:
                stage.now = max(stage.now, step.at + shift)
            if step.act == "start":
                self._start(procedure, title, step)
            elif step.act == "complete":
                self._complete(step)
            elif step.act == "fire":
                fire_due(stage)
            elif step.act == "message":
                self._say(step)
            perform_due(stage, (*KINDS, seals.JOB, CHAIN))  # by those who do them in life
            perform_case(stage, self.case_id)
            if fault := self.reading.fault(self.case_id, step):
                self.faults.append(fault)
        return self.case_id

    def _start(self, procedure: str, title: str, step: Step) -> None:
        given = self.reading.given()
        with self.reading.stage.unit(SYSTEM) as work:
            about = work.session.scalars(select(Person).where(Person.number == given["employee"])).one()
            starter = work.session.scalars(select(Person).where(Person.number == given["starter"])).one()
        command = StartCase(
            procedure_key=procedure,
            person_id=about.id,
            title=title,
            variables={**given, "region": about.region},
            start_element=step.element or None,
            starter_id=starter.id,
        )
        with self.reading.stage.unit(SYSTEM) as work:
            self.case_id = start(work, command).id

    def _complete(self, step: Step) -> None:
        task = self.reading.task(self.case_id, step.element)
        holder = self.reading.holder(task)
        if (task.properties or {}).get(PAGE) == SEAL:
            self._seal(task.id, holder)
            return
        with self.reading.stage.unit(holder) as work:
            told = self.reading.real(step.values)
            values = {k: self._filed(work, task.id, v) for k, v in told.items()}
            version = work.session.get_one(Task, task.id).version
            complete(work, CompleteTask(task_id=task.id, version=version, values=values))

    def _seal(self, task_id: int, holder: Actor) -> None:
        """The keeper approves, now: a time stamp is of the minute in which it is made."""
        stage = self.reading.stage
        stage.now = self.reading.now
        with stage.unit(holder) as work:
            batch = seals.list_batch(work, [task_id]).id
        with stage.unit(holder) as work:
            seals.approve_by_password(work, batch, password=self.password)

    def _say(self, step: Step) -> None:
        reading = self.reading
        with reading.stage.unit(SYSTEM) as work:
            case = work.session.get_one(Case, self.case_id)
            key = case.number if step.key == reading.scenario.given.get("case") else step.key
            correlate(work, step.message, key=key, variables=reading.real(step.values))

    def _filed(self, work: Any, task_id: int, value: Any) -> Any:
        """Each list of files brought for real, in a row of a list too; anything else as it is."""
        if isinstance(value, Mapping):
            return {key: self._filed(work, task_id, each) for key, each in value.items()}
        if not is_files(value):
            return [self._filed(work, task_id, each) for each in value] if isinstance(value, list) else value
        names = [stem(each["name"]) for each in value]
        rows = [attach(work, task_id, name=f"{name}.pdf", data=paper(name)) for name in names]
        return [{"id": str(row.id), "name": row.name} for row in rows]


def is_files(value: Any) -> bool:
    """Whether a value of a story stands for files: ``[{id, name}]``."""
    return isinstance(value, list) and bool(value) and all(map(_is_file, value))


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
