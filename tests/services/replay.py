"""A stormed case's events done again on the independent token model, in the order of its chain.

An act that the model does not allow, or an end that differs from the rows, is a token or a write lost or doubled.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from models.case import AwaitedMessage, Case, CaseState, Timer
from models.event import Event, EventPayload
from models.job import Job, JobState
from models.person import Person
from models.task import Task, TaskState
from tests.engine.model import Key, Model
from tests.engine.twins import place_of
from webapp.domain.permissions import SYSTEM
from webapp.services.cases.projection import SIGNAL

if TYPE_CHECKING:
    from tests.services.storm import Launched, Result

WAITING = (JobState.READY, JobState.LEASED)


class Replay:
    """One case's events done again on the model."""

    def __init__(self, session: Any, case: Case, launched: Launched) -> None:
        self.session, self.case = session, case
        self.model = Model(launched.block)
        self.model.world.variables.update(launched.variables)
        self.log: list[Any] = [launched]

    def run(self) -> Counter[str]:
        rows = self.session.execute(
            select(Event, EventPayload.body)
            .join(EventPayload, EventPayload.event_id == Event.id)
            .where(Event.case_id == self.case.id)
            .order_by(Event.sequence)
        ).all()
        assert [event.sequence for event, _body in rows] == list(range(1, self.case.event_count + 1))
        assert [event.previous for event, _ in rows[1:]] == [event.link for event, _ in rows[:-1]]
        for event, body in rows:
            data = json.loads(body)["data"]
            self.log.append((event.kind, data))
            self.model.world.now = event.at
            getattr(self, f"on_{event.kind.replace('.', '_')}")(data)
            assert data.get("ended", self.model.ended) == self.model.ended, self.log
            assert set(data.get("opened", ())) <= {name for name, _place in self.model.open()}, self.log
        self.compare()
        return Counter(event.kind for event, _body in rows)

    def _alarm(self, **wanted: Any) -> Any:
        found = [
            alarm
            for alarm in self.model.alarms()
            if all(getattr(alarm, name) == value for name, value in wanted.items())
        ]
        assert len(found) == 1, (wanted, self.log)
        return found[0]

    def _key(self, row: Any) -> Key:
        variables = row.variables if isinstance(row, Task) else row.payload["variables"]
        key = row.element_id, place_of(variables)
        assert key in self.model.open(), (key, self.model.open(), self.log)
        return key

    def on_case_started(self, _data: Any) -> None:
        self.model.begin()

    def on_task_completed(self, data: Any) -> None:
        self.model.complete(self._key(self.session.get(Task, data["task"])))

    def on_job_completed(self, data: Any) -> None:
        self.model.complete(self._key(self.session.get(Job, data["job"])))

    def on_task_returned(self, data: Any) -> None:
        key = self._key(self.session.get(Task, data["task"]))
        targets = self.model.targets(key)
        assert data["to"] in targets, self.log
        self.model.send_back(key, targets[data["to"]])

    def on_timer_fired(self, data: Any) -> None:
        alarm = self._alarm(element=data["element"])
        assert alarm.due == datetime.fromisoformat(data["due"]), self.log
        self.model.fire(alarm)

    def on_message_received(self, data: Any) -> None:
        key = data["variables"]["sent"].split(",", 1)[1]
        self.model.fire(self._alarm(name=data["name"], key=key))

    def on_signal_received(self, data: Any) -> None:
        for alarm in [alarm for alarm in self.model.alarms() if alarm.name == data["name"]]:
            if alarm in self.model.alarms():
                self.model.fire(alarm)

    def on_case_variables_edited(self, data: Any) -> None:
        self.model.world.variables.update(data["after"])

    def compare(self) -> None:
        """The rows show what the model shows."""
        model, session, case = self.model, self.session, self.case
        assert (case.state == CaseState.COMPLETED) == model.ended, self.log
        tasks = session.scalars(select(Task).where(Task.case_id == case.id, Task.state == TaskState.OPEN))
        jobs = session.scalars(select(Job).where(Job.case_id == case.id, Job.state.in_(WAITING)))
        found = [(task.element_id, place_of(task.variables)) for task in tasks]
        found += [(job.element_id, place_of(job.payload["variables"])) for job in jobs]
        assert sorted(found) == model.open(), (sorted(found), model.open(), self.log)
        timers = session.execute(select(Timer.element_id, Timer.due_at).where(Timer.case_id == case.id))
        alarms = model.alarms()
        assert sorted(map(tuple, timers)) == sorted(
            (alarm.element, alarm.due) for alarm in alarms if alarm.trigger.kind == "timer"
        ), self.log
        waits = session.scalars(select(AwaitedMessage.name).where(AwaitedMessage.case_id == case.id))
        names = {"message": "", "signal": SIGNAL}
        assert sorted(waits) == sorted(
            names[alarm.trigger.kind] + alarm.name for alarm in alarms if alarm.trigger.kind in names
        ), self.log


def judge(house: Any, launched: dict[int, Launched], results: list[Result]) -> Counter[str]:
    """Check everything that was done; what kinds of events there were."""
    kinds: Counter[str] = Counter()
    with house.view(SYSTEM) as work:
        for case_id, what in launched.items():
            kinds += Replay(work.session, work.session.get_one(Case, case_id), what).run()
        _one_winner(work.session, results, kinds)
    return kinds


def _one_winner(session: Any, results: list[Result], kinds: Counter[str]) -> None:
    """Each task that is done has one winner, who was told so; whoever lost to them was told their name."""
    won = [task for result in results for task, _person in result.won]
    assert len(won) == len(set(won))
    assert len(won) == kinds["task.completed"]
    winners = {task: person for result in results for task, person in result.won}
    menders = _menders(session)
    names = {row.id: row.name for row in session.execute(select(Person.id, Person.name))}
    rows = {task.id: task for task in session.scalars(select(Task))}
    for task_id, person in winners.items():
        assert (rows[task_id].state, rows[task_id].completed_by_id) == (TaskState.COMPLETED, person)
    for result in results:
        for task_id, sentence in result.lost:
            told_who = task_id in winners and names[winners[task_id]] in sentence
            case_id = rows[task_id].case_id  # or pressed on an open task whose inputs somebody had corrected
            told_who = told_who or any(names[who] in sentence for who in menders[case_id])
            assert told_who or rows[task_id].state == TaskState.CANCELLED, (sentence, rows[task_id].state)


def _menders(session: Any) -> dict[int, set[int]]:
    """Who corrected variables of which case."""
    found: dict[int, set[int]] = defaultdict(set)
    edits = select(Event.case_id, Event.actor_id).where(Event.kind == "case.variables_edited")
    for case_id, person in session.execute(edits):
        found[case_id].add(person)
    return found
