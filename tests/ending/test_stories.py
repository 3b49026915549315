"""Promises: the procedures at the end of an employment are sound as they ship, and each story comes true."""

import json
import re

import pytest

from tests.ending.stories import KEYS, LAW, ROOT, STORIES, diagram, forms_of, functions, play, tables
from webapp.adapters.lawfeel import Bench
from webapp.domain.dismissal import GROUNDS
from webapp.domain.errors import InvalidError
from webapp.domain.regions import parameter_region
from webapp.services import forms, scenarios
from webapp.services.procedures import check
from webapp.services.procedures.files import read_folder


class TestStories:
    @pytest.mark.parametrize(("key", "path"), STORIES, ids=lambda p: getattr(p, "stem", p))
    def test_come_true(self, key, path):
        played = play(key, path)
        failure = played.failure
        assert failure is None, f"{failure.step} {failure.element}: {failure.message}"
        assert played.refused == ()  # and a person could have sent each answer

    @pytest.mark.parametrize("key", KEYS)
    def test_go_through_every_element_of_the_diagram(self, key):
        drawn = {e.id for e in diagram(key).elements if e.type not in {"process", "sequenceFlow"}}
        by_message = {e.element_id for e in diagram(key).starts if e.kind != "none"}  # begun from outside
        seen = frozenset().union(*(play(k, path).passed for k, path in STORIES if k == key))
        assert drawn - seen - by_message == set()


class TestAsShipped:
    @pytest.mark.parametrize("key", KEYS)
    def test_nothing_is_wrong_with_any_file(self, key, monkeypatch):
        monkeypatch.setattr(check, "_people", lambda *_: frozenset())  # no employee is named outright
        problems = check.check_version(None, key, read_folder(ROOT, key))
        assert [(p.path, p.element, str(p.message)) for p in problems] == []

    @pytest.mark.parametrize("key", KEYS)
    def test_speaks_three_languages(self, key):
        named = [e for e in diagram(key).elements if e.names.get("zh-Hans")]
        assert [e.id for e in named if {"en", "zh-Hant"} - set(e.names)] == []
        for path in (ROOT / "forms" / key).glob("*.form"):
            assert list(forms.untranslated(json.loads(path.read_text()))) == []


def story(name):
    return scenarios.load((ROOT / "bpmn/dismissal/scenarios" / f"{name}.toml").read_text())


def file_of(code):
    return "art" + code.replace("(", "-").replace(")", "")


class TestGrounds:
    @pytest.mark.parametrize("code", GROUNDS)
    def test_each_has_a_story_in_which_it_goes_on_and_one_in_which_it_is_blocked(self, code):
        for kind in ("allowed", "blocked"):
            plans = [s.values for s in story(f"{file_of(code)}-{kind}").steps if s.element == "plan"]
            assert [p["ground"] for p in plans] == [code]
        passed = play("dismissal", ROOT / "bpmn/dismissal/scenarios" / f"{file_of(code)}-blocked.toml").passed
        assert "stopped" in passed
        assert not {"review", "agreement", "resign"} & passed

    @pytest.mark.parametrize("code", GROUNDS)
    def test_the_table_says_what_the_law_says(self, code):
        (model,) = tables("dismissal")
        answer = model.evaluate("dismissal-grounds", {"ground": code}, functions=functions()).value
        ground = GROUNDS[code]
        said = {name: answer[name] for name in ("union", "notice", "pay", "protected")}
        assert said == {
            "union": ground.union,
            "notice": ground.notice.value,
            "pay": ground.pay.value,
            "protected": ground.protected,
        }

    def test_the_plan_asks_every_question_of_every_ground_in_the_words_of_the_law(self):
        schema = json.loads((ROOT / "forms/dismissal/plan.form").read_text())
        asked = next(c for c in schema["components"] if c.get("path") == "facts")["components"]
        said = {
            c["key"]: (c["label"], set(re.findall(r'"([^"]+)"', c["conditional"]["hide"]))) for c in asked
        }
        wanted = {}
        for code, ground in GROUNDS.items():
            for condition in ground.conditions:
                wanted.setdefault(condition.key, (condition.question.key, set()))[1].add(code)
        assert said == wanted


