"""The campaign's pages: HR puts one together, watches it move, reminds and exports; nobody else sees it."""

import pytest
from sqlalchemy import select

from models.campaign import Campaign
from models.job import Notice
from tests.web import csrf, log_in, make_web
from webapp.domain.permissions import SYSTEM

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def app(company, tmp_path):
    return make_web(company, tmp_path)


def post(client, path, **data):
    token = csrf(client.get("/campaigns/").text)
    return client.post(path, data={"csrf_token": token, **data})


def test_from_a_pasted_list_to_the_moving_figures(app, campaigns, company):
    client = log_in(app, "hr")
    made = post(
        client,
        "/campaigns/new/pledge",
        title="夜班承诺",
        people="list",
        numbers="N000，N001\nN002 X9",
        days="5",
    )
    assert made.status_code == 422
    assert "X9" in made.text
    made = post(
        client,
        "/campaigns/new/pledge",
        title="夜班承诺",
        people="list",
        numbers="N000，N001\nN002 X9",
        skip_unknown="1",
        days="5",
    )
    page = made.headers["Location"]
    moving = client.get(page).text
    assert "正在逐人核查" in moving
    assert f"{page}/progress?state=checking" in moving
    campaigns.work()
    assert client.get(f"{page}/progress?state=checking").headers["HX-Refresh"] == "true"
    assert post(client, f"{page}/act", act="launch").status_code == 303
    assert post(client, f"{page}/act", act="launch").status_code == 409
    campaigns.work()
    moving = client.get(f"{page}/progress?state=running").text
    assert "待本人答复" in moving
    assert "<html" not in moving


def test_reminds_in_bulk_and_says_who_could_not_be(app, campaigns, company):
    made = campaigns.going(numbers=("N000", "N001"))
    client = log_in(app, "hr")
    page = client.get(f"/campaigns/{made}").text
    chosen = [part.split('"')[0] for part in page.split('name="id" value="')[1:]]
    assert len(chosen) == 2
    answer = post(client, f"/campaigns/{made}/members", act="remind", id=chosen)
    assert answer.status_code == 303
    with company.house.view(SYSTEM) as work:
        assert len(work.session.scalars(select(Notice).where(Notice.kind == "urge")).all()) == 2
    post(client, f"/campaigns/{made}/members", act="remind", id=chosen)
    assert "四小时内已催办过" in client.get(f"/campaigns/{made}").text


def test_what_a_person_decides_cannot_be_handed_to_another(app, campaigns, company):
    made = campaigns.going(numbers=("N000",))
    client = log_in(app, "hr")
    chosen = client.get(f"/campaigns/{made}").text.split('name="id" value="')[1].split('"')[0]
    post(client, f"/campaigns/{made}/members", act="reassign", id=chosen, to="E0003", reason="代为同意")
    assert "只能由本人" in client.get(f"/campaigns/{made}").text


def test_is_exported_as_it_is_filtered(app, campaigns):
    made = campaigns.going(numbers=("N000", "N001"))
    campaigns.answer(made, "N000", "agreed")
    text = log_in(app, "hr").get(f"/campaigns/{made}/members.csv?stage=agreed").data.decode("utf-8-sig")
    assert text.splitlines()[0].startswith("工号,姓名")
    assert [line.split(",")[0] for line in text.splitlines()[1:]] == ["N000"]


def test_looks_as_if_it_did_not_exist_to_others(app, campaigns, company):
    made = campaigns.going(numbers=("N000",))
    for who in ("lina", "far_hr"):
        client = log_in(app, who)
        for path in (f"/campaigns/{made}", f"/campaigns/{made}/progress", f"/campaigns/{made}/members.csv"):
            assert client.get(path).status_code == 404
        assert post(client, f"/campaigns/{made}/act", act="pause").status_code in (400, 403, 404)
    with company.house.view(SYSTEM) as work:
        assert work.session.scalars(select(Campaign)).one().state == "running"
