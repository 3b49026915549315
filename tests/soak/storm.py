"""Random processes over the services, stormed by four processes of people and workers, on both databases."""

from __future__ import annotations

import time
from collections import Counter

from tests.bench.figure import Figure
from tests.services.replay import judge
from tests.services.storm import Orders, launch, storm
from tests.soak.kills import empty_house

ROUNDS = 5
CASES = 40
PRESSES = 150
PROCESSES = 4


def run(rounds: int = ROUNDS) -> list[Figure]:
    """Storm both databases; a token or write that is lost or doubled raises."""
    return [figure for kind in ("sqlite", "postgresql") for figure in _storm(kind, rounds)]


def _storm(kind: str, rounds: int) -> list[Figure]:
    kinds: Counter[str] = Counter()
    lost, seconds = 0, 0.0
    for number in range(rounds):
        with empty_house(kind) as (house, url, folder):
            company, launched = launch(house, folder, seed=100 + number, cases=CASES)
            house.engine.dispose()
            people = (company.ids["hr"], company.ids["hr2"])
            orders = Orders(url=url, people=people, launched=launched, presses=PRESSES, seed=number)
            begun = time.perf_counter()
            results = storm(orders, processes=PROCESSES)
            seconds += time.perf_counter() - begun
            kinds += judge(house, launched, results)
            lost += sum(len(result.lost) for result in results)
    return [
        Figure(name=f"{kind}: cases that the model explains", value=rounds * CASES, unit="cases"),
        Figure(
            name=f"{kind}: acts replayed on the model",
            value=kinds.total(),
            unit="acts",
            limit=rounds * CASES * 4,
            at_least=True,
        ),
        Figure(name=f"{kind}: acts a second", value=kinds.total() / seconds, unit="/s"),
        Figure(
            name=f"{kind}: presses that lost, each told who won",
            value=lost,
            unit="presses",
            limit=rounds * 5,
            at_least=True,
        ),
    ]
