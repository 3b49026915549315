"""A diagram asks the law: the case's own day and place, the event that says which row answered, the checks."""

import json
from datetime import date

import pytest
from sqlalchemy import select

from models.account import Grant
from models.case import Case, IncidentRow
from models.event import Event
from models.procedure import Procedure
from tests.company import Company
from tests.engine.drawing import diagram, end, mapping, node, path, script, start, user, zeebe
from webapp.domain.permissions import SYSTEM, Role
from webapp.edge import count_statements
from webapp.services.cases.book import rule_line
from webapp.services.cases.start import StartCase
from webapp.services.cases.start import start as begin
from webapp.services.procedures.check import check_version
from webapp.services.procedures.files import read_folder, read_settings
from webapp.services.procedures.release import play_scenarios
from webapp.services.procedures.shipped import append_release
from webapp.services.reference.seed import seed_reference
from webapp.services.tables.parameters import decide, propose

SETTINGS = """
key = "ask"
prefix = "AS"
owner_role = "process-owner"
start_roles = ["employee", "hr"]
retention_years = 2
[titles]
zh-Hans = "问法"
en = "Ask"
zh-Hant = "問法"
"""
HR = zeebe("assignmentDefinition", candidateGroups="hr")
JOINER = (
    "=annual_leave_new_joiner(hired: hired, cumulative_service_years: 6, continuous_service_12_months: true)"
)
MARRIAGE = '=family_leave(leave_type: "marriage", on: date("2026-03-02")).amount'
MINIMUM = '=sick_pay_floor(on: date("2026-03-02"), region: "CN-YN").monthly_floor'


TABLE = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="urn:d">
  <inputData id="i" name="hired"><variable name="hired"/></inputData>
  <decision id="due" name="due"><variable name="due"/>
    <informationRequirement><requiredInput href="#i"/></informationRequirement>
    <literalExpression><text>{text}</text></literalExpression></decision>
