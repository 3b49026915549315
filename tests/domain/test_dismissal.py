"""Advice on every ground of the table: allowed, blocked by what and which article, and what would open it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from webapp.adapters.lawdata import seed_law
from webapp.domain.dismissal import GROUNDS, Protection, Situation, Union, Verdict, advise, find_ground
from webapp.domain.dismissal.ground import Notice, Party, Pay
from webapp.domain.dismissal.layoff import Layoff
from webapp.domain.dismissal.situation import Expiry
from webapp.domain.errors import InvalidError, NotFoundError
from webapp.domain.rules import ask

LAW = seed_law()
ON = date(2026, 6, 15)
TOLD = Union(notified_on=date(2026, 6, 1), answered_on=date(2026, 6, 5))


def good_facts(code: str) -> dict[str, bool]:
    """Facts under which the ground's own conditions hold."""
    ground = find_ground(code)
    facts = {condition.key: True for condition in ground.all_of}
    if ground.any_of:
        facts |= {condition.key: True for condition in ground.any_of[0]}
    return facts | {condition.key: False for condition in ground.forbids}


def situation(code: str, **changes) -> Situation:
    """A situation in which nothing stands in the way."""
    given_values = {
        "ground": code,
        "on": ON,
        "facts": good_facts(code),
        "protections_checked": True,
        "notice_given_on": date(2026, 5, 11),
        "last_day": date(2026, 6, 30),
        "union": TOLD,
        "expiry": Expiry(renewal_offered=False),
    }
    return Situation(**{**given_values, **changes})


def advice(code: str, **changes):
    return advise(situation(code, **changes), law=LAW).value


ALL = sorted(GROUNDS)
UNILATERAL = [code for code in ALL if GROUNDS[code].union]
PROTECTED = [code for code in ALL if GROUNDS[code].protected]
FAULT = [code for code in ALL if code.startswith("39")]


class TestTheTable:
    def test_all_grounds_of_the_statute_are_there(self):
        assert set(ALL) == {
            *(f"39({number})" for number in range(1, 7)),
            *(f"40({number})" for number in range(1, 4)),
            *(f"44({number})" for number in range(1, 6)),
            *("36a", "36b", "37", "38", "41"),
        }

    @pytest.mark.parametrize("code", ALL)
    def test_each_is_possible_when_all_holds(self, code):
        found = advice(code)
        assert (found.verdict, found.blocks, found.questions) == (Verdict.POSSIBLE, (), ())
        assert found.decided_by == "person"
        assert found.documents
        assert found.next_steps
        assert found.next_step == found.next_steps[0]

    @pytest.mark.parametrize("code", ALL)
    def test_each_condition_that_fails_blocks_with_its_article_and_an_opening(self, code):
        ground = find_ground(code)
        for condition in ground.all_of:
            found = advice(code, facts={**good_facts(code), condition.key: False})
            assert found.verdict is Verdict.BLOCKED
            assert found.blocks[0].article == condition.article
            assert found.next_step == condition.opening
        for condition in ground.forbids:
            found = advice(code, facts={**good_facts(code), condition.key: True})
            assert [block.article for block in found.blocks] == [condition.article]

    @pytest.mark.parametrize("code", ALL)
    def test_what_is_not_known_is_asked_never_assumed(self, code):
        found = advice(code, facts={})
        assert found.verdict is Verdict.UNCLEAR
        asked = {question.key for question in found.questions}
        assert {each.key for each in (*GROUNDS[code].all_of, *GROUNDS[code].forbids)} <= asked

    @pytest.mark.parametrize(
        ("code", "pay", "notice"),
        [
            ("36a", Pay.N, Notice.NONE),
            ("36b", Pay.NONE, Notice.NONE),
            ("37", Pay.NONE, Notice.BY_EMPLOYEE),
            ("38", Pay.N, Notice.TELL),
            ("39(2)", Pay.NONE, Notice.NONE),
            ("40(1)", Pay.N, Notice.THIRTY_DAYS_OR_PAY),
            ("40(2)", Pay.N, Notice.THIRTY_DAYS_OR_PAY),
            ("40(3)", Pay.N, Notice.THIRTY_DAYS_OR_PAY),
            ("41", Pay.N, Notice.TO_STAFF),
            ("44(1)", Pay.N, Notice.LOCAL),
            ("44(2)", Pay.NONE, Notice.NONE),
            ("44(3)", Pay.NONE, Notice.NONE),
            ("44(4)", Pay.N, Notice.NONE),
            ("44(5)", Pay.N, Notice.NONE),
        ],
    )
    def test_severance_and_notice_by_ground(self, code, pay, notice):
        found = advice(code)
        assert (found.severance, found.notice) == (pay, notice)

    def test_facts_that_a_ground_never_asks_are_refused(self):
        with pytest.raises(InvalidError, match="weather"):
            advice("39(2)", facts={"weather": True})

    def test_a_ground_that_does_not_exist_is_refused(self):
        with pytest.raises(NotFoundError):
            advice("39(7)")

    @given(code=st.sampled_from(ALL), data=st.data())
    @settings(max_examples=60, deadline=None)
    def test_possible_only_if_nothing_blocks_and_nothing_is_open(self, code, data):
        keys = [condition.key for condition in GROUNDS[code].conditions]
        facts = data.draw(st.dictionaries(st.sampled_from(keys), st.booleans()))
        found = advice(code, facts=facts)
        assert (found.verdict is Verdict.POSSIBLE) == (not found.blocks and not found.questions)
        assert all(block.article and str(block.opening) for block in found.blocks)


