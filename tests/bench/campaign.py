"""What one person of a campaign costs, beside the sum of its parts measured alone."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from models import metadata
from models.session import open_engine
from tests.bench.figure import Figure
from tests.change.acts import Change
from tests.change.life import Running
from tests.company import Company
from webapp.adapters.blobs import MemoryBlobs
from webapp.adapters.queue import QuietQueue
from webapp.adapters.signing import Act
from webapp.domain.permissions import SYSTEM
from webapp.domain.signing import SignerRequest
from webapp.edge import count_statements, open_edge
from webapp.services.campaigns import control
from webapp.services.campaigns.progress import read_progress
from webapp.services.documents.make import compose, draw
from webapp.services.jobs.queue import lock_case
from webapp.services.procedures.bundle import load_bundle
from webapp.services.reference.seed import seed_reference
from webapp.services.work import Ports

PEOPLE = 4
ROUNDS = 5
PAPERS = ("notice", "electronic-form", "letter", "supplement")


def run() -> list[Figure]:
    """Measure."""
    with tempfile.TemporaryDirectory(prefix="hegui-bench-") as name:
        return _measure(Path(name))


def _measure(folder: Path) -> list[Figure]:
    engine = open_engine(f"sqlite:///{folder / 'hegui.sqlite'}")
    with engine.execution_options(hegui_write=True).begin() as connection:
        metadata.create_all(connection)
    house = open_edge(engine, Ports(blobs=MemoryBlobs(), wake=QuietQueue().wake), Running())
    company = Company(house)
    with house.unit(SYSTEM) as work:
        seed_reference(work)
    Change.populate(company, PEOPLE + 1)
    change = Change(company, house.clock)
    change.opens_signing(folder / "ca")
    change.sealed(change.going(f"N{PEOPLE:03d}"), f"N{PEOPLE:03d}")  # fonts and keys are loaded once
    numbers = [f"N{n:03d}" for n in range(PEOPLE)]
    size = (folder / "hegui.sqlite").stat().st_size
    seen: list[str] = []
    stop = count_statements(engine, seen)
    begun = time.perf_counter()
    made = change.going(*numbers)
    asked = time.perf_counter() - begun
    for number in numbers:
        change.does(made, number, "answer", outcome="agree")
        change.signs(made, number)
    change.seals()
    seconds = (time.perf_counter() - begun) / PEOPLE
    stop()
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    grown = (folder / "hegui.sqlite").stat().st_size - size
    parts = _parts(change, made, numbers[0])
    figures = [
        Figure(name="seconds a person, asked to archived", value=seconds, unit="s"),
        Figure(name="of that: its four papers drawn, one signature, one seal, one archive, alone", value=sum(parts), unit="s"),
        Figure(name="the whole beside the sum of its parts", value=seconds / sum(parts), unit="×", limit=3),
        Figure(name="seconds a person until asked", value=asked / PEOPLE, unit="s"),
        Figure(name="statements a person, asked to archived", value=len(seen) / PEOPLE, unit="", limit=700),
        Figure(name="bytes of rows a person", value=grown / PEOPLE, unit="B", limit=400_000),
        Figure(name="statements of one look at the progress", value=_look(change, made), unit="", limit=1),
    ]  # fmt: skip
    engine.dispose()
    return figures


def _parts(change: Change, made: int, number: str) -> tuple[float, ...]:
    """Seconds of drawing a person's papers, signing, sealing and archiving one, without house or rows."""
    case_id = change.case(made, number).id
    document = change.documents(case_id)[-1]
    house = change.company.house
    desk = house.ports.doors().desk
    with house.unit(SYSTEM) as work:
        case = lock_case(work, case_id)
        composed = [
            compose(work, case, template=paper.template, values=paper.values, person=case.person)
            for kind in PAPERS
            for paper in change.documents(case_id, kind)
        ]
    drawn = _seconds(lambda: [draw(each) for each in composed])
    pdf = house.ports.blobs.get(document.sha256)
    who = SignerRequest(number=number, name="王𬭚", role="employee")
    company = SignerRequest(number="YS", name="云衫", role="company")
    signed = desk.sign(pdf, who, Act(field="employee", reason="签署"), now=house.clock()).pdf
    sealed = desk.seal(signed, company, Act(field="company", reason="用印"), now=house.clock()).pdf
    return (
        drawn,
        _seconds(lambda: desk.sign(pdf, who, Act(field="employee", reason="签署"), now=house.clock())),
        _seconds(lambda: desk.seal(signed, company, Act(field="company", reason="用印"), now=house.clock())),
        _seconds(lambda: desk.archive(sealed, now=house.clock())),
    )


def _seconds(act) -> float:
    begun = time.perf_counter()
    for _ in range(ROUNDS):
        act()
    return (time.perf_counter() - begun) / ROUNDS


def _look(change: Change, made: int) -> int:
    with change.company.view("hr") as work:
        campaign = control.read_campaign(work, made)
        settings = load_bundle(work.session, campaign.procedure_version_id).settings.campaign
        seen: list[str] = []
        stop = count_statements(change.company.house.engine, seen)
        read_progress(work, campaign, settings)
        stop()
    return len(seen)
