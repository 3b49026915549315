"""Promises: a forged request walks into none of the traps (f) to (i) of the law's reference, section 5.

That the diagram has no path there is in ``test_stories.py``; here somebody sends what no page offers.
"""

import pytest

from tests.ending.acts import plan
from tests.pdf.tools import needs_openssl
from webapp.domain.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError

REFUSED = (InvalidError, ForbiddenError, NotFoundError, ConflictError)
LAST_DAY = "2026-12-31"


def refused(ending, case_id, element, who="hr", **values):
    """The request is refused and the case stands where it stood."""
    before = ending.open(case_id)
    with pytest.raises(REFUSED):
        ending.complete(who, ending.task(case_id, element), **values)
    assert ending.open(case_id) == before


def planned(ending, *args, **more):
    case_id = ending.begins("dismissal", occasion="期满复查仍未改正")
    ending.does(case_id, "plan", last_day=LAST_DAY, **plan(*args, **more))
    return case_id


def told(sealing, *args, **more):
    """The union has been told in writing; it has not answered."""
    case_id = planned(sealing, *args, **more)
    sealing.does(case_id, "review", "legal", outcome="approve", opinion="事实和程序可以成立。")
    sealing.seals_all()
    assert sealing.open(case_id) == {"union"}
    return case_id


def answered(sealing, case_id):
    day = sealing.clock.now.date().isoformat()
    sealing.does(case_id, "union", "union", outcome="none", opinion="没有不同意见", dated=day)


@needs_openssl
class TestPlusOneIsLastMonthsWage:  # (f)
    WAGES = {
        "avg_12m_gross": 12000,
        "previous_month_wage": 13000,
        "local_average": 12307,
        "local_minimum": 2740,
        "wage_source": "市人社局公布",
    }

    def test_and_no_other_amount_can_be_sent(self, sealing):
        case_id = told(sealing, "40(2)", pay_in_lieu=True)
        answered(sealing, case_id)
        sealing.does(case_id, "confirm", protections=[], protections_checked=True)
        sealing.does(case_id, "decide_hr", "chief", outcome="approve", comment="同意")
        sealing.does(case_id, "decide_gm", "boss", outcome="approve", comment="同意")
        sealing.seals_all()
        day = sealing.clock.now.date().isoformat()
        served = {
            "method": "in_person",
            "on": day,
            "outcome": "signed",
            "address": "公司会议室",
            "proof": True,
        }
        sealing.does(case_id, "hand", attempt=served)
        sealing.does(case_id, "watch", watched=True, late_protections=[])
        without = {name: value for name, value in self.WAGES.items() if name != "previous_month_wage"}
        for forged in (
            without,
            self.WAGES | {"plus_one": 12000},
            self.WAGES | {"computed": {"pay_in_lieu": 12000}},
        ):
            refused(sealing, case_id, "wages", **forged)
        sealing.does(case_id, "wages", **self.WAGES)
        shown = sealing.task(case_id, "settle").variables
        assert (int(shown["plus_one"]), int(shown["owed"] - shown["severance"])) == (13000, 13000)
        paid = {"wages_due": 4000, "leave_pay": 1200, "paid_on": day}
        for forged in ({"plus_one": 12000}, {"owed": 1}, {"severance": 0}, {"computed": {"total": 1}}):
            refused(sealing, case_id, "settle", **paid, **forged)
        sealing.does(case_id, "settle", **paid)
        assert sealing.read(case_id, "computed")["pay_in_lieu"] == 13000

    def test_and_there_is_none_under_article_39(self, ending):
        case_id = planned(ending, pay_in_lieu=True)
        assert ending.open(case_id) == {"review"}
        assert ending.read(case_id, "pay_in_lieu") is None  # not asked there: what is sent is left out