class TestAlternatives:
    def test_moonlighting_by_effect_or_by_refusal(self):
        base = {"second_employment_proved": True, "already_punished": False}
        assert advice("39(4)", facts={**base, "serious_effect": True}).verdict is Verdict.POSSIBLE
        refused = {**base, "serious_effect": False, "demand_served": True, "refused_to_stop": True}
        assert advice("39(4)", facts=refused).verdict is Verdict.POSSIBLE

    def test_without_effect_the_demand_must_be_served_and_refused(self):
        base = {"second_employment_proved": True, "already_punished": False, "serious_effect": False}
        asked = advice("39(4)", facts=base)
        assert {question.key for question in asked.questions} == {"demand_served", "refused_to_stop"}
        complied = advice("39(4)", facts={**base, "demand_served": True, "refused_to_stop": False})
        assert complied.verdict is Verdict.BLOCKED
        assert {block.article for block in complied.blocks} == {
            "劳动合同法第39条第4项前段",
            "劳动合同法第39条第4项后段",
        }

    def test_punching_in_elsewhere_is_no_second_employment(self):
        facts = {**good_facts("39(4)"), "second_employment_proved": False}
        found = advice("39(4)", facts=facts)
        assert found.verdict is Verdict.BLOCKED
        assert any("打卡" in str(caution) for caution in found.cautions)

    def test_incompetent_after_training_or_transfer(self):
        base = {"first_incompetent": True, "still_incompetent": True}
        assert advice("40(2)", facts={**base, "transferred": True}).verdict is Verdict.POSSIBLE
        neither = advice("40(2)", facts={**base, "trained": False, "transferred": False})
        assert neither.verdict is Verdict.BLOCKED


