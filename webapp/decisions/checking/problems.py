"""A finding of the check, with the place where it can be mended."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from webapp.domain.text import Message


class Finding(StrEnum):
    """What kind of finding it is."""

    SYNTAX = "syntax"  # a text that cannot be read
    NAME = "name"  # a variable that nobody declared
    FUNCTION = "function"  # a function that does not exist
    ARGUMENTS = "arguments"  # a function called with too few, too many or unknown arguments
    PATTERN = "pattern"  # a regular expression that cannot be run
    TYPE = "type"  # types that can never match
    GAP = "gap"  # inputs that no rule of a table covers
    OVERLAP = "overlap"  # inputs for which rules contradict each other
    UNREACHABLE = "unreachable"  # a rule that can never fire
    COMPLEX = "complex"  # a table that the check gave up on
    RANKING = "ranking"  # a priority without output values, or an output that is none of them
    AGGREGATION = "aggregation"  # an aggregator over several outputs or over what cannot be added


class Severity(StrEnum):
    """Whether it may be published."""

    ERROR = "error"  # certain to fail or to mislead: not to be published
    WARNING = "warning"  # may be meant


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One finding; rows and columns count from 1 (0: none), columns go on from inputs to outputs."""

    finding: Finding
    severity: Severity
    message: Message
    decision_id: str  # of the decision or knowledge model
    element_id: str = ""  # of the cell or expression
    rule_id: str = ""
    row: int = 0
    column: int = 0
    line: int = 0  # inside the text
    offset: int = 0  # inside the line
