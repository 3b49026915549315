"""The threshold of an economic layoff 经济性裁员 (劳动合同法第41条第1款)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from webapp.domain.errors import InvalidError
from webapp.domain.text import msg

if TYPE_CHECKING:
    from webapp.domain.explain import Working


@dataclass(frozen=True, kw_only=True, slots=True)
class Layoff:
    """People to go, of so many."""

    to_cut: int
    headcount: int

    def __post_init__(self) -> None:
        """Refuse more people than there are."""
        if not 0 < self.to_cut <= self.headcount:
            raise InvalidError(msg("裁减人数应大于零且不超过职工总数。"))


def reaches_layoff_threshold(layoff: Layoff, work: Working) -> bool:
    """Whether art. 41 and its procedure apply."""
    if layoff.to_cut >= work.whole("layoff.people"):
        return True
    return layoff.to_cut >= work.number("layoff.share") * layoff.headcount
