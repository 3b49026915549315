"""Voters who act at the same moment, on both databases: one winner, nothing counted twice."""

import re
import threading

import pytest

from tests.company import Company
from tests.engine.drawing import pictured
from tests.services.test_approvals import DIAGRAMS, SETTINGS, Room
from webapp.domain.errors import ConflictError
from webapp.services.tasks.complete import CompleteTask, complete


@pytest.fixture
def company(house, tmp_path):
    for key in ("any", "all"):
        folder = tmp_path / "bpmn" / key
        folder.mkdir(parents=True)
        (folder / f"{key}.bpmn").write_bytes(pictured(DIAGRAMS[key]))
        (folder / "procedure.toml").write_text(SETTINGS.format(key=key))
    return Company(house, tmp_path)


def press_together(company, room):
    """All three press at once; what each is told."""
    tasks = {who: room.task_of(who) for who in ("boss", "head", "owner")}
    told = []

    def press(who):
        task = tasks[who]
        values = {"outcome": "approve"}
        try:
            with company.unit(who) as work:
                complete(work, CompleteTask(task_id=task.id, version=task.version, values=values))
            told.append("counted")
        except ConflictError as error:
            told.append(str(error.message))

    threads = [threading.Thread(target=press, args=(who,)) for who in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told


def test_where_the_first_decides_one_wins_and_the_others_are_told(company):
    room = Room(company, "any")
    told = press_together(company, room)
    assert told.count("counted") == 1
    names = "周立|陈思远|吴涛"
    assert all(re.match(f"({names})已先表决", sentence) for sentence in told if sentence != "counted")
    assert room.kinds().count("approval.decided") == 1
    assert room.open == ["next"]


def test_where_all_decide_each_is_counted_and_the_engine_is_told_once(company):
    room = Room(company, "all")
    assert press_together(company, room) == ["counted"] * 3
    assert room.kinds().count("vote.cast") == 3
    assert room.kinds().count("approval.decided") == 1
    assert room.open == ["next"]
