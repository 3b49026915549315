"""The ``campaign`` section of ``procedure.toml``: how a procedure is started for many people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

TONES = frozenset({"", "ok", "info", "warn", "danger"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Where a running case stands, told by the element that opened last."""

    key: str
    titles: Mapping[str, str]
    elements: tuple[str, ...]
    aside: bool = False  # not on everybody's way: counted beside the funnel


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """How a case ended, told by its variable ``outcome``."""

    key: str
    titles: Mapping[str, str]
    outcomes: tuple[str, ...]
    tone: str
    after: str | None  # the stage that whoever ends so had reached; None: all of them


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """A text that is corrected midway: the message that takes the new values to cases which await it."""

    message: str
    fields: tuple[str, ...]  # of the campaign's form


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignSettings:
    """What the section says."""

    form: str | None  # values that all cases have in common
    gate: str | None  # check of each person beside the general ones
    prepare: str | None  # procedure that must end with outcome "approved" before the first case
    correction: Correction | None
    stages: tuple[Stage, ...]
    ends: tuple[End, ...]

    def stage_of(self, elements: list[str]) -> str | None:
        """The stage of the last of these elements that has one."""
        known = {e: s.key for s in self.stages for e in s.elements}
        return next((known[e] for e in reversed(elements) if e in known), None)

    def end_of(self, outcome: object) -> str:
        """The end of an outcome; ``ended`` for one that the section does not name."""
        return next((e.key for e in self.ends if outcome in e.outcomes), "ended")


def read_campaign(table: Mapping[str, Any], languages: tuple[str, ...]) -> CampaignSettings | None:
    """The section, None where there is none; raises KeyError or ValueError where it is wrong."""
    section = table.get("campaign")
    if section is None:
        return None
    stages = tuple(
        Stage(
            key=str(s["key"]),
            titles={n: s["titles"][n] for n in languages},
            elements=tuple(s["elements"]),
            aside=bool(s.get("aside", False)),
        )
        for s in section["stages"]
    )
    ends = tuple(_end(e, languages, stages) for e in section["ends"])
    correction = section.get("correction")
    return CampaignSettings(
        form=section.get("form"),
        gate=section.get("gate"),
        prepare=section.get("prepare"),
        correction=None
        if correction is None
        else Correction(message=str(correction["message"]), fields=tuple(correction["fields"])),
        stages=stages,
        ends=ends,
    )


def _end(raw: Mapping[str, Any], languages: tuple[str, ...], stages: tuple[Stage, ...]) -> End:
    after = raw.get("after")
    tone = str(raw.get("tone", ""))
    if after is not None and after not in {s.key for s in stages}:
        raise ValueError(f"campaign.ends: after = {after!r}")
    if tone not in TONES:
        raise ValueError(f"campaign.ends: tone = {tone!r}")
    return End(
        key=str(raw["key"]),
        titles={n: raw["titles"][n] for n in languages},
        outcomes=tuple(raw["outcomes"]),
        tone=tone,
        after=after,
    )
