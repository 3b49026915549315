"""Check one FEEL text, and tell the type of its value."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from webapp.decisions.checking.problems import Finding, Problem, Severity
from webapp.feel.check import check as check_feel
from webapp.feel.check_blocks import BlockChecker

if TYPE_CHECKING:
    from collections.abc import Mapping

    from webapp.decisions.checking.kinds import Known
    from webapp.decisions.language import Tests, Text
    from webapp.domain.text import Message
    from webapp.feel import FeelError, Function

Scope = dict[str, "Known"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """Where a text stands."""

    element_id: str = ""
    rule_id: str = ""
    row: int = 0
    column: int = 0


@dataclass(slots=True, kw_only=True)
class Findings:
    """The problems of one decision or knowledge model, as they are found."""

    decision_id: str
    functions: Mapping[str, Function]
    problems: list[Problem] = field(default_factory=list)

    def add(
        self,
        finding: Finding,
        message: Message,
        *,
        spot: Spot,
        severity: Severity = Severity.ERROR,
        line: int = 0,
        offset: int = 0,
    ) -> None:
        """Note a problem."""
        self.problems.append(
            Problem(
                finding=finding,
                severity=severity,
                message=message,
                decision_id=self.decision_id,
                element_id=spot.element_id,
                rule_id=spot.rule_id,
                row=spot.row,
                column=spot.column,
                line=line,
                offset=offset,
            ),
        )

    def check_text(self, text: Text, scope: Scope, *, spot: Spot) -> Known:
        """Note what is wrong with an expression; its type, or None where nobody can tell."""
        if text.program is None:
            self._add_syntax(text.error, spot)
            return None
        for fault in check_feel(text.program, scope, functions=self.functions):
            finding = Finding(fault.kind.value)
            self.add(finding, fault.message, spot=spot, line=fault.line, offset=fault.column)
        return _Inference(scope, self.functions).infer(text.program.node)

    def check_tests(self, tests: Tests, scope: Scope, *, spot: Spot, input_type: Known) -> None:
        """Note what is wrong with a cell, tested against values of a type."""
        if tests.program is None:
            self._add_syntax(tests.error, spot)
            return
        inner = {**scope, "?": input_type}
        faults = check_feel(tests.program, inner, functions=self.functions, input_type=input_type)
        for fault in faults:
            finding = Finding(fault.kind.value)
            self.add(finding, fault.message, spot=spot, line=fault.line, offset=fault.column)

    def _add_syntax(self, error: FeelError | None, spot: Spot) -> None:
        assert error is not None  # a text without a program has one
        self.add(Finding.SYNTAX, error.message, spot=spot, line=error.line, offset=error.column)


class _Inference(BlockChecker):
    """Only the type: what is wrong has been noted."""

    def report(self, kind: str, start: int, message: Message) -> None:
        pass

    def unknown(self, name: str, start: int, *, called: bool) -> None:
        pass