def reachable(key, *, without=(), start="begun"):
    """Elements that a token can reach, were some elements and flows taken out of the diagram."""
    root = flows(key)
    found, waiting = set(), [start]
    while waiting:
        here = waiting.pop()
        if here in found or here in without:
            continue
        found.add(here)
        waiting += [to for name, (source, to) in root.items() if source == here and name not in without]
        waiting += [e for e, host in hosts(key).items() if host == here]
    return found


def flows(key):
    xml = (ROOT / "bpmn" / key / f"{key}.bpmn").read_text()
    flows = re.findall(r'<bpmn:sequenceFlow id="([^"]+)"[^>]*? sourceRef="([^"]+)" targetRef="([^"]+)"', xml)
    return {name: (source, target) for name, source, target in flows}


def hosts(key):
    xml = (ROOT / "bpmn" / key / f"{key}.bpmn").read_text()
    found = re.finditer(r'<bpmn:boundaryEvent id="([^"]+)"[^>]*attachedToRef="([^"]+)"', xml)
    return {match[1]: match[2] for match in found}


class TestTraps:
    """Section 5 of the reference, (f) to (i): the diagram has no path into them."""

    def test_there_is_no_way_to_a_decision_past_the_union_but_where_the_law_asks_for_none(self):
        assert "decide_hr" in reachable("dismissal", without={"union", "union_silent"})
        shut = {"union", "union_silent", "f_union_q_protect_q"}
        assert not {"decide_hr", "decide_gm", "notice"} & reachable("dismissal", without=shut)
        xml = (ROOT / "bpmn/dismissal/dismissal.bpmn").read_text()
        assert re.search(r'id="f_union_q_letter"[\s\S]*?>=basis.union</bpmn:conditionExpression>', xml)

    def test_there_is_no_notice_without_two_decisions_and_a_legal_review(self):
        for step in ("review", "decide_hr", "decide_gm", "recheck"):
            assert "notice" not in reachable("dismissal", without={step}), step

    def test_nothing_leads_on_from_an_obstacle_but_a_new_plan_or_the_end(self):
        on = {to for source, to in flows("dismissal").values() if source == "obstacle_q"}
        assert on == {"plan", "stopped"}

    def test_public_notice_comes_only_after_attempts_that_failed(self):
        assert "publish" not in reachable("dismissal", without={"hand"})

    def test_the_ground_cannot_be_planned_anew_once_the_notice_is_sealed(self):
        after = reachable("dismissal", start="notice_sealed")
        assert not {"plan", "advise", "freeze"} & after

    def test_article_42_does_not_bar_article_39_but_bars_40_and_prolongs_44(self):
        path = ROOT / "bpmn/dismissal/scenarios"
        assert "clear_q" in play("dismissal", path / "trap-art42-not-art39.toml").passed
        assert story("trap-art42-not-art39").steps[-1].then["open"] == ["review"]
        assert story("art40-2-blocked").steps[1].then["open"] == ["obstacle"]
        assert story("art44-1-blocked").steps[1].then["open"] == ["obstacle"]

    def test_pay_in_lieu_comes_from_one_calculation_out_of_the_wage_of_the_month_before(self):
        xml = (ROOT / "bpmn/dismissal/dismissal.bpmn").read_text()
        assert "settle" not in reachable("dismissal", start="wages", without={"compute"})
        assert re.findall(r'source="=([^"]+)" target="plus_one"', xml) == ["computed.pay_in_lieu"]
        assert re.findall(r"previous_month_wage: (\w+)", xml) == ["previous_month_wage"]
        assert re.findall(r'resultVariable="computed"|target="computed"', xml) == [
            'resultVariable="computed"'
        ]
        wage = {s.element: s.values for s in story("trap-plus-one-is-last-month").steps}["wages"]
        asked = {"hired": "2019-03-04", "last_day_inclusive": "2026-04-10", "pay_in_lieu_of_notice": True}
        asked |= {name: wage[name] for name in ("avg_12m_gross", "previous_month_wage")}
        asked["local_min_wage"] = wage["local_minimum"]
        asked["local_avg_monthly_wage_last_year"] = wage["local_average"]
        bench = Bench(law=lambda: LAW, region=lambda: parameter_region("310000"))
        answer = bench.ask("severance_n_plus_1", {"ground": "art40", **asked})
        assert answer["pay_in_lieu"] == wage["previous_month_wage"] != wage["avg_12m_gross"]
        with pytest.raises(InvalidError):  # and there is none beside another article
            bench.ask("severance_n_plus_1", {"ground": "art36", **asked})

    def test_a_refused_change_is_not_article_40_3(self):
        plan = story("art40-3-blocked").steps[1]
        assert plan.values["facts"]["only_refused_change"] == "yes"
        assert plan.then["open"] == ["obstacle"]


