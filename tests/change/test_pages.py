"""The pages of a contract change, asked without a browser: what is posted, refused, and handed on."""

import pytest
from sqlalchemy import select

from models.task import Comment
from tests.web import csrf, log_in, make_web
from webapp.domain.permissions import SYSTEM


@pytest.fixture
def app(company, change, tmp_path):
    return make_web(company, tmp_path)


def post(client, path, **data):
    token = csrf(client.get("/notices/").text)
    return client.post(path, data={"csrf_token": token, **data})


def test_the_text_is_corrected_on_a_page_and_a_stale_page_is_refused(app, change):
    made = change.going("N000")
    client = log_in(app, "hr")
    page = client.get(f"/campaigns/{made}/correct").text
    assert "每晚 30 元" in page
    assert "answer_days" not in page  # a deadline that runs is not a text
    version = page.split('name="version" value="')[1].split('"')[0]
    values = {
        "reason": "夜间咨询增多，经协商调整", "letter": "从元旦起，在家上夜班，津贴每晚 40 元。", "place": "本人住所",
        "hours_system": "standard", "shift_start": "19:00", "shift_end": "23:00", "allowance": "每晚 40 元",
        "effective_from": "2027-01-01", "return_conditions": "提前三十日书面通知",
    }  # fmt: skip
    refused = post(client, f"/campaigns/{made}/correct", version=version, **{**values, "letter": "短"})
    assert refused.status_code == 422
    assert post(client, f"/campaigns/{made}/correct", version=version, **values).status_code == 303
    assert post(client, f"/campaigns/{made}/correct", version=version, **values).status_code == 409
    change.work()
    assert change.variables(made, "N000")["allowance"] == "每晚 40 元"
    assert log_in(app, "legal").get(f"/campaigns/{made}/correct").status_code == 404


def test_a_question_reaches_hr_and_the_answer_the_offer(app, change, company):
    made = change.going("N000")
    case = change.case(made, "N000")
    task = change.task(case.id, "answer")
    employee, hr = log_in(app, "N000"), log_in(app, "hr")
    assert post(employee, f"/offers/{task.id}/ask", text="网费怎么补？").status_code == 303
    assert "网费怎么补？" in hr.get("/notices/").text
    assert post(hr, f"/cases/{case.id}/comments", text="随工资发，不用发票。").status_code == 303
    assert "随工资发，不用发票。" in employee.get(f"/offers/{task.id}").text
    with company.house.view(SYSTEM) as work:
        assert len(work.session.scalars(select(Comment)).all()) == 2


def test_an_offer_is_its_persons_alone_and_is_answered_once(app, change):
    made = change.going("N000")
    task = change.task(change.case(made, "N000").id, "answer")
    for who in ("hr", "N001", "stranger"):
        assert log_in(app, who).get(f"/offers/{task.id}").status_code == 404
        answer = post(log_in(app, who), f"/offers/{task.id}", outcome="agree", _version=task.version)
        assert answer.status_code in (403, 404)
    client = log_in(app, "N000")
    assert client.get(f"/offers/{task.id}?say=sell").status_code == 422
    said = {"outcome": "refuse", "_version": task.version, "idempotency_key": "k1"}
    assert post(client, f"/offers/{task.id}", **said).status_code == 303
    assert post(client, f"/offers/{task.id}", **said).status_code == 303  # pressed twice, told the same
    change.work()
    assert change.stage(made, "N000") == "refused"


def test_hr_cannot_answer_or_sign_for_anybody(app, change):
    made = change.going("N000")
    task = change.task(change.case(made, "N000").id, "answer")
    client = log_in(app, "hr")
    moved = post(client, f"/tasks/{task.id}/transfer", version=task.version, to="E0005", reason="代办")
    assert moved.status_code == 422
    done = post(client, f"/tasks/{task.id}/complete", _version=task.version, outcome="agree")
    assert done.status_code in (403, 404)
    assert change.stage(made, "N000") == "answering"
