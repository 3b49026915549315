"""Service of notices: the ladder, what counts, from which day, and what comes next."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from webapp.adapters.lawdata import seed_law
from webapp.domain.errors import InvalidError
from webapp.domain.notices import Attempt, Delivery, Method, Outcome, assess_delivery, same_address
from webapp.domain.rules import ask

LAW = seed_law()
HOME = "上海市长宁区茅台路 8 号"


def attempt(method: Method, day: int, outcome: Outcome, **changes) -> Attempt:
    return Attempt(method=method, on=date(2026, 6, day), outcome=outcome, **changes)


def served(*attempts: Attempt, **changes):
    return assess_delivery(Delivery(attempts=attempts, addresses=frozenset({HOME}), **changes), law=LAW)


class TestWhatCounts:
    @pytest.mark.parametrize("method", [Method.IN_PERSON, Method.RELATIVE, Method.POST])
    def test_signed_for_counts_from_the_day_of_the_receipt(self, method):
        found = served(attempt(method, 3, Outcome.SIGNED, address=HOME)).value
        assert (found.served_on, found.method) == (date(2026, 6, 3), method)

    def test_refused_in_person_before_witnesses_counts_by_analogy_and_is_disputed(self):
        answer = served(attempt(Method.IN_PERSON, 3, Outcome.REFUSED))
        assert answer.value.served_on == date(2026, 6, 3)
        assert answer.disputed

    def test_refused_by_post_does_not_count_yet(self):
        found = served(attempt(Method.POST, 3, Outcome.REFUSED)).value
        assert found.served_on is None
        assert "直接送交" in str(found.next_step)

    def test_without_proof_nothing_counts(self):
        found = served(attempt(Method.IN_PERSON, 3, Outcome.SIGNED, proof=False)).value
        assert found.served_on is None
        assert len(found.flaws) == 1

    def test_another_address_than_agreed_does_not_count(self):
        found = served(attempt(Method.POST, 3, Outcome.SIGNED, address="别处 1 号")).value
        assert found.served_on is None
        assert found.flaws[0].article == "劳办发〔1995〕179号"

    def test_in_person_the_place_does_not_matter(self):
        assert served(attempt(Method.IN_PERSON, 3, Outcome.SIGNED, address="公司会议室")).value.served_on

    def test_blanks_and_width_of_letters_do_not_make_another_address(self):
        assert same_address("上海市长宁区茅台路８号 Ａ座", "上海市长宁区茅台路 8 号a座")
        assert not same_address("茅台路 8 号", "茅台路 18 号")

    def test_electronic_only_if_agreed(self):
        mailed = attempt(Method.ELECTRONIC, 3, Outcome.SIGNED)
        assert served(mailed).value.flaws[0].article == "电子签名法第11条"
        assert served(mailed, electronic_agreed=True).value.served_on == date(2026, 6, 3)

    def test_no_attempt_is_refused(self):
        with pytest.raises(InvalidError):
            served()


class TestPublicNotice:
    IN_PERSON = attempt(Method.IN_PERSON, 1, Outcome.RETURNED)
    POST = attempt(Method.POST, 5, Outcome.RETURNED, address=HOME)
    NOTICE = attempt(Method.PUBLIC_NOTICE, 8, Outcome.PUBLISHED)

    def test_after_both_have_failed_it_serves_after_thirty_days(self):
        found = served(self.IN_PERSON, self.POST, self.NOTICE).value
        assert (found.served_on, found.method) == (date(2026, 7, 8), Method.PUBLIC_NOTICE)

    @pytest.mark.parametrize("skipped", [(IN_PERSON,), (POST,), ()])
    def test_skipping_a_step_makes_it_void(self, skipped):
        found = served(*skipped, self.NOTICE).value
        assert found.served_on is None
        assert "公告送达无效" in str(found.flaws[0].reason)

    def test_the_steps_must_come_before_it(self):
        late = attempt(Method.POST, 20, Outcome.RETURNED, address=HOME)
        assert served(self.IN_PERSON, late, self.NOTICE).value.served_on is None

    def test_who_cannot_be_found_may_be_served_so_at_once(self):
        lost = attempt(Method.IN_PERSON, 1, Outcome.UNTRACEABLE)
        assert served(lost, self.NOTICE).value.served_on == date(2026, 7, 8)

    def test_a_receipt_before_the_thirty_days_are_over_wins(self):
        found = served(
            self.IN_PERSON, self.POST, self.NOTICE, attempt(Method.IN_PERSON, 20, Outcome.SIGNED)
        ).value
        assert (found.served_on, found.method) == (date(2026, 6, 20), Method.IN_PERSON)

    def test_the_order_in_which_attempts_are_told_does_not_matter(self):
        answers = {
            served(*order).value.served_on for order in permutations((self.IN_PERSON, self.POST, self.NOTICE))
        }
        assert answers == {date(2026, 7, 8)}

    @given(day=st.integers(0, 500))
    @settings(max_examples=50, deadline=None)
    def test_the_day_of_service_by_notice_is_a_working_day_thirty_days_on_or_later(self, day):
        on = date(2025, 1, 1) + timedelta(days=day)
        lost = Attempt(method=Method.IN_PERSON, on=on, outcome=Outcome.UNTRACEABLE)
        found = served(lost, Attempt(method=Method.PUBLIC_NOTICE, on=on, outcome=Outcome.PUBLISHED)).value
        assert found.served_on is not None
        assert LAW.calendar.working(found.served_on)
        assert (found.served_on - on).days >= 30


class TestNextStep:
    @pytest.mark.parametrize(
        ("attempts", "agreed", "word"),
        [
            ([(Method.POST, Outcome.PENDING)], False, "直接送交"),
            ([(Method.IN_PERSON, Outcome.RETURNED)], False, "邮寄"),
            ([(Method.IN_PERSON, Outcome.RETURNED), (Method.POST, Outcome.PENDING)], True, "电子地址"),
            ([(Method.IN_PERSON, Outcome.RETURNED), (Method.POST, Outcome.PENDING)], False, "等待结果"),
            ([(Method.RELATIVE, Outcome.RETURNED), (Method.POST, Outcome.RETURNED)], False, "可以公告"),
        ],
    )
    def test_the_ladder_goes_on(self, attempts, agreed, word):
        made = [attempt(method, day, outcome) for day, (method, outcome) in enumerate(attempts, 1)]
        assert word in str(served(*made, electronic_agreed=agreed).value.next_step)


class TestArea:
    def test_raw_attempts_are_read_and_unknown_ones_refused(self):
        raw = {
            "attempts": [{"method": "post", "on": "2026-06-03", "outcome": "signed", "address": HOME}],
            "addresses": [HOME],
        }
        assert ask("service_of_notice", raw, law=LAW).value["served_on"] == date(2026, 6, 3)
        with pytest.raises(InvalidError, match="pigeon"):
            ask("service_of_notice", {"attempts": [{"pigeon": True}]}, law=LAW)
        with pytest.raises(InvalidError):
            ask("service_of_notice", {"attempts": []}, law=LAW)


class TestPapersArea:
    def test_a_case_is_read_from_raw_values(self):
        raw = {
            "person": "李雷",
            "ended_on": "2026-06-15",
            "addresses": [HOME],
            "papers": [
                {"key": "1", "kind": "notice", "title": "通知书", "ground": "38", "person": "韩梅梅"},
                {
                    "key": "2",
                    "kind": "service",
                    "title": "送达记录",
                    "attempt": {"method": "post", "on": "2026-06-16", "outcome": "signed", "address": "别处"},
                },
            ],
        }
        answer = ask("case_papers", raw, law=LAW)
        assert [found.defect for found in answer.value["findings"]] == ["other_person", "address_differs"]
        assert not answer.value["clean"]
        assert answer.articles
