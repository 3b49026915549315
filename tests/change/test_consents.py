"""Separate consent (个人信息保护法 art. 29): asked after the contract is in effect, apart, and free either way."""

from datetime import date

import pytest
from sqlalchemy import select

from models.case import Case
from models.consent import ConsentEntry
from models.event import Event
from tests.change.test_journey import PNG
from tests.company import ROOT
from tests.pdf.tools import needs_openssl
from tests.web import csrf, log_in, make_web
from webapp.domain.errors import ConflictError, ForbiddenError, NotFoundError
from webapp.domain.permissions import SYSTEM
from webapp.services.attachments import attach
from webapp.services.consents import ledger
from webapp.services.consents.ask import Answer, answer, open_question
from webapp.services.consents.texts import NAMES, newest_texts, paper_values, seed_consents
from webapp.services.tasks.complete import CompleteTask, complete

UNTIL = "2099-12-31"


def going(change):
    """A campaign whose two ways of punching need a separate consent."""
    with change.company.house.unit(SYSTEM) as work:
        seed_consents(work, ROOT)
    return change.going("N000", sensitive=["location", "punch-biometrics"], consent_until=UNTIL)


@pytest.fixture
def asked(change, company):
    """N000 has signed on paper, which takes no certificate; the change is in effect, the first question open."""
    made = going(change)
    change.does(made, "N000", "answer", outcome="paper")
    task = change.task(change.case(made, "N000").id, "paper")
    with company.unit("hr") as work:
        scan = attach(work, task.id, name="补充协议扫描件.png", data=PNG)
    values = {"scan": [{"id": str(scan.id), "name": scan.name}], "signed_on": "2026-11-27"}
    values |= {"original_place": "人事档案室", "original_keeper": "李敏", "compared_by": "赵敏"}
    change.does(made, "N000", "paper", who="hr", **values, compared_on="2026-11-27", as_original=True)
    return made


def says(signing, made, *, agreed):
    """N000 answers the question that is open; the worker does what follows."""
    task = signing.task(signing.case(made, "N000").id, "ask_separate")
    said = Answer(
        task_id=task.id, version=task.version, agreed=agreed, language="zh-Hans", key=f"page-{task.id}"
    )
    with signing.company.unit("N000") as work:
        answer(work, said)
    signing.work()
    return said


def lines(signing):
    with signing.company.house.view(SYSTEM) as work:
        rows = work.session.scalars(select(ConsentEntry).order_by(ConsentEntry.id)).all()
        return [(r.text.purpose, r.act, r.text.edition, r.ends_on, r.case_id is not None) for r in rows]


@needs_openssl
def test_each_purpose_is_asked_apart_after_the_contract_and_a_no_costs_nothing(signing, company):
    asked = going(signing)
    signing.sealed(asked, "N000")
    case_id = signing.case(asked, "N000").id
    kinds = signing.events(case_id)
    assert "terms.applied" in kinds  # the change is in effect before anybody is asked
    assert signing.stage(asked, "N000") == "consenting"
    paper = signing.documents(case_id, "consent")[-1]
    assert "第 1 版" in paper.text
    assert "打卡时核对是否在许可的工作地点" in paper.text
    assert "人脸" not in paper.text  # one purpose a paper

    first = says(signing, asked, agreed=True)
    with company.unit("N000") as work:
        assert answer(work, first).repeated  # a second press of the same page says nothing twice
    second = signing.documents(case_id, "consent")[-1]
    assert "用人脸或指纹确认是本人打卡" in second.text
    says(signing, asked, agreed=False)

    assert signing.stage(asked, "N000") == "changed"
    end = date.fromisoformat(UNTIL)
    assert lines(signing) == [
        ("location", "given", 1, end, True),
        ("punch-biometrics", "declined", 1, None, True),
    ]
    # in the signed person's chain: each paper's hash before its answer, each answer a line of its own
    kinds = signing.events(case_id)
    assert kinds.index("terms.applied") < kinds.index("consent.given") < kinds.index("consent.declined")
    with company.house.view(SYSTEM) as work:
        events = work.session.scalars(
            select(Event)
            .where(Event.case_id == case_id, Event.kind.like("consent.%"))
            .order_by(Event.sequence)
        ).all()
        assert [f'"paper_sha256":"{p.sha256}"' in e.payload.body for p, e in zip((paper, second), events, strict=True)] == [True, True]  # fmt: skip
        assert {e.actor_id for e in events} == {company.ids["N000"]}
        # what follows: punches may be checked for the place until that day, and not a day longer
        assert set(ledger.consenting(work, "location", [company.ids["N000"]])) == {company.ids["N000"]}
        assert ledger.consenting(work, "punch-biometrics", [company.ids["N000"]]) == {}
    with company.unit("N000") as work:
        ledger.withdraw(work, "location", language="zh-Hans")
    with company.house.view(SYSTEM) as work:
        assert ledger.consenting(work, "location", [company.ids["N000"]]) == {}


