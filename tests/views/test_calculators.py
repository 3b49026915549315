"""Calculators on the page: fill in, answer with its working, refusal at the field, paper."""

import html
import io
import re

import pytest
from pypdf import PdfReader

from models.account import Grant
from tests.web import csrf, log_in
from webapp.domain.permissions import SYSTEM, Role
from webapp.domain.rules import RULES

SEVERANCE = {
    "hired": "2020-03-01",
    "last_day_inclusive": "2026-08-31",
    "avg_12m_gross": "10000",
    "local_avg_monthly_wage_last_year": "11000",
    "region": "CN",
}


@pytest.fixture
def hr(app):
    return log_in(app, "hr")


def post(client, area, form, **more):
    token = csrf(client.get("/calculators/").text)
    return client.post(f"/calculators/{area}", data={**form, "csrf_token": token}, **more)


class TestDesk:
    def test_hr_finds_every_calculator(self, hr):
        text = hr.get("/calculators/").text
        for area in RULES:
            assert f'href="/calculators/{area}"' in text
        assert "法规计算" in text

    def test_every_calculator_has_a_form(self, hr):
        for area in RULES:
            answer = hr.get(f"/calculators/{area}")
            assert (area, answer.status_code) == (area, 200)
            assert "<h1" in answer.text

    def test_an_employee_may_not_and_a_stranger_must_log_in(self, app):
        assert log_in(app, "lina").get("/calculators/").status_code == 403
        assert app.test_client().get("/calculators/severance").status_code == 302

    def test_a_calculator_that_does_not_exist(self, hr):
        assert hr.get("/calculators/horoscope").status_code == 404


class TestAnswer:
    def test_the_answer_stands_with_steps_articles_and_parameters(self, hr):
        text = post(hr, "severance", SEVERANCE).text
        for word in (
            "70000.00",
            "劳动合同法第47条第1款",
            "所用参数",
            "经济补偿基数封顶的倍数",
            'value="2020-03-01"',
        ):
            assert word in text

    def test_a_refusal_stands_at_its_field_and_keeps_what_was_typed(self, hr):
        answer = post(hr, "severance", {**SEVERANCE, "hired": "gestern"})
        assert answer.status_code == 422
        assert "data-error-summary" in answer.text
        assert 'value="gestern"' in answer.text
        assert "70000" not in answer.text

    def test_a_missing_row_is_named(self, hr):
        answer = post(hr, "severance", {**SEVERANCE, "local_avg_monthly_wage_last_year": ""})
        assert answer.status_code == 422
        assert "wage.local_average" in answer.text
        assert "admin/parameters/new" not in answer.text  # HR reads parameters and does not write them

    def test_who_may_write_parameters_is_led_to_the_row_form(self, app, company):
        with company.house.unit(SYSTEM) as work:
            work.session.add(Grant(person_id=company.ids["boss"], role=Role.HR_HEAD))
        boss = log_in(app, "boss")
        text = post(boss, "severance", {**SEVERANCE, "local_avg_monthly_wage_last_year": ""}).text
        link = html.unescape(re.search(r'href="(/admin/parameters/new[^"]*)"', text).group(1))
        page = boss.get(link).text
        assert 'value="wage.local_average"' in page
        assert 'value="2026-08-31"' in page
        assert 'value="CN"' in page

    def test_unknown_fields_are_refused(self, hr):
        answer = post(hr, "severance", {**SEVERANCE, "colour": "red"})
        assert answer.status_code == 422
        assert "colour" in answer.text

    def test_without_token_nothing_is_computed(self, hr):
        assert hr.post("/calculators/severance", data=SEVERANCE).status_code == 400

    def test_more_rows_are_given_without_computing(self, hr):
        text = post(hr, "service_of_notice", {"rows": "5", "attempts.0.address": "茅台路"}).text
        assert "attempts.4.method" in text
        assert 'value="茅台路"' in text
        assert "计算过程" not in text

    def test_rows_and_ticks_are_read(self, hr):
        form = {
            "attempts.0.method": "post",
            "attempts.0.on": "2026-06-03",
            "attempts.0.outcome": "signed",
            "attempts.0.proof": "true",
        }
        assert "2026-06-03" in post(hr, "service_of_notice", form).text

    def test_what_a_person_types_is_shown_as_text(self, hr):
        text = post(hr, "contract_text", {"text": "<script>alert(1)</script>乙方自愿放弃社保。"}).text
        assert "<script>alert(1)" not in text
        assert "放弃或者免除社会保险" in text


class TestDismissal:
    def test_first_the_ground_then_its_questions(self, hr):
        assert "ground=39(4)" in hr.get("/calculators/dismissal").text
        text = hr.get("/calculators/dismissal?ground=39(4)").text
        assert "期满复查后是否拒不改正？" in text
        assert "facts.refused_to_stop" in text
        assert hr.get("/calculators/dismissal?ground=99").status_code == 404

    def test_it_advises_and_never_decides(self, hr):
        form = {
            "ground": "40(3)",
            "on": "2026-06-15",
            "facts.only_refused_change": "true",
            "protections": ["maternity"],
        }
        text = post(hr, "dismissal", form).text
        for word in ("有障碍", "原合同继续履行", "劳动合同法第42条第4项", "由人决定"):
            assert word in text


class TestPaper:
    def test_the_same_on_one_page(self, hr):
        answer = post(hr, "severance.pdf", SEVERANCE)
        assert answer.mimetype == "application/pdf"
        reader = PdfReader(io.BytesIO(answer.data))
        assert len(reader.pages) == 1
        assert "70,000.00" in reader.pages[0].extract_text()
        assert "赵敏" in reader.pages[0].extract_text()

    def test_in_the_readers_language(self, hr):
        hr.set_cookie("language", "en")
        assert "Severance" in post(hr, "severance", SEVERANCE).text
        reader = PdfReader(io.BytesIO(post(hr, "severance.pdf", SEVERANCE).data))
        assert "Severance" in reader.pages[0].extract_text()

    def test_what_is_refused_is_not_printed(self, hr):
        answer = post(hr, "severance.pdf", {})
        assert answer.status_code == 422
        assert answer.mimetype == "text/html"
