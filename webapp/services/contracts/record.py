"""What the record says of whom a case is about, for diagrams: post, address, who the line manager is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from models.contract import PersonDetail
from webapp.services.contracts.terms import terms_on
from webapp.services.people import local_date

if TYPE_CHECKING:
    from collections.abc import Mapping

    from models.case import Case
    from models.person import Person
    from webapp.engine.values import Job
    from webapp.services.work import Work


def personal_record(work: Work, case: Case, _job: Job) -> Mapping[str, Any]:
    """The local job ``personal-record``: what is on record today of the person whom a case is about.

    Result: ``post`` (of the terms in force, else of the record), ``department``, ``address`` (home, in full),
    ``reports_to`` (name and phone of the line manager); null where nothing is known.
    """
    person = case.person
    terms = terms_on(work, person, local_date(work.now))
    detail = work.session.get(PersonDetail, person.id)
    return {
        "post": (terms.post if terms is not None else None) or person.post,
        "department": person.department.name,
        "address": None if detail is None else detail.address,
        "reports_to": _reached(person.manager),
    }


def _reached(manager: Person | None) -> str | None:
    if manager is None:
        return None
    return f"{manager.name}（{manager.phone}）" if manager.phone else manager.name
