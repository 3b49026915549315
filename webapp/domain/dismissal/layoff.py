"""The threshold of an economic layoff 经济性裁员 (劳动合同法第41条第1款)."""

from __future__ import annotations

from dataclasses import dataclass

from webapp.domain.errors import InvalidError
from webapp.domain.text import msg

LAYOFF_PEOPLE = 20  # 劳动合同法第41条第1款: twenty people and more
LAYOFF_SHARE = 10  # 劳动合同法第41条第1款: fewer, but ten per cent of the staff and more
WHOLE = 100  # per cent


@dataclass(frozen=True, kw_only=True, slots=True)
class Layoff:
    """People to go, of so many."""

    to_cut: int
    headcount: int

    def __post_init__(self) -> None:
        """Refuse more people than there are."""
        if not 0 < self.to_cut <= self.headcount:
            raise InvalidError(msg("裁减人数应大于零且不超过职工总数。"))


def reaches_layoff_threshold(layoff: Layoff) -> bool:
    """Whether art. 41 and its procedure apply."""
    return layoff.to_cut >= LAYOFF_PEOPLE or layoff.to_cut * WHOLE >= LAYOFF_SHARE * layoff.headcount
