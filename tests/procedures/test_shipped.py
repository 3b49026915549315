"""Promises: each procedure here ships sound, in three languages, and every one of its stories comes true."""

import json
import re
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import pytest

from models import metadata
from models.session import open_engine
from webapp import decisions, feel
from webapp.adapters.blobs import MemoryBlobs
from webapp.adapters.queue import QuietQueue
from webapp.domain.permissions import SYSTEM
from webapp.edge import open_edge
from webapp.engine.diagrams import compile_diagram
from webapp.services import forms, scenarios
from webapp.services.calendars import LazyCalendar
from webapp.services.cases.law import LawDesk
from webapp.services.cases.run import Decider
from webapp.services.procedures.check import check_version
from webapp.services.procedures.files import read_folder
from webapp.services.reference.seed import seed_reference
from webapp.services.work import Ports

ROOT = Path(__file__).resolve().parents[2]
KEYS = ("hours-permit", "rules-register", "document-receipt", "evidence-request")
STORIES = [(key, path) for key in KEYS for path in sorted((ROOT / "bpmn" / key / "scenarios").glob("*.toml"))]
DIAGRAMS = {key: compile_diagram((ROOT / "bpmn" / key / f"{key}.bpmn").read_bytes()) for key in KEYS}
FORBIDDEN = ("解除", "辞退", "开除", "终止劳动合同", "降薪", "处分")  # no refusal here is punished


class Tables:
    def __init__(self, key):
        bodies = [p.read_bytes() for p in sorted((ROOT / "bpmn" / key).glob("*.dmn"))]
        self.models = tuple(decisions.load(body) for body in bodies)


@pytest.fixture(scope="module")
def law():
    """A database with the shipped law and nothing else."""
    engine = open_engine("sqlite://")
    house = open_edge(
        engine, Ports(blobs=MemoryBlobs(), wake=QuietQueue().wake), lambda: datetime(2026, 11, 26, tzinfo=UTC)
    )
    with engine.execution_options(hegui_write=True).begin() as connection:
        metadata.create_all(connection)
    with house.unit(SYSTEM) as work:
        seed_reference(work)
    yield house
    engine.dispose()


def play(law, key, path):
    story = scenarios.load(path.read_text())
    with law.view(SYSTEM) as work:
        desk = LawDesk.of_story(work.session, story)
        return scenarios.run(
            story,
            DIAGRAMS[key].spec,
            calendar=LazyCalendar(work.session),
            decide=Decider(Tables(key), desk.functions),
            library=desk.library,
        )


@pytest.mark.parametrize("key", KEYS)
def test_its_stories_come_true_and_go_through_every_element(law, key):
    played = {path.stem: play(law, k, path) for k, path in STORIES if k == key}
    told = {
        name: f"{result.failure.step} {result.failure.element}: {result.failure.message}"
        for name, result in played.items()
        if result.failure is not None
    }
    assert told == {}
    drawn = {e.id for e in DIAGRAMS[key].elements if e.type not in {"process", "sequenceFlow"}}
    assert drawn - frozenset().union(*(result.passed for result in played.values())) == set()


@pytest.mark.parametrize("key", KEYS)
def test_nothing_keeps_it_from_being_released(law, key):
    with law.view(SYSTEM) as work:
        problems = check_version(work.session, key, read_folder(ROOT, key))
    assert [(p.path, p.element, str(p.message)) for p in problems if p.error] == []


@pytest.mark.parametrize("key", KEYS)
def test_it_speaks_three_languages(key):
    named = [e for e in DIAGRAMS[key].elements if e.names.get("zh-Hans")]
    assert [e.id for e in named if {"en", "zh-Hant"} - set(e.names)] == []
    for path in (ROOT / "forms" / key).glob("*.form"):
        assert (path.name, list(forms.untranslated(json.loads(path.read_text())))) == (path.name, [])


@pytest.mark.parametrize("key", KEYS)
def test_no_way_leads_to_a_dismissal_or_a_punishment(key):
    names = [e.names.get("zh-Hans", "") for e in DIAGRAMS[key].elements]
    assert [name for name in names if any(word in name for word in FORBIDDEN)] == []


@pytest.mark.parametrize(
    ("published", "day"),
    [("2026-11-16", "2026-12-01"), ("2026-12-20", "2026-12-20")],
    ids=["before", "after"],
)
def test_rules_hold_from_their_publication_at_the_earliest(published, day):
    text = (ROOT / "bpmn/rules-register/rules-register.bpmn").read_text()
    (source,) = re.findall(r'source="=([^"]+)" target="in_force_from"', text.replace('="=in_force_from"', ""))
    told = {"published_on": published, "effective_from": "2026-12-01"}
    assert feel.parse(unescape(source)).evaluate(told) == day


@pytest.mark.parametrize("key", KEYS)
def test_no_code_knows_it(key):
    sources = [
        *ROOT.glob("webapp/**/*.py"),
        *ROOT.glob("webapp/**/templates/**/*.html"),
        *ROOT.glob("models/*.py"),
    ]
    assert [str(p) for p in sources if f'"{key}"' in p.read_text() or f"'{key}'" in p.read_text()] == []
