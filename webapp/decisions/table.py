"""Decision tables: match the rules, choose by the hit policy, tell which fired (DMN 1.5, 8)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from webapp.decisions.errors import InputError, NoMatchError, OutputError
from webapp.decisions.hits import Aggregator, Hit, HitPolicy, aggregate, choose
from webapp.decisions.language import UNKNOWN
from webapp.decisions.ranking import NO_RANKING
from webapp.decisions.run import Fired
from webapp.domain.text import msg

if TYPE_CHECKING:
    from collections.abc import Sequence

    from webapp.decisions.boxed import Boxed, Literal, Scope
    from webapp.decisions.language import Tests
    from webapp.decisions.ranking import Ranking
    from webapp.decisions.run import Run
    from webapp.decisions.types import Types


@dataclass(frozen=True, slots=True, kw_only=True)
class InputClause:
    """A column that is tested."""

    id: str
    label: str  # as the author labelled it, or the expression's text
    expression: Literal
    type_ref: str = ""
    values: Tests | None = None  # what is allowed


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputClause:
    """A column that is given."""

    id: str
    name: str
    type_ref: str = ""
    values: Tests | None = None  # what is allowed
    ranking: Ranking = NO_RANKING  # the values themselves, most important first
    default: Boxed | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A row; a test that is None matches all."""

    id: str
    tests: tuple[Tests | None, ...]
    outputs: tuple[Boxed, ...]
    annotations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A decision table."""

    id: str
    inputs: tuple[InputClause, ...]
    outputs: tuple[OutputClause, ...]
    rules: tuple[Rule, ...]
    hit_policy: HitPolicy
    aggregator: Aggregator
    types: Types

    def evaluate(self, scope: Scope, run: Run) -> Any:
        """The answer of the hit policy, with what fired noted in ``run``.

        Raises NoMatchError (single hit, no default), SeveralMatchesError (UNIQUE), DisagreementError (ANY)
        and InputError (a value outside a column's input values).
        """
        values = [self._read_input(clause, scope, run) for clause in self.inputs]
        matching = self._match(values, scope, run)
        hits = [self._hit(index, scope, run) for index in matching]
        chosen = choose(self.hit_policy, hits)
        if not chosen:
            return self._default(scope, run)
        run.fired.extend(self._note(hit.index, values, run) for hit in chosen)
        return self._answer([self._shape(hit.outputs) for hit in chosen])

    def _read_input(self, clause: InputClause, scope: Scope, run: Run) -> Any:
        value = self.types.coerce(clause.expression.evaluate(scope, run), clause.type_ref, run)
        if value is UNKNOWN:
            return None
        if clause.values and value is not None and not clause.values.match(value, scope, run):
            raise InputError(msg("“{label}”的值不在决策表允许的范围内。", label=clause.label))
        return value

    def _match(self, values: Sequence[Any], scope: Scope, run: Run) -> list[int]:
        found = []
        first = self.hit_policy is HitPolicy.FIRST
        for index, rule in enumerate(self.rules):
            run.count(len(values) or 1)
            pairs = zip(rule.tests, values, strict=True)
            if all(test is None or test.match(value, scope, run) for test, value in pairs):
                found.append(index)
                if first:
                    break
        return found

    def _hit(self, index: int, scope: Scope, run: Run) -> Hit:
        outputs = tuple(
            self._check_output(clause, cell.evaluate(scope, run), scope=scope, run=run)
            for clause, cell in zip(self.outputs, self.rules[index].outputs, strict=True)
        )
        if self.hit_policy not in {HitPolicy.PRIORITY, HitPolicy.OUTPUT_ORDER}:
            return Hit(index=index, outputs=outputs)
        pairs = zip(self.outputs, outputs, strict=True)
        ranks = tuple(clause.ranking.place(value, run.budget) for clause, value in pairs)
        return Hit(index=index, outputs=outputs, ranks=ranks)

    def _check_output(self, clause: OutputClause, value: Any, *, scope: Scope, run: Run) -> Any:
        coerced = self.types.null_coerce(value, clause.type_ref, run)
        if clause.values and coerced is not None and not clause.values.match(coerced, scope, run):
            raise OutputError(msg("“{name}”的结果不在决策表允许的输出值之中。", name=clause.name))
        return coerced

    def _default(self, scope: Scope, run: Run) -> Any:
        if any(clause.default for clause in self.outputs):
            outputs = tuple(
                self._check_output(clause, clause.default.evaluate(scope, run), scope=scope, run=run)
                if clause.default
                else None
                for clause in self.outputs
            )
            return self._answer([self._shape(outputs)])
        if self.hit_policy.is_single:
            raise NoMatchError
        return self._answer([])

    def _answer(self, shaped: list[Any]) -> Any:
        if self.hit_policy is HitPolicy.COLLECT:
            return aggregate(self.aggregator, shaped)
        return shaped[0] if self.hit_policy.is_single else tuple(shaped)

    def _shape(self, outputs: tuple[Any, ...]) -> Any:
        if len(self.outputs) == 1:
            return outputs[0]
        return {clause.name: value for clause, value in zip(self.outputs, outputs, strict=True)}

    def _note(self, index: int, values: Sequence[Any], run: Run) -> Fired:
        return Fired(
            decision_id=run.owner,
            rule_id=self.rules[index].id,
            index=index,
            inputs={clause.label: value for clause, value in zip(self.inputs, values, strict=True)},
            annotations=self.rules[index].annotations,
        )
