"""The shipped procedures at the end of an employment, compiled once, with the law and the calendar in force."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from webapp import decisions
from webapp.adapters.lawdata import seed_law
from webapp.adapters.lawfeel import Bench, WorkingCalendar, law_functions
from webapp.domain.errors import HeguiError, InvalidError
from webapp.domain.regions import parameter_region
from webapp.engine.diagrams import compile_diagram
from webapp.engine.expressions import Library
from webapp.services import forms, scenarios

ROOT = Path(__file__).resolve().parents[2]
KEYS = tuple(key for key in ("investigation", "dismissal", "arbitration") if (ROOT / "bpmn" / key).is_dir())
STORIES = [(key, path) for key in KEYS for path in sorted((ROOT / "bpmn" / key / "scenarios").glob("*.toml"))]
LAW = seed_law()
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@cache
def diagram(key):
    return compile_diagram((ROOT / "bpmn" / key / f"{key}.bpmn").read_bytes())


@cache
def tables(key):
    return tuple(decisions.load(path.read_bytes()) for path in sorted((ROOT / "bpmn" / key).glob("*.dmn")))


def functions(region="310000"):
    return law_functions(Bench(law=lambda: LAW, region=lambda: parameter_region(region)))


@cache
def forms_of(key):
    """The procedure's forms by their ids."""
    read = [forms.load(path.read_text()) for path in (ROOT / "forms" / key).glob("*.form")]
    return {form.id: form for form in read}


@dataclass(frozen=True)
class Played:
    """How a story went: what failed, elements gone through, answers that their form would refuse.

    ``seen``: what each task or job was handed, by element; of several the newest.
    """

    failure: scenarios.Failure | None
    passed: frozenset[str]
    refused: tuple[tuple[int, str, dict], ...]
    seen: tuple[tuple[str, dict], ...]


@cache
def play(key, path):
    """Play a story on the diagram as it ships, each answer first put to its form."""
    asked = functions()

    def decide(name, variables, now):
        model = next(m for m in tables(key) if name in m.decision_ids)
        answer = model.evaluate(name, variables, now=now, functions=asked)
        return answer.value, tuple(rule.rule_id for rule in answer.fired)

    story = scenarios.load(path.read_text())
    library = Library(functions=asked, at=lambda _: None)
    stage = scenarios.Stage(
        story, diagram(key).spec, calendar=WorkingCalendar(LAW), decide=decide, library=library
    )
    refused, failure, seen = [], None, {}
    for number, step in enumerate(story.steps, 1):
        refused += ((number, step.element, fault) for fault in faults(key, stage, step))
        try:
            message = stage.play(step)
        except HeguiError as error:
            message = error.message
        seen |= {each.element_id: each.variables for each in (*stage.items.values(), *stage.jobs.values())}
        if message is not None:
            failure = scenarios.Failure(step=number, element=step.element, message=message)
            break
    return Played(failure, frozenset(stage.passed), tuple(refused), tuple(seen.items()))


def faults(key, stage, step):
    """What the form of the step would say to the story's answer."""
    item = next((i for i in stage.items.values() if i.element_id == step.element), None)
    form = None if item is None or step.act != "complete" else forms_of(key).get(item.form_id)
    if form is None:
        return
    answer = {name: value for name, value in step.values.items() if name != "actor"}
    files = {each["id"]: forms.Upload(name=each["name"], media_type=XLSX) for each in named_files(answer)}
    context = {**stage.scenario.given, **item.variables}
    try:
        forms.accept(form, answer, context=context, uploads=files, now=stage.now)
    except InvalidError as error:
        yield {name: [str(each) for each in said] for name, said in error.fields.items()}


def named_files(value):
    """Every file that an answer names."""
    if isinstance(value, dict):
        if set(value) == {"id", "name"}:
            yield value
        value = value.values()
    if not isinstance(value, str) and hasattr(value, "__iter__"):
        for each in value:
            yield from named_files(each)