def test_consent_ends_on_its_day(change, company, clock, asked):
    says(change, asked, agreed=True)
    person = company.ids["N000"]
    clock.now = clock.now.replace(year=2100, month=1, day=2)
    with company.house.view(SYSTEM) as work:
        assert ledger.consenting(work, "location", [person]) == {}
        standing = next(s for s in ledger.standings(work, person) if s.text.purpose == "location")
        assert (standing.given, standing.over) == (False, True)


def test_nobody_answers_for_another_nor_past_the_page_nor_to_an_old_text(change, company, asked):
    case_id = change.case(asked, "N000").id
    task = change.task(case_id, "ask_separate")
    said = Answer(task_id=task.id, version=task.version, agreed=True, language="zh-Hans")
    for who in ("hr", "N001"):
        with company.unit(who) as work, pytest.raises((NotFoundError, ForbiddenError)):
            answer(work, said)
    with company.unit("N000") as work, pytest.raises(ForbiddenError):
        complete(work, CompleteTask(task_id=task.id, version=task.version, values={"outcome": "agreed"}))
    with company.house.unit(SYSTEM) as work:
        old = newest_texts(work)["location"]
        newer = type(old)(
            purpose="location", edition=2, titles=old.titles, bodies=old.bodies, article=old.article,
            sha256="0" * 64, made_at=work.now,
        )  # fmt: skip
        work.session.add(newer)
    with company.unit("N000") as work:
        assert not open_question(work, task.id).current
    with company.unit("N000") as work, pytest.raises(ConflictError):
        answer(work, said)
    assert lines(change) == []
    with company.house.view(SYSTEM) as work:
        assert work.session.get_one(Case, case_id).state == "active"


def test_the_screen_asks_one_thing_with_two_answers_of_one_kind(change, company, asked, tmp_path):
    app = make_web(company, tmp_path)
    client = log_in(app, "N000")
    task = change.task(change.case(asked, "N000").id, "ask_separate")
    led = client.get(f"/tasks/{task.id}")
    assert led.location == f"/consents/{task.id}"
    page = client.get(led.location).text
    for words in ("打卡时核对是否在许可的工作地点", UNTIL, "第 1 版", "不影响合同", "随时撤回"):
        assert words in page
    assert page.count('class="button" type="submit" name="outcome"') == 2  # neither is the primary one
    form = {"csrf_token": csrf(page), "_version": task.version, "outcome": "declined"}
    assert client.post(led.location, data={**form, "outcome": "maybe"}).status_code == 422
    assert client.post(led.location, data=form).status_code == 303
    change.work()
    told = client.get("/privacy/").text
    assert "您没有同意" in told
    assert "用人脸或指纹" not in told  # a case has not asked for it yet by its own page
    assert [line[:2] for line in lines(change)] == [("location", "declined")]
    shown = log_in(app, "hr").get(f"/contracts/people/{company.ids['N000']}").text
    assert "没有同意，改用其他方式" in shown


def test_every_text_has_its_lines_in_three_languages(company):
    with company.house.unit(SYSTEM) as work:
        seed_consents(work, ROOT)
        for purpose in newest_texts(work):
            values = paper_values(work, purpose)
            assert len(values["lines"]) >= 5
            assert all(line[name] for line in values["lines"] for name in NAMES), purpose
