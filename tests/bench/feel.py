"""FEEL beside Python's own ``eval`` and beside @bpmn-io/feelin, in one run, in time of the processor."""

from __future__ import annotations

import json
import subprocess
import time
import timeit
from pathlib import Path
from typing import TYPE_CHECKING

from tests.bench.figure import Figure
from webapp.feel import parse, parse_unary

if TYPE_CHECKING:
    from collections.abc import Callable

EXPRESSION = 'days > 3 and kind = "annual"'
PYTHON = compile('days > 3 and kind == "annual"', "bench", "eval")
CONTEXT = {"days": 5, "kind": "annual"}
FEELIN = Path(__file__).with_name("feelin.mjs")


def best(work: Callable[[], object], times: int) -> float:
    """Microseconds of one call, the best of nine rounds."""
    return min(timeit.repeat(work, timer=time.process_time, number=times, repeat=9)) / times * 1e6


def feelin() -> dict[str, float]:
    """The same expression in Node, in microseconds."""
    question = json.dumps({"expression": EXPRESSION, "context": CONTEXT})
    answer = subprocess.run(["node", FEELIN], input=question, capture_output=True, text=True, check=True)
    return json.loads(answer.stdout)


def run() -> list[Figure]:
    """A warm simple condition, and reading it."""
    program = parse(EXPRESSION)
    cell = parse_unary("[3..10]")
    python = best(lambda: eval(PYTHON, {}, CONTEXT), 20_000)
    warm = best(lambda: program.evaluate(CONTEXT), 10_000)
    reading = best(lambda: parse(EXPRESSION), 2_000)
    other = feelin()
    return [
        Figure(name="warm condition", value=warm, unit="µs"),
        Figure(name="warm condition, times Python's eval", value=warm / python, unit="×", limit=60),
        Figure(
            name="warm condition beside feelin's evaluate", value=warm / other["evaluate"], unit="×", limit=1
        ),
        Figure(name="parse beside feelin's", value=reading / other["parse"], unit="×", limit=3),
        Figure(name="parse", value=reading, unit="µs"),
        Figure(name="warm cell", value=best(lambda: cell.evaluate(5, {}), 10_000), unit="µs"),
    ]
