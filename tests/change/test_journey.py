"""What becomes of an offer: each way through it has its defined end, and refusal is none of dismissal."""

from datetime import date

import pytest
from sqlalchemy import select

from models.campaign import CampaignState
from models.leave import LeaveRequest, LeaveState
from models.person import Person, PersonFlag
from webapp.domain.errors import ConflictError, InvalidError, NotFoundError
from webapp.domain.permissions import SYSTEM
from webapp.domain.signing import FlowState
from webapp.services.attachments import attach
from webapp.services.campaigns.correct import correct
from webapp.services.cases.say import say
from webapp.services.contracts.parties import save_person_detail
from webapp.services.contracts.terms import terms_on
from webapp.services.leaving import announce_leaving
from webapp.services.offers import open_offer
from webapp.services.signing import steps

PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)  # stands for a scan


def test_agreed_signed_sealed_and_in_effect_on_its_day(signing, company):
    made = signing.going("N000")
    signing.sealed(made, "N000")
    assert signing.stage(made, "N000") == "changed"
    assert signing.campaign(made).state == CampaignState.ENDED
    with company.house.view(SYSTEM) as work:
        person = work.session.scalars(select(Person).where(Person.number == "N000")).one()
        assert terms_on(work, person, date(2026, 12, 31)) is None
        terms = terms_on(work, person, date(2027, 1, 1))
        assert (terms.place, terms.shift_start.isoformat("minutes")) == ("本人住所", "19:00")
        assert terms.document_id == int(signing.variables(made, "N000")["document"])


def test_the_seventh_month_blocks_the_evening_shift_with_its_article(change, company):
    with company.house.unit(SYSTEM) as work:
        work.session.add(
            PersonFlag(
                person_id=company.ids["N001"],
                kind="pregnant",
                valid_from=date(2026, 6, 1),
                purpose="特殊劳动保护",
                keep_until=date(2028, 1, 1),
                recorded_at=work.now,
            )
        )
    made = change.make("N000", "N001")
    blocked = change.member(made, "N001")
    assert (blocked.state, change.member(made, "N000").state) == ("blocked", "waiting")
    assert "女职工劳动保护特别规定" in blocked.reasons[0]["article"]


def test_a_refusal_leaves_the_old_terms_and_nothing_else(change, company):
    made = change.going("N000")
    case = change.case(made, "N000")
    change.does(made, "N000", "answer", outcome="refuse", refusal="晚上要照顾孩子")
    assert change.stage(made, "N000") == "refused"
    assert change.open(case.id) == set()
    with company.house.view(SYSTEM) as work:
        person = work.session.scalars(select(Person).where(Person.number == "N000")).one()
        assert (terms_on(work, person, date(2027, 6, 1)), person.left_on) == (None, None)


def test_two_rounds_of_negotiation_keep_each_text_and_what_changed(signing, company):
    made = signing.going("N000")
    case = signing.case(made, "N000")
    signing.does(made, "N000", "answer", outcome="negotiate", wish="希望 22:30 下班")
    assert signing.stage(made, "N000") == "negotiating"
    terms = {
        k: signing.variables(made, "N000")[k]
        for k in ("place", "hours_system", "shift_start", "allowance", "effective_from")
    }
    signing.does(
        made,
        "N000",
        "counter",
        who="hr",
        outcome="revise",
        reply="可以",
        **terms,
        shift_end="22:30",
        remark="每月两天到岗",
    )
    signing.does(made, "N000", "answer", outcome="negotiate", wish="津贴再加")
    signing.does(made, "N000", "counter", who="hr", outcome="keep", reply="津贴已按最高标准")
    assert signing.variables(made, "N000")["shift_end"] == "22:30"
    first, second = signing.documents(case.id)
    assert second.replaces_id == first.id
    with company.view("N000") as work:
        offer = open_offer(work, signing.task(case.id, "answer").id)
        assert offer.reply == "津贴已按最高标准"
        shift = next(c for c in offer.changes if str(c.title) == "班次")
        assert (shift.after, shift.earlier) == ("19:00–22:30", "19:00–23:00")
    signing.sealed(made, "N000")
    assert signing.stage(made, "N000") == "changed"


def test_without_an_answer_two_reminders_then_the_old_terms_continue(change):
    made = change.going("N000")
    case = change.case(made, "N000")
    change.later(2)
    change.later(2)
    assert change.open(case.id) == {"answer"}
    change.later(4)
    assert change.stage(made, "N000") == "expired"
    sent = change.events(case.id).count("message.asked") + change.events(case.id).count("message.failed")
    assert sent == 4  # notice before signing, two reminders, the end


