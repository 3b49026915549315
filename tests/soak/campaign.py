"""A thousand people asked at once, on both databases, workers killed at random; and what one of them costs."""

from __future__ import annotations

import time
from collections import Counter

from tests.bench.figure import Figure
from tests.change.life import SHARES, Life, Running, chance
from tests.company import Company
from tests.soak.kills import empty_house
from webapp.domain.permissions import SYSTEM
from webapp.edge import open_edge
from webapp.services.reference.seed import seed_reference

PEOPLE = 1000


def run(people: int = PEOPLE) -> list[Figure]:
    """Live through it twice."""
    return [figure for kind in ("sqlite", "postgresql") for figure in _live(kind, people)]


def _live(kind: str, people: int) -> list[Figure]:
    with empty_house(kind) as (made, _url, folder):
        house = open_edge(made.engine, made.ports, Running())
        company = Company(house)
        with house.unit(SYSTEM) as work:
            seed_reference(work)
        life = Life(company, house.clock, people=people, folder=folder / "ca", chance=chance(kind))
        begun = time.perf_counter()
        life.live()
        seconds = time.perf_counter() - begun
        made_, asked = life.documents()
        rows, keys, repeated = life.notices()
        lost = Counter(life.expected())
        lost.subtract(life.ends())
    return [
        Figure(name=f"{kind}: people who reached another end than theirs", value=sum(map(abs, lost.values())), unit="people", limit=0),
        Figure(name=f"{kind}: people", value=people, unit="people", limit=sum(SHARES.values()), at_least=True),
        Figure(name=f"{kind}: workers killed", value=life.kills, unit="", limit=people / 20, at_least=True),
        Figure(name=f"{kind}: texts made twice", value=made_ - asked, unit="", limit=0),
        Figure(name=f"{kind}: notices without a message id of their own", value=rows - keys, unit="", limit=0),
        Figure(name=f"{kind}: notices handed over again under the same id", value=len(repeated), unit=""),
        Figure(name=f"{kind}: looks at the page with a wrong figure", value=len(life.wrong), unit="", limit=0),
        Figure(name=f"{kind}: seconds a person, all steps", value=seconds / people, unit="s"),
    ]  # fmt: skip
