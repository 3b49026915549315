"""Saved states of every kind that earlier versions wrote: each is read back and runs on to its end."""

import json
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.engine.play import Play
from tests.engine.test_diagrams import decide, perform
from webapp.engine import snapshot
from webapp.engine.readings import NOWHERE
from webapp.engine.runtime import collect
from webapp.engine.specs import load
from webapp.engine.values import ItemKey

FOLDER = Path(__file__).parent / "corpus"
BODIES = {path.stem: json.loads(path.read_text()) for path in sorted(FOLDER.glob("format-*.json"))}
STATES = [(name, state) for name, body in BODIES.items() for state in body["states"]]


def test_the_present_format_is_in_the_corpus():
    assert f"format-{snapshot.FORMAT}" in BODIES


@pytest.mark.parametrize(
    ("format_name", "state"), STATES, ids=[f"{name}: {state['name']}" for name, state in STATES]
)
def test_read_back_and_run_on(format_name, state):
    spec = BODIES[format_name]["specs"][state["spec"]]
    case = snapshot.restore(state["snapshot"], load(spec), NOWHERE)
    advance = collect(case)
    assert repr(sorted(advance.variables.items())) == state["variables"]
    assert [timer.element_id for timer in advance.timers] == state["timers"]
    assert [wait.element_id for wait in (*advance.messages, *advance.signals)] == state["messages"]
    assert [[incident.element_id, incident.kind] for incident in advance.incidents] == state["incidents"]
    play = Play(spec, decide=decide)
    play.snapshot, play.last, play.now = state["snapshot"], advance, datetime.fromisoformat(state["now"])
    for key, element in state["open"]:
        place = play.items if load(spec).nodes[element].kind == "userTask" else play.jobs
        place[ItemKey(**key)] = SimpleNamespace(element_id=element)
    finish(play, state["rest"])


def finish(play, rest):
    """Follow the rest of the story, else complete what is open until the case ends."""
    for step in rest:
        verb, *words = step.split(" : ")[0].split()
        perform(play, verb, words)
    for _ in range(50):
        if play.ended or play.stuck or not play.open:
            break
        play.done(play.open[0])
    assert play.ended or play.stuck
