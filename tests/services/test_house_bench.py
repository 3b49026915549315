"""A small slice of the house's bench, so that it cannot rot: the same acts over few tasks, no times."""

from tests.bench import house, stopwatch
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


def test_the_stopwatch_leaves_out_the_time_that_others_had(engine, monkeypatch):
    watch, ticks, queued = Stopwatch(engine), iter([100, 1_100]), iter([50, 350])
    monkeypatch.setattr(stopwatch.time, "perf_counter_ns", lambda: next(ticks))
    monkeypatch.setattr(watch, "_queued", lambda: next(queued))
    assert watch.lap(lambda: None) == 1_000 - 300
