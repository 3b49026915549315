"""The small company with the procedure for requests, the texts of consent and a legal department."""

import pytest

from models.account import Grant
from models.contract import PersonDetail
from models.person import Person
from tests.company import ROOT, Company, shipped_alone
from tests.web import make_web
from webapp.domain.permissions import Role
from webapp.services.consents.texts import seed_consents
from webapp.services.reference.seed import seed_reference
from webapp.worker import Worker

NUMBER = "11010519491231002X"


class Rights(Company):
    """Who asks, who decides, and the worker."""

    def __init__(self, house, clock):
        super().__init__(house, root=shipped_alone("data-request"))
        self.clock, self.worker = clock, Worker(house)
        self.begin_with("law", seed_reference)
        self.begin_with("texts of consent", lambda work: seed_consents(work, ROOT))
        self.entity = self.begin_with("details and who decides", self._staff)

    def _staff(self, work):
        lina = work.session.get(Person, self.ids["lina"])
        lina.phone, lina.email = "13812345678", "lina@example.cn"
        work.session.add_all(
            [
                Grant(person_id=self.ids["boss"], role=Role.LEGAL, entity_id=lina.entity_id),
                Grant(person_id=self.ids["hr2"], role=Role.HR_HEAD, entity_id=lina.entity_id),
                PersonDetail(
                    person_id=lina.id,
                    identity_number=NUMBER,
                    address="上海市徐汇区漕溪北路1号",
                    changed_at=work.now,
                ),
            ]
        )
        return lina.entity_id


@pytest.fixture
def rights(house, clock):
    return Rights(house, clock)


@pytest.fixture
def web(rights, tmp_path):
    return make_web(rights, tmp_path)
