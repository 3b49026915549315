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
from webapp.domain.numerals import BASE, SIGNS, TEN, read_numeral, write_numeral
from webapp.domain.papers import PaperKind
from webapp.domain.parameters import Confidence, MissingParameterError, Parameter
from webapp.domain.rules import ask

ON = date(2026, 11, 1)
LAW = replace(seed_law(), as_of=ON)


def keys(text: str) -> list[str]:
    return [found.clause.key for found in find_void_clauses(text, law=LAW, on=ON)]


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


class TestLimitsInWords:
    """The longest probation and non-compete are rows; a text writes its months in many ways."""

    @pytest.mark.parametrize(
        ("text", "key"),
        [
            ("试用期为七个月。", "long_probation"),
            ("试用期：12个月。", "long_probation"),
            ("试用期十八个月。", "long_probation"),
            ("试用期一年。", "long_probation"),
            ("试用期两年。", "long_probation"),
            ("竞业限制期限为离职后三年。", "long_non_compete"),
            ("竞业限制期限为二十五个月。", "long_non_compete"),
            ("竞业限制期36个月。", "long_non_compete"),
        ],
    )
    def test_longer_than_the_row_is_void(self, text, key):
        assert keys(text) == [key]

    @pytest.mark.parametrize(
        "text",
        [
            "试用期为六个月。",
            "试用期6个月。",
            "试用期三个月，自2026年7月1日起。",
            "竞业限制期限为二十四个月。",
            "竞业限制期限为离职后两年。",
            "竞业限制自2026年1月1日起。",
            "竞业限制补偿按前十二个月平均工资计算。",
        ],
    )
    def test_as_long_as_the_row_is_not(self, text):
        assert keys(text) == []

    def test_a_row_that_changes_changes_the_answer(self):
        law = changed("non_compete.longest_months", Decimal(12), unit="months")
        assert find_void_clauses("竞业限制期限为十三个月。", law=law, on=ON)
        assert not find_void_clauses("竞业限制期限为十三个月。", law=LAW, on=ON)

    def test_without_a_row_for_the_day_it_is_refused(self):
        with pytest.raises(MissingParameterError, match="2000-01-01"):
            find_void_clauses("试用期一个月。", law=LAW, on=date(2000, 1, 1))

    @given(st.integers(1, 99))
    def test_every_number_is_read_in_words_and_in_digits(self, number):
        tens, ones = divmod(number, BASE)
        words = ("" if tens == 0 else TEN if tens == 1 else SIGNS[tens] + TEN) + (SIGNS[ones] if ones else "")
        assert read_numeral(words) == read_numeral(str(number)) == number

    @given(st.integers(1, 999))
    def test_what_is_written_in_words_tells_numbers_apart(self, number):
        assert write_numeral(number) != write_numeral(number % 999 + 1)
        if number < BASE * BASE:
            assert read_numeral(write_numeral(number)) == number

    @pytest.mark.parametrize(
        ("number", "words"),
        [(150, "一百五十"), (300, "三百"), (105, "一百零五"), (110, "一百一十"), (15, "十五")],
    )
    def test_rates_are_written_as_texts_write_them(self, number, words):
        assert write_numeral(number) == words

    @pytest.mark.parametrize("text", ["", "十十", "一二", "x", "第"])
    def test_what_is_no_number_is_none(self, text):
        assert read_numeral(text) is None


