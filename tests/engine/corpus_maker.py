"""Writes saved states of every kind, once a format: every later version must read them back.

Run ``python -m tests.engine.corpus_maker`` when the format's number grows; a file that exists is never written
again.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from tests.engine import drawing as draw
from tests.engine.corpus_places import places
from tests.engine.play import Play, Weekdays
from tests.engine.test_diagrams import STORIES, decide, drawn, perform
from webapp.engine import snapshot
from webapp.engine.expressions import Outside
from webapp.engine.migration import migrate
from webapp.engine.values import Modify, Restart, Return
from webapp.feel import DaysTimeDuration, YearsMonthsDuration

FOLDER = Path(__file__).parent / "corpus"


class Corpus:
    def __init__(self) -> None:
        self.specs: list[str] = []
        self.states: list[dict[str, Any]] = []

    def add(self, name: str, play: Play, rest: list[str]) -> None:
        if play.spec not in self.specs:
            self.specs.append(play.spec)
        self.states.append(
            {
                "name": name,
                "spec": self.specs.index(play.spec),
                "snapshot": play.snapshot,
                "now": play.now.isoformat(),
                "open": [[asdict(item.key), item.element_id] for item in (play.items | play.jobs).values()],
                "timers": [timer.element_id for timer in play.last.timers],
                "messages": [wait.element_id for wait in (*play.last.messages, *play.last.signals)],
                "incidents": [list(pair) for pair in play.stuck],
                "variables": repr(sorted(play.variables.items())),
                "rest": rest,
            }
        )

    def add_story(self, name: str) -> None:
        play = Play(drawn(name), decide=decide)
        steps = STORIES[name].split(" | ")
        for number, step in enumerate(steps):
            verb, *words = step.split(" : ")[0].split()
            perform(play, verb, words)
            self.add(f"{name}, step {number}", play, steps[number + 1 :])

    def add_returns(self) -> None:
        from tests.engine.test_returns import SPLIT, TestScopes

        for drawn_split, done, source, target, straight in (
            (SPLIT, "a b1 b2 c1 c2", "d", "b1", False),
            (SPLIT, "a b1 c1", "b2", "a", True),
            (TestScopes.drawn, "a b1 b2 c w", "d", "b2", False),
        ):
            play = Play(drawn_split).start()
            for name in done.split():
                play.done(name)
            play.do(Return(from_key=play.key(source), to_element=target, straight_back=straight))
            self.add(f"returned from {source} to {target}", play, [])

    def add_values(self) -> None:
        xml = draw.diagram(draw.start(), draw.user("a"), draw.end(), draw.path("s > a > e"))
        values = {
            "n": None, "b": True, "i": 7, "money": Decimal("12.50"), "text": "字", "list": [1, [2]], "map": {"~k": 1, "m": {}},
            "d": date(2026, 1, 2), "t": time(9, 30), "w": datetime(2026, 1, 2, 3, tzinfo=ZoneInfo("Asia/Shanghai")),
            "naive": datetime(2026, 1, 2), "days": DaysTimeDuration(5), "months": YearsMonthsDuration(14),
        }  # fmt: skip
        self.add("every kind of value", Play(xml).start(**values), ["done a : ended"])

    def add_incidents(self) -> None:
        xml = draw.diagram(
            draw.start(), draw.xor("g"), draw.user("a"), draw.user("b"), draw.end(), draw.flow("s", "g"),
            draw.flow("g", "a", "=x"), draw.flow("g", "b", "=y"), draw.path("a > e"), draw.path("b > e"),
        )  # fmt: skip
        self.add("an incident", Play(xml).start(), [])

    def add_mended(self) -> None:
        """States that an administrator's acts leave behind: tokens moved, ended and begun again, migrated."""
        split = draw.diagram(
            draw.start(), draw.par("f"), draw.user("a"), draw.user("b"), draw.par("j"), draw.user("c"), draw.end(),
            draw.path("s > f > a > j > c > e"), draw.path("f > b > j"),
        )  # fmt: skip
        play = Play(split).start(n=1)
        play.do(Modify(add=("c",), withdraw=(play.key("a"), play.key("b"))))
        self.add("a token moved past a join", play, [])
        play = Play(split).start(n=1)
        play.done("a")
        play.do(Modify(withdraw=(play.key("b"),)))
        play.do(Modify(add=("b",)))
        self.add("a branch opened again while the other waits at the join", play, [])
        play = Play(split).start(n=1)
        play.cancel()
        self.add("cancelled", play, [])
        play.do(Restart(element="c", variables={"again": True}))
        self.add("begun again in the middle", play, ["done c : ended"])
        play.set(n=2)
        self.add("variables corrected", play, ["done c : ended"])
        self._add_migrated(split)

    def _add_migrated(self, split: bytes) -> None:
        play = Play(split).start(n=1)
        play.done("a")
        new = Play(split.replace(b'"b"', b'"b2"').replace(b"f_b", b"f_b2").replace(b"b_j", b"b2_j"))
        names = {"b": "b2", "f_b": "f_b2", "b_j": "b2_j"}
        outside = Outside(now=play.now, calendar=Weekdays(), decide=play.decide)
        assert play.snapshot is not None
        moved = migrate(play.spec, new.spec, play.snapshot, outside=outside, mapping=names)
        assert moved.advance is not None
        new.snapshot, new.last = moved.state, moved.advance
        new.items = {item.key: item for item in moved.items}
        self.add("migrated with a mapping", new, ["done b2 : c", "done c : ended"])

    def add_thrown(self) -> None:
        """An error that nobody catches, and a handler that ran twice beside its body."""
        play = Play(drawn("13-job-error"), decide=decide).start()
        play.fail("sign", "UNKNOWN")
        self.add("an error that nobody catches", play, [])
        play = Play(drawn("17-handler-question"), decide=decide).start(manager="li", case_no="c1")
        for _ in range(2):
            play.correlate("question", "c1")
        self.add("a handler running twice", play, [])


def standing() -> Corpus:
    """A token in every kind of place."""
    corpus = Corpus()
    for place in places():
        play = Play(place.diagram).start(k="k")
        for step in place.steps:
            verb, *words = step.split()
            perform(play, verb, words)
        corpus.add(place.name, play, list(place.rest))
    return corpus


def write(name: str, corpus: Corpus) -> None:
    """Keep a corpus for good: a file that exists stays as it is."""
    path = FOLDER / f"{name}.json"
    if path.exists():
        print(f"{path.name} is kept as it is")
        return
    body = {"specs": corpus.specs, "states": corpus.states}
    path.write_text(json.dumps(body, ensure_ascii=False, indent=0) + "\n")


def main() -> None:
    corpus = Corpus()
    for name in STORIES:
        corpus.add_story(name)
    corpus.add_returns()
    corpus.add_values()
    corpus.add_incidents()
    write(f"format-{snapshot.FORMAT}", corpus)
    mended = Corpus()
    mended.add_mended()
    mended.add_thrown()
    write(f"format-{snapshot.FORMAT}-mended", mended)
    write(f"format-{snapshot.FORMAT}-places", standing())


if __name__ == "__main__":
    main()
