"""The pages on which running cases are moved: what they show, what they refuse, and the way through."""

import html
import re

import pytest
from sqlalchemy import select

from models.case import Case
from tests.company import Company
from tests.services.test_migration_runs import drawn, launch, release, root, standing, work_off  # noqa: F401
from tests.web import csrf, log_in, make_web
from webapp.domain.permissions import SYSTEM
from webapp.services.migrations import plan as plans

CHOOSE = "/migrations/procedure/plain"


@pytest.fixture
def company(house, root):  # noqa: F811
    return Company(house, root)


@pytest.fixture
def app(company, tmp_path):
    return make_web(company, tmp_path)


class TestMovingOnPages:
    def test_from_the_difference_to_the_way_back(self, app, company, root):  # noqa: F811
        case = launch(company)[0]
        release(company, root, drawn("x", "b", timers=False), form="新表")
        client = log_in(app, "hr")
        assert f"{CHOOSE}?from=1" in client.get(f"/cases/{case}").text
        text = client.get(CHOOSE).text
        assert re.findall(r'is-(removed|added)" data-element="[ax]"', text) == ["removed", "added"]
        assert "note.form 更改" in text
        assert "要指定对应元素" in text
        again = client.get(f"{CHOOSE}?from=1&to=2&map.a=x").text
        assert "1 件可以迁移，0 件要指定对应元素，0 件不能迁移" in again
        form = {"csrf_token": csrf(again), "from": "1", "to": "2", "map.a": "x", "reason": " "}
        refused = client.post(CHOOSE, data=form)
        assert (refused.status_code, "请写明原因" in refused.text) == (422, True)
        run = client.post(CHOOSE, data={**form, "reason": "新表上线"}).location
        assert "hx-get" in client.get(run).text
        work_off(company)
        shown = client.get(run).text
        assert "hx-get" not in shown
        assert standing(company) == {case: (2, "x")}
        back = client.post(f"{run}/back", data={"csrf_token": csrf(shown), "reason": "有误"}).location
        work_off(company)
        assert "退回一次迁移" in client.get(back).text
        assert standing(company) == {case: (1, "a")}

    def test_every_case_is_judged_on_some_page_by_the_same_mapping(self, app, company, root, monkeypatch):  # noqa: F811
        numbers = []
        for case in launch(company, 3):
            with company.house.view(SYSTEM) as work:
                numbers.append(work.session.get_one(Case, case).number)
        release(company, root, drawn("x", "b", timers=False))
        monkeypatch.setattr(plans, "JUDGED", 2)
        client = log_in(app, "hr")
        first = client.get(f"{CHOOSE}?from=1&to=2&map.a=x").text
        assert "本页判断 2 件，共 3 件" in first
        assert "2 件可以迁移" in first
        (link,) = re.findall(r'href="([^"]+after=[^"]+)"', first)
        second = client.get(html.unescape(link)).text
        assert "1 件可以迁移" in second
        assert 'rel="next"' not in second
        assert [n in first for n in numbers] == [True, True, False]
        assert [n in second for n in numbers] == [False, False, True]

    def test_the_owner_moves_cases_that_they_may_not_read(self, app, company, root):  # noqa: F811
        case = launch(company)[0]
        release(company, root, drawn("a", "b", "c"))
        with company.house.view(SYSTEM) as work:
            number = work.session.scalars(select(Case).where(Case.id == case)).one().number
        text = log_in(app, "owner").get(CHOOSE).text
        assert number in text
        assert "普通案件" not in text

    def test_nobody_else_finds_the_page(self, app, company, root):  # noqa: F811
        launch(company)
        release(company, root, drawn("a", "b", "c"))
        for who in ("lina", "head"):
            client = log_in(app, who)
            assert client.get(CHOOSE).status_code == 404
            token = csrf(client.get("/inbox/").text)
            form = {"csrf_token": token, "from": "1", "to": "2", "reason": "x"}
            assert client.post(CHOOSE, data=form).status_code == 404
        client = log_in(app, "hr")
        token = csrf(client.get(CHOOSE).text)
        for wrong in ({"to": "9"}, {"map.nowhere": "x"}, {"owner": "x"}):
            form = {"csrf_token": token, "from": "1", "to": "2", "reason": "x", **wrong}
            assert client.post(CHOOSE, data=form).status_code == 422
