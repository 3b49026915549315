"""What the linter finds."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from webapp.domain.text import Message


class Severity(StrEnum):
    """How grave a problem is."""

    ERROR = "error"  # refused at publish
    WARNING = "warning"  # runs, but probably not as meant
    INFO = "info"  # worth knowing, such as a missing translation


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A problem at an element; ``element_id`` None concerns the file as a whole."""

    element_id: str | None
    severity: Severity
    message: Message


@dataclass(slots=True)
class Report:
    """Collects problems, each once."""

    problems: list[Problem] = field(default_factory=list)

    def error(self, element_id: str | None, message: Message) -> None:
        """Add what must be refused."""
        self._add(element_id, Severity.ERROR, message)

    def warn(self, element_id: str | None, message: Message) -> None:
        """Add what probably is not meant."""
        self._add(element_id, Severity.WARNING, message)

    def info(self, element_id: str | None, message: Message) -> None:
        """Add what is worth knowing."""
        self._add(element_id, Severity.INFO, message)

    def _add(self, element_id: str | None, severity: Severity, message: Message) -> None:
        problem = Problem(element_id=element_id, severity=severity, message=message)
        if problem not in self.problems:
            self.problems.append(problem)
