"""A person asks about their own data: identity, decision, a copy for them alone, or a refusal with its article."""

import io
import json
import zipfile
from datetime import timedelta

import pytest
from sqlalchemy import select

from models.case import Case, CaseState
from models.event import Event, EventPayload
from models.job import Notice
from models.privacy import DataPackage
from models.task import Task, TaskState
from tests.company import ROOT
from tests.privacy.conftest import NUMBER
from webapp import decisions
from webapp.adapters.privacydata import shipped_register
from webapp.domain.errors import ForbiddenError, InvalidError, NotFoundError
from webapp.domain.permissions import SYSTEM
from webapp.engine.diagrams import compile_diagram
from webapp.services import scenarios
from webapp.services.cases.begin import BeginCase, begin
from webapp.services.cases.lists import list_cases, own_cases
from webapp.services.privacy.gather import gather
from webapp.services.privacy.package import Gathered, fetch, pack, packages_of
from webapp.services.procedures.files import read_folder
from webapp.services.tasks.complete import CompleteTask, complete

KEY = "data-request"
STORIES = sorted((ROOT / "bpmn" / KEY / "scenarios").glob("*.toml"))
DIAGRAM = compile_diagram((ROOT / "bpmn" / KEY / f"{KEY}.bpmn").read_bytes())
MODELS = [decisions.load(f.body.encode()) for f in read_folder(ROOT, KEY) if f.kind == "decision"]


class Weekdays:
    def is_working_day(self, day):
        return day.weekday() < 5

    def add_working_days(self, start, days):
        while days:
            start += timedelta(days=1)
            days -= self.is_working_day(start)
        return start


def play(path):
    return scenarios.run(
        scenarios.load(path.read_text()),
        DIAGRAM.spec,
        calendar=Weekdays(),
        decide=lambda d, v, now: (MODELS[0].evaluate(d, v, now=now).value, ()),
    )


class TestStories:
    @pytest.mark.parametrize("path", STORIES, ids=lambda p: p.stem)
    def test_come_true(self, path):
        failure = play(path).failure
        assert failure is None, f"{failure.step} {failure.element}: {failure.message}"

    def test_go_through_every_element_of_the_diagram(self):
        drawn = {e.id for e in DIAGRAM.elements if e.type not in {"process", "sequenceFlow"}}
        assert drawn - frozenset().union(*(play(path).passed for path in STORIES)) == set()


def ask(rights, who="lina", about="", **values):
    given = {"right": "copy", "scope": "入职以来的全部记录", **values}
    with rights.unit(who) as work:
        return begin(work, BeginCase(procedure_key=KEY, person=about, values=given, key=None))


def act(rights, case_id, who, **values):
    with rights.house.view(SYSTEM) as work:
        task = work.session.scalars(
            select(Task).where(Task.case_id == case_id, Task.state == TaskState.OPEN)
        ).one()
    with rights.unit(who) as work:
        complete(work, CompleteTask(task_id=task.id, version=task.version, values=values))


@pytest.fixture
def copy(rights):
    """A request that was granted: its case and package."""
    case_id = ask(rights)
    act(rights, case_id, "boss", outcome="grant", reason="本人请求，全部提供。", whole=False)
    rights.worker.sweep()
    with rights.house.view(SYSTEM) as work:
        return case_id, work.session.scalars(select(DataPackage)).one()


