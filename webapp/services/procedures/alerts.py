"""The ``alerts`` section of ``procedure.toml``: rules over what is watched, and what may explain it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from webapp.domain.monitoring import FACTS, Period, Watched

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRule:
    """One rule: a decision that is asked once for each person and period."""

    key: str
    decision: str  # its table answers true, or a context with ``alert``
    watches: frozenset[Watched]  # a profile must watch all of them, else the rule does not run
    period: Period
    titles: Mapping[str, str]
    says: Mapping[str, str]  # one line by language tag, with {facts} in it


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertSettings:
    """What the section says."""

    doubts: str  # decision that lists what else could explain an alert, by keys of ``explains``
    explains: Mapping[str, Mapping[str, str]]  # key -> sentence by language tag
    rules: tuple[AlertRule, ...]

    def rule(self, key: str) -> AlertRule | None:
        """The rule of a key."""
        return next((rule for rule in self.rules if rule.key == key), None)


def read_alerts(table: Mapping[str, Any], languages: tuple[str, ...]) -> AlertSettings | None:
    """The section, None where there is none; raises KeyError or ValueError where it is wrong."""
    section = table.get("alerts")
    if section is None:
        return None
    return AlertSettings(
        doubts=str(section["doubts"]),
        explains={key: {n: str(texts[n]) for n in languages} for key, texts in section["explains"].items()},
        rules=tuple(_rule(raw, languages) for raw in section["rules"]),
    )


def _rule(raw: Mapping[str, Any], languages: tuple[str, ...]) -> AlertRule:
    says = {n: str(raw["says"][n]) for n in languages}
    for text in says.values():
        text.format(**dict.fromkeys(FACTS, ""))  # KeyError for a figure that is not known
    return AlertRule(
        key=str(raw["key"]),
        decision=str(raw["decision"]),
        watches=frozenset(Watched(kind) for kind in raw["watches"]),
        period=Period(raw["period"]),
        titles={n: str(raw["titles"][n]) for n in languages},
        says=says,
    )
