"""A small slice of the house's bench, so that it cannot rot: the same acts over few tasks, no times."""

from tests.bench import house
from tests.bench.load import COMMON, SELDOM
from tests.bench.stopwatch import Stopwatch


def test_clicks_and_lists_are_measured_as_in_the_large(company, engine):
    kind = engine.dialect.name
    figures = [
        *house.clicks(company, times=2),
        *house.size(company, cases=2),
        *house.lists(company, tasks=2_000, hits={SELDOM: 20, COMMON: 400}, times=2),
    ]
    names = [f.name for f in figures]
    assert len(set(names)) == len(names) == 2 + 1 + 4 * 2 + 2
    assert all(name.startswith(kind) for name in names)
    assert all(f.limit is None or f.unit == "times" for f in figures)
    assert [f.limit for f in figures] == [5, 5, None, *[3] * 8, 3, 10]


def test_the_stopwatch_counts_what_is_done_and_not_what_others_do(engine):
    watch = Stopwatch(engine)
    assert watch.lap(lambda: sum(range(10_000))) > 0
    assert watch.times(lambda: sum(range(200_000)), lambda: sum(range(1_000)), repeats=3) > 2