class TestACopy:
    def test_holds_what_the_register_names_as_json_and_to_read(self, rights, copy):
        with rights.unit("lina") as work:
            _, data = fetch(work, copy[1].id)
        archive = zipfile.ZipFile(io.BytesIO(data))
        assert archive.namelist() == ["data.json", "个人信息副本.pdf"]
        told = json.loads(archive.read("data.json"))
        assert told["data"]["person"][0]["phone"] == "13812345678"
        assert told["data"]["person_detail"][0]["identity_number"] == NUMBER
        assert len(told["data"]["case"]) == 1
        assert archive.read("个人信息副本.pdf").startswith(b"%PDF")
        secret = {name for _, table in shipped_register().tables() for name in table.secret}
        assert not {"password", "token", "snapshot"} - secret
        assert all(
            not secret & {"password", "token"} & row.keys() for rows in told["data"].values() for row in rows
        )

    def test_is_for_the_person_alone(self, rights, copy):
        for who in ("hr", "boss", "head", "wang", "hr2"):
            with rights.unit(who) as work:
                assert packages_of(work) == []
                with pytest.raises(NotFoundError):
                    fetch(work, copy[1].id)

    def test_each_fetch_is_an_event_of_the_case_and_the_person_was_told(self, rights, copy):
        with rights.unit("lina") as work:
            fetch(work, copy[1].id)
        with rights.house.view(SYSTEM) as work:
            kinds = list(
                work.session.scalars(select(Event.kind).where(Event.case_id == copy[0]).order_by(Event.id))
            )
            notices = work.session.scalars(select(Notice).where(Notice.person_id == rights.ids["lina"])).all()
        assert {"privacy.packaged", "privacy.fetched"} <= set(kinds)
        assert any("副本已备好" in n.message["texts"]["zh-Hans"] for n in notices)

    def test_its_bytes_go_when_its_time_is_over(self, rights, copy):
        rights.clock.now += timedelta(days=32)
        with rights.view("lina") as work:
            assert packages_of(work) == []
        rights.worker.sweep()
        with rights.house.view(SYSTEM) as work:
            assert work.session.scalars(select(DataPackage)).all() == []
            with pytest.raises(NotFoundError):
                work.ports.blobs.get(copy[1].sha256)

    def test_leaves_out_restricted_cases_and_says_how_many_unless_it_is_decided_otherwise(self, rights, copy):
        with rights.house.unit(SYSTEM) as work:
            work.session.get(Case, copy[0]).restricted = True
            work.session.flush()
            part = {k.table: (len(k.rows), k.withheld) for k in gather(work, rights.ids["lina"], whole=False)}
            whole = {k.table: (len(k.rows), k.withheld) for k in gather(work, rights.ids["lina"], whole=True)}
        assert part["case"] == (0, 1)
        assert whole["case"] == (1, 0)

    def test_what_is_withheld_is_counted_and_not_told_by_its_table(self, rights, copy):
        with rights.house.unit(SYSTEM) as work:
            work.session.get(Case, copy[0]).restricted = True
            work.session.flush()
            kept = tuple(gather(work, rights.ids["lina"], whole=False))
            gathered = Gathered(
                number="1",
                name="李娜",
                employee="E0003",
                employer="云衫",
                at=work.now,
                kept=kept,
                reason="争议",
            )
        with zipfile.ZipFile(io.BytesIO(pack(gathered))) as archive:
            told = json.loads(archive.read("data.json"))
        assert told["withheld"] == {"records": sum(each.withheld for each in kept), "reason": "争议"}
        assert told["withheld"]["records"] > 0


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
class TestTheRequest:
    def test_is_read_by_the_person_and_not_by_their_line(self, rights):
        case_id = ask(rights)
        with rights.view("lina") as work:
            assert [c.id for c in own_cases(work)] == [case_id]
        with rights.view("head") as work:
            assert list_cases(work) == []
        with rights.view("boss") as work:
            assert [c.id for c in list_cases(work)] == [case_id]

    def test_a_refusal_needs_article_and_reason_and_the_person_is_told(self, rights):
        case_id = ask(rights, right="delete", scope="删除我的劳动合同")
        with pytest.raises(InvalidError):
            act(rights, case_id, "boss", outcome="refuse", reason="须保存二年。")
        act(rights, case_id, "boss", outcome="refuse", article="47", reason="劳动合同终止后须保存二年。")
        with rights.house.view(SYSTEM) as work:
            case = work.session.get(Case, case_id)
            texts = [
                n.message["texts"]["zh-Hans"]
                for n in work.session.scalars(select(Notice).where(Notice.person_id == rights.ids["lina"]))
            ]
            assert (case.state, case.outcome) == (CaseState.COMPLETED, "refused")
            assert work.session.scalars(select(DataPackage)).all() == []
        assert any("第44条至第50条" in text for text in texts)

    def test_somebody_elses_hand_means_identity_first(self, rights):
        case_id = ask(rights, who="hr", about="E0003")
        act(rights, case_id, "hr", outcome="no", how="只有一封匿名邮件。")
        with rights.house.view(SYSTEM) as work:
            assert work.session.get(Case, case_id).outcome == "unidentified"

    def test_a_correction_is_carried_out_by_a_person(self, rights):
        case_id = ask(rights, right="correct", scope="手机号应为 13900000000")
        act(rights, case_id, "boss", outcome="grant", reason="核对属实。")
        act(rights, case_id, "hr", done="人员档案的手机号已更正。")
        with rights.house.view(SYSTEM) as work:
            assert work.session.get(Case, case_id).outcome == "done"

    def test_nobody_decides_on_their_own_request(self, rights):
        case_id = ask(rights, who="boss")
        with pytest.raises((ForbiddenError, InvalidError)):
            act(rights, case_id, "boss", outcome="grant", reason="自己决定。")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
class TestEvents:
    def test_a_copy_never_enters_an_evidence_pack(self, rights, copy):
        with rights.house.view(SYSTEM) as work:
            event = work.session.scalars(select(Event).where(Event.kind == "privacy.packaged")).one()
            body = work.session.get(EventPayload, event.id).body
        assert '"sha256":' not in body  # only names under that key are files of the pack
        assert copy[1].sha256 in body
