"""What a bundle lacks and what stands against it; opinions, notes of counsel, and asking for a paper."""

import json

import pytest
from sqlalchemy import select

from models.counsel import GapRule, PrivilegedNote
from models.event import EventPayload
from models.task import Task, TaskState
from tests.bundles.conftest import FAR_LEGAL, LEGAL, SQLITE, pdf
from tests.company import shipped_alone
from webapp.adapters.catalog import LOCALES
from webapp.domain.errors import ForbiddenError, InvalidError, NotFoundError
from webapp.domain.exhibits import Opinion, Side
from webapp.domain.permissions import SYSTEM
from webapp.services.attachments import attach
from webapp.services.evidence.bundles import counsel
from webapp.services.evidence.bundles import exhibits as writing
from webapp.services.evidence.bundles.access import read_bundle
from webapp.services.evidence.bundles.ask import Ask, ask, requests_of
from webapp.services.evidence.bundles.collect import candidates
from webapp.services.evidence.bundles.create import let_in
from webapp.services.evidence.bundles.review import review
from webapp.services.people import local_date
from webapp.services.procedures.shipped import install_shipped
from webapp.services.reference.gaps import shipped_rules
from webapp.services.reference.seed import seed_reference
from webapp.services.tables import catalogue
from webapp.services.tables.write import save_row
from webapp.services.tasks.complete import CompleteTask, complete

NOTICE = "王芳：\n解除劳动合同通知书。因严重违反规章制度，依据劳动合同法第三十九条第二项解除。"


def text_bundle(company, text, kind="notice"):
    """A bundle of one text file of a kind."""
    company.file(company.begin(), "通知书.txt", text.encode(), kind=kind, media_type="text/plain")
    return company.bundle()


def reviewed(company, bundle_id):
    with company.view(LEGAL) as work:
        return review(work, read_bundle(work, bundle_id))


def by_code(work, code):
    return work.session.scalars(select(GapRule).where(GapRule.code == code)).one()


def opinion(**more):
    plain = {
        "authenticity": "accepted",
        "authenticity_why": "",
        "legality": "reserved",
        "legality_why": "",
        "relevance": "denied",
        "relevance_why": "与解除事由无关",
        "weight": "至多证明曾有沟通",
    }
    return Opinion(**{**plain, **more})


@SQLITE
@pytest.mark.usefixtures("law")
class TestReview:
    def test_a_gap_is_a_sentence_with_its_article_until_the_paper_is_there(self, company):
        company.case()
        bundle_id = text_bundle(company, "李娜：解除通知书，依据第三十九条第二项")
        found = {gap.code: gap for gap in reviewed(company, bundle_id).gaps}
        assert str(found["notice-service"].sentence) == "送达证明缺失：证据2《通知书.txt》"
        assert (
            found["notice-service"].sentence.in_language("en").startswith("No proof of service for exhibit 2")
        )
        assert found["notice-service"].sentence.in_language("zh-Hant") == "送達證明缺失：證據2《通知书.txt》"
        assert "179号" in found["notice-service"].article
        assert "contract-there" in found
        assert "identity" in found  # the agreement that the house made is not signed
        company.file(company.begin(), "回执.pdf", pdf("receipt"), kind="service")
        codes = {gap.code for gap in reviewed(company, company.bundle()).gaps}
        assert "notice-service" not in codes
        assert "notice-union" in codes

    def test_a_green_hash_never_outranks_a_wrong_content(self, company):
        found = reviewed(company, text_bundle(company, NOTICE))
        assert found.changed == 0
        assert found.tone == "danger"
        about = next(each for each in found.exhibits if each.exhibit.kind == "notice")
        assert about.intact
        assert any("王芳" in str(finding.message) for finding in about.findings)

    def test_legal_edits_the_rules_and_the_next_look_goes_by_them(self, company):
        bundle_id = text_bundle(company, "李娜：解除通知书")
        with company.unit(LEGAL) as work:
            rule = by_code(work, "notice-service")
            names = [field.name for field in catalogue.GAP_RULES.fields if not field.fixed]
            values = {name: str(getattr(rule, name) or "") for name in names}
            values["sentence"] = "谁送的：{exhibit}"
            save_row(work, catalogue.GAP_RULES, values, key=str(rule.id), version=rule.version)
        gaps = {gap.code: str(gap.sentence) for gap in reviewed(company, bundle_id).gaps}
        assert gaps["notice-service"] == "谁送的：证据1《通知书.txt》"
        with company.unit("hr") as work, pytest.raises(ForbiddenError):
            save_row(work, catalogue.GAP_RULES, values, key=str(rule.id), version=rule.version)

    def test_every_shipped_rule_says_its_sentence_in_three_languages_and_each_names_the_exhibit(self):
        for shipped in shipped_rules():
            sentences = GapRule(**shipped).sentences
            assert set(sentences) == set(LOCALES)
            assert all(sentences.values()), shipped["code"]
            assert len({"{exhibit}" in said for said in sentences.values()}) == 1, shipped["code"]

    def test_an_upgrade_gives_our_sentences_their_third_language_and_leaves_what_legal_wrote(self, company):
        with company.house.unit(SYSTEM) as work:
            for rule in work.session.scalars(select(GapRule)):
                rule.sentence_zh_hant = ""  # as rows were before the column came
            by_code(work, "notice-union").sentence = "工会函在哪里：{exhibit}"
        with company.house.unit(SYSTEM) as work:
            assert seed_reference(work) == len(shipped_rules()) - 1
            assert seed_reference(work) == 0
            assert by_code(work, "notice-service").sentence_zh_hant == "送達證明缺失：{exhibit}"
            assert by_code(work, "notice-union").sentence_zh_hant == ""
        found = {gap.code: gap for gap in reviewed(company, text_bundle(company, "李娜：解除通知书")).gaps}
        assert found["notice-union"].sentence.in_language("zh-Hant") == "工会函在哪里：证据1《通知书.txt》"