def test_leave_extends_the_time_to_answer(change, company, clock):
    made = change.going("N000")
    with company.house.unit(SYSTEM) as work:
        work.session.add(
            LeaveRequest(
                person_id=company.ids["N000"],
                kind="annual",
                state=LeaveState.APPROVED,
                starts_on=date(2026, 11, 25),
                ends_on=date(2026, 12, 11),
                minutes=480,
                day_basis="working",
                explanation={},
                created_at=work.now,
            )
        )
    change.later(9)
    case = change.case(made, "N000")
    assert change.open(case.id) == {"answer"}
    assert change.task(case.id, "answer").due_at.date() == date(2026, 12, 18)
    change.later(16)
    assert change.stage(made, "N000") == "expired"


def test_who_leaves_meanwhile_ends_it_on_the_day_after_the_last(change, company, clock):
    made = change.going("N000", "N001")
    with company.house.unit(SYSTEM) as work:
        person = work.session.get_one(Person, company.ids["N000"])
        person.left_on = date(2026, 11, 26)
        announce_leaving(work, person)
    change.work()
    assert change.stage(made, "N000") == "answering"
    change.later(3)
    assert (change.stage(made, "N000"), change.stage(made, "N001")) == ("left", "answering")


def test_the_signature_may_be_taken_back_until_the_seal_and_not_after(signing, company):
    made = signing.going("N000", "N001")
    for number in ("N000", "N001"):
        signing.does(made, number, "answer", outcome="agree")
        signing.signs(made, number)
    case, other = signing.case(made, "N000"), signing.case(made, "N001")
    with pytest.raises(NotFoundError), company.unit("hr") as work:
        say(work, case.id, "signature.withdrawn")  # the employer cannot do it for them
    with company.unit("N000") as work:
        say(work, case.id, "signature.withdrawn")
    signing.work()
    assert signing.stage(made, "N000") == "not-agreed"
    assert signing.flow(case.id).state == FlowState.WITHDRAWN
    signing.seals()
    with pytest.raises(ConflictError), company.unit("N001") as work:
        say(work, other.id, "signature.withdrawn")


def test_a_text_corrected_midway_reaches_who_has_not_signed(signing, company):
    made = signing.going("N000", "N001", "N002")
    signing.does(made, "N001", "answer", outcome="agree")
    signing.does(made, "N002", "answer", outcome="agree")
    signing.signs(made, "N002")
    stale = signing.task(signing.case(made, "N001").id, "sign")
    with company.unit("hr") as work:
        correct(work, made, {"allowance": "夜班津贴每晚 40 元"}, version=signing.campaign(made).version)
    signing.work()
    assert [signing.open(signing.case(made, n).id) for n in ("N000", "N001", "N002")] == [
        {"answer"},
        {"answer"},
        {"seal"},
    ]
    assert signing.variables(made, "N001")["allowance"] == "夜班津贴每晚 40 元"
    assert signing.variables(made, "N002")["allowance"] == "夜班津贴每晚 30 元"
    with pytest.raises(ConflictError), company.unit("N001") as work:  # a page with the old text
        steps.see_notice(work, stale.id)
    texts = signing.documents(signing.case(made, "N000").id)
    assert ("每晚 30 元" in texts[0].text, "每晚 40 元" in texts[1].text) == (True, True)


def test_two_overlapping_campaigns_ask_the_same_person_once(change):
    first = change.going("N000")
    second = change.make("N000", "N001")
    assert change.member(second, "N000").reasons[0]["code"] == "in-flight"
    assert change.member(second, "N001").state == "waiting"
    assert change.stage(first, "N000") == "answering"


def test_rules_that_change_are_discussed_before_anybody_is_asked(change, company):
    made = change.make("N000", rules_change=True)
    change.launch(made)
    case_id = change.campaign(made).case_id
    change.complete("legal", change.task(case_id, "legal"), outcome="approve")
    assert change.open(case_id) == {"consult"}
    with pytest.raises(ConflictError):
        change.launch(made)
    change.complete("union", change.task(case_id, "consult"), outcome="open", opinion="津贴标准未达成一致")
    change.work()
    assert change.campaign(made).state == CampaignState.STOPPED
    assert change.member(made, "N000").case_id is None


def test_what_legal_refuses_reaches_nobody(change):
    made = change.make("N000")
    change.launch(made)
    change.complete(
        "legal", change.task(change.campaign(made).case_id, "legal"), outcome="reject", comment="缺恢复条件"
    )
    assert change.campaign(made).state == CampaignState.STOPPED
    assert change.member(made, "N000").stage == "cancelled"


