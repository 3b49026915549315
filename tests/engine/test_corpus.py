"""Saved states of every kind that earlier versions wrote: each is read back and runs on to its end."""

import json
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.engine.corpus_places import DEFINITIONS, HOSTS, places
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


def stood_in():
    """The kinds of places in which a token of a saved state stands: element, event, interrupting, marker, host."""
    found = set()
    for name, state in STATES:
        plan = load(BODIES[name]["specs"][state["spec"]])
        for task in snapshot.restore(state["snapshot"], plan, NOWHERE).walk():
            node = task.task_spec.node
            host = plan.nodes[node.attached_to].kind if node.attached_to else ""
            event, loop = node.event.kind if node.event else "", node.loop.kind if node.loop else ""
            found.add((node.kind, event, node.interrupting, loop, host))
    return found


def test_a_token_stands_in_every_kind_of_place():
    events = [
        (kind, cancels) for kind in DEFINITIONS for cancels in (True, False) if kind != "error" or cancels
    ]
    wanted = {("boundaryEvent", kind, cancels, "", host) for kind, cancels in events for host in HOSTS}
    wanted |= {("startEvent", kind, interrupts, "", "") for kind, interrupts in events}
    catches = ("message", "signal", "timer", "conditional")
    wanted |= {("intermediateCatchEvent", kind, True, "", "") for kind in catches}
    told = {"receiveTask": "message"}
    loops = ("", "parallel", "sequential")
    wanted |= {(host, told.get(host, ""), True, loop, "") for host in HOSTS for loop in loops}
    wanted |= {
        (kind, "", True, "", "") for kind in ("eventBasedGateway", "parallelGateway", "inclusiveGateway")
    }
    wanted |= {("userTask", "", True, "standard", ""), ("exclusiveGateway", "", True, "", "")}
    assert wanted - stood_in() == set()


def test_each_place_that_is_drawn_is_kept():
    assert {place.name for place in places()} <= {state["name"] for _, state in STATES}


def finish(play, rest):
    """Follow the rest of the story, with the work that is then open; complete what is left until the case ends."""
    for step in rest:
        action, _, expected = step.partition(" : ")
        verb, *words = action.split()
        perform(play, verb, words)
        if expected:
            assert play.ended == (expected == "ended")
            assert play.open == ([] if expected in {".", "ended"} else expected.split())
    for _ in range(50):
        if play.ended or play.stuck or not play.open:
            break
        play.done(play.open[0])
    assert play.ended or play.stuck
