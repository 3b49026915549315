"""The demo company is the same for everybody and lives in every named state."""

import pytest
from sqlalchemy import func, select

from models.bundle import Bundle
from models.campaign import CampaignMember
from models.case import Case, CaseState
from models.contract import ContractTerms
from models.job import Job
from models.leave import LeaveRequest, LeaveState
from models.monitoring import Alert
from models.organisation import Entity
from models.permit import Permit
from models.person import Person
from models.task import Task, TaskState
from tests.company import ROOT
from tests.pdf.tools import needs_openssl
from webapp.adapters.signing import open_trial
from webapp.cli.demo import Stage
from webapp.domain.permissions import SYSTEM
from webapp.edge import utc_now
from webapp.services.demo.bundle import play_bundle, read_bundle_plan
from webapp.services.demo.change import FIRST, SECOND, play_change
from webapp.services.demo.company import is_empty, load_people, read_plan
from webapp.services.demo.leave import EACH, Story, play_leave
from webapp.services.demo.watch import play_watch
from webapp.services.people import load_actor, local_date
from webapp.services.procedures.bundle import forget_bundles
from webapp.services.procedures.shipped import install_shipped
from webapp.services.reference.seed import seed_reference
from webapp.services.signing import seals
from webapp.worker import Worker

ENDS = {
    Story.WITH_MANAGER: (CaseState.ACTIVE, LeaveState.PENDING, {"approve"}),
    Story.OVERDUE: (CaseState.ACTIVE, LeaveState.PENDING, {"approve"}),
    Story.WITH_SECOND: (CaseState.ACTIVE, LeaveState.PENDING, {"second"}),
    Story.WITH_HR: (CaseState.ACTIVE, LeaveState.PENDING, {"hr"}),
    Story.REFUSED: (CaseState.COMPLETED, LeaveState.REJECTED, set()),
    Story.WITHDRAWN: (CaseState.CANCELLED, LeaveState.CANCELLED, set()),
    Story.APPROVED: (CaseState.ACTIVE, LeaveState.APPROVED, set()),
    Story.ON_LEAVE: (CaseState.ACTIVE, LeaveState.APPROVED, set()),
    Story.TAKEN: (CaseState.COMPLETED, LeaveState.TAKEN, set()),
    Story.CHANGE_ASKED: (CaseState.ACTIVE, LeaveState.CANCEL_PENDING, {"decide_change"}),
    Story.CHANGE_REFUSED: (CaseState.ACTIVE, LeaveState.APPROVED, set()),
    Story.SHORTENED: (CaseState.ACTIVE, LeaveState.APPROVED, set()),
    Story.CANCELLED: (CaseState.COMPLETED, LeaveState.CANCELLED, set()),
    Story.PROOF_OWED: (CaseState.ACTIVE, None, {"hand_in"}),
    Story.PROOF_CHECK: (CaseState.ACTIVE, None, {"verify"}),
}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@needs_openssl
def test_twelve_hundred_people_a_thousand_at_night_and_every_story(house, clock, tmp_path):
    forget_bundles()
    plan = read_plan(ROOT)
    with house.unit(SYSTEM) as work:
        assert is_empty(work)
        install_shipped(work, ROOT)
        seed_reference(work)
        cast = load_people(work, plan)
    team = [p.id for p in cast.people["SH-CS-01"] if p.level == 1]
    player = play_leave(Stage(house, clock), hr_id=cast.logins["zhaomin"].id, first_ids=team, each=1)
    with house.view(SYSTEM) as work:
        session = work.session
        assert session.scalar(select(func.count()).select_from(Person)) == 1200
        assert session.scalar(select(func.count()).where(Person.post.like("夜%"))) == 1000
        assert session.scalar(select(func.count()).where(Entity.kind == "branch")) == 3
        assert not is_empty(work)
        assert session.scalar(select(func.count()).select_from(ContractTerms)) == 1200
        ends = sorted((p.valid_to - local_date(clock.now)).days for p in session.scalars(select(Permit)))
        assert ends == [-30, 41, 430, 430]  # one is over, one is about to end
        assert {story: len(ids) for story, ids in player.played.items()} == dict.fromkeys(Story, 1)
        for story, (case_id,) in player.played.items():
            state, leave, steps = ENDS[story]
            case = session.get_one(Case, case_id)
            request = session.scalars(select(LeaveRequest).where(LeaveRequest.case_id == case_id)).one()
            tasks = session.scalars(
                select(Task.element_id).where(Task.case_id == case_id, Task.state == TaskState.OPEN)
            )
            assert (story, case.state, set(tasks)) == (story, state, steps)
            assert leave is None or request.state == leave, story

    doors = open_trial(tmp_path / "ca", now=utc_now(), organisation="云衫")
    object.__setattr__(house.ports, "doors", lambda: doors)
    clock.now = utc_now()  # as a time stamp's clock does
    campaigns = play_change(
        Stage(house, clock), cast, first=tuple(dict.fromkeys(FIRST)), second=tuple(dict.fromkeys(SECOND))
    )
    with house.view(SYSTEM) as work:
        found = [
            set(work.session.scalars(select(CampaignMember.stage).where(CampaignMember.campaign_id == i)))
            for i in campaigns
        ]
    assert found == [
        {"changed", "refused", "not-agreed", "expired", "left"},
        {"answering", "negotiating", "signing", "sealing", "changed", "refused", "blocked"},
        {"waiting"},
    ]
    worker = Worker(house, "w1")
    with house.view(SYSTEM) as work:
        left = list(work.session.scalars(select(Job.id).where(Job.type == "sign-document")))
        holder = load_actor(work.session, cast.logins["yinxin"].id)
    assert left  # the certificate's signature is the real worker's, as soon as it runs
    for job_id in left:
        worker.perform(job_id)
    with house.view(holder) as work:
        assert len(seals.waiting(work)) == len(left)

    bundle_id = play_bundle(Stage(house, clock), cast, campaigns[0], plan=read_bundle_plan(ROOT))
    with house.view(SYSTEM) as work:
        bundle = work.session.get_one(Bundle, bundle_id)
        assert bundle.exhibit_count > 3  # what was collected, and three files that legal brought
        assert bundle.edition_count == 1

    alerts = play_watch(Stage(house, clock), cast, ROOT)
    with house.view(SYSTEM) as work:
        states = {a.rule: a.state for a in work.session.scalars(select(Alert))}
        count = work.session.scalar(select(func.count()).select_from(Alert))
    assert (len(alerts), count) == (3, 3)
    assert states == {
        "outside-zone": "open",
        "missing-reports": "discarded",
        "results-hours": "handed-on",
    }


def test_at_least_a_hundred_and_fifty_cases_over_twelve_states():
    assert len(Story) >= 12
    assert len(Story) * EACH >= 150