def test_the_report_counts_everybody_once_all_have_ended(signing):
    made = signing.going("N000", "N001")
    signing.sealed(made, "N000")
    signing.does(made, "N001", "answer", outcome="refuse")
    case_id = signing.campaign(made).case_id
    report = signing.task(case_id, "report")
    with signing.company.house.view(SYSTEM) as work:
        from models.case import Case

        said = work.session.get_one(Case, case_id).variables["report"]
    assert said == "变更完成 1 人；不同意，原约定继续 1 人"
    signing.complete("hr", report, note="")
    assert signing.open(case_id) == set()


def test_each_person_works_at_their_own_home_and_signs_a_text_that_names_it(signing, company):
    known, unknown = "上海市静安区延安中路 7 号 2 室", "上海市宝山区友谊路 88 弄 1 号 302 室"
    with company.unit("hr") as work:
        save_person_detail(work, company.ids["N000"], {"address": known})
    made = signing.going("N000", "N001", at_home=True)
    cases = {n: signing.case(made, n).id for n in ("N000", "N001")}
    assert known in signing.documents(cases["N000"])[0].text
    assert "具体地址由乙方在答复时书面确认" in signing.documents(cases["N001"])[0].text
    with pytest.raises(InvalidError) as refused:  # a yes without an address is none
        signing.does(made, "N001", "answer", outcome="agree", home_place=None)
    assert set(refused.value.fields) == {"home_place"}
    signing.does(made, "N000", "answer", outcome="agree", home_place=known)
    signing.does(made, "N001", "answer", outcome="agree", home_place=unknown)
    assert len(signing.documents(cases["N000"])) == 1  # the text named it already
    first, second = signing.documents(cases["N001"])
    assert second.replaces_id == first.id
    assert unknown in second.text
    signing.signs(made, "N001")
    signing.seals()
    with company.house.view(SYSTEM) as work:
        person = work.session.get_one(Person, company.ids["N001"])
        assert terms_on(work, person, date(2027, 1, 1)).place == unknown


def test_the_equipment_of_annex_one_goes_by_the_post(change):
    change.edit("N001", post="数据分析")
    made = change.going("N000", "N001")
    texts = {n: change.documents(change.case(made, n).id)[0].text for n in ("N000", "N001")}
    assert ("通话耳机" in texts["N000"], "外接显示器" in texts["N000"]) == (True, False)
    assert ("通话耳机" in texts["N001"], "外接显示器" in texts["N001"]) == (False, True)
    assert "1｜笔记本电脑（含电源）｜1｜甲方｜须归还" in texts["N001"]


def test_an_accident_is_reported_to_the_line_manager_by_name_and_phone(change, company):
    with company.house.unit(SYSTEM) as work:
        boss = work.session.get_one(Person, company.ids["hr"])
        boss.phone = "13900000001"
        work.session.get_one(Person, company.ids["N000"]).manager_id = boss.id
        name = boss.name
    made = change.going("N000")
    [text] = [d.text for d in change.documents(change.case(made, "N000").id)]
    assert f"尽快报告直属主管{name}（13900000001）" in text


def test_on_paper_the_scan_is_stated_to_be_the_original_with_who_compared_and_who_keeps_it(change, company):
    made = change.going("N000")
    change.does(made, "N000", "answer", outcome="paper")
    case_id = change.case(made, "N000").id
    task = change.task(case_id, "paper")
    with company.unit("hr") as work:
        scan = attach(work, task.id, name="补充协议扫描件.png", data=PNG)
        answer = {"scan": [{"id": str(scan.id), "name": scan.name}], "signed_on": "2026-11-27"}
    answer |= {"original_place": "人事档案室 3 号柜", "original_keeper": "档案员 李敏"}
    answer |= {"compared_by": "赵敏", "compared_on": "2026-11-27"}
    with pytest.raises(InvalidError) as refused:
        change.does(made, "N000", "paper", who="hr", **answer, as_original=False)
    assert set(refused.value.fields) == {"as_original"}
    change.does(made, "N000", "paper", who="hr", **answer, as_original=True)
    [statement] = change.documents(case_id, "copy-statement")
    for words in ("扫描件与原件一致", scan.sha256, "赵敏", "人事档案室 3 号柜", "档案员 李敏"):
        assert words in statement.text
    assert change.stage(made, "N000") == "changed"
