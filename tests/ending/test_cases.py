"""Promises: the procedures as people work them, and what a forged request gets."""

import pytest
from sqlalchemy import select

from models.account import Grant
from models.case import Case
from tests.ending.acts import plan, preserved
from tests.ending.both import OnBoth
from tests.pdf.tools import needs_openssl
from webapp.domain.errors import ForbiddenError, InvalidError, NotFoundError
from webapp.domain.permissions import SYSTEM
from webapp.services.documents.read import own_documents, readable_document
from webapp.services.evidence import custody
from webapp.services.people import SHANGHAI
from webapp.services.scope import readable_cases
from webapp.services.tasks.claim import transfer
from webapp.services.tasks.complete import CompleteTask, complete


def begun(ending, ground="39(4)", last_day="2026-12-31", **more):
    case_id = ending.begins("dismissal", occasion="期满复查仍未改正")
    ending.does(case_id, "plan", last_day=last_day, **plan(ground, **more))
    return case_id


def reviewed(ending, *args, **more):
    case_id = begun(ending, *args, **more)
    ending.does(case_id, "review", "legal", outcome="approve", opinion="事实和程序可以成立。")
    return case_id


class TestObstacles(OnBoth):
    def test_are_shown_with_article_and_opening_and_offer_no_way_on(self, ending):
        case_id = begun(ending, facts={"second_employment_proved": "no"})
        assert ending.open(case_id) == {"obstacle"}
        (block,) = ending.task(case_id, "obstacle").variables["blocks"]
        assert block["article"] == "劳动合同法第39条第4项"
        assert block["opening"]
        for forged in ({"outcome": "approve"}, {"outcome": "close", "ground": "39(2)"}):
            with pytest.raises(InvalidError):
                ending.complete("hr", ending.task(case_id, "obstacle"), **forged)
        assert ending.open(case_id) == {"obstacle"}

    def test_a_refused_change_is_not_article_40_3(self, ending):
        case_id = begun(ending, "40(3)", facts={"only_refused_change": "yes"}, notice_given_on="2026-11-20")
        blocks = ending.task(case_id, "obstacle").variables["blocks"]
        assert "劳动合同法第35条" in {b["article"] for b in blocks}

    def test_article_42_bars_article_40_but_not_39(self, ending):
        barred = begun(ending, "40(2)", protections=["maternity"], notice_given_on="2026-11-20")
        assert ending.open(barred) == {"obstacle"}
        free = begun(ending)
        assert ending.open(free) == {"review"}

    def test_a_fact_that_the_ground_does_not_ask_is_refused(self, ending):
        case_id = ending.begins("dismissal", occasion="期满复查仍未改正")
        with pytest.raises(InvalidError):
            ending.complete(
                "hr", ending.task(case_id, "plan"), last_day="2026-12-31", **plan(), union_told=True
            )


@needs_openssl
class TestFourEyes:
    def test_whoever_planned_investigated_or_reviewed_decides_nothing(self, sealing):
        case_id = told(sealing)
        assert sealing.open(case_id) == {"decide_hr"}
        task = sealing.task(case_id, "decide_hr")
        grant(sealing, "legal", "hr-head")
        grant(sealing, "hr2", "hr-head")
        for who in ("legal", "hr"):
            with pytest.raises((ForbiddenError, NotFoundError)):
                sealing.complete(who, task, outcome="approve", comment="同意")
        with sealing.company.unit("chief") as work, pytest.raises(InvalidError):
            transfer(work, task.id, version=task.version, to_id=sealing.company.ids["legal"], reason="代办")
        sealing.does(case_id, "decide_hr", "chief", outcome="approve", comment="同意")
        with pytest.raises(ForbiddenError):
            sealing.complete("chief", sealing.task(case_id, "decide_gm"), outcome="approve", comment="同意")
        sealing.does(case_id, "decide_gm", "boss", outcome="approve", comment="同意")
        assert sealing.read(case_id, "frozen")["ground"] == "39(4)"

    def test_the_reviewer_is_not_who_planned(self, ending):
        grant(ending, "hr2", "legal")
        grant(ending, "hr", "legal")
        case_id = begun(ending)
        with pytest.raises(ForbiddenError):
            ending.complete("hr", ending.task(case_id, "review"), outcome="approve", opinion="可以成立。")

    def test_no_decision_can_be_forged_before_the_union_has_been_told(self, ending):
        case_id = reviewed(ending)
        assert ending.open(case_id) == {"letter_seal"}
        task = ending.task(case_id, "letter_seal")
        with pytest.raises((ForbiddenError, NotFoundError)), ending.company.unit("chief") as work:
            complete(work, CompleteTask(task_id=task.id, version=1, values={"outcome": "approve"}))
        with pytest.raises(ForbiddenError):  # the seal has a page of its own
            ending.complete("keeper", task, outcome="sealed")
        assert ending.open(case_id) == {"letter_seal"}