</definitions>"""
DEADLINE = 'deadline(start: hired, amount: 15, unit: "calendar_days").due'


def drawn(days=JOINER + ".days", amount=MARRIAGE, assignee=None):
    """Days of leave by a script, marriage leave by a mapping, a deadline by a decision table, a gateway."""
    people = HR if assignee is None else zeebe("assignmentDefinition", assignee=assignee)
    return diagram(
        start(),
        script("days", days, "days"),
        node(
            "businessRuleTask",
            "limit",
            ext=zeebe("calledDecision", decisionId="due", resultVariable="due"),
        ),
        user("see", ext=people + mapping(inputs={"amount": amount})),
        end(),
        path("s > days > limit > see > e"),
        name="ask",
    )


STORY = """
now = "2026-06-01T09:00:00+08:00"
[title]
zh-Hans = "入职"
[given]
hired = "2026-04-01"
region = "310000"
[[step]]
act = "start"
then = { open = ["see"] }
"""


def draw(root, xml, *, table=DEADLINE, story=""):
    folder = root / "bpmn" / "ask"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "ask.bpmn").write_bytes(xml)
    (folder / "due.dmn").write_text(TABLE.format(text=table))
    (folder / "procedure.toml").write_text(SETTINGS)
    if story:
        (folder / "scenarios").mkdir(exist_ok=True)
        (folder / "scenarios" / "joined.toml").write_text(story)
    return root


def make_company(house, root):
    company = Company(house, root)
    with house.unit(SYSTEM) as work:
        seed_reference(work)
        work.session.add(Grant(person_id=company.ids["boss"], role=Role.HR_HEAD))
        work.session.add(Grant(person_id=company.ids["hr2"], role=Role.LEGAL))
    return company


@pytest.fixture
def company(house, tmp_path):
    return make_company(house, draw(tmp_path, drawn()))


def launch(company, who="lina"):
    with company.unit(who) as work:
        command = StartCase(
            procedure_key="ask",
            person_id=company.ids[who],
            title="t",
            variables={"hired": date(2026, 4, 1)},
        )
        return begin(work, command).id


def laws(company, case_id):
    """The laws that the events of a case tell, by area."""
    with company.house.view(SYSTEM) as work:
        rows = work.session.scalars(select(Event).where(Event.case_id == case_id).order_by(Event.sequence))
        rules = [r for e in rows for r in json.loads(e.payload.body)["data"].get("rules", ())]
        return {rule["decision"]: rule for rule in rules if "law" in rule}


def variables(company, case_id):
    with company.house.view(SYSTEM) as work:
        return work.session.get_one(Case, case_id).variables


def incident(company, case_id):
    with company.house.view(SYSTEM) as work:
        found = work.session.scalars(select(IncidentRow).where(IncidentRow.case_id == case_id)).one()
        return found.element_id, str(found.message)


TIERS = {
    "key": "annual_leave.tiers",
    "region": "CN",
    "valid_from": "2008-01-01",
    "value": '[["1", "7"], ["10", "10"], ["20", "15"]]',
    "unit": "days",
    "source": "测试",
}


class TestRunning:
    def test_a_script_a_mapping_and_a_table_are_answered(self, company):
        case_id = launch(company)
        found = variables(company, case_id)
        assert found["days"] == 3
        assert found["due"] == "2026-04-16"
        assert laws(company, case_id).keys() == {"annual_leave_new_joiner", "deadline", "family_leave"}

    def test_the_place_is_that_of_the_person(self, company):
        found = laws(company, launch(company))["family_leave"]
        assert found["element"] == "see"
        assert found["law"]["inputs"]["region"] == "CN-SH"
        assert found["law"]["output"]["amount"] == 10
        there = laws(company, launch(company, "stranger"))["family_leave"]
        assert there["law"]["inputs"]["region"] == "CN-GD-GZ"
        assert there["law"]["output"]["amount"] == 3

    def test_the_event_names_element_articles_rows_inputs_and_answer(self, company):
        found = laws(company, launch(company))["annual_leave_new_joiner"]
        assert found["element"] == "days"
        assert any("年休假" in article for article in found["rules"])
        row = next(r for r in found["law"]["parameters"] if r["key"].startswith("annual_leave"))
        assert row["valid_from"]
        assert row["source"]
        assert found["law"]["inputs"]["hired"] == "2026-04-01"
        assert found["law"]["output"]["days"] == 3

    @pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
    def test_a_table_tells_the_element_that_asked_it(self, company):
        assert laws(company, launch(company))["deadline"]["element"] == "limit"

    @pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
    def test_the_printed_case_names_the_law_and_its_row(self, company):
        line = rule_line(laws(company, launch(company))["family_leave"])
        assert "婚假" in str(line.decision)
        assert line.rule
        assert "CN-SH" in str(line.source)

    @pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
    def test_a_missing_row_stops_the_case_and_says_which_to_fill_in(self, house, tmp_path):
        company = make_company(house, draw(tmp_path, drawn(amount=MINIMUM)))
        element, sentence = incident(company, launch(company))
        assert element == "see"
        assert "wage.minimum" in sentence
        assert "CN-YN" in sentence

    @pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
    def test_a_diagram_that_asks_without_end_is_stopped(self, house, tmp_path):
        loop = f"=count(for i in 1..2000 return {MARRIAGE[1:]})"
        company = make_company(house, draw(tmp_path, drawn(days=loop)))
        element, sentence = incident(company, launch(company))
        assert element == "days"
        assert "500" in sentence

    def test_a_row_changed_between_two_cases_counts_for_the_second(self, company):
        before = launch(company)
        with company.unit("boss") as work:
            row = propose(work, TIERS)
        with company.unit("hr2") as work:
            decide(work, str(row.id), confirm=True)
        assert variables(company, before)["days"] == 3
        assert variables(company, launch(company))["days"] == 5

    def test_the_law_costs_two_statements_and_nothing_where_nobody_asks(self, house, engine, tmp_path):
        company = make_company(house, draw(tmp_path, drawn()))
        launch(company)
        asking = counted(company, engine)
        with house.unit(SYSTEM) as work:
            release(work, draw(tmp_path, drawn(days="=3", amount="=10"), table="1"))
        launch(company)
        quiet = counted(company, engine)
        assert len(asking) - len(quiet) == 2, asking
        assert not any("region_parameter" in text or "calendar_day" in text for text in quiet)

    @pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
    def test_a_scenario_is_answered_as_of_its_own_moment_and_region(self, house, tmp_path):
        story = STORY.replace('["see"]', '["see"], assignee = "10"')
        root = draw(tmp_path, drawn(assignee="=string(amount)"), story=story)
        company = make_company(house, root)
        with company.unit("owner") as work:
            (played,) = play_scenarios(work, "ask", read_folder(root, "ask"))
        assert played.failure is None
        assert played.unreadable is None


def release(work, root):
    """A second version of the procedure."""
    procedure = work.session.scalars(select(Procedure).where(Procedure.key == "ask")).one()
    files = read_folder(root, "ask")
    append_release(work, procedure, settings=read_settings("ask", files), files=files, number=2)


def counted(company, engine):
    """The statements of one start."""
    seen = []
    stop = count_statements(engine, seen)
    launch(company)
    stop()
    return seen


WRONG = {
    "=annual_leave_joiner(hired: hired)": ("days", "annual_leave_joiner"),
    '=rule("moon", {})': ("days", "moon"),
    "=annual_leave_new_joiner(hird: hired, cumulative_service_years: 6, continuous_service_12_months: true)": (
        "days",
        "没有输入项“hird”",
    ),
    "=annual_leave_new_joiner({hired: hired, cumulative_service_years: 6})": (
        "days",
        "缺少输入项“continuous_service_12_months”",
    ),
    "=annual_leave_new_joiner(hired, 6, true)": ("days", "要写名称"),
    '=family_leave(leave_type: "mariage", on: hired)': ("days", "leave_type"),
    '=rule("deadline", {start: hired, amount: 15, unit: "calendar_days", moon: 1})': ("days", "moon"),
}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
class TestPublishing:
    def problems(self, house, root, **more):
        draw(root, drawn(**more))
        with house.view(SYSTEM) as work:
            found = check_version(work.session, "ask", read_folder(root, "ask"))
        return [
            (p.path, p.element, str(p.message)) for p in found if p.error and p.element
        ]  # none is laid out

    def test_nothing_is_wrong_with_what_runs(self, house, tmp_path):
        assert self.problems(house, tmp_path) == []

    def test_a_wrong_question_is_told_at_its_element(self, house, tmp_path):
        for text, (element, word) in WRONG.items():
            found = self.problems(house, tmp_path, days=text)
            assert {(p, e) for p, e, _ in found} == {("ask.bpmn", element)}, text
            assert word in found[0][2]

    def test_a_wrong_question_in_a_table_is_told_too(self, house, tmp_path):
        draw(tmp_path, drawn(), table='deadline(start: hired, amuont: 15, unit: "calendar_days").due')
        with house.view(SYSTEM) as work:
            found = check_version(work.session, "ask", read_folder(tmp_path, "ask"))
        assert any(p.path == "due.dmn" and "amuont" in str(p.message) for p in found if p.error)
