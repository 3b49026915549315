"""Stories read for real people and real days: who stands for whom, how far dates move, whose turn it is.

People are named by their log-in of ``forms/demo/company.toml``. All dates move together, so that the last act
of a story happened a moment ago.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from models.case import Case
from models.person import Person
from models.task import Task, TaskState
from webapp.domain.errors import InvalidError
from webapp.domain.permissions import SYSTEM
from webapp.domain.text import msg
from webapp.services.cases.assignment import may_decide
from webapp.services.demo.steps import waiting_step
from webapp.services.people import load_actor, local_date

if TYPE_CHECKING:
    from webapp.domain.permissions import Actor
    from webapp.services.demo.leave import Stage
    from webapp.services.scenarios import Scenario, Step

DAY: Final = re.compile(r"(\d{4}-\d{2}-\d{2})(T.*)?")
OWN: Final = frozenset({"case", "employee_name", "applicant_name"})  # what the house says by itself


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A story for the people of ``logins`` (id by log-in name), its last act at ``now`` or a day before."""

    stage: Stage
    logins: Mapping[str, int]
    scenario: Scenario
    now: datetime

    @property
    def shift(self) -> timedelta:
        """Whole days from the scenario's last act to the day of the demo, or to the day before."""
        last = max((step.at for step in self.scenario.steps if step.at), default=self.scenario.now)
        days = (local_date(self.now) - local_date(last)).days
        return timedelta(days=days if last + timedelta(days=days) <= self.now else days - 1)

    def given(self) -> dict[str, Any]:
        """What the story begins with, without what the house says by itself."""
        return {key: self.real(value) for key, value in self.scenario.given.items() if key not in OWN}

    def real(self, value: Any) -> Any:
        """Log-in names as employee numbers, dates moved."""
        if isinstance(value, Mapping):
            return {key: self.real(each) for key, each in value.items()}
        if isinstance(value, list | tuple):
            return [self.real(each) for each in value]
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

    def task(self, case_id: int, element: str) -> Task:
        """The open task of a case at an element; raises InvalidError where none waits."""
        return waiting_step(self.stage, case_id, element)

    def holder(self, task: Task) -> Actor:
        """Who does it: the person asked, else the first log-in that may claim it."""
        with self.stage.unit(SYSTEM) as work:
            case = work.session.get_one(Case, task.case_id)
            if task.assignee_id is not None:
                return load_actor(work.session, task.assignee_id)
            for person_id in self.logins.values():
                actor = load_actor(work.session, person_id)
                if task.queue in actor.queues and may_decide(case, task.properties or {}, person_id):
                    return actor
        raise InvalidError(msg("没有人可以办理“{element}”。", element=task.element_id))

    def fault(self, case_id: int, step: Step) -> str:
        """What differs from the tasks that the story says are open after a person's act; empty: nothing."""
        wanted = step.then.get("open")
        if step.act == "job" or wanted is None or "jobs" in step.then:
            return ""
        with self.stage.unit(SYSTEM) as work:
            found = sorted(
                work.session.scalars(
                    select(Task.element_id).where(Task.case_id == case_id, Task.state == TaskState.OPEN)
                )
            )
        return "" if found == sorted(wanted) else f"{step.element}: {found} != {sorted(wanted)}"
