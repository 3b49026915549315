"""Day kinds 日历: statutory holidays, rest days, working days with make-up days, per official arrangement.

Source: 全国年节及纪念日放假办法 and the State Council's yearly notice, handed in as YearArrangement.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from webapp.domain.errors import InvalidError
from webapp.domain.text import Message, msg

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

ONE_DAY = timedelta(days=1)
SATURDAY_SUNDAY = frozenset({5, 6})  # datetime's weekday numbers


class DayKind(StrEnum):
    """What a day is for pay and for counting."""

    STATUTORY = "statutory_holiday"  # 法定休假日: one of the days named by 放假办法, 300 % if worked
    REST = "rest_day"  # 休息日: weekend, day off in lieu, observed day
    WORKING = "normal_workday"  # 工作日, make-up days included


@dataclass(frozen=True, kw_only=True, slots=True)
class YearArrangement:
    """One year's official notice; without ``published_on`` it is a computed forecast."""

    year: int
    source: str
    published_on: date | None = None
    statutory: Mapping[date, str]  # the statutory days with their names
    off: frozenset[date] = frozenset()  # all days that the notice makes free
    makeup: frozenset[date] = frozenset()  # weekend days that the notice makes working days

    def __post_init__(self) -> None:
        """Refuse days of another year and days that are both free and worked."""
        for day in (*self.statutory, *self.off, *self.makeup):
            if day.year != self.year:
                raise InvalidError(msg("{year} 年的放假安排里有别年的日期 {day}。", year=self.year, day=day))
        both = self.makeup & (self.off | self.statutory.keys())
        if both:
            raise InvalidError(msg("{day} 在放假安排里既是休息日又是上班日。", day=min(both).isoformat()))

    @property
    def published(self) -> bool:
        """Whether the official notice is out."""
        return self.published_on is not None


@dataclass(frozen=True, kw_only=True, slots=True)
class Day:
    """One day with its kind, the reason and whether a notice stands behind it."""

    date: date
    kind: DayKind
    name: str = ""  # of the statutory holiday
    makeup: bool = False
    provisional: bool = False
    source: str = ""

    @property
    def working(self) -> bool:
        """Whether it is a working day."""
        return self.kind is DayKind.WORKING


@dataclass(frozen=True, kw_only=True, slots=True)
class Calendar:
    """Arrangements by year; ``fixed`` are month and day of statutory days that the sun calendar fixes.

    A year without published arrangement is answered from ``fixed``, forecasts and weekends, and the day
    says ``provisional``.
    """

    years: tuple[YearArrangement, ...] = ()
    fixed: tuple[tuple[int, int, str], ...] = ()
    weekly_rest: frozenset[int] = SATURDAY_SUNDAY
    _by_year: Mapping[int, YearArrangement] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Index by year; two arrangements of one year are refused."""
        by_year = {arrangement.year: arrangement for arrangement in self.years}
        if len(by_year) != len(self.years):
            raise InvalidError(msg("同一年有两份放假安排。"))
        object.__setattr__(self, "_by_year", by_year)

    def arrangement(self, year: int) -> YearArrangement | None:
        """The year's arrangement, published or forecast."""
        return self._by_year.get(year)

    def published(self, year: int) -> bool:
        """Whether the official notice of the year is in the data."""
        arrangement = self._by_year.get(year)
        return arrangement is not None and arrangement.published

    def resting(self, weekly_rest: Iterable[int]) -> Calendar:
        """The same calendar for an agreed week with other rest days (0 Monday to 6 Sunday)."""
        return Calendar(years=self.years, fixed=self.fixed, weekly_rest=frozenset(weekly_rest))

    def day(self, on: date) -> Day:
        """The day's kind; ``provisional`` where the year's notice is not in the data."""
        arrangement = self._by_year.get(on.year)
        name = self._statutory_name(on, arrangement)
        makeup = arrangement is not None and on in arrangement.makeup
        if name:
            kind = DayKind.STATUTORY
        elif makeup:
            kind = DayKind.WORKING
        elif on.weekday() in self.weekly_rest or (arrangement is not None and on in arrangement.off):
            kind = DayKind.REST
        else:
            kind = DayKind.WORKING
        return Day(
            date=on,
            kind=kind,
            name=name,
            makeup=makeup,
            provisional=arrangement is None or not arrangement.published,
            source="" if arrangement is None else arrangement.source,
        )

    def _statutory_name(self, on: date, arrangement: YearArrangement | None) -> str:
        if arrangement is not None:
            return arrangement.statutory.get(on, "")
        return next((name for month, day, name in self.fixed if (month, day) == (on.month, on.day)), "")

    def working(self, on: date) -> bool:
        """Whether it is a working day."""
        return self.day(on).working

    def span(self, first: date, last: date) -> Iterator[Day]:
        """The days from first to last, both included; none if last is before first."""
        for number in range((last - first).days + 1):
            yield self.day(first + number * ONE_DAY)

    def working_days(self, first: date, last: date) -> int:
        """How many working days lie from first to last, both included."""
        return sum(1 for day in self.span(first, last) if day.working)

    def count(self, first: date, last: date, *, kind: DayKind) -> int:
        """How many days of the kind lie from first to last, both included."""
        return sum(1 for day in self.span(first, last) if day.kind is kind)

    def unpublished(self, first: date, last: date) -> tuple[int, ...]:
        """The years touched whose official notice is not in the data."""
        return tuple(year for year in range(first.year, last.year + 1) if not self.published(year))


def provisional_reason(year: int) -> Message:
    """Why an answer that touches the year may still change."""
    return msg("{year} 年的放假安排尚未公布（或尚未录入），结果为暂定，公布后会重新计算。", year=str(year))
