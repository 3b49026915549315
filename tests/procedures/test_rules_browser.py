"""Company rules from the draft to a signed receipt and the sealed pack; the receipt is signed on a phone."""

from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest
from sqlalchemy import select

from models.account import Account, Passkey
from models.campaign import Campaign
from models.case import Case
from models.person import Person
from tests.browser import Desk, serve
from tests.documents.test_receipts import job
from tests.pdf.tools import needs_openssl
from tests.signing.desk import SoftKey
from tests.signing.test_browser import give_key, read_to_the_end, write_name
from tests.web import make_web
from webapp.domain.permissions import SYSTEM
from webapp.services.documents.receipts import acknowledged_documents
from webapp.services.evidence import export_pack
from webapp.services.people import local_date

pytestmark = [needs_openssl, pytest.mark.browser, pytest.mark.xdist_group("chromium")]

KEY = SoftKey(b"key-of-lina")
DRAFT = {
    "rules_title": "考勤和休假制度",
    "rules_version": "2026-1",
    "scope": "全体职工",
    "text": "一、职工可以随时查看自己的考勤记录。\n二、对记录有异议的，可在三十日内申请更正。",
    "effective_from": "2027-01-01",
}


@pytest.fixture
def visit(company, doors, chromium, tmp_path):
    """Log in at a desk or on a phone; what the pages complain about fails the test."""
    app = make_web(company, tmp_path)
    with company.house.unit(SYSTEM) as work:
        work.session.get_one(Person, company.ids["lina"]).post = "接待专员"
        account = work.session.scalars(select(Account).where(Account.person_id == company.ids["lina"])).one()
        times = {"create_datetime": work.now, "lastuse_datetime": work.now}
        account.passkeys.append(
            Passkey(credential_id=KEY.credential, public_key=KEY.cose(), name="手机", **times)
        )
    with serve(app) as address:
        desks = []

        def start(who, *, phone=False):
            desk = Desk(chromium, address, phone=phone)
            desks.append(desk)
            desk.log_in(who)
            return desk

        yield start
        complaints = [text for desk in desks for text in desk.complaints]
        for desk in desks:
            desk.context.close()
        assert complaints == []


def cited(company, play, who, on):
    """What may be cited against a person on a day."""
    with company.house.view(SYSTEM) as work:
        case = work.session.get_one(Case, play.newest_case("document-receipt"))
        number = work.session.get_one(Person, company.ids[who]).number
        return acknowledged_documents(work, case, job(kind="rules", on=on, person=number))["acknowledged"]


def test_from_the_draft_to_the_signed_receipt_and_the_sealed_pack(visit, play, company, doors):
    day = local_date(company.house.clock.now)
    today = day.isoformat()
    hr = visit("hr")
    page = hr.open("/begin/rules-register")
    page.select_option("[name=subject]", "hours")
    for name, value in DRAFT.items():
        page.fill(f"[name={name}]", value)
    with page.expect_navigation():
        page.click("[data-primary]")
    made = play.newest_case("rules-register")
    play.does("legal", made, "legal", outcome="approve", comment="合法。")
    assert play.open(made) == {"discuss"}  # nothing leads past the staff
    play.does(
        "union", made, "discuss", way="congress", discussed_on=today, invited=9, present=8,
        opinions=[{"opinion": "期限太短", "raised_by": "代表", "answer": "改为三十日", "taken": "yes"}],
        discussion_minutes="file:会议记录",
    )  # fmt: skip
    play.does(
        "union", made, "negotiate", negotiated_with="union", negotiated_on=today, outcome="settled",
        comment="同意。", negotiation_minutes="file:协商纪要",
    )  # fmt: skip
    play.does("hr_head", made, "decide", outcome="approve", comment="同意公布。")
    play.does(
        "hr", made, "publish", published_on=today, published_where="公告栏", publish_proof="file:照片",
        receipt_post="接待专员",
    )  # fmt: skip
    with company.house.view(SYSTEM) as work:
        campaign = work.session.scalars(select(Campaign.id)).one()
    page = hr.open(f"/campaigns/{campaign}")
    with page.expect_navigation():
        page.get_by_role("button", name="启动").click()
    play.work()

    receipt = play.newest_case("document-receipt")
    text = play.documents(receipt)["receipt.md"].text
    assert "职工可以随时查看自己的考勤记录" in text
    assert play.documents(made)["rules.md"].text_sha256 in text
    assert cited(company, play, "lina", today) == []
    lina = visit("lina", phone=True)
    give_key(lina, KEY)
    page = lina.open(f"/sign/{play.task(receipt, 'sign').id}")
    page.get_by_role("button", name="我已了解，继续").click()
    page.check("[name=agreed]")
    page.get_by_role("button", name="同意并继续").click()
    page.get_by_role("button", name="是我本人，继续").click()
    page.wait_for_selector("[data-pages]")
    company.house.clock.now += timedelta(seconds=20)
    read_to_the_end(page)
    page.wait_for_selector(".signing-will")
    page.get_by_role("button", name="用指纹或面容确认签署").click()
    page.wait_for_selector("[data-pad]")
    write_name(page)
    page.get_by_role("button", name="完成签署").click()
    page.wait_for_selector(".verdict")
    play.work()

    assert play.case(receipt).state == "completed"
    found = cited(company, play, "lina", today)
    assert [(one["title"], one["version"]) for one in found] == [("考勤和休假制度", "2026-1")]
    assert cited(company, play, "lina", (day - timedelta(days=1)).isoformat()) == []  # the act came before
    assert cited(company, play, "wang", today) == []
    play.does("hr", made, "report", follow_up="全部签收")
    assert play.case(made).state == "completed"
    for case_id in (made, receipt):
        out = BytesIO()
        export_pack(lambda: company.house.unit(SYSTEM), case_id, out, doors=doors)
        assert any(name.endswith(".pdf") for name in ZipFile(out).namelist())
