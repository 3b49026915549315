"""Versions of working terms 劳动条件的版本: each supplement counts from its effective day, also back in time.

劳动合同法 arts. 29, 35. A supplement signed late changes cycles that run or are settled already: they are
worked out anew, and what was paid is set against it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from webapp.domain.errors import InvalidError
from webapp.domain.text import msg

if TYPE_CHECKING:
    from collections.abc import Iterable

    from webapp.domain.overtime import HoursSystem


@dataclass(frozen=True, kw_only=True, slots=True)
class Version:
    """One agreed version of the hours system; ``number`` in the order in which they were agreed."""

    number: int
    effective_from: date
    agreed_on: date
    system: HoursSystem

    @property
    def reaches_back(self) -> bool:
        """Agreed after the day from which it counts."""
        return self.agreed_on > self.effective_from


@dataclass(frozen=True, kw_only=True, slots=True)
class Stretch:
    """Days in a row under one version."""

    first: date
    last: date
    version: Version


def version_on(versions: Iterable[Version], day: date) -> Version | None:
    """The version that counts on a day: the latest to take effect; of two of one day, the later agreed."""
    effective = [each for each in versions if each.effective_from <= day]
    return max(effective, key=lambda each: (each.effective_from, each.number), default=None)


def stretches(versions: Iterable[Version], *, first: date, last: date) -> tuple[Stretch, ...]:
    """The days from first to last, cut where another version takes effect; InvalidError where none counts."""
    known = tuple(versions)
    starts = sorted({first, *(v.effective_from for v in known if first < v.effective_from <= last)})
    ends = [*(start - timedelta(days=1) for start in starts[1:]), last]
    found: list[Stretch] = []
    for start, end in zip(starts, ends, strict=True):
        version = version_on(known, start)
        if version is None:
            raise InvalidError(msg("{day} 没有生效的劳动条件。", day=start.isoformat()))
        if found and found[-1].version == version:
            found[-1] = Stretch(first=found[-1].first, last=end, version=version)
        else:
            found.append(Stretch(first=start, last=end, version=version))
    return tuple(found)
