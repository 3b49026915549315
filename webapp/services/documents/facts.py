"""What every template may name without asking: parties, contract, terms in force, permit, document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from models.contract import EntityDetail, PersonDetail
from webapp.services.contracts.terms import base_contract, plain_terms, read_day, terms_on
from webapp.services.people import local_date
from webapp.services.permits import permit_for

if TYPE_CHECKING:
    from models.organisation import Entity
    from models.permit import Permit
    from models.person import Contract, Person
    from webapp.services.work import Work

SHAPES: dict[str, Any] = {
    "employee": {
        "name": "text",
        "number": "text",
        "post": "text",
        "department": "text",
        "hired_on": "date",
        "phone": "text",
        "email": "text",
        "identity_kind": "text",
        "identity_number": "text",
        "address": "text",
        "delivery_address": "text",
    },
    "employer": {"name": "text", "credit_code": "text", "address": "text", "representative": "text"},
    "contract": {"number": "text", "kind": "text", "starts_on": "date", "ends_on": "date"},
    "current": {
        "post": "text",
        "place": "text",
        "hours_system": "text",
        "shift_start": "time",
        "shift_end": "time",
        "cycle": "text",
        "pay": [{"name": "text", "amount": "number", "unit": "text"}],
        "effective_from": "date",
    },
    "permit": {"number": "text", "system": "text", "cycle": "text", "valid_from": "date", "valid_to": "date"},
    "document": {"number": "text", "made_on": "date"},
}


def gather(work: Work, person: Person, *, number: str, effective: str | None = None) -> dict[str, Any]:
    """The facts of today as plain JSON, the permit that of the ``effective`` day; null: not known."""
    today = local_date(work.now)
    day = today if effective is None else read_day(effective)
    return {
        "employee": _employee(work, person),
        "employer": _employer(work, person.entity),
        "contract": _contract(base_contract(work, person.id, today)),
        "current": plain_terms(terms_on(work, person, today)),
        "permit": _permit(permit_for(work, person, day)),
        "document": {"number": number, "made_on": today.isoformat()},
    }


def _employee(work: Work, person: Person) -> dict[str, Any]:
    detail = work.session.get(PersonDetail, person.id)
    return {
        "name": person.name,
        "number": person.number,
        "post": person.post,
        "department": person.department.name,
        "hired_on": person.hired_on.isoformat(),
        "phone": person.phone,
        "email": person.email,
        "identity_kind": None if detail is None else detail.identity_kind,
        "identity_number": None if detail is None else detail.identity_number,
        "address": None if detail is None else detail.address,
        "delivery_address": None if detail is None else detail.delivery_address or detail.address,
    }


def _employer(work: Work, entity: Entity) -> dict[str, Any]:
    detail = work.session.get(EntityDetail, entity.id)
    return {
        "name": entity.name,
        "credit_code": entity.credit_code,
        "address": None if detail is None else detail.address,
        "representative": None if detail is None else detail.representative,
    }


def _contract(contract: Contract | None) -> dict[str, Any] | None:
    if contract is None:
        return None
    return {
        "number": contract.number,
        "kind": contract.kind,
        "starts_on": contract.starts_on.isoformat(),
        "ends_on": None if contract.ends_on is None else contract.ends_on.isoformat(),
    }


def _permit(permit: Permit | None) -> dict[str, Any] | None:
    if permit is None:
        return None
    return {
        "number": permit.number,
        "system": permit.system,
        "cycle": permit.cycle,
        "valid_from": permit.valid_from.isoformat(),
        "valid_to": permit.valid_to.isoformat(),
    }
