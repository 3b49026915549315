"""Whom a change may be offered to: each obstacle says why, by which article, and what would open it."""

from datetime import date, time

import pytest

from webapp.domain.eligibility import Candidate, Offer, check_offer
from webapp.domain.hours.cycle import CycleKind
from webapp.domain.overtime import HoursSystem
from webapp.domain.permits import Permit
from webapp.domain.protection import Worker
from webapp.services.reference.load import seed_law

LAW = seed_law()
ON = date(2026, 12, 1)
EVENING = Offer(on=ON, shift_start=time(19), shift_end=time(23))
DAY = Offer(on=ON, shift_start=time(9), shift_end=time(17))
SPECIAL = Offer(
    on=ON, hours_system=HoursSystem.COMPREHENSIVE, cycle="quarter", shift_start=time(9), shift_end=time(17)
)


def candidate(**more):
    given = {
        "post": "夜间客服专员",
        "entity": "1",
        "number": "E1",
        "region": "CN-SH",
        "worker": Worker(born=date(1995, 5, 1)),
        "contract": "HT-1",
        "contract_today": "HT-1",
        "electronic": "agreed",
    }
    return Candidate(**{**given, **more})


def permit(**more):
    given = {
        "number": "沪人社特〔2026〕18号",
        "entity": "1",
        "region": "310000",
        "system": HoursSystem.COMPREHENSIVE,
        "posts": frozenset({"夜间客服专员"}),
        "cycle": CycleKind.QUARTER,
        "valid_from": date(2026, 1, 1),
        "valid_to": date(2027, 12, 31),
    }
    return Permit(**{**given, **more})


def blocks(who, offer=DAY, permits=()):
    return [(b.code, b.article) for b in check_offer(who, offer, permits=tuple(permits), law=LAW).blocks]


class TestProtectedPersons:
    def test_the_evening_shift_is_barred_in_the_seventh_month_and_says_why_and_by_which_article(self):
        who = candidate(worker=Worker(pregnant_since=date(2026, 5, 1)))  # seven months full on the first day
        [block] = check_offer(who, EVENING, permits=(), law=LAW).blocks
        assert block.code == "late-pregnant"
        assert block.article == "女职工劳动保护特别规定第6条、劳动法第61条"
        assert str(block.sentence) == "孕晚期女职工不得安排夜班劳动。班次 19:00–23:00 与夜间重叠 1 小时。"
        assert "不含夜间时段" in str(block.opens)

    def test_one_day_before_the_seventh_month_is_full_it_is_open_and_the_day_is_foretold(self):
        who = candidate(worker=Worker(pregnant_since=date(2026, 5, 2)))
        found = check_offer(who, EVENING, permits=(), law=LAW)
        assert found.ok
        assert [c.code for c in found.cautions] == ["late-pregnancy-ahead"]
        assert "2026-12-02" in str(found.cautions[0].sentence)

    def test_nursing_a_child_under_one_year_bars_it_too(self):
        nursing = candidate(worker=Worker(infant_born=date(2025, 12, 2)))
        assert blocks(nursing, EVENING) == [("nursing", "女职工劳动保护特别规定第9条、劳动法第63条")]
        assert blocks(candidate(worker=Worker(infant_born=date(2025, 12, 1))), EVENING) == []

    def test_the_day_shift_is_open_to_both(self):
        assert blocks(candidate(worker=Worker(pregnant_since=date(2026, 5, 1)))) == []
        assert blocks(candidate(worker=Worker(infant_born=date(2026, 5, 1)))) == []

    def test_a_shift_that_ends_as_the_night_begins_does_not_touch_it(self):
        offer = Offer(on=ON, shift_start=time(18), shift_end=time(22))
        assert blocks(candidate(worker=Worker(pregnant_since=date(2026, 5, 1))), offer) == []


class TestSpecialHours:
    def test_a_permit_for_post_employer_and_cycle_opens_them(self):
        assert blocks(candidate(), SPECIAL, [permit()]) == []

    @pytest.mark.parametrize(
        ("change", "word"),
        [
            ({"posts": frozenset({"仓储专员"})}, "没有这种工时制度的审批"),
            ({"entity": "2"}, "没有这种工时制度的审批"),
            ({"cycle": CycleKind.MONTH}, "没有这种工时制度的审批"),
            ({"persons": frozenset({"E2"})}, "没有这种工时制度的审批"),
            ({"valid_to": date(2026, 11, 30)}, "已经过期"),
            ({"valid_from": date(2026, 12, 2)}, "还没有生效"),
            ({"revoked_on": date(2026, 12, 1)}, "已被撤销"),
        ],
        ids=["other post", "other employer", "other cycle", "other people", "over", "not yet", "revoked"],
    )
    def test_without_one_valid_on_the_first_day_they_are_barred(self, change, word):
        [block] = check_offer(candidate(), SPECIAL, permits=(permit(**change),), law=LAW).blocks
        assert (block.code, block.article) == ("no-permit", "劳动法第39条")
        assert word in str(block.sentence)

    def test_standard_hours_need_none(self):
        assert blocks(candidate(), DAY) == []


class TestEmployment:
    def test_without_a_contract_there_is_nothing_to_change(self):
        assert blocks(candidate(contract=None, contract_today=None))[0][0] == "no-contract"

    def test_a_contract_that_ends_before_the_first_day_is_renewed_first(self):
        assert blocks(candidate(contract=None))[0][0] == "contract-ends"

    def test_of_a_dispatched_worker_the_agency_is_the_employer(self):
        assert blocks(candidate(dispatch=True)) == [("dispatch", "劳动合同法第58条、第59条")]

    def test_who_has_left_is_offered_nothing(self):
        assert blocks(candidate(left=True))[0][0] == "left"

    def test_one_change_at_a_time(self):
        [block] = check_offer(candidate(open_change="CC-2026-000009"), DAY, permits=(), law=LAW).blocks
        assert block.code == "open-change"
        assert "CC-2026-000009" in str(block.sentence)

    def test_who_refuses_the_electronic_form_signs_on_paper(self):
        assert blocks(candidate(electronic="refused"))[0][0] == "paper-only"

    def test_who_was_not_asked_yet_is_asked_first_and_not_barred(self):
        found = check_offer(candidate(electronic=None), DAY, permits=(), law=LAW)
        assert found.ok
        assert [c.code for c in found.cautions] == ["ask-electronic"]
