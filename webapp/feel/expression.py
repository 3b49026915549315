"""Parsed text, ready to run as often as needed."""

from __future__ import annotations

from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from webapp.domain.text import msg
from webapp.feel import builtins as _builtins  # noqa: F401 - fills the table of functions
from webapp.feel import names as naming
from webapp.feel.compile import Compiler
from webapp.feel.convert import Inward, Outward
from webapp.feel.errors import FeelError, FeelLimitError
from webapp.feel.limits import DEFAULT_LIMITS, Budget, Limits, nesting_error
from webapp.feel.parser import Parser
from webapp.feel.runtime import Run, Scope

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

    from webapp.feel.nodes import Node, Tests
    from webapp.feel.types import Type
    from webapp.feel.values import Function

LOCAL_ZONE = ZoneInfo("Asia/Shanghai")  # where today() and the clock of now() are read
NO_FUNCTIONS: Mapping[str, Function] = {}


class _Parsed:
    """What expressions and unary tests have in common."""

    def __init__(self, text: str) -> None:
        self.text = text

    def _scope(self, context: Mapping[str, Any], used: Iterable[str], run: Run) -> Scope:
        values: dict[str, Any] = {}
        inward = None
        for name in used:
            if name in context:
                inward = inward or Inward(run.budget.limits)
                values[name] = inward.convert(context[name])
        return Scope(values, None, run)

    def __repr__(self) -> str:
        """The text, for logs."""
        return f"{type(self).__name__}({self.text!r})"


def _run(limits: Limits | Budget, now: datetime | None, functions: Mapping[str, Function]) -> Run:
    budget = limits if isinstance(limits, Budget) else Budget(limits)
    if now is not None:
        if now.tzinfo is None:
            raise FeelError(msg("当前时间必须带时区。"))
        now = now.astimezone(LOCAL_ZONE)
    return Run(budget, now, functions)


class Expression(_Parsed):
    """One expression; immutable, may be shared between threads."""

    def __init__(self, text: str, node: Node) -> None:
        super().__init__(text)
        self.node = node

    @cached_property
    def _program(self) -> tuple[Callable[[Scope], Any], tuple[str, ...]]:
        compiler = Compiler()
        code = compiler.code(self.node)
        return code, tuple(sorted(compiler.used))

    @property
    def names(self) -> tuple[str, ...]:
        """Every name that the text mentions, those of its own loops and functions too."""
        return self._program[1]

    def evaluate(
        self,
        context: Mapping[str, Any],
        *,
        limits: Limits | Budget = DEFAULT_LIMITS,
        now: datetime | None = None,
        functions: Mapping[str, Function] = NO_FUNCTIONS,
    ) -> Any:
        """None, bool, str, Decimal, date, time, datetime, durations, tuple, Context, Range or Function.

        What FEEL cannot compute is None (DMN 1.5, 10.3.2.13.1). Dates and times beyond Python's range, or
        finer than microseconds, stay values of ``webapp.feel.temporal``. ``now`` must be aware; ``now()`` and
        ``today()`` read it in Asia/Shanghai. Pass a Budget as ``limits`` to share it between evaluations.
        Raises FeelError for foreign types and FeelLimitError for what costs too much.
        """
        try:
            code, used = self._program
            run = _run(limits, now, functions)
            scope = self._scope(context, used, run)
            return Outward(run.budget.limits).convert(code(scope))
        except RecursionError:
            raise nesting_error() from None
        except MemoryError:
            raise FeelLimitError from None


class UnaryTests(_Parsed):
    """A cell of a decision table."""

    def __init__(self, text: str, tests: Tests) -> None:
        super().__init__(text)
        self.tests = tests

    @cached_property
    def _program(self) -> tuple[tuple[Callable[[Scope, Any], Any], ...], tuple[str, ...]]:
        compiler = Compiler()
        made = tuple(
            _whole(compiler.code(test)) if uses else _value(compiler.test(test), compiler.code(test))
            for test, uses in zip(self.tests.tests, self.tests.uses_input, strict=True)
        )
        return made, tuple(sorted(compiler.used - {"?"}))

    @property
    def any(self) -> bool:
        """Whether the cell is ``-``, which everything passes."""
        return not self.tests.tests

    @property
    def names(self) -> tuple[str, ...]:
        """Every name that the text mentions."""
        return self._program[1]

    def evaluate(
        self,
        value: Any,
        context: Mapping[str, Any],
        *,
        limits: Limits | Budget = DEFAULT_LIMITS,
        now: datetime | None = None,
        functions: Mapping[str, Function] = NO_FUNCTIONS,
    ) -> bool:
        """Whether the value passes the cell (DMN 1.5, 7.3.3); raises as ``Expression.evaluate`` does."""
        if not self.tests.tests:
            return True
        try:
            made, used = self._program
            run = _run(limits, now, functions)
            scope = self._scope(context, used, run)
            inside = Inward(run.budget.limits).convert(value)
            scope = Scope({"?": inside}, scope, run)
            passed = any(test(scope, inside) is True for test in made)
        except RecursionError:
            raise nesting_error() from None
        return passed is not self.tests.negated


def _whole(code: Callable[[Scope], Any]) -> Callable[[Scope, Any], Any]:
    return lambda scope, _value: code(scope)


def _value(test: Callable[[Scope, Any], Any], code: Callable[[Scope], Any]) -> Callable[[Scope, Any], Any]:
    """A test without ``?``: a condition that is true counts too, unless booleans are compared."""

    def run(scope: Scope, value: Any) -> Any:
        passed = test(scope, value)
        if passed is None and value is not None and type(value) is not bool:
            return code(scope) is True
        return passed

    return run


def _parser(text: str, names: Iterable[str], *, types: Mapping[str, Type], limits: Limits) -> Parser:
    return Parser(text, limits=limits, known=naming.Names(names), types=types)


NO_TYPES: Mapping[str, Type] = {}


def parse(
    text: str,
    *,
    names: Iterable[str] = (),
    types: Mapping[str, Type] = NO_TYPES,
    limits: Limits = DEFAULT_LIMITS,
) -> Expression:
    """Read an expression.

    ``names`` are the names in scope, and the members behind them; only those with spaces or signs matter.
    Words that stand side by side are one name even when nobody declared it. ``types`` are the types that
    ``instance of`` and parameters may name beside the built-in ones. Raises FeelError with line and column.
    """
    try:
        return Expression(text, _parser(text, names, types=types, limits=limits).whole())
    except RecursionError:
        raise nesting_error() from None


def parse_unary(
    text: str,
    *,
    names: Iterable[str] = (),
    types: Mapping[str, Type] = NO_TYPES,
    limits: Limits = DEFAULT_LIMITS,
) -> UnaryTests:
    """Read a cell of unary tests: ``-``, ``< 10``, ``"a", "b"``, ``not(...)``, or a condition on ``?``."""
    parser = _parser(text, names, types=types, limits=limits)
    try:
        if parser.may_negate():
            with suppress(FeelError):  # brackets of ranges need not pair, so only reading on tells
                return UnaryTests(text, parser.whole_tests(negated=True))
            parser = _parser(text, names, types=types, limits=limits)
        return UnaryTests(text, parser.whole_tests())
    except RecursionError:
        raise nesting_error() from None