class TestTraps:
    @pytest.mark.parametrize("protection", Protection)
    @pytest.mark.parametrize("code", FAULT)
    def test_g_article_42_does_not_block_article_39(self, code, protection):
        found = advice(code, protections=frozenset({protection}))
        assert found.verdict is Verdict.POSSIBLE
        assert any("第42条" in str(caution) for caution in found.cautions)

    @pytest.mark.parametrize("protection", Protection)
    @pytest.mark.parametrize("code", PROTECTED)
    def test_article_42_blocks_40_41_and_prolongs_a_term(self, code, protection):
        found = advice(code, protections=frozenset({protection}))
        assert found.verdict is Verdict.BLOCKED
        assert "第42条" in found.blocks[0].article
        assert ("第45条" in found.blocks[0].article) == (code == "44(1)")

    def test_a_term_runs_on_but_work_injury_has_its_own_rules(self):
        nursing = advice("44(1)", protections=frozenset({Protection.MATERNITY}))
        injured = advice("44(1)", protections=frozenset({Protection.INJURY}))
        assert "续延" in str(nursing.next_step)
        assert "工伤保险" in str(injured.next_step)

    @pytest.mark.parametrize("code", UNILATERAL)
    def test_h_the_union_is_told_before_every_unilateral_dismissal_39_too(self, code):
        found = advice(code, union=Union())
        assert found.union_required
        assert found.verdict is Verdict.BLOCKED
        assert "劳动合同法第43条" in found.blocks[0].article

    def test_h_a_letter_after_the_decision_is_too_late_and_its_cure_disputed(self):
        late = Union(notified_on=date(2026, 6, 16))
        answer = advise(situation("39(2)", union=late), law=LAW)
        assert answer.value.verdict is Verdict.BLOCKED
        assert any("补正" in str(reason) for reason in answer.disputed)
        assert "晚于" in str(answer.value.blocks[0].reason)
        assert "尚未" in str(advice("39(2)", union=Union()).blocks[0].reason)

    def test_h_a_missing_union_is_no_excuse(self):
        answer = advise(situation("39(2)", union=Union(exists=False)), law=LAW)
        assert answer.value.verdict is Verdict.BLOCKED
        assert "上级工会" in str(answer.value.next_step)
        assert answer.disputed
        told = Union(exists=False, notified_on=date(2026, 6, 1), answered_on=date(2026, 6, 5))
        assert advice("39(2)", union=told).verdict is Verdict.POSSIBLE

    def test_i_refusing_a_change_is_no_changed_circumstance(self):
        found = advice("40(3)", facts={**good_facts("40(3)"), "only_refused_change": True})
        assert found.verdict is Verdict.BLOCKED
        assert found.blocks[0].article == "劳动合同法第35条"
        assert "原合同继续履行" in str(found.blocks[0].opening)

    @pytest.mark.parametrize("code", UNILATERAL)
    def test_q_the_employer_is_the_legal_entity_not_the_group(self, code):
        found = advice(code, by_contract_employer=False)
        assert [block.article for block in found.blocks] == ["劳动合同法第2条"]

    def test_a_user_company_can_only_send_a_dispatched_worker_back(self):
        found = advice("39(2)", dispatched_here=True)
        assert [block.article for block in found.blocks] == ["劳动合同法第65条第2款"]

    def test_nothing_is_ever_decided_by_the_machine(self):
        for code in ALL:
            found = advise(situation(code), law=LAW)
            assert found.value.decided_by == "person"
            assert any("由有权的人决定" in str(step.message) for step in found.steps)


class TestUnionsAnswer:
    def test_the_same_day_must_be_provable(self):
        found = advice("39(2)", union=Union(notified_on=ON, answered_on=ON))
        assert found.verdict is Verdict.POSSIBLE
        assert any("同一日" in str(caution) for caution in found.cautions)

    def test_an_answer_after_the_decision_must_be_considered(self):
        union = Union(notified_on=date(2026, 6, 1), answered_on=date(2026, 6, 20))
        assert any("书面答复" in str(caution) for caution in advice("39(2)", union=union).cautions)

    def test_a_decision_inside_the_time_to_answer_is_warned_of(self):
        soon = Union(notified_on=date(2026, 6, 12))
        assert any("尚未答复" in str(caution) for caution in advice("39(2)", union=soon).cautions)
        long_ago = Union(notified_on=date(2026, 6, 1))
        assert not any("尚未答复" in str(caution) for caution in advice("39(2)", union=long_ago).cautions)


