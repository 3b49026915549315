"""The register of processing: which data about people is kept where, why, on which ground and until when.

个人信息保护法 arts. 17 and 19 (told and ended), 44-45 (seen and copied by the person), 54 (audited).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

LANGUAGES = ("zh-Hans", "en", "zh-Hant")


class EndBy(StrEnum):
    """What ends the rows of a table."""

    LEAVING = "leaving"  # months after the last day of employment
    AGE = "age"  # months after the moment in a column
    DAY = "day"  # after the day in a column
    CONSENT = "consent"  # months after a withdrawal, a no, or the leaving
    CASE = "case"  # with the contents of its case, which two people decide
    PEOPLE = "people"  # two people decide on the row itself
    OWN = "own"  # another place of the house ends it
    KEPT = "kept"  # it stays, and ``why``


NIGHTLY = frozenset({EndBy.LEAVING, EndBy.AGE, EndBy.DAY, EndBy.CONSENT})  # carried out by the nightly job


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """How the rows of one table end (个人信息保护法 arts. 19, 47)."""

    by: EndBy
    months: int = 0
    column: str = ""  # of AGE and DAY
    mask: tuple[str, ...] = ()  # columns that are emptied; none: the row goes
    without: str = ""  # only rows whose column is empty
    least: str = ""  # a parameter of law, in years, that is never undercut
    place: str = ""  # of OWN: module below webapp.services that ends it
    why: Mapping[str, str] = field(default_factory=dict)  # by language tag


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisteredTable:
    """A table of the database and its columns about people; its end."""

    name: str
    titles: Mapping[str, str]
    end: End
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
    labels: Mapping[str, Mapping[str, str]]  # column -> what the person reads, by language tag
    printed: frozenset[str]  # columns that the printed copy shows; the rest stands in its JSON

    def label(self, column: str, language: str = LANGUAGES[0]) -> str:
        """What the person reads for a column."""
        return self.labels[column][language] if column in self.labels else column

    def tables(self) -> Iterator[tuple[Activity, RegisteredTable]]:
        """Every table with the activity that it is kept for."""
        for activity in self.activities:
            for table in activity.tables:
                yield activity, table


def read_register(raw: Mapping[str, Any]) -> Register:
    """The register from its TOML; raises KeyError where a purpose or an end is missing."""
    told = {**raw["labels"], **raw["details"]}
    labels = {name: {n: said[n] for n in LANGUAGES} for name, said in told.items()}
    return Register(
        activities=tuple(_activity(each) for each in raw["activity"]),
        labels=labels,
        printed=frozenset(raw["labels"]),
    )


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
                titles={n: table["title"][n] for n in LANGUAGES},
                end=_end(table["end"]),
                columns=tuple(table["columns"]),
                sensitive=tuple(table.get("sensitive", ())),
                secret=tuple(table.get("secret", ())),
            )
            for table in raw["table"]
        ),
    )


def _end(raw: Mapping[str, Any]) -> End:
    """One end; raises KeyError or ValueError where it does not say what it must."""
    by = EndBy(raw["by"])
    end = End(
        by=by,
        months=int(raw.get("months", 0)),
        column=str(raw.get("column", "")),
        mask=tuple(raw.get("mask", ())),
        without=str(raw.get("without", "")),
        least=str(raw.get("least", "")),
        place=str(raw.get("place", "")),
        why={n: raw["why"][n] for n in LANGUAGES} if "why" in raw else {},
    )
    lacks = {
        "months": by in {EndBy.LEAVING, EndBy.AGE, EndBy.CONSENT} and end.months < 1,
        "column": by in {EndBy.AGE, EndBy.DAY} and not end.column,
        "place": by is EndBy.OWN and not end.place,
        "why": by in {EndBy.PEOPLE, EndBy.KEPT} and not end.why,
    }
    for name, missing in lacks.items():
        if missing:
            raise ValueError(f"end by {by} without {name}")
    return end
