"""Torn diagrams: whatever is passed by the linter compiles and runs; nothing fails without a sentence."""

import random
from collections import Counter

import pytest

from tests.engine.drawing import HEAD, diagram, end, path, start, sub, user
from tests.engine.tearing import tear, try_out
from webapp.engine.lint import check


@pytest.mark.parametrize("first", range(0, 240, 40))
def test_torn_diagrams_are_refused_or_run(first):
    outcomes: Counter[str] = Counter()
    for seed in range(first, first + 40):
        chance = random.Random(seed)
        outcomes[try_out(tear(chance), chance)] += 1
    assert outcomes["published and run"] > 3
    assert outcomes["refused"] + outcomes["run with errors"] > 3


def test_a_subprocess_named_like_its_process_is_refused():
    drawn = diagram(
        start(), sub("p", start("us"), user("x"), end("ue"), path("us > x > ue")), end(), path("s > p > e")
    )
    assert any("重复" in str(problem.message) for problem in check(drawn))


def test_random_bytes_are_refused_in_words():
    chance = random.Random(5)
    for _ in range(200):
        noise = bytes(chance.randrange(256) for _ in range(chance.randrange(60)))
        assert check(HEAD.encode()[: chance.randrange(len(HEAD))] + noise)
