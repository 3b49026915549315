"""Hit policies: which of the matching rules give the answer, and in what order (DMN 1.5, 8.2.10)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from webapp.decisions.errors import DecisionError, DisagreementError, SeveralMatchesError
from webapp.decisions.language import equal, summarise
from webapp.domain.text import msg

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


class HitPolicy(StrEnum):
    """What a table does with the rules that match."""

    UNIQUE = "UNIQUE"  # at most one may match
    FIRST = "FIRST"  # the first in the order of rules
    ANY = "ANY"  # several may match where they all say the same
    PRIORITY = "PRIORITY"  # the one whose output stands first among the output values
    RULE_ORDER = "RULE ORDER"  # all, in the order of rules
    OUTPUT_ORDER = "OUTPUT ORDER"  # all, in the order of the output values
    COLLECT = "COLLECT"  # all, or one value made of them by the aggregator

    @property
    def is_single(self) -> bool:
        """Whether the answer is one rule's output rather than a list."""
        return self in SINGLE


SINGLE = frozenset({HitPolicy.UNIQUE, HitPolicy.FIRST, HitPolicy.ANY, HitPolicy.PRIORITY})


class Aggregator(StrEnum):
    """What COLLECT makes of the outputs."""

    NONE = ""  # the list itself
    SUM = "SUM"
    MIN = "MIN"
    MAX = "MAX"
    COUNT = "COUNT"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A rule that matches; ``ranks`` are the places of its outputs among the output values, lowest first."""

    index: int  # of the rule, from 0
    outputs: tuple[Any, ...]
    ranks: tuple[int, ...] = ()


def choose(policy: HitPolicy, hits: Sequence[Hit]) -> tuple[Hit, ...]:
    """The hits that give the answer, in its order; ``hits`` come in the order of rules.

    Raises SeveralMatchesError (UNIQUE) and DisagreementError (ANY); both name the rules by number, from 1.
    """
    return _CHOICES[policy](tuple(hits))


def _choose_unique(hits: tuple[Hit, ...]) -> tuple[Hit, ...]:
    if len(hits) > 1:
        raise SeveralMatchesError(
            msg("决策表要求唯一匹配，但规则 {rules} 同时匹配。", rules=_number(hits)),
        )
    return hits


def _choose_any(hits: tuple[Hit, ...]) -> tuple[Hit, ...]:
    if any(not _same(hit.outputs, hits[0].outputs) for hit in hits[1:]):
        raise DisagreementError(msg("规则 {rules} 同时匹配，但输出不一致。", rules=_number(hits)))
    return hits


def _rank(hits: tuple[Hit, ...]) -> tuple[Hit, ...]:
    return tuple(sorted(hits, key=lambda hit: (hit.ranks, hit.index)))


_CHOICES: dict[HitPolicy, Callable[[tuple[Hit, ...]], tuple[Hit, ...]]] = {
    HitPolicy.UNIQUE: _choose_unique,
    HitPolicy.FIRST: lambda hits: hits[:1],
    HitPolicy.ANY: _choose_any,
    HitPolicy.PRIORITY: lambda hits: _rank(hits)[:1],
    HitPolicy.RULE_ORDER: lambda hits: hits,
    HitPolicy.OUTPUT_ORDER: _rank,
    HitPolicy.COLLECT: lambda hits: hits,
}


def aggregate(aggregator: Aggregator, values: Sequence[Any]) -> Any:
    """SUM, MIN, MAX or COUNT of the outputs; null for the first three where there are none.

    DecisionError where the outputs cannot be added or compared.
    """
    if aggregator is Aggregator.NONE:
        return tuple(values)
    if aggregator is Aggregator.COUNT:
        return Decimal(len(values))
    if not values:
        return None
    found = summarise(aggregator.value.lower(), values)
    if found is None:
        raise DecisionError(msg("决策表的输出不能做 {aggregator} 汇总。", aggregator=aggregator.value))
    return found


def _same(left: tuple[Any, ...], right: tuple[Any, ...]) -> bool:
    return all(equal(a, b) for a, b in zip(left, right, strict=True))


def _number(hits: Sequence[Hit]) -> str:
    return "、".join(str(hit.index + 1) for hit in hits)