@SQLITE
class TestCounsel:
    def theirs(self, company, bundle_id):
        with company.unit(LEGAL) as work:
            row = writing.upload(
                work,
                bundle_id,
                name="聊天记录.pdf",
                data=pdf("chat"),
                side=Side.THEIRS,
                version=company.version(bundle_id),
            )
            return row.id

    def test_an_opinion_stands_on_an_exhibit_of_the_other_side_and_who_denies_says_why(self, company, filled):
        number = self.theirs(company, filled)
        ours = company.rows(filled, Side.OURS)[0].id
        with company.unit(LEGAL) as work:
            version = company.version(filled)
            row = counsel.give_opinion(work, filled, number, opinion=opinion(), version=version)
            assert (row.relevance, row.weight) == ("denied", "至多证明曾有沟通")
        with company.unit(LEGAL) as work, pytest.raises(NotFoundError):
            counsel.give_opinion(work, filled, ours, opinion=opinion(), version=company.version(filled))
        wrong, version = opinion(relevance_why="", legality="maybe"), company.version(filled)
        with company.unit(LEGAL) as work, pytest.raises(InvalidError) as refused:
            counsel.give_opinion(work, filled, number, opinion=wrong, version=version)
        assert set(refused.value.fields) == {"relevance_why", "legality"}

    def test_notes_are_for_legal_alone_and_stand_in_no_event(self, company, filled):
        secret = "和解底线两个月工资"
        with company.unit(LEGAL) as work:
            counsel.write_note(work, filled, secret)
            let_in(work, filled, "E0005", version=company.version(filled))
        with company.unit("hr") as work:
            bundle = read_bundle(work, filled)
            assert counsel.notes_of(work, bundle) == []
            counsel.comment(work, filled, "请看第二份")
            with pytest.raises(ForbiddenError):
                counsel.write_note(work, filled, "我也写")
        with company.unit(FAR_LEGAL) as work, pytest.raises(NotFoundError):
            counsel.write_note(work, filled, "外人")
        with company.house.view(SYSTEM) as work:
            assert work.session.scalars(select(PrivilegedNote.text)).all() == [secret]
            bodies = work.session.scalars(select(EventPayload.body)).all()
            assert not [body for body in bodies if "底线" in body or "和解" in body]
            assert any(json.loads(body)["kind"] == "note.written" for body in bodies)


@SQLITE
class TestAsking:
    def test_a_request_is_a_task_and_what_is_brought_may_become_an_exhibit(self, company, filled):
        with company.house.unit(SYSTEM) as work:
            install_shipped(work, shipped_alone("evidence-request"))
        with company.unit(LEGAL) as work:
            wanted = Ask(who="赵敏", what="送达回执原件", due=local_date(work.now))
            row = ask(work, filled, wanted, version=company.version(filled))
            case_id = row.case_id
        with company.unit("hr") as work:
            task = work.session.scalars(
                select(Task).where(Task.case_id == case_id, Task.state == TaskState.OPEN)
            ).one()
            assert task.assignee_id == company.ids["hr"]
        with company.unit("hr") as work:
            brought = attach(work, task.id, name="回执原件.pdf", data=pdf("original"))
            values = {"outcome": "have", "papers": [str(brought.id)], "note": "从快递公司取得"}
            complete(work, CompleteTask(task_id=task.id, version=task.version, values=values))
        with company.view(LEGAL) as work:
            bundle = read_bundle(work, filled)
            [asked] = requests_of(work, bundle)
            assert asked.what == "送达回执原件"
            check = work.session.scalars(
                select(Task).where(Task.case_id == case_id, Task.state == TaskState.OPEN)
            ).one()
            assert check.assignee_id == company.ids[LEGAL]
            assert "回执原件.pdf" in [each.name for each in candidates(work, bundle) if not each.taken]

    def test_the_person_whom_it_is_about_is_not_asked_and_nobody_unknown(self, company, filled):
        for who, what in (("李娜", "x"), ("E9999", "x"), ("赵敏", " ")):
            wanted = Ask(who=who, what=what, due=None)
            with company.unit(LEGAL) as work, pytest.raises(InvalidError) as refused:
                ask(work, filled, wanted, version=company.version(filled))
            assert "due" in refused.value.fields
            assert ("what" if what == " " else "who") in refused.value.fields
