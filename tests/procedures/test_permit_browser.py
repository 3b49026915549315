"""Special hours from the need to the sealed pack, in a real browser at HR's desk."""

from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import docx
import pytest
from sqlalchemy import select

from models.permit import Permit
from tests.browser import Desk, serve
from tests.pdf.tools import needs_openssl
from tests.web import make_web
from webapp.domain.permissions import SYSTEM
from webapp.services.documents.read import download_docx
from webapp.services.evidence import export_pack
from webapp.services.people import local_date

pytestmark = [needs_openssl, pytest.mark.browser, pytest.mark.xdist_group("chromium")]

NEED = {
    "total_staff": "12",
    "plan": "三班轮换，每班不超过八小时；每周至少休息一日；大促后集中安排补休。",
    "care": "夜班提供夜餐和交通；每年一次体检。",
    "wanted_from": "2027-01-01",
    "wanted_to": "2027-12-31",
    "contact": "赵敏",
    "contact_phone": "021-60000000",
    "posts.0.post": "客服专员",
    "posts.0.function": "夜间在线接待顾客",
    "posts.0.persons": "2",
    "posts.0.why": "淡旺季相差一倍，无法按日衡量",
}


@pytest.fixture
def hr(company, doors, chromium, tmp_path):
    """HR at a desk; what the pages complain about fails the test."""
    app = make_web(company, tmp_path)
    with serve(app) as address:
        desk = Desk(chromium, address)
        desk.log_in("hr")
        yield desk
        complaints = list(desk.complaints)
        desk.context.close()
        assert complaints == []


def begin(desk):
    """The need, told on the start page: what the cycle is, is asked once the system is chosen."""
    page = desk.open("/begin/")
    page.get_by_role("link", name="特殊工时申请").click()
    page.wait_for_selector("#begin-form")
    page.check("[name=application][value=renewal]")
    page.wait_for_selector("[name=renewed_number]")  # drawn anew: what is typed before would be lost
    page.check("[name=system][value=comprehensive]")
    page.wait_for_selector("[name=hours_cycle]")
    page.fill("[name=renewed_number]", "浦人社特工时〔2025〕118号")
    page.select_option("[name=hours_cycle]", "quarter")
    page.select_option("[name='posts.0.category']", "other")
    for name, value in NEED.items():
        page.fill(f"[name='{name}']", value)
    with page.expect_navigation():
        page.click("[data-primary]")


def test_from_the_need_to_the_sealed_pack(hr, play, company, doors):
    day = local_date(company.house.clock.now)  # the authority's clock is the real one
    today, last = day.isoformat(), (day + timedelta(days=364)).isoformat()
    begin(hr)
    made = play.newest_case("hours-permit")
    assert hr.page.url.endswith(f"/cases/{made}")
    listed = play.case(made).variables["listed_names"]
    assert "营业执照复印件" in listed  # Shanghai's row
    play.does(
        "hr", made, "materials", attendance_from="2026-07-01", attendance_to="2026-09-30",
        attendance_people=2, attendance_hours=992, attendance="file:考勤摘录", papers="file:营业执照",
    )  # fmt: skip
    play.does(
        "union", made, "consult", method="minutes", held_on="2026-10-20", present=9, agreed=8,
        objections=[{"objection": "补休要快", "raised_by": "客服专员", "answer": "十四日内", "taken": "yes"}],
        union_opinion="同意申请，请落实补休。", outcome="agree", proof="file:会议纪要",
    )  # fmt: skip
    play.does("legal", made, "legal", outcome="approve", comment="受保护人员排白班。")
    play.does("hr", made, "assemble", handed=listed[:2])
    assert play.open(made) == {"assemble"}  # a set that lacks a paper is not handed in
    play.does("hr", made, "assemble", handed=listed)
    play.does(
        "hr",
        made,
        "submit",
        way="portal",
        submitted_on=today,
        submission_no="PD1",
        receipt="file:回执",
    )
    play.does("hr", made, "reply", outcome="accepted", notice_on=today, notice_file="file:受理通知书")
    play.does(
        "hr", made, "decision", outcome="granted", inspected=False, decided_on=today,
        permit_no="浦人社特工时〔2026〕201号", granted=[{"post": "客服专员"}], granted_system="comprehensive",
        granted_cycle="quarter", basis="statutory_average", valid_from=today, valid_to=last,
        decision_file="file:准予许可决定书",
    )  # fmt: skip
    play.does("hr", made, "collect", delivered_on=today, scan="file:批复")
    with company.house.view(SYSTEM) as work:
        permit = work.session.scalars(select(Permit)).one()
        assert (permit.number, permit.posts, permit.scan_name) == (
            "浦人社特工时〔2026〕201号", ["客服专员"], "批复.pdf",
        )  # fmt: skip
    documents = play.documents(made)
    assert set(documents) == {"application.md", "notice.md", "opinion.md", "plan.md", "report.md"}
    assert "李娜" in documents["opinion.md"].text  # the roster that staff sign
    page = hr.open(f"/documents/{documents['application.md'].id}")
    with page.expect_download() as coming:
        page.get_by_role("link", name="下载 Word").click()
    assert coming.value.suggested_filename.endswith(".docx")
    with company.unit("hr") as work:
        found = docx.Document(BytesIO(download_docx(work, documents["application.md"].id)[1]))
    assert any("客服专员" in cell.text for table in found.tables for row in table.rows for cell in row.cells)

    page = hr.open(f"/tasks/{play.task(made, 'publish').id}")
    assert "浦人社特工时〔2026〕201号" in page.inner_text("main")
    play.does(
        "hr", made, "publish", published_on=today, published_where="公告栏", publish_proof="file:照片",
        acknowledged="file:签名册", in_force_from=today,
    )  # fmt: skip
    page = hr.open(f"/cases/{made}")
    assert page.get_by_role("button", name="登记岗位或许可丧失").count() == 1
    out = BytesIO()
    export_pack(lambda: company.house.unit(SYSTEM), made, out, doors=doors)
    names = ZipFile(out).namelist()
    assert sum(name.endswith(".pdf") for name in names) > len(documents)
