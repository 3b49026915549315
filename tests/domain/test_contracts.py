"""Contracts: mandatory content, void clauses, probation, the second wage, the open-ended right, non-compete."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.domain.case_files import clean_files
from webapp.adapters.lawdata import seed_law
from webapp.domain.contracts.clauses import CLAUSES, find_void_clauses, split_sentences
from webapp.domain.contracts.content import CONTRACT_ITEMS, missing_items
from webapp.domain.errors import InvalidError
from webapp.domain.papers import PaperKind
from webapp.domain.parameters import Confidence, MissingParameterError, Parameter
from webapp.domain.rules import ask

LAW = replace(seed_law(), as_of=date(2026, 11, 1))


def keys(text: str) -> list[str]:
    return [found.clause.key for found in find_void_clauses(text)]


def changed(key: str, value, **where):
    row = Parameter(
        key=key,
        valid_from=date(2008, 1, 1),
        value=value,
        title="测试",
        source="测试",
        confidence=Confidence.PAGE,
        **where,
    )
    return replace(LAW, parameters=LAW.parameters.replaced([row]))


class TestVoidClauses:
    @pytest.mark.parametrize(
        ("sentence", "key"),
        [
            ("员工兼职的，按兼职期间所得工资的2倍赔偿公司。", "penalty"),
            ("乙方提前离职的，应向甲方支付违约金五千元。", "penalty"),
            ("劳动者未满一年离职的，应当承担违约金。", "penalty"),
            ("员工兼职所得应按两倍返还公司。", "penalty"),
            ("乙方自愿放弃社会保险。", "no_social_insurance"),
            ("甲方无需为乙方缴纳社保，以补贴代替。", "no_social_insurance"),
            ("社保由乙方自行承担。", "no_social_insurance"),
            ("工作中发生伤亡，责任自负。", "no_injury"),
            ("乙方同意放弃加班费。", "no_overtime_pay"),
            ("晚间值守属于加班，不另行支付报酬。", "no_overtime_pay"),
            ("当年未休的年休假视为放弃。", "no_annual_leave"),
            ("乙方在合同期内怀孕的，合同自动终止。", "marriage"),
            ("季度考核末位的员工予以淘汰。", "own_ends"),
            ("旷工三日视为自动离职。", "own_ends"),
            ("甲方有权随时解除本合同。", "free_dismissal"),
            ("入职时应缴纳服装押金三百元。", "deposit"),
            ("公司统一保管员工的身份证原件。", "deposit"),
            ("甲方可以单方调整乙方的工作岗位和报酬。", "free_change"),
            ("试用期为八个月。", "long_probation"),
            ("试用期：12个月。", "long_probation"),
            ("竞业限制期限为三年。", "long_non_compete"),
        ],
    )
    def test_s_a_void_clause_is_named(self, sentence, key):
        assert key in keys(sentence)

    @pytest.mark.parametrize(
        "sentence",
        [
            "乙方违反竞业限制约定的，应当向甲方支付违约金十万元。",
            "乙方违反专项培训服务期约定的，应当支付违约金。",
            "甲方违法解除的，按经济补偿标准的二倍支付赔偿金。",
            "休息日安排乙方加班又不能补休的，支付二倍工资。",
            "甲方依法为乙方缴纳社会保险。",
            "甲方不得要求乙方放弃社会保险。",
            "发生工伤的，甲方依法承担责任。",
            "未经审批的加班申请不予受理，已加班的如实支付加班费。",
            "员工因本人原因书面提出不休年休假的，只支付正常工资。",
            "甲方不得因乙方结婚、怀孕解除劳动合同。",
            "合同期满自动终止。",
            "甲方不收取押金，不扣押乙方的身份证。",
            "公司为员工缴纳住房公积金和补充保证金公积金。",
            "经协商一致，可以变更乙方的工作岗位。",
            "试用期为六个月。",
            "试用期三个月，期满转正。",
            "竞业限制期限为二年。",
            "乙方造成甲方实际损失的，依法赔偿。",
        ],
    )
    def test_a_lawful_sentence_is_left_alone(self, sentence):
        assert keys(sentence) == []

    def test_a_sentence_wrapped_over_lines_is_still_read(self):
        assert keys("第三条 乙方兼职的，应按所得\n  工资的二 倍\n赔偿甲方") == ["penalty"]

    def test_items_and_full_stops_part_sentences(self):
        text = "一、工作地点\n二、试用期\n（一）岗位；职责\n\n说明：\n其他。完"
        assert list(split_sentences(text)) == [
            "一、工作地点",
            "二、试用期",
            "（一）岗位",
            "职责",
            "说明：",
            "其他",
            "完",
        ]

    def test_every_clause_says_its_article_and_what_to_write_instead(self):
        assert all(clause.article and str(clause.instead) for clause in CLAUSES)
        assert len({clause.key for clause in CLAUSES}) == len(CLAUSES)

    @given(st.text(alphabet="甲乙方应支付违约金二倍工资社保放弃加班费年休假。；\n ", max_size=300))
    @settings(max_examples=60, deadline=None)
    def test_any_text_is_read_and_each_finding_is_a_piece_of_it(self, text):
        flat = "".join(text.split())
        assert all(found.sentence in flat for found in find_void_clauses(text))


class TestContent:
    def test_a_whole_contract_lacks_nothing(self):
        for file in clean_files():
            (contract,) = file.of(PaperKind.CONTRACT)
            assert missing_items(contract.text, CONTRACT_ITEMS) == ()

    def test_an_empty_page_lacks_all_eight(self):
        answer = ask("contract_text", {"text": "协议"}, law=LAW)
        assert len(answer.value["missing"]) == 8
        assert "劳动合同法第17条第1款第7项" in answer.articles

    def test_a_supplement_needs_its_own_items(self):
        text = "甲方与乙方变更原劳动合同的工作地点，其他条款继续有效。乙方兼职的，应支付违约金。"
        answer = ask("contract_text", {"text": text, "kind": "supplement"}, law=LAW)
        assert answer.value["missing"] == []
        assert [each["key"] for each in answer.value["void_clauses"]] == ["penalty"]


def probation(**inputs):
    given_values = {"months": 6, "start": "2026-01-01", "end": "2028-12-31", **inputs}
    return ask("probation", given_values, law=LAW).value


class TestProbation:
    @pytest.mark.parametrize(
        ("end", "longest"),
        [
            ("2026-03-30", 0),
            ("2026-03-31", 1),
            ("2026-12-30", 1),
            ("2026-12-31", 2),
            ("2028-12-30", 2),
            ("2028-12-31", 6),
        ],
    )
    def test_the_term_sets_the_limit_to_the_day(self, end, longest):
        assert probation(end=end)["longest_months"] == longest

    @pytest.mark.parametrize(("kind", "longest"), [("open_ended", 6), ("task", 0), ("part_time", 0)])
    def test_other_kinds_of_contract(self, kind, longest):
        assert probation(kind=kind)["longest_months"] == longest

    def test_a_second_probation_is_unlawful(self):
        found = probation(repeated=True, months=1)
        assert (found["longest_months"], found["lawful"]) == (0, False)

    def test_the_wage_is_at_least_eighty_per_cent_and_the_minimum(self):
        found = probation(full_wage=10000, probation_wage=7999, minimum_wage=2540)
        assert (found["lowest_wage"], found["lawful"]) == (8000, False)
        low = probation(full_wage=3000, probation_wage=2540, minimum_wage=2540)
        assert (low["lowest_wage"], low["lawful"]) == (2540, True)

    def test_a_missing_minimum_wage_is_named_where_the_region_is(self):
        with pytest.raises(MissingParameterError, match=r"wage\.minimum"):
            probation(full_wage=3000, region="CN-XX")
        answer = ask(
            "probation",
            {"months": 1, "start": "2026-01-01", "end": "2028-12-31", "full_wage": 3000},
            law=LAW,
        )
        assert answer.provisional

    def test_months_served_beyond_the_limit_are_paid_at_the_full_wage(self):
        found = probation(end="2026-12-31", months=6, full_wage=10000, minimum_wage=0, months_served=5)
        assert found["compensation"] == 30000
        assert probation(months_served=6)["compensation"] == 0

    def test_a_fixed_term_needs_an_end(self):
        with pytest.raises(InvalidError):
            probation(end=None)
        with pytest.raises(InvalidError):
            probation(end="2025-12-31")


def double_pay(law=LAW, **inputs):
    given_values = {"hired": "2025-03-01", "monthly_wage": 10000, "until": "2026-06-30", **inputs}
    return ask("double_pay", given_values, law=law)


class TestDoublePay:
    def test_eleven_months_at_most_then_open_ended(self):
        found = double_pay().value
        assert (found["first"], found["last"]) == (date(2025, 4, 1), date(2026, 2, 28))
        assert (found["months"], found["days"], found["extra_pay"]) == (11, 0, 110000)
        assert found["deemed_open_ended_from"] == date(2026, 3, 1)

    def test_it_ends_the_day_before_signing(self):
        found = double_pay(signed_on="2025-07-01").value
        assert (found["last"], found["extra_pay"]) == (date(2025, 6, 30), 30000)
        assert found["deemed_open_ended_from"] is None

    def test_signed_within_the_first_month_nothing_is_owed(self):
        found = double_pay(signed_on="2025-04-01").value
        assert (found["first"], found["extra_pay"]) == (None, 0)

    def test_whether_the_day_of_hire_counts_is_a_row(self):
        law = changed("double_pay.hire_day_counts", value=False)
        assert double_pay(law).value["first"] == date(2025, 4, 2)
        assert double_pay().disputed

    def test_days_beyond_whole_months_by_policy(self):
        by_calendar = double_pay(signed_on="2025-07-11").value
        assert by_calendar["extra_pay"] == Decimal("33225.81")  # ten of July's 31 days
        law = changed("double_pay.partial_month", value="pay_days")
        assert double_pay(law, signed_on="2025-07-11").value["extra_pay"] == Decimal("33678.16")

    @pytest.mark.parametrize("excuse", ["employee_caused", "statutory_extension"])
    def test_excused_nothing_is_owed(self, excuse):
        found = double_pay(excuse=excuse)
        assert found.value["extra_pay"] == 0
        assert "法释〔2025〕12号第6条" in found.articles

    def test_limitation_day_by_day_in_beijing(self):
        found = double_pay(claimed_on="2026-06-01", region="CN-BJ").value
        assert (found["first"], found["extra_pay"]) == (date(2025, 6, 1), 90000)

    def test_elsewhere_the_whole_within_a_year_of_its_end(self):
        assert double_pay(claimed_on="2027-02-28").value["extra_pay"] == 110000
        assert double_pay(claimed_on="2027-03-01").value["extra_pay"] == 0

    def test_refusing_an_open_ended_contract_has_its_own_beginning(self):
        found = double_pay(open_ended_due_on="2026-01-01")
        assert (found.value["first"], found.value["months"]) == (date(2026, 1, 1), 6)
        assert found.disputed
        assert "劳动合同法第82条第2款" in found.articles

    def test_days_before_the_hire_are_refused(self):
        with pytest.raises(InvalidError):
            double_pay(until="2025-02-01")
        with pytest.raises(InvalidError):
            double_pay(signed_on="2025-02-01")

    @given(days=st.integers(0, 800))
    @settings(max_examples=50, deadline=None)
    def test_a_day_more_never_pays_less_and_never_more_than_eleven_months(self, days):
        until = date(2025, 3, 1) + timedelta(days=days)
        one = double_pay(until=until.isoformat()).value["extra_pay"]
        two = double_pay(until=(until + timedelta(days=1)).isoformat()).value["extra_pay"]
        assert one <= two <= 110000


class TestOpenEnded:
    @pytest.mark.parametrize(
        ("inputs", "article"),
        [
            ({"hired": "2016-07-01", "on": "2026-06-30"}, "劳动合同法第14条第2款第1项"),
            ({"hired": "2016-07-02", "on": "2026-06-30"}, None),
            ({"on": "2026-06-30", "fixed_terms": 2}, "劳动合同法第14条第2款第3项"),
            ({"on": "2026-06-30", "fixed_terms": 2, "region": "CN-SH"}, None),
            ({"on": "2026-06-30"}, None),
        ],
    )
    def test_ten_years_or_two_terms(self, inputs, article):
        found = ask("open_ended_contract", inputs, law=LAW).value
        assert found == {"right": article is not None, "article": article}


class TestNonCompete:
    BASE = {"months": 12, "ends_on": "2026-06-30", "average": 10000, "minimum_wage": 2540}

    def non_compete(self, **inputs):
        return ask("non_compete", {**self.BASE, **inputs}, law=LAW)

    def test_thirty_per_cent_where_nothing_was_agreed(self):
        found = self.non_compete().value
        assert (found["monthly"], found["total"], found["release_cost"]) == (3000, 36000, 9000)

    def test_never_below_the_minimum_wage(self):
        assert self.non_compete(average=5000).value["monthly"] == 2540

    def test_beyond_two_years_is_cut_and_guidance_is_shown_not_imposed(self):
        found = self.non_compete(months=36)
        assert (found.value["months"], found.value["total"]) == (24, 72000)
        assert found.disputed

    def test_what_was_agreed_stands(self):
        found = self.non_compete(months=24, agreed_monthly=6000)
        assert found.value["monthly"] == 6000
        assert not found.disputed

    def test_a_missing_minimum_wage_is_named(self):
        with pytest.raises(MissingParameterError, match=r"wage\.minimum"):
            self.non_compete(minimum_wage=None)