class TestProtectionToldAfterTheNotice:
    """Section 2i: pregnancy disclosed after the notice, a medical period that begins in the meantime."""

    def test_is_asked_after_service_before_anything_ends(self):
        assert "watch" in reachable("dismissal", start="hand")
        shut = {"watch", "f_watch_q_over"}  # that flow is for grounds that article 42 does not bar
        assert "fork" not in reachable("dismissal", start="hand", without=shut)
        xml = (ROOT / "bpmn/dismissal/dismissal.bpmn").read_text()
        assert re.search(r'id="f_watch_q_watch"[\s\S]*?>=basis.protected</bpmn:conditionExpression>', xml)

    def test_is_never_passed_over_by_who_serves_or_checks(self):
        assert "over" in reachable("dismissal", start="late")
        for after_watch in ("f_late_q_over", "f_withdrawal_q_over"):  # legal with proof, or the person's no
            assert after_watch in flows("dismissal")
        shut = {"f_watch_clear_q_over", "f_late_q_over", "f_withdrawal_q_over"}
        assert "over" not in reachable("dismissal", start="watch", without=shut)

    @pytest.mark.parametrize(
        ("name", "article"),
        [
            ("pregnancy-after-notice", "劳动合同法第42条第4项"),
            ("expiry-medical-period", "劳动合同法第45条、第42条第3项"),
        ],
    )
    def test_shows_legal_which_article_bars_the_end_and_the_papers_say_it(self, name, article):
        path = ROOT / "bpmn/dismissal/scenarios" / f"{name}.toml"
        seen = dict(play("dismissal", path).seen)
        assert [block["article"] for block in seen["late"]["blocks"]] == [article]
        assert seen["withdrawal"]["values"]["article"] == article
        assert "withdrawn" in play("dismissal", path).passed

    def test_is_twice_the_severance_without_severance_where_the_person_does_not_go_on(self):
        path = ROOT / "bpmn/dismissal/scenarios/pregnancy-after-notice-declined.toml"
        owed = dict(play("dismissal", path).seen)["settle"]
        # 2019-03-04 to 2026-04-10: seven years and a month, 7.5 months of 12,000 yuan, twice
        assert (owed["compensation"], owed["severance"], owed["plus_one"]) == (180000, 0, 0)
        assert owed["owed"] == owed["compensation"]


class TestWhatIsOwed:
    def test_the_subsidy_for_illness_stands_beside_severance_with_its_working(self):
        path = ROOT / "bpmn/dismissal/scenarios/illness-with-non-compete.toml"
        owed = dict(play("dismissal", path).seen)["settle"]
        assert owed["medical"] == 72000  # six months of 12,000 yuan
        assert owed["owed"] == owed["severance"] + owed["plus_one"] + owed["medical"]
        assert "309号第35条" in owed["workings"]
        assert "第47条" in owed["workings"]

    def test_a_non_compete_is_cut_to_two_years_and_its_pay_is_that_of_the_law(self):
        path = ROOT / "bpmn/dismissal/scenarios/illness-with-non-compete.toml"
        due = dict(play("dismissal", path).seen)["bound_settle"]
        assert (due["months"], due["monthly"], due["stated"]) == (24, 3600, 86400)
        assert "第24条第2款" in due["workings"]
        path = ROOT / "bpmn/dismissal/scenarios/non-compete-released.toml"
        assert dict(play("dismissal", path).seen)["bound_settle"]["computed_pay"] == 10800

    def test_another_figure_for_it_needs_a_reason(self):
        form = forms_of("dismissal")["dismissal-bound"]
        context = {"computed_pay": 86400, "stated": 86400}
        assert forms.accept(form, {"stated": 86400}, context=context).values["stated"] == 86400
        with pytest.raises(InvalidError) as refused:
            forms.accept(form, {"stated": 1}, context=context)
        assert set(refused.value.fields) == {"because"}
        with pytest.raises(InvalidError):
            forms.accept(form, {"stated": 1, "computed_pay": 1}, context=context)


