"""What a diagram may say about a vote: refused at publish in words, or the case stops at the step."""

import pytest
from sqlalchemy import select

from models.case import Case, IncidentRow
from tests.company import Company
from tests.engine.drawing import pictured
from tests.services.test_approvals import SETTINGS, THREE, Room, voted
from webapp.domain.permissions import SYSTEM
from webapp.services.cases.mend import edit_variables
from webapp.services.cases.operate import retry
from webapp.services.cases.start import StartCase
from webapp.services.cases.start import start as begin
from webapp.services.notices import restored
from webapp.services.procedures.check import check_version
from webapp.services.procedures.files import File


@pytest.fixture
def database_url(tmp_path):
    return f"sqlite:///{tmp_path / 'checks.sqlite'}"


@pytest.fixture
def company(house, tmp_path):
    folder = tmp_path / "bpmn" / "weighed"
    folder.mkdir(parents=True)
    drawn = voted(mode="share", share="=needed", weights="=weights")
    (folder / "weighed.bpmn").write_bytes(pictured(drawn))
    (folder / "procedure.toml").write_text(SETTINGS.format(key="weighed"))
    return Company(house, tmp_path)


def told(company, **given):
    body = pictured(voted(**given)).decode()
    settings = 'diagram = "p.bpmn"\n' + SETTINGS.format(key="p")
    files = (
        File(path="p.bpmn", kind="diagram", body=body),
        File(path="procedure.toml", kind="settings", body=settings),
    )
    with company.house.view(SYSTEM) as work:
        return [str(p.message) for p in check_version(work.session, "p", files) if p.error]


class TestAtPublish:
    @pytest.mark.parametrize(
        ("given", "sentence"),
        [
            ({"mode": "most"}, "只能是：single、all、any、sequence、share"),
            ({"mode": "share"}, "票签要写明通过比例"),
            ({"mode": "share", "share": "0"}, "要写成 60%、60 或 2/3"),
            ({"mode": "all", "share": "60"}, "只在票签时起作用"),
            ({"mode": "single"}, "只在多人审批时起作用"),
            ({"mode": "all", "approvers": "E0001"}, "以“=”开头"),
            ({"mode": "all", "on_reject": "maybe"}, "只能是：decides、counts"),
            ({"mode": "all", "on_timeout": "pass"}, "不起作用，请删除"),
        ],
    )
    def test_what_nobody_would_carry_out_is_refused(self, company, given, sentence):
        assert any(sentence in one for one in told(company, **given))

    @pytest.mark.parametrize(
        "given",
        [
            {"mode": "all"},
            {"mode": "any", "on_reject": "counts"},
            {"mode": "sequence", "approvers": THREE},
            {"mode": "share", "share": "2/3", "weights": '={"E0001": 3}'},
        ],
    )
    def test_what_is_carried_out_is_not(self, company, given):
        assert told(company, **given) == []


def test_a_share_or_weight_that_comes_out_wrong_stops_the_case_and_can_be_mended(company):
    with company.unit("lina") as work:
        command = StartCase(
            procedure_key="weighed",
            person_id=company.ids["lina"],
            title="采购",
            variables={"needed": "most", "weights": {"E0001": 0}},
        )
        case_id = begin(work, command).id
    room = Room.__new__(Room)
    room.company, room.case_id = company, case_id
    room.press("hr", element="write")

    def standing():
        with company.house.view(SYSTEM) as work:
            row = work.session.scalars(select(IncidentRow).where(IncidentRow.resolved_at.is_(None))).one()
            assert work.session.get_one(Case, case_id).state == "incident"
            return str(restored(row.message))

    assert "通过比例“most”" in standing()
    for variables, sentence in (({"needed": "60"}, "E0001 的票数"), ({"weights": {"E0001": 2}}, None)):
        with company.unit("hr") as work:
            edit_variables(work, case_id, variables=variables, reason="更正")
        with company.unit("hr") as work:
            retry(work, case_id, element_id="vote")
        if sentence is not None:
            assert sentence in standing()
    assert room.asked == ["boss", "head", "owner"]