class TestArticle42:  # (g)
    def test_does_not_bar_article_39_whatever_is_sent(self, ending):
        case_id = planned(ending, protections=["maternity"], protections_checked=False)
        assert ending.open(case_id) == {"review"}
        assert ending.read(case_id, "protections") is None

    @pytest.mark.parametrize(
        "forged",
        [{"outcome": "approve"}, {"outcome": "keep"}, {"outcome": "revise", "protections": []}],
        ids=lambda forged: "-".join(forged.values() if len(forged) == 1 else forged),
    )
    def test_bars_article_40_and_nobody_sends_the_bar_away(self, ending, forged):
        case_id = planned(ending, "40(2)", protections=["maternity"], notice_given_on="2026-11-20")
        refused(ending, case_id, "obstacle", **forged)
        assert ending.read(case_id, "protections") == ["maternity"]

    def test_is_not_passed_over_by_leaving_its_check_out(self, ending):
        case_id = planned(ending, "40(2)", protections_checked=False, pay_in_lieu=True)
        assert ending.open(case_id) == {"obstacle"}

    @needs_openssl
    def test_is_not_left_behind_by_another_ground_sent_later(self, sealing):
        case_id = told(sealing, "40(2)", pay_in_lieu=True)
        answered(sealing, case_id)
        for forged in (
            {"protections_checked": False},
            {"protections_checked": True, "ground": "39(4)"},
            {"protections_checked": True, "basis": {"protected": False}},
        ):
            refused(sealing, case_id, "confirm", protections=[], **forged)
        sealing.does(case_id, "confirm", protections=["maternity"], protections_checked=True)
        assert sealing.open(case_id) == {"obstacle"}


class TestTheUnionComesFirst:  # (h), also for article 39
    def test_nobody_writes_that_it_was_told(self, ending):
        case_id = ending.begins("dismissal", occasion="期满复查仍未改正")
        for forged in ({"union_notified_on": "2026-11-01"}, {"basis": {"union": False}}, {"actor": "1"}):
            refused(ending, case_id, "plan", last_day=LAST_DAY, **plan(), **forged)
        ending.does(case_id, "plan", last_day=LAST_DAY, **plan())
        for forged in ({"outcome": "approve", "union_outcome": "none"}, {"outcome": "decide"}):
            refused(ending, case_id, "review", "legal", opinion="可以成立", **forged)

    @needs_openssl
    def test_only_the_union_answers_and_none_decides_before(self, sealing):
        case_id = told(sealing, union_exists=False)  # having none is no excuse
        day = sealing.clock.now.date().isoformat()
        for who in ("hr", "legal", "chief", "boss"):
            refused(sealing, case_id, "union", who, outcome="none", dated=day)
        refused(sealing, case_id, "union", "union", outcome="approve", dated=day)
        refused(sealing, case_id, "union", "union", outcome="none", dated=day, decision_hr="approve")
        assert sealing.read(case_id, "decision_hr") is None


class TestARefusedChange:  # (i) is not article 40(3)
    @pytest.mark.parametrize(
        "facts",
        [
            {"only_refused_change": "yes"},
            {"only_refused_change": "unknown"},
            {"only_refused_change": None},
            {"only_refused_change": "no", "circumstances_changed": "no"},
            {"only_refused_change": "no", "performance_impossible": "unknown"},
        ],
        ids=["said", "unknown", "left-out", "nothing-changed", "still-possible"],
    )
    def test_does_not_become_it_by_what_is_said_or_left_out(self, ending, facts):
        case_id = planned(ending, "40(3)", facts=facts, notice_given_on="2026-11-20")
        assert ending.open(case_id) == {"obstacle"}
        refused(ending, case_id, "obstacle", outcome="approve")

    def test_nor_by_an_answer_that_the_form_does_not_know(self, ending):
        case_id = ending.begins("dismissal", occasion="不同意调整岗位")
        for forged in ("false", "none", ["no"]):
            values = plan("40(3)", facts={"only_refused_change": forged}, notice_given_on="2026-11-20")
            with pytest.raises(InvalidError):
                ending.complete("hr", ending.task(case_id, "plan"), last_day=LAST_DAY, **values)