class TestProbation:
    @pytest.mark.parametrize(
        ("code", "blocked"), [("39(2)", False), ("40(2)", False), ("40(3)", True), ("41", True)]
    )
    def test_in_probation_only_39_and_40_1_and_2(self, code, blocked):
        found = advice(code, in_probation=True)
        assert ([block.article for block in found.blocks] == ["劳动合同法第21条"]) == blocked


class TestMedicalPeriod:
    def test_a_period_that_ends_during_the_notice_still_blocks(self):
        found = advice("40(1)", medical_period_ends_on=ON)
        assert [block.article for block in found.blocks] == ["劳动合同法第42条第3项"]
        assert advice("40(1)", medical_period_ends_on=date(2026, 6, 14)).verdict is Verdict.POSSIBLE

    def test_the_working_capacity_is_appraised_first(self):
        found = advice("40(1)", facts={**good_facts("40(1)"), "capacity_appraised": False})
        assert "309号" in found.blocks[0].article


class TestSeniority:
    @pytest.mark.parametrize(
        ("hired", "retirement", "blocked"),
        [
            (date(2011, 6, 16), date(2031, 6, 14), True),  # fifteen years to the day, under five
            (date(2011, 6, 17), date(2031, 6, 14), False),  # a day short of fifteen years
            (date(2011, 6, 16), date(2031, 6, 15), False),  # exactly five years left
            (date(2000, 1, 1), None, False),
            (None, date(2027, 1, 1), False),
        ],
    )
    def test_fifteen_years_here_and_less_than_five_to_retirement(self, hired, retirement, blocked):
        found = advice("40(2)", hired=hired, retirement_on=retirement)
        assert (found.verdict is Verdict.BLOCKED) == blocked


class TestPregnancyDisclosedLater:
    def test_it_blocks_and_is_marked_disputed(self):
        answer = advise(
            situation(
                "40(3)",
                protections=frozenset({Protection.MATERNITY}),
                protection_known_on=date(2026, 6, 20),
            ),
            law=LAW,
        )
        assert answer.value.verdict is Verdict.BLOCKED
        assert answer.disputed

    def test_known_before_it_is_not_disputed(self):
        answer = advise(situation("40(3)", protection_known_on=ON), law=LAW)
        assert not answer.disputed

    def test_unchecked_protections_are_asked_for(self):
        found = advice("40(3)", protections_checked=False)
        assert [question.key for question in found.questions] == ["protections_checked"]


class TestNotice:
    def test_thirty_days_before_the_last_day(self):
        early = advice("40(2)", notice_given_on=date(2026, 6, 1), last_day=date(2026, 6, 30))
        assert early.verdict is Verdict.BLOCKED
        assert early.earliest_last_day == date(2026, 7, 1)
        assert advice("40(2)", notice_given_on=date(2026, 6, 1), last_day=date(2026, 7, 1)).verdict is (
            Verdict.POSSIBLE
        )

    def test_a_last_day_of_notice_on_a_holiday_moves_on(self):
        found = advice("40(2)", notice_given_on=date(2026, 9, 3), last_day=None)
        assert found.earliest_last_day == date(2026, 10, 8)

    def test_pay_instead_of_notice(self):
        found = advice("40(2)", notice_given_on=None, pay_in_lieu=True)
        assert found.verdict is Verdict.POSSIBLE

    def test_pay_does_not_replace_the_briefing_of_a_layoff(self):
        found = advice("41", notice_given_on=None, pay_in_lieu=True)
        assert [question.key for question in found.questions] == ["notice_given_on"]

    @pytest.mark.parametrize(("in_probation", "day"), [(False, date(2026, 6, 10)), (True, date(2026, 5, 14))])
    def test_who_resigns_waits_thirty_days_in_probation_three(self, in_probation, day):
        assert advice("37", in_probation=in_probation).earliest_last_day == day

    def test_a_resignation_without_a_day_has_no_last_day(self):
        assert advice("37", notice_given_on=None).earliest_last_day is None


