"""The register of processing: which data about people is kept where, why, on which ground and until when.

个人信息保护法 arts. 17 and 19 (told and ended), 44-45 (seen and copied by the person), 54 (audited).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

LANGUAGES = ("zh-Hans", "en", "zh-Hant")


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisteredTable:
    """A table of the database and its columns about people."""

    name: str
    columns: tuple[str, ...]
    sensitive: tuple[str, ...] = ()  # masked on pages, shown whole to whoever needs it, with a reason
    secret: tuple[str, ...] = ()  # keys and hashes: handed out to nobody

    @property
    def handed_out(self) -> tuple[str, ...]:
        """What the person may have a copy of."""
        return (*self.columns, *self.sensitive)

    @property
    def all(self) -> tuple[str, ...]:
        """Every column that stands in the register."""
        return (*self.columns, *self.sensitive, *self.secret)


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """One purpose with all that is kept for it; texts by language tag."""

    key: str
    titles: Mapping[str, str]
    purposes: Mapping[str, str]
    basis: str  # provisions, in Chinese as they are cited
    keeps: Mapping[str, str]
    tables: tuple[RegisteredTable, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """All activities."""

    activities: tuple[Activity, ...]
    labels: Mapping[str, str]  # column -> what the person reads

    def tables(self) -> Iterator[tuple[Activity, RegisteredTable]]:
        """Every table with the activity that it is kept for."""
        for activity in self.activities:
            for table in activity.tables:
                yield activity, table


def read_register(raw: Mapping[str, Any]) -> Register:
    """The register from its TOML; raises KeyError where a purpose or an end is missing."""
    return Register(activities=tuple(_activity(each) for each in raw["activity"]), labels=dict(raw["labels"]))


def _activity(raw: Mapping[str, Any]) -> Activity:
    return Activity(
        key=str(raw["key"]),
        titles={n: raw["title"][n] for n in LANGUAGES},
        purposes={n: raw["purpose"][n] for n in LANGUAGES},
        basis=str(raw["basis"]),
        keeps={n: raw["keep"][n] for n in LANGUAGES},
        tables=tuple(
            RegisteredTable(
                name=str(table["name"]),
                columns=tuple(table["columns"]),
                sensitive=tuple(table.get("sensitive", ())),
                secret=tuple(table.get("secret", ())),
            )
            for table in raw["table"]
        ),
    )
