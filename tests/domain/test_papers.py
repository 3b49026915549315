"""A case's papers: what would lose the case is named with its article, and nothing else is."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date

import pytest

from tests.domain.case_files import clean_files, defective_files, invent, make_file, make_papers
from webapp.adapters.lawdata import seed_law
from webapp.domain.papers import CaseFile, Defect, Paper, PaperKind, check_papers

LAW = seed_law()
CLEAN, DEFECTIVE = clean_files(), defective_files()


class TestInventedCases:
    def test_there_are_ten_and_thirty(self):
        assert (len(CLEAN), len(DEFECTIVE)) == (10, 30)

    @pytest.mark.parametrize("number", range(10))
    def test_a_clean_file_raises_no_alarm(self, number):
        assert check_papers(CLEAN[number], law=LAW) == ()

    @pytest.mark.parametrize(("planted", "file"), DEFECTIVE, ids=[planted.name for planted, _ in DEFECTIVE])
    def test_the_planted_defect_and_only_it_is_named_with_its_article(self, planted, file):
        found = check_papers(file, law=LAW)
        assert {(each.defect, each.paper, each.article) for each in found} == {
            (planted.defect, planted.paper, planted.article)
        }

    def test_every_finding_says_what_to_do(self):
        for _, file in DEFECTIVE:
            for found in check_papers(file, law=LAW):
                assert str(found.message)
                assert str(found.remedy)


def papers_of(*papers: Paper, **changes) -> CaseFile:
    """A small file."""
    given = {"person": "李雷", "papers": papers, "id_number": "", "ended_on": date(2026, 6, 15), **changes}
    return CaseFile(**given)


def paper(kind: PaperKind, **changes) -> Paper:
    """A paper without text."""
    return Paper(**{"key": "1", "kind": kind, "title": "材料", **changes})


def defects(file: CaseFile) -> list[Defect]:
    return [found.defect for found in check_papers(file, law=LAW)]


class TestPerson:
    @pytest.mark.parametrize(
        "text",
        [
            "致：李雷先生，您好。",
            "尊敬的李雷女士：您好。",
            "公司解除与李雷之间的劳动合同。",
            "致：全体职工。李雷。",
            "询问人姓名：韩梅梅，被询问人：李雷。",
            "法定代表人姓名：高远。李雷",
            "统一社会信用代码 913302007251567890，李雷",
            "解除与您签订的劳动合同。",
        ],
    )
    def test_these_words_are_about_the_person(self, text):
        file = papers_of(paper(PaperKind.INTERVIEW, text=text), id_number="990000199001011111")
        assert defects(file) == []

    @pytest.mark.parametrize(
        "text",
        [
            "致：韩梅梅女士，您好。李雷",
            "韩梅梅同志：李雷",
            "本公司与韩梅梅签订的劳动合同。解除与韩梅梅的劳动关系。李雷",
            "员工姓名：韩梅梅",
            "姓名：李 雷，身份证号码：990000199001011112",
            "今天韩梅梅来过。",
        ],
    )
    def test_these_words_are_about_somebody_else(self, text):
        file = papers_of(
            paper(PaperKind.INTERVIEW, text=text),
            id_number="990000199001011111",
            colleagues=frozenset({"韩梅梅"}),
        )
        assert defects(file) == [Defect.OTHER_PERSON]

    def test_the_number_of_the_form_counts(self):
        file = papers_of(
            paper(PaperKind.OTHER, id_number="990000199001011112"), id_number="990000199001011111"
        )
        assert defects(file) == [Defect.OTHER_PERSON]

    def test_without_the_number_of_the_case_numbers_are_not_compared(self):
        assert defects(papers_of(paper(PaperKind.OTHER, id_number="990000199001011112"))) == []

    def test_an_unlabelled_number_counts_if_its_check_digit_is_right(self):
        text = "李雷 11010519491231002X"
        file = papers_of(paper(PaperKind.OTHER, text=text), id_number="990000199001011111")
        assert defects(file) == [Defect.OTHER_PERSON]

    def test_other_papers_may_speak_of_other_people(self):
        assert defects(papers_of(paper(PaperKind.OTHER, text="姓名：韩梅梅"))) == []


class TestUnion:
    def test_a_resignation_needs_no_letter(self):
        notice = paper(PaperKind.NOTICE, ground="37", dated=date(2026, 6, 1))
        assert defects(papers_of(notice)) == []

    def test_an_undated_decision_is_not_compared(self):
        assert defects(papers_of(paper(PaperKind.NOTICE, ground="39(2)"))) == []

    def test_one_letter_in_time_is_enough(self):
        decision = paper(PaperKind.DECISION, ground="39(2)", dated=date(2026, 6, 10))
        early = paper(PaperKind.UNION_LETTER, key="2", dated=date(2026, 6, 1))
        late = paper(PaperKind.UNION_LETTER, key="3", dated=date(2026, 6, 12))
        assert defects(papers_of(decision, early, late)) == []
        assert defects(papers_of(decision, late)) == [Defect.UNION_LATE]

    def test_the_decision_counts_even_if_the_notice_came_after_the_letter(self):
        decision = paper(PaperKind.DECISION, ground="39(2)", dated=date(2026, 6, 10))
        letter = paper(PaperKind.UNION_LETTER, key="2", dated=date(2026, 6, 11))
        notice = paper(PaperKind.NOTICE, key="3", ground="39(2)", dated=date(2026, 6, 12))
        assert defects(papers_of(decision, letter, notice)) == [Defect.UNION_LATE]


class TestGround:
    def test_the_ground_of_the_notice_is_frozen(self):
        notice = paper(PaperKind.NOTICE, ground="38")
        decision = paper(PaperKind.DECISION, key="2", ground="37")
        found = check_papers(papers_of(decision, notice), law=LAW)
        assert [(each.paper, each.defect) for each in found] == [("2", Defect.GROUND_DIFFERS)]

    def test_articles_of_the_handbook_are_not_grounds(self):
        notice = paper(PaperKind.NOTICE, ground="38", text="《员工手册》第三十九条第二项 事实 2026年6月 仲裁")
        assert defects(papers_of(notice)) == []

    def test_without_any_ground_nothing_differs(self):
        assert defects(papers_of(paper(PaperKind.NOTICE), paper(PaperKind.DECISION, key="2"))) == []


class TestDeadlines:
    def test_a_paper_that_bears_its_own_last_day(self):
        late = paper(PaperKind.OTHER, due=date(2026, 6, 1), done_on=date(2026, 6, 2))
        assert defects(papers_of(late)) == [Defect.DEADLINE_MISSED]
        assert defects(papers_of(replace(late, done_on=date(2026, 6, 1)))) == []

    def test_transfer_on_the_fifteenth_day_is_in_time(self):
        transfer = paper(PaperKind.TRANSFER, done_on=date(2026, 6, 30))
        assert defects(papers_of(transfer)) == []
        assert defects(papers_of(replace(transfer, done_on=date(2026, 7, 1)))) == [Defect.DEADLINE_MISSED]
        assert defects(papers_of(replace(transfer, done_on=None, dated=date(2026, 7, 1)))) == [
            Defect.DEADLINE_MISSED
        ]
        assert defects(papers_of(replace(transfer, done_on=None))) == []

    def test_while_the_contract_runs_nothing_is_late(self):
        transfer = paper(PaperKind.TRANSFER, done_on=date(2027, 7, 1))
        assert defects(papers_of(transfer, ended_on=None)) == []

    def test_pay_instead_of_notice_needs_no_thirty_days(self):
        notice = paper(PaperKind.NOTICE, ground="40(2)", dated=date(2026, 6, 10))
        letter = paper(PaperKind.UNION_LETTER, key="2", dated=date(2026, 6, 1))
        assert defects(papers_of(notice, letter)) == [Defect.DEADLINE_MISSED]
        assert defects(papers_of(notice, letter, pay_in_lieu=True)) == []
        assert defects(papers_of(notice, letter, ended_on=date(2026, 7, 10))) == []
        assert defects(papers_of(notice, letter, ended_on=None)) == []


class TestRules:
    def rules_file(self, *receipts: Paper) -> CaseFile:
        notice = paper(PaperKind.NOTICE, ground="39(2)", dated=date(2026, 6, 15))
        letter = paper(PaperKind.UNION_LETTER, key="2", dated=date(2026, 6, 1))
        rules = paper(PaperKind.RULES, key="3", version="2025")
        return papers_of(notice, letter, rules, *receipts)

    def test_the_cited_version_must_have_been_received(self):
        old = paper(PaperKind.RULES_RECEIPT, key="4", version="2024")
        late = paper(PaperKind.RULES_RECEIPT, key="5", version="2025", dated=date(2026, 6, 16))
        good = paper(PaperKind.RULES_RECEIPT, key="6", version="2025", dated=date(2026, 1, 1))
        assert defects(self.rules_file()) == [Defect.RULES_NOT_RECEIVED]
        assert defects(self.rules_file(old, late)) == [Defect.RULES_NOT_RECEIVED]
        assert defects(self.rules_file(old, late, good)) == []
        assert defects(self.rules_file(replace(late, dated=date(2026, 6, 15)))) == []


class TestOrder:
    def test_findings_do_not_change_with_the_order_of_the_papers(self):
        rng = random.Random(7)
        for _, file in DEFECTIVE:
            shuffled = list(file.papers)
            rng.shuffle(shuffled)
            assert check_papers(replace(file, papers=tuple(shuffled)), law=LAW) == check_papers(file, law=LAW)

    def test_two_defects_are_two_findings(self):
        rng = random.Random(3)
        words = invent(rng)
        papers = make_papers(words)
        papers["10"] = replace(papers["10"], person="韩梅梅", text="")
        del papers["06"]
        assert defects(make_file(words, papers, rng)) == [Defect.UNION_MISSING, Defect.OTHER_PERSON]
