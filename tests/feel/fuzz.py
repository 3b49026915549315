"""Programs that nobody wrote: grammar-based and byte-level, from a seed.

``python -m tests.feel.fuzz 1000000 7`` runs a million programs with seed 7. Each must end in a value of a
known type or in a FeelError, within its limits.
"""

from __future__ import annotations

import datetime as dt
import random
import resource
import sys
import time
from decimal import Decimal

from webapp.feel import (
    Context,
    DaysTimeDuration,
    FeelError,
    Function,
    Limits,
    Range,
    YearsMonthsDuration,
    check,
    parse,
    parse_unary,
)
from webapp.feel.registry import BUILTINS
from webapp.feel.temporal import Date, DateTime, Time
from webapp.feel.values import Builtin

LIMITS = Limits(steps=20_000, size=20_000, string=5_000, seconds=5.0)
NOW = dt.datetime(2024, 2, 29, 12, 30, tzinfo=dt.UTC)
CLASSES = (
    bool, str, Decimal, Context, tuple, Range, DaysTimeDuration, YearsMonthsDuration, Function, Builtin,
    dt.date, dt.time, dt.datetime, Date, Time, DateTime, type(None),
)  # fmt: skip
CONTEXT = {
    "a": 1,
    "b": Decimal("2.50"),
    "first name": "Ada 李",
    "list": [1, 2, 3, None, "x"],
    "rows": [{"x": 1, "y": "p"}, {"x": 2, "y": "q"}],
    "day": dt.date(2024, 2, 29),
    "when": NOW,
    "deep": {"a": {"b": [{"c": 1}]}},
    "yes": True,
    "nothing": None,
}
NAMES = (*CONTEXT, "i", "item", "x", "y", "partial", "?", "unknown thing")
ATOMS = (
    "0", "1", "2", "-1", "0.1", "1e6144", "1e-6176", "9999999999999999999999999999999999", ".5", "null", "true",
    "false", '"a"', '""', '"1"', '"2024-02-29"', '"[a-z]+"', '"(a+)+$"', '"P1D"', '@"2024-02-29"',
    '@"2024-02-29T10:00:00@Asia/Shanghai"', '@"10:00:00"', '@"10:00:00Z"', '@"P1Y2M"', '@"-P3DT4H"',
    '@"999999999-12-31"', '@"-999999999-01-01"', "[]", "{}", '"\\u4e2d"', '@"P99999999999D"', "1e9",
)  # fmt: skip
OPERATORS = ("+", "-", "*", "/", "**", "=", "!=", "<", "<=", ">", ">=", " and ", " or ", " in ")
TYPES = (
    "number",
    "string",
    "Any",
    "list<number>",
    "context<a: number>",
    "function<number>->Any",
    "range<date>",
)
FUNCTIONS = tuple(BUILTINS)


