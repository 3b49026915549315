"""The shipped procedures at the end of an employment, compiled once, with the law and the calendar in force."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from webapp import decisions
from webapp.adapters.lawdata import seed_law
from webapp.adapters.lawfeel import Bench, WorkingCalendar, law_functions
from webapp.domain.regions import parameter_region
from webapp.engine.diagrams import compile_diagram
from webapp.engine.expressions import Library
from webapp.services import scenarios

ROOT = Path(__file__).resolve().parents[2]
KEYS = tuple(key for key in ("investigation", "dismissal", "arbitration") if (ROOT / "bpmn" / key).is_dir())
STORIES = [(key, path) for key in KEYS for path in sorted((ROOT / "bpmn" / key / "scenarios").glob("*.toml"))]
LAW = seed_law()


@cache
def diagram(key):
    return compile_diagram((ROOT / "bpmn" / key / f"{key}.bpmn").read_bytes())


@cache
def tables(key):
    return tuple(decisions.load(path.read_bytes()) for path in sorted((ROOT / "bpmn" / key).glob("*.dmn")))


def functions(region="310000"):
    return law_functions(Bench(law=lambda: LAW, region=lambda: parameter_region(region)))


@cache
def play(key, path):
    """Play a story on the diagram as it ships; what failed, and what it went through."""
    asked = functions()

    def decide(name, variables, now):
        model = next(m for m in tables(key) if name in m.decision_ids)
        answer = model.evaluate(name, variables, now=now, functions=asked)
        return answer.value, tuple(rule.rule_id for rule in answer.fired)

    return scenarios.run(
        scenarios.load(path.read_text()),
        diagram(key).spec,
        calendar=WorkingCalendar(LAW),
        decide=decide,
        library=Library(functions=asked, at=lambda _: None),
    )
