"""The engine and the model side by side: one act on both, then the same tasks must be open, the same events awaited."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from tests.engine.maker import Maker
from tests.engine.model import Key, Model
from tests.engine.play import Play
from tests.engine.sheet import Sheet
from webapp.engine.readings import return_targets
from webapp.engine.values import Fire, ItemKey, Return

if TYPE_CHECKING:
    from random import Random

    from tests.engine.runs import Alarm

CODES = ("E1", "E2")


def place_of(variables: Any) -> tuple[tuple[str, int], ...]:
    """The instances around a work item, told by the input elements that it sees."""
    return tuple(sorted((name[:-2], int(value)) for name, value in variables.items() if name.endswith("_i")))


class Twins:
    """One process in both worlds."""

    def __init__(self, block: Any, variables: dict[str, Any]) -> None:
        self.model = Model(block)
        self.model.world.variables.update(variables)
        self.play = Play(Sheet().diagram(block))
        self.play.now = self.model.world.now
        self.model.begin()
        self.play.start(**variables)
        self.log: list[Any] = [("start", block, variables)]
        self.agree()

    def keys(self) -> dict[Key, ItemKey]:
        """The engine's open work by what the model calls it."""
        work = self.play.items | self.play.jobs
        return {(item.element_id, place_of(item.variables)): key for key, item in work.items()}

    def agree(self) -> None:
        work = (self.play.items | self.play.jobs).values()
        found = sorted((item.element_id, place_of(item.variables)) for item in work)
        assert found == self.model.open(), self.log
        assert self.play.ended == self.model.ended, self.log
        assert not self.play.stuck, self.log
        alarms = self.model.alarms()
        last = self.play.last
        assert sorted((wait.name, wait.correlation_key) for wait in last.messages) == sorted(
            (alarm.name, alarm.key) for alarm in alarms if alarm.trigger.kind == "message"
        ), self.log
        assert sorted(wait.name for wait in last.signals) == sorted(
            alarm.name for alarm in alarms if alarm.trigger.kind == "signal"
        ), self.log
        assert sorted((timer.element_id, timer.due_at) for timer in last.timers) == sorted(
            (alarm.element, alarm.due) for alarm in alarms if alarm.trigger.kind in {"timer", "cycle"}
        ), self.log

    def set(self, name: str, value: Any) -> None:
        self.log.append(("set", name, value))
        self.model.world.variables[name] = value
        self.play.set(**{name: value})
        self.agree()

    def complete(self, choice: int) -> bool:
        """Complete some open task; one whose error nobody would catch is mended first."""
        names = self.model.plain()
        if not names:
            return False
        name = names[choice % len(names)]
        leaf = self.model.leaf(name)
        block = leaf.block
        fails = self.model.raises(leaf) and block.kind == "error"
        if fails and self.model.catcher(leaf, "error", block.code) is None:
            self.set(block.name, value=False)
        self.log.append(("complete", name))
        key = self.keys()[name]
        self.model.complete(name)
        self.play.complete(key)
        self.agree()
        return True

    def throw(self, choice: int) -> bool:
        """Somebody reports an error or escalation at an open task that somebody catches."""
        caught = [
            (name, kind, code, alarm)
            for name in self.model.plain()
            for kind in ("error", "escalation")
            for code in CODES
            if (alarm := self.model.catcher(self.model.leaf(name), kind, code)) is not None
        ]
        if not caught:
            return False
        name, kind, code, alarm = caught[choice % len(caught)]
        self.log.append(("throw", name, kind, code))
        key = self.keys()[name]
        self.model.fire(alarm)
        self.play.throw_at(key, kind, code, stays=not alarm.run.block.interrupts)
        self.agree()
        return True

    def fire(self, choice: int) -> bool:
        """Let something happen that the case waits for."""
        alarms = [alarm for alarm in self.model.alarms() if self._can_happen(alarm)]
        if not alarms:
            return False
        alarm = alarms[choice % len(alarms)]
        self.log.append(("fire", alarm.name, alarm.trigger.kind, alarm.key))
        match alarm.trigger.kind:
            case "message":
                self.model.fire(alarm)
                wait = next(
                    wait
                    for wait in self.play.last.messages
                    if (wait.name, wait.correlation_key) == (alarm.name, alarm.key)
                )
                self.play.correlate_at(wait.key, alarm.name)
            case "signal":
                heard = [other for other in self.model.alarms() if other.name == alarm.name]
                for other in heard:
                    if other in self.model.alarms():
                        self.model.fire(other)
                self.play.signal(alarm.name)
            case _:
                self._ring(alarm)
        self.agree()
        return True

    def _ring(self, alarm: Alarm) -> None:
        """Fire the timer in every instance that waits for it: nothing but its moment tells one from another."""
        like = [other for other in self.model.alarms() if other.element == alarm.element]
        now = max([self.model.world.now, *(other.due for other in like)])
        self.model.world.now = self.play.now = now
        timers = [timer for timer in self.play.last.timers if timer.element_id == alarm.element]
        for other in like:
            if other in self.model.alarms():
                self.model.fire(other)
        for timer in timers:
            if timer in self.play.last.timers:
                self.play.do(Fire(key=timer.key))

    def _can_happen(self, alarm: Alarm) -> bool:
        """Errors and escalations are thrown; of two waits for one message nobody can say which is meant."""
        if alarm.trigger.kind == "message":
            return [(other.name, other.key) for other in self.model.alarms()].count(
                (alarm.name, alarm.key)
            ) == 1
        return alarm.trigger.kind in {"signal", "timer", "cycle"}

    def send_back(self, choice: int, other: int) -> bool:
        names = [name for name in self.model.open() if self.model.open().count(name) == 1]
        if not names:
            return False
        name = names[choice % len(names)]
        targets = self.model.targets(name)
        key = self.keys()[name]
        found = return_targets(self.play.spec, self.play.snapshot or "", key)
        offered = {target.element_id for target in found}
        assert set(targets) <= offered, (set(targets) - offered, self.log)
        if not targets:
            return False
        chosen = sorted(targets)[other % len(targets)]
        self.log.append(("return", name, chosen))
        self.model.send_back(name, targets[chosen])
        self.play.do(Return(from_key=key, to_element=chosen))
        self.agree()
        return True


def act_random(twins: Twins, maker: Maker, chance: Random) -> str:
    """One random act that is possible now; what it was."""
    kind = chance.random()
    if kind < 0.12 and maker.switches:
        name = chance.choice(sorted(maker.switches))
        twins.set(name, chance.choice(maker.switches[name]))
        return "set"
    if kind < 0.27 and twins.fire(chance.randrange(100)):
        return "fire"
    if kind < 0.37 and twins.throw(chance.randrange(100)):
        return "throw"
    if kind < 0.52 and twins.send_back(chance.randrange(100), chance.randrange(100)):
        return "return"
    if twins.complete(chance.randrange(100)):
        return "complete"
    return "fire" if twins.fire(chance.randrange(100)) else "none"


def play_random(chance: Random, *, steps: int, least: int = 10) -> Counter[str]:
    """Run one random process for so many acts; how many of each kind were done.

    A process that ends before the least number of acts is begun again with other choices.
    """
    maker = Maker(chance)
    block = maker.process()
    done: Counter[str] = Counter()
    while done.total() < least:
        twins = Twins(block, {name: chance.choice(values) for name, values in maker.switches.items()})
        while done.total() < steps and not twins.model.ended:
            what = act_random(twins, maker, chance)
            if what == "none":
                break  # what is left cannot be told apart
            done[what] += 1
    return done
