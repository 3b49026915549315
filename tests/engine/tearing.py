"""Torn diagrams: real ones with something cut out, doubled, renamed or moved at random."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lxml import etree

from tests.engine.play import Play
from webapp.domain.errors import HeguiError
from webapp.engine.diagrams import compile_diagram
from webapp.engine.errors import DiagramError
from webapp.engine.lint import Severity, check

if TYPE_CHECKING:
    import random

FILES = sorted((Path(__file__).parent / "diagrams").glob("*.bpmn"))
TEXTS = [
    "",
    "=",
    "= 1 +",
    "=x",
    "=[1, 2]",
    "PT1H",
    "R/PT1H",
    "typename",
    "=null",
    "2026-01-01",
    "＝x",
    "a" * 300,
]
ACTS = 12


def tear(chance: random.Random) -> bytes:
    """One of the diagrams with one to four faults."""
    root = etree.fromstring(chance.choice(FILES).read_bytes())
    for _ in range(chance.randint(1, 4)):
        elements = [
            item for item in root.iter() if isinstance(item.tag, str) and item.getparent() is not None
        ]
        if not elements:
            break  # everything was cut out
        chance.choice([_cut, _double, _rename, _move, _retype])(chance.choice(elements), elements, chance)
    return bytes(etree.tostring(root))


def _cut(element: Any, _elements: list[Any], _chance: random.Random) -> None:
    if element.getparent() is not None:
        element.getparent().remove(element)


def _double(element: Any, _elements: list[Any], chance: random.Random) -> None:
    twin = copy.deepcopy(element)
    if chance.random() < 0.7:
        for item in twin.iter():
            if isinstance(item.tag, str) and item.get("id"):
                item.set("id", f"{item.get('id')}_{chance.randrange(99)}")
    element.getparent().append(twin)


def _rename(element: Any, elements: list[Any], chance: random.Random) -> None:
    if not element.attrib:
        element.text = chance.choice(TEXTS)
        return
    name = chance.choice(sorted(element.attrib))
    ids = [item.get("id") for item in elements if item.get("id")]
    kinds = [None, chance.choice(TEXTS), chance.choice(ids) if ids else "x"]
    value = chance.choice(kinds)
    if value is None:
        del element.attrib[name]
    else:
        element.set(name, value)


def _move(element: Any, elements: list[Any], chance: random.Random) -> None:
    target = chance.choice(elements)
    if element not in target.iterancestors() and target is not element and element not in target.iter():
        target.append(element)


def _retype(element: Any, elements: list[Any], chance: random.Random) -> None:
    other = chance.choice(elements)
    if element.tag.endswith("definitions") or other.tag.endswith("definitions"):
        return
    element.tag = other.tag


def try_out(xml: bytes, chance: random.Random) -> str:
    """Lint, compile and run; what happened. Anything but an error with a sentence is a failure of ours."""
    errors = [problem for problem in check(xml) if problem.severity is Severity.ERROR]
    assert all(str(problem.message) for problem in errors)
    try:
        spec = compile_diagram(xml).spec
    except DiagramError:
        assert errors, "the linter passed what cannot be compiled"
        return "refused"
    play = Play(spec, decide=lambda *_: (None, ()))
    try:
        play.start(manager="li", case_no="c", id="7", members=["a"], chain=["b"], items=[], x=1)
    except HeguiError:
        return "not started" if errors else "published, not started"
    for _ in range(ACTS):
        if play.ended or not (play.open or play.last.timers or play.last.messages or play.last.signals):
            break
        _act(play, chance)
    return "run with errors" if errors else "published and run"


def _act(play: Play, chance: random.Random) -> None:
    kind = chance.random()
    if kind < 0.2 and play.last.timers:
        play.wait(days=2) if len(play.last.timers) < 5 else None
    elif kind < 0.4 and play.last.messages:
        wait = chance.choice(play.last.messages)
        play.correlate(wait.name, wait.correlation_key)
    elif kind < 0.5 and play.last.signals:
        play.signal(chance.choice(play.last.signals).name)
    elif play.open:
        play.done(chance.choice(play.open), outcome="x", again=False)
