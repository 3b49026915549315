"""Long fuzzing of DMN models: torn bytes, and random tables against a second reading of the hit policies."""

from __future__ import annotations

import random
import time
from decimal import Decimal

from tests.bench.figure import Figure
from tests.decisions.drawing import (
    decision,
    definitions,
    given,
    knowledge,
    knows,
    needs,
    table,
    table_model,
    text,
)
from webapp.decisions import NoMatchError, SeveralMatchesError, check, load
from webapp.domain.errors import HeguiError

SEED = 20250601
TORN = 12_000
TABLES = 3_000
SECONDS = 10.0  # that one program may take
TOKENS = [
    b"<",
    b">",
    b'"',
    b"&lt;",
    b"&#0;",
    b"]]>",
    b"<!--",
    b"text",
    b"decisionTable",
    b'hitPolicy="',
    b"COLLECT",
    b"typeRef",
    b"..",
    b"[",
    b"null",
    b"for i in ",
    b"\xff",
    b"\x00",
    "年".encode(),
]
POLICIES = ["UNIQUE", "FIRST", "RULE ORDER", "COLLECT"]
CELLS = ["-", "< 2", "<= 2", "> 2", "[1..3]", "(1..3)", "2", "1, 3", "not(2)"]
NUMBERS = [Decimal(n) / 2 for n in range(8)]
READINGS = {
    "-": lambda _: True,
    "< 2": lambda n: n < 2,
    "<= 2": lambda n: n <= 2,
    "> 2": lambda n: n > 2,
    "[1..3]": lambda n: 1 <= n <= 3,
    "(1..3)": lambda n: 1 < n < 3,
    "2": lambda n: n == 2,
    "1, 3": lambda n: n in {1, 3},
    "not(2)": lambda n: n != 2,
}


def run() -> list[Figure]:
    """How many programs ran, and how many of them crashed, hung or lied."""
    crashed, slowest = _tear(random.Random(SEED))
    wrong = _compare(random.Random(SEED + 1))
    return [
        Figure(name="torn models", value=TORN, unit="models", limit=TORN, at_least=True),
        Figure(name="crashes on torn models", value=crashed, unit="models", limit=0),
        Figure(name="slowest torn model", value=slowest, unit="s", limit=SECONDS),
        Figure(
            name="random tables, checked and run", value=TABLES, unit="tables", limit=TABLES, at_least=True
        ),
        Figure(name="tables that a second reading contradicts", value=wrong, unit="tables", limit=0),
    ]


def _seeds() -> list[bytes]:
    logic = table(
        "UNIQUE",
        [("a", "number"), ("b", "string")],
        [("o", "number", "1,2,3"), ("p",)],
        ("> 1", '"x"', "1", "a"),
        ("-", "-", "2", "b"),
    )
    loop = f'<for iteratorVariable="i"><in>{text("[1..5]")}</in><return>{text("i * a")}</return></for>'
    bkm = knowledge("f", [("n", "number")], text("if n <= 0 then 0 else f(n - 1)"), extra=knows("f"))
    kind = '<itemDefinition name="t" isCollection="true"><typeRef>number</typeRef><allowedValues><text>[0..9]</text></allowedValues></itemDefinition>'
    return [
        definitions(given("a", "number"), given("b"), decision("d", logic, needs=needs("a", "b"))),
        definitions(kind, given("a", "t"), decision("d", loop, needs=needs("a"), type_ref="t")),
        definitions(bkm, decision("d", text("f(3) + count(for i in 1..9 return f(i))"), needs=knows("f"))),
    ]


def _tear(chance: random.Random) -> tuple[int, float]:
    crashed, slowest = 0, 0.0
    seeds = _seeds()
    for _ in range(TORN):
        source = bytearray(chance.choice(seeds))
        for _ in range(chance.randint(1, 4)):
            _cut(source, chance)
        begun = time.perf_counter()
        try:
            model = load(bytes(source))
            check(model)
            model.evaluate("d", {"a": Decimal(2), "b": "x"})
        except HeguiError as error:
            str(error.message)
        except Exception as error:
            crashed += 1
            print(f"crash {type(error).__name__}: {error}\n{bytes(source)!r}")
        slowest = max(slowest, time.perf_counter() - begun)
    return crashed, slowest


def _cut(source: bytearray, chance: random.Random) -> None:
    place = chance.randrange(len(source))
    match chance.randrange(4):
        case 0:
            source[place:place] = chance.choice(TOKENS)
        case 1:
            del source[place : place + chance.randint(1, 12)]
        case 2:
            source[place] = chance.randrange(256)
        case _:
            other = chance.randrange(len(source))
            source[place:place] = source[other : other + chance.randint(1, 40)]


def _compare(chance: random.Random) -> int:
    wrong = 0
    for _ in range(TABLES):
        policy = chance.choice(POLICIES)
        rows = [(chance.choice(CELLS), chance.choice(CELLS)) for _ in range(chance.randint(1, 6))]
        rules = [(*cells, f'"{index}"') for index, cells in enumerate(rows)]
        model = table_model(policy, [("a", "number"), ("b", "number")], [("o", "string")], *rules)
        check(model)
        for _ in range(6):
            a, b = chance.choice(NUMBERS), chance.choice(NUMBERS)
            hits = [str(i) for i, (x, y) in enumerate(rows) if READINGS[x](a) and READINGS[y](b)]
            if _ask(model, a, b) != _expect(policy, hits):
                wrong += 1
                print(policy, rows, a, b, hits)
    return wrong


def _expect(policy: str, hits: list[str]) -> object:
    if policy in {"RULE ORDER", "COLLECT"}:
        return tuple(hits)
    if not hits:
        return NoMatchError
    return SeveralMatchesError if policy == "UNIQUE" and len(hits) > 1 else hits[0]


def _ask(model: object, a: Decimal, b: Decimal) -> object:
    try:
        return model.evaluate("d", {"a": a, "b": b}).value
    except (NoMatchError, SeveralMatchesError) as error:
        return type(error)
