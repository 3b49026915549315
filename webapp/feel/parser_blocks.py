"""Expressions that begin with a word, contexts, and types."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from webapp.domain.text import msg
from webapp.feel import names, nodes, types
from webapp.feel.errors import fault
from webapp.feel.lexer import NAME, STRING, unquote
from webapp.feel.parser_base import ParserBase

if TYPE_CHECKING:
    from collections.abc import Callable

    from webapp.feel.nodes import Node

MAX_ITERATORS = 16
MAX_TYPE_WORDS = 16  # words and signs of a type's name


class BlockParser(ParserBase):
    """Reads if, for, some, every, function, contexts and types."""

    expression: Callable[[], Node]
    binary: Callable[[int], Node]
    unary_test: Callable[[int], Node]

    def __init__(self, text: str, **rest: Any) -> None:
        super().__init__(text, **rest)
        self.openers: dict[str, Callable[[], Node]] = {
            "if": self.if_expression,
            "for": self.for_expression,
            "some": self.quantified,
            "every": self.quantified,
            "function": self.function,
        }

    def if_expression(self) -> Node:
        """``if a then b else c``; chains of else-if are read in a loop, so they cost no depth."""
        start = self.token.start
        branches: list[tuple[Node, Node]] = []
        while True:
            self.expect_word("if")
            condition = self.expression()
            self.expect_word("then")
            result = self.expression()
            self.expect_word("else")
            branches.append((condition, result))
            if not self.word("if"):
                return self.made(nodes.If(start, tuple(branches), self.expression()))

    def iterators(self) -> tuple[tuple[nodes.Iterator, ...], list[str]]:
        """``a in x, b in y``, and the names to retire afterwards."""
        found: list[nodes.Iterator] = []
        declared: list[str] = []
        while True:
            start = self.token.start
            name = self.new_name("in")
            self.expect_word("in")
            source = self.expression()
            high = self.expression() if self.accept("..") else None
            found.append(self.made(nodes.Iterator(start, name, source, high)))
            declared += self.declare([name])
            if len(found) > MAX_ITERATORS:
                raise self.error(msg("同时遍历的名称过多（上限 {limit} 个）。", limit=MAX_ITERATORS))
            if not self.accept(","):
                return tuple(found), declared

    def new_name(self, *stops: str) -> str:
        """A name that is being introduced: all tokens up to one of ``stops``."""
        first = self.index
        if self.token.kind != NAME:
            raise self.error(msg("此处应为名称。"))
        self.advance()
        while self.token.kind != "end" and self.token.text not in stops:
            if self.token.kind == STRING or self.sign("(", "[", "{", "}", "]", ":"):
                raise self.missing(stops[0])
            self.advance()
        return names.spell(self.text, self.tokens, first, end=self.index)

    def for_expression(self) -> Node:
        """``for iterators return body``."""
        start = self.token.start
        self.advance()
        found, declared = self.iterators()
        self.expect_word("return")
        body = self.expression()
        self.retire(declared)
        return self.made(nodes.For(start, found, body))

    def quantified(self) -> Node:
        """``some`` or ``every``."""
        start, kind = self.token.start, self.token.text
        self.advance()
        found, declared = self.iterators()
        self.expect_word("satisfies")
        condition = self.expression()
        self.retire(declared)
        return self.made(nodes.Quantified(start, kind, found, condition))

    def function(self) -> Node:
        """``function(a: type, b) body``."""
        start = self.token.start
        self.advance()
        self.expect("(")
        parameters: list[tuple[str, types.Type | None]] = []
        while not self.sign(")"):
            name = self.new_name(",", ":", ")")
            parameters.append((name, self.type() if self.accept(":") else None))
            if not self.accept(","):
                break
        self.expect(")")
        external = self.word("external")
        if external:
            self.advance()
        declared = self.declare([name for name, _ in parameters])
        held, self.deepest = self.deepest, self.depth
        body = self.expression()
        height = self.deepest - self.depth + 1
        self.deepest = max(held, self.deepest)
        self.retire(declared)
        return self.made(nodes.Lambda(start, tuple(parameters), body, external=external, height=height))

    def context(self) -> Node:
        """``{key: value}``."""
        start = self.token.start
        self.advance()
        entries: list[tuple[str, Node]] = []
        declared: list[str] = []
        seen: set[str] = set()
        while not self.sign("}"):
            place = self.token.start
            key = self.key()
            if key in seen:
                raise fault(self.text, place, msg("键“{key}”重复。", key=key))
            seen.add(key)
            entries.append((key, self.unary_test(0)))
            declared += self.declare([key])
            if not self.accept(","):
                break
        self.expect("}")
        self.retire(declared)
        return self.made(nodes.ContextLiteral(start, tuple(entries)))

    def key(self) -> str:
        """A key of a context and its colon."""
        if self.token.kind == STRING:
            key = unquote(self.token.text)
            self.advance()
        else:
            key = self.new_name(":", ",")
        self.expect(":")
        return key

    def type(self) -> types.Type:
        """A type: a name, or list<>, range<>, context<>, function<>->."""
        self.enter()
        first = self.index
        word = self.token.text
        reader = {
            "list": self.one_of,
            "range": self.one_of,
            "context": self.members_of,
            "function": self.shape,
        }
        if word in reader and self.tokens[self.index + 1].text == "<":
            self.advance()
            self.advance()
            found = reader[word](word)
        else:
            found = self.named_type(first)
        self.depth -= 1
        return found

    def one_of(self, word: str) -> types.Type:
        """``list<T>`` or ``range<T>``."""
        inner = self.type()
        self.expect(">")
        return types.ListType(inner) if word == "list" else types.RangeType(inner)

    def members_of(self, _word: str) -> types.Type:
        """``context<a: T, b: U>``."""
        members: dict[str, types.Type] = {}
        while not self.sign(">"):
            key = self.new_name(":")
            self.expect(":")
            members[key] = self.type()
            if not self.accept(","):
                break
        self.expect(">")
        return types.ContextType(members)

    def shape(self, _word: str) -> types.Type:
        """``function<T, U> -> V``."""
        parameters: list[types.Type] = []
        while not self.sign(">"):
            parameters.append(self.type())
            if not self.accept(","):
                break
        self.expect(">")
        self.expect("->")
        return types.FunctionType(tuple(parameters), self.type())

    def named_type(self, first: int) -> types.Type:
        """A built-in type or one that the caller gave."""
        best, end = None, first
        limit = first
        while limit < first + MAX_TYPE_WORDS and (
            self.tokens[limit].kind == NAME or (limit > first and self.tokens[limit].text in (".", "-"))
        ):
            limit += 1
            spelt = names.spell(self.text, self.tokens, first, end=limit)
            found = self.types.get(spelt) or types.BUILTIN.get(spelt)
            if found is not None:
                best, end = found, limit
        if best is None:
            word = names.spell(self.text, self.tokens, first, end=max(limit, first + 1))
            raise self.error(unknown_type(word, [*self.types, *types.BUILTIN]))
        self.rewind(end)
        return best


def unknown_type(word: str, known: list[str]) -> Any:
    """The sentence for a type that nobody knows, with a guess."""
    guess = types.closest(word, known)
    if guess:
        return msg("未知的类型“{name}”，您是否想写“{guess}”？", name=word, guess=guess)
    return msg("未知的类型“{name}”。", name=word)
