"""A thousand people asked at once: one worker on SQLite, three on PostgreSQL, each killed (-9) at random."""

from __future__ import annotations

import tempfile
import time
from collections import Counter
from pathlib import Path

from models import metadata
from tests.bench.figure import Figure
from tests.change.life import SHARES, Life, Running, chance
from tests.change.pool import Outbox, Pool, open_place
from tests.company import Company
from tests.soak.kills import database
from webapp.domain.permissions import SYSTEM
from webapp.services.reference.seed import seed_reference

PEOPLE = 1000
WORKERS = {"sqlite": 1, "postgresql": 3}


def run(people: int = PEOPLE) -> list[Figure]:
    """Live through it twice."""
    return [figure for kind in WORKERS for figure in live(kind, people)]


def live(kind: str, people: int) -> list[Figure]:
    """One campaign on one database."""
    with tempfile.TemporaryDirectory(prefix="hegui-soak-") as name, database(kind, Path(name)) as url:
        return _figures(kind, people, url=url, folder=Path(name))


def _figures(kind: str, people: int, *, url: str, folder: Path) -> list[Figure]:
    house = open_place(url, folder, Running())
    with house.engine.execution_options(hegui_write=True).begin() as connection:
        metadata.create_all(connection)
    company = Company(house)
    with house.unit(SYSTEM) as work:
        seed_reference(work)
    outbox = Outbox(folder / "outbox")
    life = Life(company, house.clock, people=people, folder=folder / "ca", outbox=outbox)
    life.pool = Pool(house, url, folder, count=WORKERS[kind], chance=chance(kind))
    begun = time.perf_counter()
    try:
        life.live()
    finally:
        life.pool.close()
    seconds = time.perf_counter() - begun
    made, asked = life.documents()
    rows, keys, repeated = life.notices()
    lost = Counter(life.expected())
    lost.subtract(life.ends())
    wrong = sum(map(abs, lost.values()))
    house.engine.dispose()
    return [
        Figure(name=f"{kind}: people who reached another end than theirs", value=wrong, unit="people", limit=0),
        Figure(name=f"{kind}: people", value=people, unit="people", limit=sum(SHARES.values()), at_least=True),
        Figure(name=f"{kind}: workers killed", value=life.kills, unit="", limit=people / 20, at_least=True),
        Figure(name=f"{kind}: jobs whose worker died three times, retried", value=life.pool.retried, unit=""),
        Figure(name=f"{kind}: texts beside jobs that ask for one", value=made - asked, unit="", limit=0),
        Figure(name=f"{kind}: notices without a message id of their own", value=rows - keys, unit="", limit=0),
        Figure(name=f"{kind}: notices handed over again under the same id", value=len(repeated), unit=""),
        Figure(name=f"{kind}: looks at the page with a wrong figure", value=len(life.wrong), unit="", limit=0),
        Figure(name=f"{kind}: seconds a person, all steps", value=seconds / people, unit="s"),
    ]  # fmt: skip
