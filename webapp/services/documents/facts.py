"""What every template may name without asking: the parties, the contract, the document itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from models.person import Contract, Person
from webapp.services.people import local_date

if TYPE_CHECKING:
    from webapp.services.work import Work

RUNNING = ("active", "changed", "expiring")

SHAPES: dict[str, Any] = {
    "employee": {
        "name": "text",
        "number": "text",
        "post": "text",
        "department": "text",
        "hired_on": "date",
        "hours_system": "text",
        "phone": "text",
        "email": "text",
    },
    "employer": {"name": "text", "credit_code": "text"},
    "contract": {"number": "text", "kind": "text", "starts_on": "date", "ends_on": "date"},
    "document": {"number": "text", "made_on": "date"},
}


def gather(work: Work, person: Person, *, number: str) -> dict[str, Any]:
    """The facts as plain JSON; what is not known is null."""
    contract = base_contract(work, person)
    return {
        "employee": {
            "name": person.name,
            "number": person.number,
            "post": person.post,
            "department": person.department.name,
            "hired_on": person.hired_on.isoformat(),
            "hours_system": person.hours_system,
            "phone": person.phone,
            "email": person.email,
        },
        "employer": {"name": person.entity.name, "credit_code": person.entity.credit_code},
        "contract": _contract(contract),
        "document": {"number": number, "made_on": local_date(work.now).isoformat()},
    }


def base_contract(work: Work, person: Person) -> Contract | None:
    """The labour contract in force: of several the one that began last."""
    today = local_date(work.now)
    return work.session.scalars(
        select(Contract)
        .where(
            Contract.person_id == person.id,
            Contract.state.in_(RUNNING),
            Contract.starts_on <= today,
            (Contract.ends_on.is_(None)) | (Contract.ends_on >= today),
        )
        .order_by(Contract.starts_on.desc(), Contract.id.desc())
        .limit(1)
    ).one_or_none()


def _contract(contract: Contract | None) -> dict[str, Any] | None:
    if contract is None:
        return None
    return {
        "number": contract.number,
        "kind": contract.kind,
        "starts_on": contract.starts_on.isoformat(),
        "ends_on": None if contract.ends_on is None else contract.ends_on.isoformat(),
    }
