"""What is wrong with an expression before it ever runs: for publishing, and for the editor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from webapp.domain.text import msg
from webapp.feel import types
from webapp.feel.check_blocks import BlockChecker
from webapp.feel.errors import locate
from webapp.feel.expression import Expression, UnaryTests
from webapp.feel.limits import nesting_error
from webapp.feel.registry import BUILTINS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from webapp.domain.text import Message
    from webapp.feel.types import Type
    from webapp.feel.values import Function


class Kind(StrEnum):
    """What sort of fault it is."""

    NAME = "name"  # a variable that nobody declared
    FUNCTION = "function"  # a function that does not exist
    ARGUMENTS = "arguments"  # a function called with too few, too many or unknown arguments
    TYPE = "type"  # values that can never go together, so that the answer is always null
    PATTERN = "pattern"  # a regular expression that cannot be run


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A fault and where it stands; line and column count from 1."""

    kind: Kind
    message: Message
    line: int
    column: int


MOST_PROBLEMS = 100  # more help nobody
NO_FUNCTIONS: Mapping[str, Function] = {}


def check(
    parsed: Expression | UnaryTests,
    names: Iterable[str] | Mapping[str, Type | None],
    *,
    functions: Mapping[str, Function] = NO_FUNCTIONS,
    input_type: Type | None = None,
) -> tuple[Problem, ...]:
    """Unknown names and functions, wrong arguments, types that cannot match, patterns that cannot run.

    ``names`` are those in scope, with their types where they are known (a mapping). ``input_type`` is
    the type of ``?`` in unary tests. An empty answer does not promise that the value is never null.
    """
    known = dict(names) if isinstance(names, Mapping) else dict.fromkeys(names)
    if isinstance(parsed, UnaryTests):
        known["?"] = input_type
    checker = _Checker(parsed.text, known, functions)
    try:
        if isinstance(parsed, Expression):
            checker.infer(parsed.node)
        else:
            checker.tests(parsed.tests, input_type)
    except RecursionError:
        raise nesting_error() from None
    return tuple(checker.problems)


class _Checker(BlockChecker):
    """Collects problems with their places."""

    def __init__(
        self, text: str, known: Mapping[str, Type | None], functions: Mapping[str, Function]
    ) -> None:
        super().__init__(known, functions)
        self.text = text
        self.problems: list[Problem] = []
        self.guesses: dict[tuple[str, bool], str] = {}

    def report(self, kind: str, start: int, message: Message) -> None:
        if len(self.problems) >= MOST_PROBLEMS:
            return
        line, column = locate(self.text, start)
        problem = Problem(kind=Kind(kind), message=message, line=line, column=column)
        if problem not in self.problems:
            self.problems.append(problem)

    def unknown(self, name: str, start: int, *, called: bool) -> None:
        if len(self.problems) >= MOST_PROBLEMS:
            return
        functions = [*self.functions, *BUILTINS]
        guess = self.guesses.get((name, called))
        if guess is None:
            guess = types.closest(name, functions if called else [*self.scope, *functions])
            self.guesses[name, called] = guess
        sentences: dict[tuple[bool, bool], Any] = {
            (False, False): msg("没有名为“{name}”的变量。", name=name),
            (False, True): msg("没有名为“{name}”的变量，您是否想写“{guess}”？", name=name, guess=guess),
            (True, False): msg("没有名为“{name}”的函数。", name=name),
            (True, True): msg("没有名为“{name}”的函数，您是否想写“{guess}”？", name=name, guess=guess),
        }
        kind = Kind.FUNCTION if called else Kind.NAME
        self.report(kind, start, sentences[called, bool(guess)])
