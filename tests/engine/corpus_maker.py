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
from tests.engine.play import Play
from tests.engine.test_diagrams import STORIES, decide, drawn, perform
from webapp.engine import snapshot
from webapp.engine.values import Return
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


def main() -> None:
    path = FOLDER / f"format-{snapshot.FORMAT}.json"
    if path.exists():
        raise SystemExit(f"{path.name} is kept as it is")
    corpus = Corpus()
    for name in STORIES:
        corpus.add_story(name)
    corpus.add_returns()
    corpus.add_values()
    corpus.add_incidents()
    body = {"specs": corpus.specs, "states": corpus.states}
    path.write_text(json.dumps(body, ensure_ascii=False, indent=0) + "\n")


if __name__ == "__main__":
    main()