class TestVoidClauses:
    @pytest.mark.parametrize(
        ("sentence", "key"),
        [
            ("员工兼职的，按兼职期间所得工资的2倍赔偿公司。", "multiple"),
            ("乙方提前离职的，应向甲方支付违约金五千元。", "penalty"),
            ("劳动者未满一年离职的，应当承担违约金。", "penalty"),
            ("员工兼职所得应按两倍返还公司。", "multiple"),
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
            ("员工在职期间从事兼职的，须将兼职收入的双倍作为赔偿金支付给公司", "multiple"),
            ("乙方辞职须赔偿甲方培训损失及三个月工资的违约金", "penalty"),
            ("乙方承诺在合同期内不结婚不生育，否则公司有权解除合同", "marriage"),
            ("乙方入职须交保证金1000元，离职时退还", "deposit"),
            ("因乙方个人要求，甲方不为乙方缴纳社保，每月补贴500元", "no_social_insurance"),
            ("上班途中发生的一切意外与公司无关", "no_injury"),
            ("员工离职须提前三个月申请，否则扣发最后一个月工资", "forfeit"),
            ("乙方不得主张任何加班费", "no_overtime_pay"),
            ("公司可根据需要随时调整员工工作地点，员工须无条件服从", "free_change"),
            ("员工当年未休完的年假次年3月31日自动清零", "no_annual_leave"),
            ("如乙方连续三天未到岗，劳动合同自动解除", "own_ends"),
            ("若员工违反本条，应向公司支付相当于月薪十倍的赔偿", "multiple"),
            ("乙方应保守秘密；乙方提前离职的，应支付违约金一万元。", "penalty"),
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
            "甲方因生产经营需要调整乙方工作岗位的，应与乙方协商一致，并按变更本合同办理。",
            "乙方同意根据甲方工作需要，担任客服岗位工作。",
            "甲方安排乙方执行综合计算工时工作制的，平均日和平均周工作时间不超过法定标准工作时间。",
            "甲方应严格遵守关于工作时间的规定，保证乙方的休息权利与身心健康，确因工作需要安排乙方加班加点的，依法支付加班工资。",
            "甲方依法安排乙方带薪年休假，当年未安排的，经乙方同意可以跨一个年度安排。",
            "乙方患病或非因工负伤，甲方按国家规定给予医疗期和医疗待遇。",
            "乙方因工负伤的，甲方应及时救治并申请工伤认定，乙方依法享受工伤保险待遇。",
            "甲方违反本合同约定的条件解除劳动合同，应当依法支付赔偿金。",
            "乙方违反本合同约定的条件解除劳动合同，给甲方造成损失的，应当承担赔偿责任。",
            "双方约定乙方竞业限制期限为24个月，甲方按月支付补偿；乙方违反的，应支付违约金。",
            "乙方在劳动合同期内应当遵守甲方的规章制度，连续旷工三日以上属于严重违纪，甲方可以依法解除劳动合同。",
            "甲方有权根据绩效考核结果，经协商调整乙方岗位。",
            "乙方提前三十日以书面形式通知甲方，可以解除本合同。",
            "乙方应当妥善保管工作证件和门禁卡，离职时归还。",
            "乙方交回甲方发放的电脑和证件后办理离职手续。",
            "本合同一式两份，甲乙双方各执一份，签字盖章后生效。",
            "女职工在孕期、产期、哺乳期的，劳动合同依法续延，甲方不得解除。",
            "怀孕的女职工依法享受产假，甲方不因此降低工资或者解除劳动合同。",
            "员工离职后年休假未休部分按规定折算工资。",
            "未休年休假按照日工资收入的百分之三百支付。",
            "甲方应为乙方缴纳五险一金，个人部分由甲方从工资中代扣代缴。",
            "社会保险个人缴纳部分由乙方承担，甲方代扣代缴。",
            "乙方试用期内被证明不符合录用条件的，甲方可以解除合同。",
            "试用期包含在合同期内，试用期工资为转正工资的80%。",
            "乙方开始依法享受基本养老保险待遇的，本合同终止。",
            "公司按照考核排名发放奖金，末位员工参加培训。",
            "加班须事先申请，未经批准的不计加班，但经公司确认的加班依法支付加班费。",
            "法定节假日加班的，公司支付不低于工资百分之三百的加班费。",
            "员工自愿参加补充商业保险，不影响社会保险的缴纳。",
            "公司可以根据法律规定随时了解员工的健康状况。",
            "乙方应当向甲方提供身份证复印件供存档，原件由乙方自行保管。",
            "甲方核验乙方的身份证、毕业证原件后当场退还。",
            "乙方损坏公司财物的，按实际损失赔偿，每月扣除部分不超过当月工资的百分之二十。",
            "竞业限制补偿为离职前十二个月平均工资的百分之三十，违反者按补偿总额的三倍支付违约金。",
            "乙方违反保密义务给甲方造成损失的，应当赔偿实际损失。",
            "因不可抗力造成的意外损失，双方互不承担责任。",
        ],
    )
    def test_a_lawful_sentence_is_left_alone(self, sentence):
        assert keys(sentence) == []

    def test_a_sentence_wrapped_over_lines_is_still_read(self):
        assert keys("第三条 乙方兼职的，应按所得\n  工资的二 倍\n赔偿甲方") == ["multiple"]

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
        assert all(found.sentence in flat for found in find_void_clauses(text, law=LAW, on=ON))


class TestContent:
    def test_a_whole_contract_lacks_nothing(self):
        for file in clean_files():
            (contract,) = file.of(PaperKind.CONTRACT)
            assert missing_items(contract.text, CONTRACT_ITEMS, law=LAW, on=ON) == ()

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
        inputs = {"months": 1, "start": "2026-01-01", "end": "2028-12-31", "kind": kind}
        assert ask("probation", inputs, law=LAW).steps[0].figure == longest

    def test_an_open_ended_contract_has_no_term_to_count(self):
        assert probation(kind="open_ended", end="2026-03-30")["longest_months"] == 6

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

    def test_a_year_without_a_contract_is_deemed_open_ended_to_the_day(self):
        assert double_pay(signed_on="2026-03-01").value["deemed_open_ended_from"] == date(2026, 3, 1)
        assert double_pay(signed_on="2026-02-28").value["deemed_open_ended_from"] is None
        assert double_pay(until="2026-02-28").value["deemed_open_ended_from"] is None
        due = double_pay(open_ended_due_on="2026-01-01")
        assert due.value["deemed_open_ended_from"] is None

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
        assert double_pay(until="2025-03-01", signed_on="2025-03-01").value["extra_pay"] == 0
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

    def test_guidance_speaks_of_more_than_a_year(self):
        assert not self.non_compete(months=12).disputed
        assert self.non_compete(months=13).disputed
        assert not self.non_compete(months=13, agreed_monthly=5000).disputed

    def test_what_was_agreed_stands(self):
        found = self.non_compete(months=24, agreed_monthly=6000)
        assert found.value["monthly"] == 6000
        assert not found.disputed

    def test_a_missing_minimum_wage_is_named(self):
        with pytest.raises(MissingParameterError, match=r"wage\.minimum"):
            self.non_compete(minimum_wage=None)