class TestInvestigation:
    def test_nothing_is_handed_on_without_hold_evidence_and_an_interview_by_two(self):
        for step in ("triage", "hold", "preserve", "interview", "supplement"):
            assert "hand_over" not in reachable("investigation", without={step}), step

    def test_without_a_serious_effect_a_demand_is_served_and_its_time_runs_out_first(self):
        shut = {"f_kind_q_hand_over", "f_effect_q_hand_over"}
        for step in ("demand", "serve", "cure", "recheck"):
            assert "hand_over" not in reachable("investigation", without={step, *shut}), step

    def test_a_message_of_an_alert_begins_at_the_triage_that_a_person_does(self):
        (start,) = [e for e in diagram("investigation").starts if e.kind == "message"]
        assert start.name == "alert"
        assert [to for source, to in flows("investigation").values() if source == start.element_id] == [
            "triage"
        ]


class TestArbitration:
    def test_everything_is_held_before_anybody_does_anything(self):
        assert reachable("arbitration", without={"hold"}) == {"begun"}

    def test_the_law_works_out_what_each_claim_exposes_to_and_shows_how(self):
        path = ROOT / "bpmn/arbitration/scenarios/every-claim.toml"
        shown = dict(play("arbitration", path).seen)["assess"]
        found = {each["kind"]: each["amount"] for each in shown["exposures"]}
        assert found == {
            "unlawful": 168000,  # 2019-03-04 to 2026-02-27: seven months of 12,000 yuan, twice
            "severance": 84000,
            "pay_in_lieu": 13000,  # the month before, not the average
            "medical_subsidy": 72000,  # six months
            "non_compete": 43200,  # 30 % of the average, twelve months
            "overtime": 2000,  # OT-02 of the reference, 2,750, less 750 paid
            "leave": 3200,  # four days of 400 yuan, twice on top of the wage
            "double_pay": 95700,  # eleven months
            "wages": 9000,  # no formula: as claimed
            "reinstatement": 0,
        }
        for each in shown["exposures"]:
            assert each["steps"]
            assert ("法" in each["articles"] or "〔" in each["articles"]) or not each["by_law"]
            assert all(line in shown["workings"] for line in each["steps"])
        assert [p["exposure"] for p in shown["positions"]] == list(found.values())

    def test_another_figure_or_a_claim_left_out_needs_a_reason(self):
        path = ROOT / "bpmn/arbitration/scenarios/figure-without-reason.toml"
        told = dict(play("arbitration", path).seen)["reasons"]["unexplained"]
        assert told == "违法解除赔偿金（2N）、未休年休假工资"
        shut = {"f_reason_q_answer"}
        assert "answer" not in reachable("arbitration", start="assess", without=shut)

    def test_the_table_of_burdens_knows_every_claim_that_a_form_offers(self):
        schema = json.loads((ROOT / "forms/arbitration/begin.form").read_text())
        listed = next(c for c in schema["components"] if c.get("path") == "claims")
        kinds = [o["value"] for c in listed["components"] if c["key"] == "kind" for o in c["values"]]
        (model,) = tables("arbitration")
        for kind in kinds:
            assert model.evaluate("arbitration-burden", {"kind": kind}, functions=functions()).value["burden"]
