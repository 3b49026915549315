"""The tightest parts: literals, names, brackets, lists, contexts, calls, paths and filters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from webapp.domain.text import msg
from webapp.feel import names, nodes
from webapp.feel.lexer import NAME, NUMBER, SIGN, STRING, unquote
from webapp.feel.numbers import NUMBERS
from webapp.feel.parser_blocks import BlockParser
from webapp.feel.temporal_text import parse_at
from webapp.feel.values import MISSING

if TYPE_CHECKING:
    from collections.abc import Callable
    from decimal import Decimal

    from webapp.feel.nodes import Node

_AFTER_RANGE = names.INFIX
_BEGINNINGS = frozenset("([{@-")
_WORDS = {"true": True, "false": False, "null": None}
PROPERTIES = names.Names(["time offset", "start included", "end included"])
_OPERATORS = frozenset({"=", "!=", "<", "<=", ">", ">="})


class PrimaryParser(BlockParser):
    """Reads what stands between two operators."""

    def unary(self) -> Node:
        """Negations, then an operand with what follows it."""
        signs: list[int] = []
        while self.token.kind == SIGN and self.token.text == "-":
            signs.append(self.token.start)
            self.advance()
        node = self.postfix()
        for _ in signs[: len(signs) % 2] or signs[:2]:
            node = self.made(nodes.Negate(signs[0], node))
        return node

    def postfix(self) -> Node:
        """An operand with its paths, filters, calls and ``instance of``."""
        held, self.deepest = self.deepest, self.depth
        node = self.primary()
        while (link := self.link()) is not None:
            node = link(node)
            self.push_down()
        self.deepest = max(held, self.deepest)
        return node

    def link(self) -> Callable[[Node], Node] | None:
        """How to read what follows an operand, or None when nothing does."""
        token = self.token
        if token.kind == SIGN:
            text = token.text
            if text == ".":
                return self.path
            if text == "(":
                return self.call
            return self.filter if text == "[" and not (self.closed_end and self.bracket_closes()) else None
        return self.instance if token.kind == NAME and token.text == "instance" else None

    def bracket_closes(self) -> bool:
        """Whether ``[`` after the upper end of a range closes it, as in ``[1..9[``: no filter can follow."""
        after = self.tokens[self.index + 1]
        if after.kind == NAME:
            return after.text in _AFTER_RANGE
        return after.kind not in (NUMBER, STRING) and after.text not in _BEGINNINGS

    def instance(self, value: Node) -> Node:
        """``value instance of type``."""
        self.advance()
        self.expect_word("of")
        return self.made(nodes.InstanceOf(value.start, value, self.type()))

    def primary(self) -> Node:  # noqa: PLR0911 - one return for each kind of token
        """A literal, a name, or something in brackets."""
        token = self.token
        kind, text, start = token.kind, token.text, token.start
        if kind == NAME:
            return self.name()
        if kind == NUMBER:
            value = self.number(text)
            self.advance()
            return self.made(nodes.Literal(start, value))
        if kind == STRING:
            self.advance()
            return self.made(nodes.Literal(start, unquote(text)))
        if kind == SIGN:
            if text == "(":
                return self.bracket()
            if text in ("[", "]"):
                return self.square()
            if text == "{":
                return self.context()
            if text == "@":
                return self.at()
        raise self.stray()

    def number(self, text: str) -> Decimal:
        """A number of at most 34 digits."""
        value = NUMBERS.create_decimal(text)
        if not value.is_finite():
            raise self.error(msg("数字“{found}”超出范围。", found=text[:40]))
        return value

    def at(self) -> Node:
        """``@"..."``."""
        start = self.token.start
        self.advance()
        if self.token.kind != STRING:
            raise self.error(msg("“@”之后应为带引号的日期、时间或时长。"))
        value = parse_at(unquote(self.token.text))
        self.advance()
        return self.made(nodes.Literal(start, None if value is MISSING else value))

    def name(self) -> Node:
        """A literal word, or the longest name that is known, or words side by side."""
        first, token = self.index, self.token
        size, spelt = self.known_name()
        if size == 0 and token.text in _WORDS:
            self.advance()
            return self.made(nodes.Literal(token.start, _WORDS[token.text]))
        if size == 0 and token.text in names.STOPS:
            if token.text in self.openers:
                return self.expression()
            raise self.stray()
        return self.made(nodes.Name(token.start, self.spelt(first, size, known=spelt)))

    def spelt(self, first: int, size: int, *, known: str) -> str:
        """Step over a name: the known one of so many tokens, unless further words follow."""
        self.rewind(first + max(size, 1))
        if self.token.kind in (NAME, NUMBER):
            self.rewind(names.extend(self.tokens, self.index))
        if size and self.index == first + size:
            return known
        return names.spell(self.text, self.tokens, first, end=self.index)

    def member(self) -> str:
        """The name after a dot."""
        if self.token.kind != NAME:
            raise self.error(msg("“.”之后应为名称。"))
        first = self.index
        tables = (self.known, self.members, PROPERTIES)
        size, known = max(table.match(self.tokens, first) for table in tables)
        return self.spelt(first, size, known=known)

    def path(self, source: Node) -> Node:
        """``source.name``."""
        self.advance()
        return self.made(nodes.Path(source.start, source, self.member()))

    def filter(self, source: Node) -> Node:
        """``source[condition]``."""
        self.advance()
        held, self.closed_end = self.closed_end, 0
        self.filters += 1
        condition = self.expression()
        self.filters -= 1
        self.closed_end = held
        self.expect("]")
        return self.made(nodes.Filter(source.start, source, condition))

    def bracket(self) -> Node:
        """``(expression)``, ``(low..high)`` or ``(< endpoint)``."""
        start = self.token.start
        self.advance()
        held, self.closed_end = self.closed_end, 0
        if self.token.kind == SIGN and self.token.text in _OPERATORS:
            node = self.unary_test(0)
        else:
            node = self.expression()
        if self.accept(".."):
            node = self.range_from(node, start, included=False)
            self.closed_end = held
            return node
        self.closed_end = held
        self.expect(")")
        return node

    def square(self) -> Node:
        """A list or a range that begins with a square bracket."""
        start, opens = self.token.start, self.token.text == "["
        self.advance()
        held, self.closed_end = self.closed_end, 0
        if opens and self.accept("]"):
            self.closed_end = held
            return self.made(nodes.ListLiteral(start, ()))
        first = self.unary_test(0)
        if self.accept(".."):
            node = self.range_from(first, start, included=opens)
            self.closed_end = held
            return node
        if not opens:
            raise self.missing("..")
        items = [first]
        while self.accept(","):
            items.append(self.unary_test(0))
        self.closed_end = held
        self.expect("]")
        return self.made(nodes.ListLiteral(start, tuple(items)))

    def range_from(self, low: Node, start: int, *, included: bool) -> Node:
        """The upper end of a range and its closing bracket."""
        self.closed_end = 1
        high = self.binary(3)
        self.closed_end = 0
        if not self.sign("]", ")", "["):
            raise self.missing("]")
        high_included = self.token.text == "]"
        self.advance()
        return self.made(
            nodes.RangeLiteral(start, low, high, low_included=included, high_included=high_included)
        )

    def call(self, callee: Node) -> Node:
        """``callee(a, b)`` or ``callee(name: a)``."""
        self.advance()
        held, self.closed_end = self.closed_end, 0
        arguments: list[Node] = []
        labels: list[str] = []
        while not self.sign(")"):
            label = self.label()
            if label is not None:
                labels.append(label)
            if self.sign(*_OPERATORS):
                arguments.append(self.unary_test(0))
            else:
                arguments.append(self.expression())
            if not self.accept(","):
                break
        self.closed_end = held
        self.expect(")")
        if labels and len(labels) != len(arguments):
            raise self.error(msg("参数要么全部写名称，要么都不写。"))
        return self.made(
            nodes.Call(callee.start, callee, tuple(arguments), tuple(labels) if labels else None)
        )

    def label(self) -> str | None:
        """The name of a named argument, if one stands here."""
        if self.token.kind != NAME:
            return None
        end = self.index
        while self.tokens[end].kind in (NAME, NUMBER) or self.tokens[end].text in (
            "-",
            "+",
            "*",
            "/",
            "'",
            ".",
        ):
            end += 1
        if self.tokens[end].text != ":" or self.tokens[end].kind != SIGN:
            return None
        name = names.spell(self.text, self.tokens, self.index, end=end)
        self.rewind(end + 1)
        return name
