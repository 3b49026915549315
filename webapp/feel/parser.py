"""Tokens to nodes: the expressions of DMN 1.5, 10.3.1.2, read by precedence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from webapp.domain.text import msg
from webapp.feel import nodes
from webapp.feel.parser_primary import PrimaryParser

if TYPE_CHECKING:
    from webapp.feel.nodes import Node

_CHAINS = {"+": 3, "-": 3, "*": 4, "/": 4, "**": 5}
_COMPARE = frozenset({"=", "!=", "<", "<=", ">", ">="})
OR, AND, COMPARE, ADD = 0, 1, 2, 3
_SIGN_LEVELS = _CHAINS | dict.fromkeys(_COMPARE, COMPARE)
_WORD_LEVELS = {"or": OR, "and": AND, "between": COMPARE, "in": COMPARE}


class Parser(PrimaryParser):
    """Reads one expression or one cell of unary tests."""

    def whole(self) -> Node:
        """The whole text as one expression."""
        node = self.expression()
        self.expect_end()
        return node

    def expression(self) -> Node:
        """Any expression."""
        self.enter()
        text = self.token.text
        if text in self.openers and self.token.kind == "name" and not self.known_name()[0]:
            node = self.openers[text]()
        else:
            node = self.binary(OR)
        self.depth -= 1
        return node

    def operand(self) -> Node:
        """An operand of a binary operator, which may itself begin with ``if`` and the like."""
        text = self.token.text
        if text in self.openers and self.token.kind == "name" and not self.known_name()[0]:
            return self.expression()
        return self.unary()

    def binary(self, lowest: int) -> Node:
        """Operators of precedence ``lowest`` and tighter."""
        held, self.deepest = self.deepest, self.depth
        left = self.operand()
        while (level := self.operator_level()) >= lowest:
            if level >= ADD:
                left = self.chain(left, level)
            elif level == COMPARE:
                left = self.comparison(left)
            else:
                left = self.logic(left, self.token.text)
            self.push_down()
        self.deepest = max(held, self.deepest)
        return left

    def operator_level(self) -> int:
        """The precedence of the operator that stands here; -1 for none."""
        return (_SIGN_LEVELS if self.token.kind == "sign" else _WORD_LEVELS).get(self.token.text, -1)

    def chain(self, first: Node, level: int) -> Node:
        """``first`` and all further operands of the same precedence."""
        rest: list[tuple[str, Node]] = []
        while self.token.kind == "sign" and _CHAINS.get(self.token.text) == level:
            operator = self.token.text
            self.advance()
            rest.append((operator, self.binary(level + 1)))
        return self.made(nodes.Chain(first.start, first, tuple(rest)))

    def logic(self, first: Node, operator: str) -> Node:
        """``first and second and ...``."""
        operands = [first]
        level = AND if operator == "and" else OR
        while self.token.text == operator and self.token.kind == "name":
            self.advance()
            operands.append(self.binary(level + 1))
        return self.made(nodes.Logic(first.start, operator, tuple(operands)))

    def comparison(self, left: Node) -> Node:
        """``left`` with a comparison, between or in."""
        operator = self.token.text
        self.advance()
        if operator == "between":
            low = self.binary(ADD)
            self.expect_word("and")
            return self.made(nodes.Between(left.start, left, low, self.binary(ADD)))
        if operator == "in":
            return self.made(nodes.In(left.start, left, self.in_tests()))
        return self.made(nodes.Compare(left.start, operator, left, self.binary(ADD)))

    def in_tests(self) -> tuple[Node, ...]:
        """What stands to the right of ``in``: one test, or several in brackets."""
        if self.token.text != "(" or self.token.kind != "sign":
            return (self.unary_test(ADD),)
        begin = self.index
        self.advance()
        tests = self.several_tests()
        if len(tests) == 1 and self.sign("..", "]", "["):
            self.rewind(begin)
            return (self.binary(ADD),)
        self.expect(")")
        if len(tests) == 1 and self.token.kind == "sign" and self.token.text in (".", "[", "(", *_CHAINS):
            self.rewind(begin)
            return (self.binary(ADD),)
        return tests

    def several_tests(self) -> tuple[Node, ...]:
        """Tests with commas between."""
        tests = [self.unary_test(OR)]
        while self.accept(","):
            tests.append(self.unary_test(OR))
        return tuple(tests)

    def unary_test(self, lowest: int) -> Node:
        """``< endpoint``, a range, or any expression."""
        start = self.token.start
        if self.token.kind == "sign" and self.token.text in _COMPARE:
            operator = self.token.text
            self.advance()
            return self.made(nodes.UnaryRange(start, operator, self.binary(ADD)))
        return self.expression() if lowest == OR else self.binary(lowest)

    def may_negate(self) -> bool:
        """Whether the text looks like ``not(tests)``; it may still be ``not(a) and (b)``."""
        opened = self.token.text == "not" and self.tokens[1].text == "("
        return opened and self.tokens[-2].text == ")"

    def whole_tests(self, *, negated: bool = False) -> nodes.Tests:
        """The whole text as a cell of unary tests; ``negated``: inside ``not(…)``."""
        if self.token.text == "-" and self.tokens[1].kind == "end":
            return nodes.Tests(0, ())
        if negated:
            self.advance()
            self.advance()
        tests, uses = [], []
        while True:
            begin = self.index
            tests.append(self.unary_test(OR))
            uses.append(any(token.text == "?" for token in self.tokens[begin : self.index]))
            if not self.accept(","):
                break
        if negated:
            self.expect(")")
        self.expect_end()
        return nodes.Tests(0, tuple(tests), negated=negated, uses_input=tuple(uses))

    def expect_end(self) -> None:
        """Nothing may follow."""
        if self.token.kind != "end":
            raise self.error(msg("此处多出“{found}”。", found=self.token.text))
