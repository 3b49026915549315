from datetime import timedelta

import pytest

from models.account import Grant
from models.person import Person
from tests.company import Company, ask, shipped_alone
from tests.vault import samples
from webapp.domain.permissions import SYSTEM, Role
from webapp.services.evidence.custody import NewItem, take_in


@pytest.fixture
def company(house):
    """孙倩 is legal here, 赵敏 the head of HR, 林静 HR of the branch."""
    company = Company(house, shipped_alone("leave"))
    with house.unit(SYSTEM) as work:
        entity = work.session.get_one(Person, company.ids["hr"]).entity_id
        work.session.add(Grant(person_id=company.ids["hr2"], role=Role.LEGAL, entity_id=entity))
        work.session.add(Grant(person_id=company.ids["hr"], role=Role.HR_HEAD, entity_id=entity))
    return company


@pytest.fixture
def case_id(company):
    """A case about 李娜."""
    return ask(company)


@pytest.fixture
def item(company, clock):
    """A new item, by the company's clock; what is not given is filled in."""

    def make(**more):
        values = {
            "name": "会话.txt",
            "data": samples.CHAT_TXT,
            "source": "企业微信会话存档",
            "collected_by": "孙倩",
            "collected_at": clock.now - timedelta(hours=2),
            "method": "export",
            "method_note": "管理后台导出，孙倩、赵敏在场",
            "legality": "员工手册第8条：工作账号可以检查",
            "medium": "公司电脑 SH-PC-0231",
            "keeper": "孙倩",
        }
        return NewItem(**{**values, **more})

    return make


@pytest.fixture
def keep(company, item):
    """Take an item in as a person; its id."""

    def act(who="hr2", **more):
        with company.unit(who) as work:
            return take_in(work, item(**more)).id

    return act
