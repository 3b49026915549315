"""Random processes with random acts: the engine and an independent token model always show the same work."""

import random
from collections import Counter

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from tests.engine.maker import NESTED, PLAIN, Maker
from tests.engine.sheet import Sheet
from tests.engine.twins import Twins, play_random
from webapp.engine.lint import Severity, check


class Machine(RuleBasedStateMachine):
    twins: Twins | None = None

    @initialize(seed=st.integers(0, 10**6))
    def draw(self, seed):
        self.maker = Maker(random.Random(seed))
        block = self.maker.process()
        self.twins = Twins(block, {name: values[0] for name, values in self.maker.switches.items()})

    def is_running(self):
        return self.twins is not None and not self.twins.model.ended

    @precondition(lambda self: not self.is_running())
    @rule()
    def rest(self):
        self.twins.agree()

    @precondition(is_running)
    @rule(choice=st.integers(0, 50))
    def complete(self, choice):
        self.twins.complete(choice)

    @precondition(is_running)
    @rule(choice=st.integers(0, 50))
    def fire(self, choice):
        self.twins.fire(choice)

    @precondition(is_running)
    @rule(choice=st.integers(0, 50))
    def throw(self, choice):
        self.twins.throw(choice)

    @precondition(is_running)
    @rule(choice=st.integers(0, 50), other=st.integers(0, 50))
    def send_back(self, choice, other):
        self.twins.send_back(choice, other)

    @precondition(lambda self: self.is_running() and self.maker.switches)
    @rule(choice=st.integers(0, 50), other=st.integers(0, 50))
    def switch(self, choice, other):
        names = sorted(self.maker.switches)
        name = names[choice % len(names)]
        self.twins.set(name, self.maker.switches[name][other % len(self.maker.switches[name])])


TestMachine = Machine.TestCase
TestMachine.settings = settings(
    max_examples=25,
    stateful_step_count=20,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.parametrize(
    "seeds", [range(20 * k, 20 * k + 20) for k in range(5)], ids=lambda seeds: str(seeds[0])
)
def test_seeded_processes_agree(seeds):
    acts = sum((play_random(random.Random(seed), steps=30) for seed in seeds), Counter())
    assert acts.total() >= 10 * len(seeds)
    assert min(acts[kind] for kind in ("set", "complete", "fire", "throw", "return")) > 0


def test_the_seeds_draw_every_kind_of_block():
    drawn = set()
    for seed in range(100):
        maker = Maker(random.Random(seed))
        maker.process()
        drawn |= maker.drawn
    assert drawn == set(PLAIN + NESTED)


@pytest.mark.parametrize("seed", range(30))
def test_random_processes_are_fit_for_publishing(seed):
    block = Maker(random.Random(seed)).process()
    errors = [problem for problem in check(Sheet().diagram(block)) if problem.severity is Severity.ERROR]
    assert errors == []
