"""The small company with the procedure for requests, the texts of consent and a legal department."""

import pytest

from models.account import Grant
from models.contract import PersonDetail
from models.person import Person
from tests.company import ROOT, Company, shipped_alone
from tests.web import make_web
from webapp.domain.permissions import SYSTEM, Role
from webapp.services.consents.texts import seed_consents
from webapp.services.reference.seed import seed_reference
from webapp.worker import Worker

NUMBER = "11010519491231002X"


class Rights(Company):
    """Who asks, who decides, and the worker."""

    def __init__(self, house, clock):
        super().__init__(house, root=shipped_alone("data-request"))
        self.clock, self.worker = clock, Worker(house)
        with house.unit(SYSTEM) as work:
            seed_reference(work)
            seed_consents(work, ROOT)
            lina = work.session.get(Person, self.ids["lina"])
            lina.phone, lina.email = "13812345678", "lina@example.cn"
            self.entity = lina.entity_id
            work.session.add_all(
                [
                    Grant(person_id=self.ids["boss"], role=Role.LEGAL, entity_id=self.entity),
                    Grant(person_id=self.ids["hr2"], role=Role.HR_HEAD, entity_id=self.entity),
                    PersonDetail(
                        person_id=lina.id,
                        identity_number=NUMBER,
                        address="上海市徐汇区漕溪北路1号",
                        changed_at=work.now,
                    ),
                ]
            )


@pytest.fixture
def rights(house, clock):
    return Rights(house, clock)


@pytest.fixture
def web(rights, tmp_path):
    return make_web(rights, tmp_path)
