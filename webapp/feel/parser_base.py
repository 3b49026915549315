"""What every part of the parser uses: the place in the tokens, the names in scope, the errors."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, TypeVar

from webapp.domain.text import msg
from webapp.feel import names
from webapp.feel.errors import FeelLimitError, fault
from webapp.feel.lexer import tokenize
from webapp.feel.limits import nesting_error

if TYPE_CHECKING:
    from collections.abc import Mapping

    from webapp.domain.text import Message
    from webapp.feel.errors import FeelError
    from webapp.feel.limits import Limits
    from webapp.feel.nodes import Node
    from webapp.feel.types import Type

    N = TypeVar("N", bound=Node)

WORDS = (
    "if",
    "then",
    "else",
    "for",
    "in",
    "return",
    "some",
    "every",
    "satisfies",
    "function",
    "instance",
    "of",
)


class ParserBase:
    """Holds the tokens and moves through them."""

    def __init__(self, text: str, *, limits: Limits, known: names.Names, types: Mapping[str, Type]) -> None:
        if len(text) > limits.source:
            raise FeelLimitError(msg("表达式过长（上限 {limit} 个字符）。", limit=limits.source))
        self.text = text
        self.limits = limits
        self.types = types
        self.tokens = tokenize(text)
        self.index = 0
        self.token = self.tokens[0]
        self.known = known  # names in scope
        self.members = names.Names()  # keys of contexts seen so far, known after a dot and in filters
        self.filters = 0  # filters around this place, in which members are names
        self.depth = 0
        self.deepest = 0
        self.count = 0
        self.closed_end = 0  # above 0 while "[" may end a range instead of opening a filter

    def advance(self) -> None:
        """Go to the next token."""
        if self.index < len(self.tokens) - 1:
            self.index += 1
            self.token = self.tokens[self.index]

    def rewind(self, index: int) -> None:
        """Go back to a token."""
        self.index = index
        self.token = self.tokens[index]

    def enter(self) -> None:
        """Go one level down, or refuse."""
        self.depth += 1
        if self.depth > self.deepest:
            self.deepest = self.depth
            if self.depth > self.limits.nesting:
                raise self.too_deep()

    def push_down(self) -> None:
        """What was just read has become part of another node, so it lies one level deeper."""
        self.deepest += 1
        if self.deepest > self.limits.nesting:
            raise self.too_deep()

    def too_deep(self) -> FeelLimitError:
        """The error for too many levels, with its place."""
        message = nesting_error().message
        placed = fault(self.text, self.token.start, message)
        return FeelLimitError(message, line=placed.line, column=placed.column)

    def made(self, node: N) -> N:
        """Count a node, or refuse it."""
        self.count += 1
        if self.count > self.limits.nodes:
            raise FeelLimitError(msg("表达式的组成部分过多（上限 {limit} 个）。", limit=self.limits.nodes))
        return node

    def sign(self, *signs: str) -> bool:
        """Whether one of these signs stands here."""
        return self.token.kind == "sign" and self.token.text in signs

    def word(self, word: str) -> bool:
        """Whether this keyword stands here."""
        return self.token.kind == "name" and self.token.text == word

    def accept(self, sign: str) -> bool:
        """Step over a sign if it stands here."""
        if self.token.kind == "sign" and self.token.text == sign:
            self.advance()
            return True
        return False

    def expect(self, sign: str) -> None:
        """Step over a sign that must stand here."""
        if not self.accept(sign):
            raise self.missing(sign)

    def expect_word(self, word: str) -> None:
        """Step over a keyword that must stand here."""
        if not self.word(word):
            raise self.missing(word)
        self.advance()

    def missing(self, wanted: str) -> FeelError:
        """The error for something that should stand here, with a guess at a misspelt keyword."""
        if self.token.kind == "end":
            return self.error(msg("表达式不完整，缺少“{wanted}”。", wanted=wanted))
        return self.error(msg("此处应为“{wanted}”，却是“{found}”。", wanted=wanted, found=self.token.text))

    def error(self, message: Message) -> FeelError:
        """An error at this token."""
        return fault(self.text, self.token.start, message)

    def stray(self) -> FeelError:
        """The error for a token that cannot begin an expression."""
        if self.token.kind == "end":
            return self.error(msg("表达式不完整。"))
        close = get_close_matches(self.token.text, WORDS, 1) if self.token.kind == "name" else []
        if close and close[0] != self.token.text:
            return self.error(
                msg("此处不应出现“{found}”，您是否想写“{guess}”？", found=self.token.text, guess=close[0])
            )
        return self.error(msg("此处不应出现“{found}”。", found=self.token.text))

    def known_name(self) -> tuple[int, str]:
        """How many tokens from here make up a known name of several tokens, and how it is spelt."""
        best = self.known.match(self.tokens, self.index)
        for table in (BUILTIN_NAMES, self.members) if self.filters else (BUILTIN_NAMES,):
            found = table.match(self.tokens, self.index)
            if found[0] > best[0]:
                best = found
        return best

    def declare(self, fresh: list[str]) -> list[str]:
        """Bring names into scope; returns those to give to ``retire``."""
        return [name for name in fresh if self.known.add(name)]

    def retire(self, declared: list[str]) -> None:
        """Take names out of scope; they stay known as members."""
        for name in declared:
            self.known.remove(name)
            self.members.add(name)


BUILTIN_NAMES = names.Names()
