import pytest

from models.account import Grant
from models.organisation import Department, Entity
from models.person import Person
from tests.company import Company, make_person
from tests.web import make_web
from webapp.domain.permissions import Role

EXTRA = {
    "hr_head": Role.HR_HEAD,
    "legal": Role.LEGAL,
    "union": Role.UNION,
    "admin": Role.ADMINISTRATOR,
    "auditor": Role.AUDITOR,
}


@pytest.fixture
def company(house):
    """The small company, with somebody for each role that it has nobody for."""
    company = Company(house)
    company.ids |= company.begin_with("a person a role", lambda work: _fill_roles(work, company.ids["boss"]))
    return company


def _fill_roles(work, boss_id):
    boss, ids = work.session.get_one(Person, boss_id), {}
    for number, (who, role) in enumerate(EXTRA.items(), start=201):
        person = make_person(
            work.session,
            f"E0{number}",
            who,
            entity=work.session.get_one(Entity, boss.entity_id),
            department=work.session.get_one(Department, boss.department_id),
            manager=boss,
        )
        work.session.add(Grant(person_id=person.id, role=role))
        ids[who] = person.id
    return ids


@pytest.fixture
def app(company, tmp_path):
    """The application over it."""
    return make_web(company, tmp_path)