class Grammar:
    """Writes random expressions."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.left = 0

    def program(self) -> str:
        self.left = self.random.choice((3, 6, 12, 25))
        return self.expression()

    def expression(self) -> str:
        if self.left <= 0:
            return self.random.choice(ATOMS) if self.random.random() < 0.6 else self.random.choice(NAMES)
        self.left -= 1
        return self.random.choice(self.SHAPES)(self)

    def _atom(self) -> str:
        return self.random.choice(ATOMS)

    def _name(self) -> str:
        return self.random.choice(NAMES)

    def _binary(self) -> str:
        return f"{self.expression()}{self.random.choice(OPERATORS)}{self.expression()}"

    def _bracket(self) -> str:
        return f"({self.expression()})"

    def _list(self) -> str:
        return f"[{', '.join(self.expression() for _ in range(self.random.randint(0, 4)))}]"

    def _context(self) -> str:
        keys = self.random.sample(("a", "b", "c d", "x", '"k"'), self.random.randint(0, 3))
        return "{" + ", ".join(f"{key}: {self.expression()}" for key in keys) + "}"

    def _range(self) -> str:
        ends = self.random.choice(("[]", "()", "[)", "(]", "]["))
        return f"{ends[0]}{self.expression()}..{self.expression()}{ends[1]}"

    def _call(self) -> str:
        count = self.random.choice((0, 1, 1, 1, 2, 2, 3, 4))
        return f"{self.random.choice(FUNCTIONS)}({', '.join(self.expression() for _ in range(count))})"

    def _named(self) -> str:
        function = BUILTINS[self.random.choice(FUNCTIONS)]
        shape = self.random.choice(function.signatures)
        return f"{function.name}({', '.join(f'{p.name}: {self.expression()}' for p in shape.parameters)})"

    def _if(self) -> str:
        return f"if {self.expression()} then {self.expression()} else {self.expression()}"

    def _for(self) -> str:
        return f"for i in {self.expression()} return {self.expression()}"

    def _steps(self) -> str:
        return f"for i in {self.expression()}..{self.expression()} return {self.expression()}"

    def _some(self) -> str:
        word = self.random.choice(("some", "every"))
        return f"{word} x in {self.expression()}, y in {self.expression()} satisfies {self.expression()}"

    def _filter(self) -> str:
        return f"{self.expression()}[{self.expression()}]"

    def _path(self) -> str:
        return f"{self.expression()}.{self.random.choice(('a', 'x', 'year', 'time offset', 'days', 'start'))}"

    def _between(self) -> str:
        return f"{self.expression()} between {self.expression()} and {self.expression()}"

    def _lambda(self) -> str:
        return f"(function(x, y) {self.expression()})({self.expression()}, {self.expression()})"

    def _sort(self) -> str:
        return f"sort({self.expression()}, function(x, y) {self.expression()})"

    def _instance(self) -> str:
        return f"{self.expression()} instance of {self.random.choice(TYPES)}"

    def _minus(self) -> str:
        return f"-{self.expression()}"

    def _test(self) -> str:
        return f"{self.expression()} in ({self.random.choice(('<', '>=', '!=', '='))} {self.expression()})"

    SHAPES = (
        _atom, _atom, _name, _name, _name, _binary, _binary, _binary, _bracket, _list, _context, _range, _call,
        _call, _call, _named, _if, _for, _steps, _some, _filter, _path, _between, _lambda, _sort, _instance,
        _minus, _test,
    )  # fmt: skip


PIECES = (
    *OPERATORS, *ATOMS, "(", ")", "[", "]", "{", "}", ",", ":", "..", ".", "if ", " then ", " else ", "for ",
    " return ", "some ", " satisfies ", "function(", "instance of ", '"', "\\", "@", "//", "/*", "*/", "\n", "，",
    "\x00", "\ud800", "😀", "not(", "?", "((((((((", "[[[[[[[[", "{a:{a:", "-------", "not not ", "external",
)  # fmt: skip


def mutate(text: str, chance: random.Random) -> str:
    """A few cuts, doublings and insertions."""
    for _ in range(chance.randint(1, 4)):
        place = chance.randint(0, len(text))
        kind = chance.random()
        if kind < 0.4:
            text = text[:place] + chance.choice(PIECES) + text[place:]
        elif kind < 0.6:
            text = text[:place] + text[place + chance.randint(1, 5) :]
        elif kind < 0.75:
            text = (
                text[:place]
                + chr(chance.choice((chance.randrange(128), chance.randrange(0x11000))))
                + text[place:]
            )
        elif kind < 0.9:
            other = chance.randint(0, len(text))
            text += text[min(place, other) : max(place, other)]
        else:
            text = text[:place] + text[place : place + 3] * chance.choice((2, 50, 500)) + text[place:]
    return text


def foreign(value: object, depth: int = 0) -> bool:
    """Whether a value holds anything that is no FEEL value."""
    if type(value) not in CLASSES or depth > 120:
        return True
    if isinstance(value, tuple):
        return any(foreign(item, depth + 1) for item in value)
    if isinstance(value, Context):
        return any(type(key) is not str or foreign(item, depth + 1) for key, item in value.items())
    if isinstance(value, Decimal):
        return not value.is_finite() or len(value.as_tuple().digits) > 34
    return False


def run_one(text: str, *, unary: bool) -> str:
    """Run a program: ``value``, ``error`` for one that is refused, ``null``."""
    try:
        if unary:
            cell = parse_unary(text, names=CONTEXT)
            check(cell, CONTEXT)
            value = cell.evaluate(CONTEXT["a"], CONTEXT, limits=LIMITS, now=NOW)
        else:
            expression = parse(text, names=CONTEXT)
            check(expression, CONTEXT)
            value = expression.evaluate(CONTEXT, limits=LIMITS, now=NOW)
    except FeelError as error:
        return "error" if str(error.message) else "silent"
    assert not foreign(value), f"foreign value {value!r}"
    return "null" if value is None else "value"


def programs(seed: int, count: int):
    """(text, unary) from a seed, half of them mutated."""
    grammar = Grammar(seed)
    for _ in range(count):
        text = grammar.program()
        if grammar.random.random() < 0.5:
            text = mutate(text, grammar.random)
        yield text, grammar.random.random() < 0.15


def run(seed: int, count: int, *, second_limit: float = 2.0) -> dict[str, float]:
    """Run so many programs; raises AssertionError with the program at the first fault."""
    tally: dict[str, float] = {"value": 0, "null": 0, "error": 0, "slowest": 0.0}
    for text, unary in programs(seed, count):
        begin = time.perf_counter()
        try:
            tally[run_one(text, unary=unary)] += 1
        except BaseException as fault:
            raise AssertionError(
                f"{type(fault).__name__}: {fault}\nprogram: {text!r} unary={unary}"
            ) from fault
        took = time.perf_counter() - begin
        if took > tally["slowest"]:
            tally["slowest"] = took
            assert took < second_limit, f"{took:.1f} s for {text!r}"
    tally["memory"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return tally


if __name__ == "__main__":
    total, first = int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1
    done = 0
    while done < total:
        print(done, run(first, min(20_000, total - done)), flush=True)
        done += 20_000
        first += 1