class TestExpiry:
    def test_two_terms_and_the_wish_make_the_end_unlawful(self):
        wish = Expiry(fixed_terms=2, wants_open_ended=True, renewal_offered=False)
        found = advice("44(1)", expiry=wish)
        assert found.verdict is Verdict.BLOCKED
        assert found.blocks[0].article == "劳动合同法第14条第2款第3项"
        assert "赔偿金" in str(found.if_done_anyway)

    def test_shanghai_is_a_region_of_its_own_and_unconfirmed(self):
        wish = Expiry(fixed_terms=2, wants_open_ended=True, renewal_offered=False)
        answer = advise(situation("44(1)", expiry=wish, region="CN-SH"), law=LAW)
        assert answer.value.verdict is Verdict.POSSIBLE
        assert answer.unconfirmed
        assert answer.disputed

    def test_ten_years_give_the_right_everywhere(self):
        wish = Expiry(wants_open_ended=True, renewal_offered=False)
        found = advice("44(1)", expiry=wish, hired=date(2016, 7, 1), region="CN-SH")
        assert found.blocks[0].article == "劳动合同法第14条第2款第1项"

    def test_the_wish_is_asked_for(self):
        asked = advice("44(1)", expiry=Expiry(fixed_terms=2, renewal_offered=False))
        assert [question.key for question in asked.questions] == ["wants_open_ended"]
        no_wish = Expiry(fixed_terms=2, wants_open_ended=False, renewal_offered=False)
        assert advice("44(1)", expiry=no_wish).verdict is Verdict.POSSIBLE

    @pytest.mark.parametrize(
        ("offered", "refused", "pay", "open_key"),
        [
            (None, None, Pay.N, "renewal_offered"),
            (True, None, Pay.N, "renewal_refused"),
            (True, True, Pay.NONE, ""),
            (True, False, Pay.N, ""),
            (False, None, Pay.N, ""),
        ],
    )
    def test_severance_unless_the_same_or_better_was_refused(self, offered, refused, pay, open_key):
        found = advice("44(1)", expiry=Expiry(renewal_offered=offered, renewal_refused=refused))
        assert found.severance is pay
        assert [question.key for question in found.questions] == ([open_key] if open_key else [])

    def test_a_local_notice_before_expiry(self):
        late = advice("44(1)", region="CN-BJ", notice_given_on=date(2026, 6, 10))
        assert any("最迟" in str(caution) for caution in late.cautions)
        assert not advice("44(1)", region="CN-BJ", notice_given_on=date(2026, 5, 20)).cautions
        assert any(
            "最迟" in str(caution)
            for caution in advice("44(1)", region="CN-BJ", notice_given_on=None).cautions
        )
        assert not advice("44(1)", region="CN-BJ", notice_given_on=date(2026, 5, 29)).cautions
        assert advice("44(1)", region="CN-BJ", notice_given_on=date(2026, 5, 30)).cautions
        assert not advice("44(1)", region="CN-BJ", last_day=None).cautions

    def test_a_service_period_prolongs_the_term(self):
        found = advice("44(1)", facts={"term_expired": True, "service_period_open": True})
        assert found.blocks[0].article == "劳动合同法实施条例第17条"


class TestCircumstances:
    @pytest.mark.parametrize(
        ("region", "cause", "blocked"),
        [
            ("CN-BJ", "relocation", True),
            ("CN-BJ", "law_or_policy", False),
            ("CN-SH", "relocation", False),
            ("CN-SH", "business", True),
            ("CN-SH", None, False),
        ],
    )
    def test_what_counts_as_changed_circumstances_is_a_matter_of_region(self, region, cause, blocked):
        found = advice("40(3)", region=region, circumstance=cause)
        assert (found.verdict is Verdict.BLOCKED) == blocked

    def test_other_grounds_do_not_ask_for_a_cause(self):
        assert advice("39(2)", region="CN-BJ", circumstance="business").verdict is Verdict.POSSIBLE


