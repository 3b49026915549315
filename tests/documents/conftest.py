"""A small procedure that makes one document, and its people."""

from datetime import date
from pathlib import Path

import pytest

from models.person import Contract, Person
from tests.company import Company
from webapp.domain.permissions import SYSTEM, Role
from webapp.services.cases.start import StartCase, start
from webapp.worker import Worker

SHIPPED = Path(__file__).parent / "shipped"
VALUES = {
    "place": "上海市徐汇区漕溪北路1号",
    "pay": 6000,
    "effective_from": "2026-12-01",
    "things": [{"name": "笔记本电脑", "count": 1}, {"name": "耳机", "count": 2}],
}


def _add_contracts(work, people):
    for number in people:
        work.session.add(
            Contract(
                person_id=number,
                entity_id=work.session.get_one(Person, number).entity_id,
                number=f"HT-{number}",
                kind="fixed",
                starts_on=date(2024, 1, 1),
                ends_on=date(2028, 12, 31),
            )
        )


class Papers(Company):
    """The company with contracts, and a person of legal."""

    def __init__(self, house):
        super().__init__(house, root=SHIPPED)
        self.worker = Worker(house)
        self.begin_with("contracts", lambda work: _add_contracts(work, self.ids.values()))

    def grant(self, who, role, **scope):
        from models.account import Grant

        with self.house.unit(SYSTEM) as work:
            work.session.add(Grant(person_id=self.ids[who], role=Role(role), **scope))

    def begin(self, who="lina", **changes):
        """A case about a person; its id."""
        with self.unit("hr") as work:
            return start(
                work,
                StartCase(
                    procedure_key="paper",
                    person_id=self.ids[who],
                    title="变更协议",
                    variables={**VALUES, "applicant": self.number(who), **changes},
                ),
            ).id

    def number(self, who):
        with self.house.view(SYSTEM) as work:
            return work.session.get(Person, self.ids[who]).number

    def made(self, who="lina", **changes):
        """A document of a person, made by the worker; its id."""
        from sqlalchemy import select

        from models.document import Document

        case_id = self.begin(who, **changes)
        self.worker.sweep()
        with self.house.view(SYSTEM) as work:
            return work.session.scalars(select(Document.id).where(Document.case_id == case_id)).one()


@pytest.fixture
def company(house):
    return Papers(house)
