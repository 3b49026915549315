"""Scenarios marked for the demo come true on the demo company, through the services that people use."""

import pytest
from sqlalchemy import select

from models.case import Case
from models.event import Event
from tests.company import ROOT
from webapp.adapters.signing import open_trial
from webapp.cli.demo import Stage
from webapp.domain.pack import SEALED
from webapp.domain.permissions import SYSTEM
from webapp.edge import utc_now
from webapp.services.demo.company import load_people, read_plan
from webapp.services.demo.stories import play_stories
from webapp.services.procedures.bundle import forget_bundles
from webapp.services.procedures.shipped import install_shipped
from webapp.services.reference.seed import seed_reference


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_each_stands_where_its_scenario_ends(house, clock, tmp_path):
    forget_bundles()
    plan = read_plan(ROOT)
    small = [
        {**row, "people": min(row["people"], 8), "teams": 1}
        if "teams" in row
        else {**row, "people": min(row["people"], 4)}
        for row in plan["department"]
    ]
    with house.unit(SYSTEM) as work:
        install_shipped(work, ROOT)
        seed_reference(work)
        cast = load_people(work, {**plan, "department": small})
    logins = {name: person.id for name, person in cast.logins.items()}
    clock.now = utc_now()  # a time stamp is of the minute in which it is made
    doors = open_trial(tmp_path / "trial", now=clock.now, organisation="云衫")
    object.__setattr__(house.ports, "doors", lambda: doors)
    now = clock.now
    told = play_stories(Stage(house, clock), logins, password=plan["password"])
    assert told
    assert {(t.procedure, t.name): t.faults for t in told if t.faults} == {}
    assert clock.now == now
    with house.view(SYSTEM) as work:
        for one in told:
            case = work.session.get_one(Case, one.case_id)
            assert (one.name, case.state in {"active", "completed"}) == (one.name, True)
            assert case.started_at <= now
        closed = {one.name.rsplit("/", 1)[-1] for one in told if _last(work, one.case_id) == SEALED}
        assert "demo-resigned.toml" in closed


def _last(work, case_id):
    """The newest event of a case."""
    newest = select(Event.kind).where(Event.case_id == case_id).order_by(Event.sequence.desc()).limit(1)
    return work.session.scalar(newest)