class TestCautions:
    def test_a_contract_that_ran_out_during_the_investigation(self):
        found = advice("39(2)", contract_ends_on=date(2026, 6, 10))
        assert any("期满" in str(caution) for caution in found.cautions)
        assert any("期满" in str(each) for each in advice("39(2)", contract_ends_on=ON).cautions)
        assert not any(
            "期满" in str(each) for each in advice("39(2)", contract_ends_on=date(2026, 7, 10)).cautions
        )

    def test_the_same_facts_are_not_punished_twice(self):
        found = advice("39(2)", facts={**good_facts("39(2)"), "already_punished": True})
        assert found.verdict is Verdict.BLOCKED

    def test_what_it_costs_is_said_only_where_the_employer_ends(self):
        assert advice("39(2)", union=Union()).if_done_anyway is not None
        assert advice("37", facts={"resigned_in_writing": False}).if_done_anyway is None
        assert advice("39(2)").if_done_anyway is None


class TestLayoff:
    @pytest.mark.parametrize(
        ("to_cut", "headcount", "reached"),
        [(15, 150, True), (14, 150, False), (19, 500, False), (20, 500, True), (1, 10, True), (1, 11, False)],
    )
    def test_twenty_people_or_ten_per_cent(self, to_cut, headcount, reached):
        answer = ask("mass_layoff_threshold", {"cases": [[to_cut, headcount]]}, law=replace(LAW, as_of=ON))
        assert answer.value == {"art41": [reached]}

    @pytest.mark.parametrize("pair", [(0, 10), (11, 10)])
    def test_people_who_do_not_exist_are_refused(self, pair):
        with pytest.raises(InvalidError):
            Layoff(to_cut=pair[0], headcount=pair[1])

    @pytest.mark.parametrize("wrong", [{"cases": [[1]]}, {"cases": [[1, 2]], "fields": ["a", "b"]}])
    def test_lists_of_another_shape_are_refused(self, wrong):
        with pytest.raises(InvalidError):
            ask("mass_layoff_threshold", {"on": "2026-06-15", **wrong}, law=LAW)


class TestArea:
    def test_raw_inputs_are_read_and_unknown_ones_refused(self):
        raw = {
            "ground": "40(3)",
            "on": "2026-06-15",
            "facts": good_facts("40(3)"),
            "protections": ["maternity"],
            "protections_checked": True,
            "union_notified_on": "2026-06-01",
            "pay_in_lieu": True,
        }
        found = ask("dismissal", raw, law=LAW)
        assert found.value["verdict"] is Verdict.BLOCKED
        assert "劳动合同法第42条第4项" in found.articles
        with pytest.raises(InvalidError, match="mood"):
            ask("dismissal", {**raw, "mood": 1}, law=LAW)
        with pytest.raises(InvalidError, match="negotiation_failed"):
            ask("dismissal", {**raw, "facts": {"negotiation_failed": "yes"}}, law=LAW)
        with pytest.raises(InvalidError):
            ask("dismissal", {**raw, "ground": "99"}, law=LAW)

    def test_without_facts_everything_is_asked(self):
        found = ask("dismissal", {"ground": "36a", "on": "2026-06-15"}, law=LAW).value
        assert found["verdict"] is Verdict.UNCLEAR

    def test_no_row_of_the_table_lets_the_employer_end_without_articles(self):
        for ground in GROUNDS.values():
            assert ground.article.startswith("劳动合同法第")
            assert all(condition.article for condition in ground.conditions)
            assert (ground.by is Party.EMPLOYER) == ground.union