def grant(ending, who, role):
    with ending.company.house.unit(SYSTEM) as work:
        entity = ending.company.actor("hr").entity_id
        work.session.add(Grant(person_id=ending.company.ids[who], role=role, entity_id=entity))


def told(sealing, **more):
    """The union has been told and does not object."""
    case_id = reviewed(sealing, **more)
    sealing.seals_all()
    assert sealing.open(case_id) == {"union"}
    today = sealing.clock.now.date().isoformat()
    sealing.does(case_id, "union", "union", outcome="none", opinion="没有不同意见", dated=today)
    return case_id


class TestPreserved(OnBoth):
    """What an investigation secures lies in the vault, with its chain of custody, from the first hour."""

    LOG = "日期,地点\n2026-11-09,展会\n".encode()

    @pytest.fixture
    def case_id(self, ending):
        found = ending.begins("investigation", source="manager", summary="工作时间在他处接待客户")
        ending.does(found, "triage", outcome="open", explanation="没有外出审批", because="与记录不符")
        return found

    def test_is_taken_into_the_vault_once_with_source_collector_method_and_reason(self, ending, case_id):
        log = ending.brings(case_id, "preserve", "到岗记录.csv", self.LOG)
        day = ending.clock.now.date().isoformat()
        twice = [preserved(day, files=[log]), preserved(day, files=[log])]
        ending.does(case_id, "preserve", items=twice, work_systems_only=True, assessed=True)
        assert ending.open(case_id) == {"interview"}
        with ending.company.view("legal") as work:
            (item,) = custody.list_items(work, case_id=case_id)
            assert ending.read(case_id, "custody") == [item.number]
            assert (item.sha256, item.source, item.collected_by) == (log.sha256, "考勤系统", "张工")
            assert (item.method, item.keeper, item.medium) == ("export", "信息部", "考勤库")
            assert item.collected_at.astimezone(SHANGHAI).date().isoformat() == day
            assert [step.kind for step in custody.steps(work, item.id)] == ["taken"]
        assert "custody.taken" in ending.events(case_id)

    def test_is_refused_where_the_file_lies_in_another_case_or_nobody_says_why(self, ending, case_id):
        other = ending.begins("investigation", source="manager", summary="另一条线索")
        ending.does(other, "triage", outcome="open", explanation="没有外出审批", because="与记录不符")
        foreign = ending.brings(other, "preserve", "到岗记录.csv", self.LOG)
        day = ending.clock.now.date().isoformat()
        for item in (preserved(day, files=[foreign]), preserved(day) | {"legality": ""}):
            with pytest.raises(InvalidError):
                ending.does(case_id, "preserve", items=[item], work_systems_only=True, assessed=True)
        assert ending.open(case_id) == {"preserve"}
        assert "custody.taken" not in ending.events(case_id)


@needs_openssl
class TestWhoSees:
    """What is weighed about somebody is not theirs to read before it is decided and handed over."""

    def test_the_person_reads_neither_the_case_nor_a_letter_about_them(self, sealing):
        case_id = reviewed(sealing)
        letter = sealing.paper(case_id, "union_letter")
        with sealing.company.view("lina") as work:
            assert (
                work.session.scalar(select(Case.id).where(Case.id == case_id, readable_cases(work.actor)))
                is None
            )
            assert own_documents(work) == []
            with pytest.raises(NotFoundError):
                readable_document(work, letter.id)
        with sealing.company.view("legal") as work:
            assert readable_document(work, letter.id).id == letter.id

    def test_who_signs_minutes_reads_them_and_no_more_of_the_case(self, sealing):
        case_id = sealing.begins("investigation", source="manager", summary="工作时间在他处接待客户")
        sealing.does(case_id, "triage", outcome="open", explanation="没有外出审批", because="与记录不符")
        day = sealing.clock.now.date().isoformat()
        kept = {"items": [preserved(day)], "work_systems_only": True, "assessed": True}
        sealing.does(case_id, "preserve", **kept)
        sealing.does(case_id, "interview", **interview(day, two="赵敏"))
        assert sealing.open(case_id) == {"pair"}  # one person is not two interviewers
        sealing.does(case_id, "pair")
        sealing.does(case_id, "interview", **interview(day, two="陈思远"))
        sealing.signs_own(case_id, "minutes_sign")
        with sealing.company.view("lina") as work:
            assert (
                work.session.scalar(select(Case.id).where(Case.id == case_id, readable_cases(work.actor)))
                is None
            )
            assert [d.kind for d in own_documents(work)] == ["interview"]


def interview(day, *, two):
    return {
        "outcome": "held",
        "held_on": day,
        "held_from": "14:00 至 15:00",
        "place": "一号会议室",
        "interviewer_one": "赵敏",
        "interviewer_two": two,
        "rights_told": True,
        "recorded": False,
        "questions": [{"question": "上周二下午在哪里？", "answer": "在展会帮忙。"}],
        "statement": "只是帮朋友。",
    }
