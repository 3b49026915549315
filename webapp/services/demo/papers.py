"""Papers of the demo company: working terms behind each contract, details of the parties, permits."""

from __future__ import annotations

import random
from datetime import date, time, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select

from models.contract import ContractTerms, EntityDetail, PersonDetail
from models.permit import Permit
from models.person import Contract, Person
from webapp.domain.hours.cycle import Basis
from webapp.domain.identity import check_character
from webapp.services.contracts.parties import RESIDENT
from webapp.services.people import local_date
from webapp.services.permits.expiry import look_daily

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from webapp.services.demo.people import Cast
    from webapp.services.work import Work

NIGHT, DAY = (time(14), time(22)), (time(9), time(18))
CARD_REGION = "310115"
BASE_PAY = (5200, 5600, 6000, 6800, 7500)


def make_papers(work: Work, plan: Mapping[str, Any], cast: Cast) -> None:
    """Write terms, details and permits; a fixed seed gives the same each time."""
    dice = random.Random(plan["seed"] + 1)  # noqa: S311  (a demo, not a secret)
    offices = {cast.entities[row["entity"]].id: row for row in plan["office"]}
    for entity_id, row in offices.items():
        work.session.add(
            EntityDetail(entity_id=entity_id, address=row["address"], representative=row["representative"])
        )
    query = select(Contract, Person).join(Person).order_by(Contract.id)
    pairs = [(contract, person) for contract, person in work.session.execute(query)]
    terms = [
        _terms(work, contract, person, place=offices[person.entity_id]["address"], dice=dice)
        for contract, person in pairs
        if person.entity_id in offices
    ]
    work.session.execute(insert(ContractTerms), terms)
    streets = plan["papers"]["streets"]
    work.session.execute(insert(PersonDetail), [_detail(work, p, dice, streets=streets) for _, p in pairs])
    work.session.add_all(_permits(work, plan, cast))
    work.session.flush()
    look_daily(work, local_date(work.now))


def _terms(
    work: Work, contract: Contract, person: Person, *, place: str, dice: random.Random
) -> dict[str, Any]:
    night = "夜" in person.post
    start, end = NIGHT if night else DAY
    return {
        "contract_id": contract.id,
        "person_id": person.id,
        "number": 1,
        "post": person.post,
        "place": place,
        "hours_system": person.hours_system,
        "shift_start": start,
        "shift_end": end,
        "cycle": "quarter" if person.hours_system == "comprehensive" else None,
        "pay": [{"name": "月工资", "amount": str(dice.choice(BASE_PAY)), "unit": "month"}],
        "effective_from": contract.starts_on,
        "recorded_at": work.now,
    }


def _detail(work: Work, person: Person, dice: random.Random, *, streets: list[str]) -> dict[str, Any]:
    born = person.born_on or date(1990, 1, 1)
    odd = 1 if person.gender == "m" else 0
    order = dice.randint(0, 49) * 2 + odd
    digits = f"{CARD_REGION}{born:%Y%m%d}{order:03d}"
    lane, house, room = dice.randint(1, 900), dice.randint(1, 40), dice.randint(101, 1806)
    return {
        "person_id": person.id,
        "identity_kind": RESIDENT,
        "identity_number": digits + check_character(digits),
        "address": f"{dice.choice(streets)}{lane}弄{house}号{room}室",
        "changed_at": work.now,
    }


def _permits(work: Work, plan: Mapping[str, Any], cast: Cast) -> Iterator[Permit]:
    """Permits whose days are counted from today, so that one is always about to end and one is over."""
    today = local_date(work.now)
    for row in plan["permit"]:
        entity = cast.entities[row["entity"]]
        yield Permit(
            number=row["number"],
            entity_id=entity.id,
            region=entity.region,
            system=row["system"],
            posts=row["posts"],
            cycle=row.get("cycle"),
            basis=str(Basis.STATUTORY_AVERAGE),
            persons=[],
            valid_from=today + timedelta(days=row["from_day"]),
            valid_to=today + timedelta(days=row["to_day"]),
            recorded_at=work.now,
        )
