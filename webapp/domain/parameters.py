"""Parameter rows: figures that a law, a year, a city or a policy sets, each with validity and source."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from webapp.domain.errors import InvalidError
from webapp.domain.text import Message, msg

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

NATIONAL = "CN"

Scalar = Decimal | str | bool
Table = tuple[tuple[Scalar, ...], ...]
Value = Scalar | Table


class Confidence(StrEnum):
    """How well a row's figure is known."""

    CONFIRMED = "confirmed"  # two people here compared it with the published text
    POLICY = "policy"  # a choice of the company, not a fact to be found
    TEXT = "text"  # the statutory text itself was read
    PAGE = "page"  # a public page that quotes or reports the rule was read
    HIGH = "high"  # from memory, fairly sure: to be confirmed
    MEDIUM = "medium"  # from memory: to be confirmed
    LOW = "low"  # sources disagree or are thin: to be confirmed


UNCONFIRMED = frozenset({Confidence.HIGH, Confidence.MEDIUM, Confidence.LOW})


class MissingParameterError(InvalidError):
    """No row answers for this key, region and date: the figure is refused, not guessed."""

    default = msg("缺少计算所需的参数。")

    def __init__(self, key: str, *, region: str, on: date) -> None:
        super().__init__(
            msg(
                "缺少参数“{key}”（地区 {region}，日期 {on}），无法计算。请先在“参数”中补上这一行。",
                key=key,
                region=region,
                on=on.isoformat(),
            )
        )
        self.key, self.region, self.on = key, region, on


@dataclass(frozen=True, kw_only=True, slots=True)
class Parameter:
    """One row: from ``valid_from`` to ``valid_to`` inclusive (None: open) the key has this value there."""

    key: str
    region: str = NATIONAL
    valid_from: date
    valid_to: date | None = None
    value: Value
    unit: str = "none"
    title: str  # zh-Hans, key of the catalogues
    source: str
    confidence: Confidence
    disputed: bool = False  # practice or courts differ
    note: str = ""

    def __post_init__(self) -> None:
        """Refuse a row that could never answer."""
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise InvalidError(msg("参数“{key}”的失效日期早于生效日期。", key=self.key))
        if not self.source.strip():
            raise InvalidError(msg("参数“{key}”没有写明来源。", key=self.key))

    @property
    def identity(self) -> tuple[str, str, date]:
        """What tells this row from every other."""
        return self.key, self.region, self.valid_from

    @property
    def unconfirmed(self) -> bool:
        """Nobody has compared the figure with a source yet."""
        return self.confidence in UNCONFIRMED

    def covers(self, on: date) -> bool:
        """Whether the row answers for that day."""
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)

    @property
    def number(self) -> Decimal:
        """The value as a number; InvalidError if it is none."""
        if isinstance(self.value, Decimal):
            return self.value
        raise self._wrong(msg("数字"))

    @property
    def whole(self) -> int:
        """The value as a whole number; InvalidError if it is none."""
        if self.number != self.number.to_integral_value():
            raise self._wrong(msg("整数"))
        return int(self.number)

    @property
    def word(self) -> str:
        """The value as a word; InvalidError if it is none."""
        if isinstance(self.value, str):
            return self.value
        raise self._wrong(msg("文字"))

    @property
    def switch(self) -> bool:
        """The value as yes or no; InvalidError if it is neither."""
        if isinstance(self.value, bool):
            return self.value
        raise self._wrong(msg("是或否"))

    @property
    def table(self) -> Table:
        """The value as a scale; InvalidError if it is none."""
        if isinstance(self.value, tuple):
            return self.value
        raise self._wrong(msg("分档表"))

    @property
    def numbers(self) -> tuple[tuple[Decimal, ...], ...]:
        """The value as a scale of numbers alone; InvalidError if it is none."""
        rows = tuple(tuple(cell for cell in row if isinstance(cell, Decimal)) for row in self.table)
        if any(len(row) != len(given) for row, given in zip(rows, self.table, strict=True)):
            raise self._wrong(msg("数字分档表"))
        return rows

    def _wrong(self, wanted: Message) -> InvalidError:
        return InvalidError(
            msg(
                "参数“{key}”（地区 {region}，自 {since} 起）的值应为{wanted}，请更正这一行。",
                key=self.key,
                region=self.region,
                since=self.valid_from.isoformat(),
                wanted=wanted,
            )
        )


def reached(rows: tuple[tuple[Decimal, ...], ...], amount: Decimal) -> Decimal | None:
    """The second cell of the last row whose first cell is not above the amount (以上 includes the number)."""
    found = None
    for least, granted in rows:
        if amount >= least:
            found = granted
    return found


def region_chain(region: str) -> tuple[str, ...]:
    """The region itself, then its province, then the nation: ``CN-GD-SZ`` -> CN-GD-SZ, CN-GD, CN."""
    parts = region.split("-")
    return tuple("-".join(parts[:count]) for count in range(len(parts), 0, -1))


@dataclass(frozen=True, slots=True)
class ParameterSet:
    """All rows known, handed in by the caller; looked up by key, region and date."""

    rows: tuple[Parameter, ...] = ()
    _index: Mapping[tuple[str, str], tuple[Parameter, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Index the rows; two rows that answer for the same day are refused."""
        index: dict[tuple[str, str], list[Parameter]] = {}
        for row in sorted(self.rows, key=lambda row: row.identity):
            same = index.setdefault((row.key, row.region), [])
            if same and same[-1].covers(row.valid_from):
                raise InvalidError(
                    msg("参数“{key}”（地区 {region}）有两行的有效期重叠。", key=row.key, region=row.region)
                )
            same.append(row)
        object.__setattr__(self, "_index", {place: tuple(rows) for place, rows in index.items()})

    @classmethod
    def of(cls, rows: Iterable[Parameter]) -> ParameterSet:
        """Collect rows in any order."""
        return cls(tuple(rows))

    def find(self, key: str, *, region: str, on: date) -> Parameter | None:
        """The row of the region, else of its province, else of the nation, that is valid on the day."""
        for place in region_chain(region):
            for row in self._index.get((key, place), ()):
                if row.covers(on):
                    return row
        return None

    def lookup(self, key: str, *, region: str = NATIONAL, on: date) -> Parameter:
        """As ``find``; raises MissingParameterError, which names the row to fill in."""
        row = self.find(key, region=region, on=on)
        if row is None:
            raise MissingParameterError(key, region=region, on=on)
        return row

    def replaced(self, rows: Iterable[Parameter]) -> ParameterSet:
        """Another set in which these rows stand in the place of those with the same identity."""
        merged = {row.identity: row for row in self.rows}
        merged.update({row.identity: row for row in rows})
        return ParameterSet.of(merged.values())
