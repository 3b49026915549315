"""Names with spaces and signs: which tokens of the text make up one known name."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from webapp.feel.errors import FeelError
from webapp.feel.lexer import NAME, NUMBER, tokenize

if TYPE_CHECKING:
    from collections.abc import Iterable

    from webapp.feel.lexer import Token

_SIMPLE = re.compile(r"[?A-Za-z_\u00c0-\uffff][?0-9A-Za-z_\u00c0-\uffff]*\Z")
_SPACE = re.compile(r"\s+")

# Words between two operands, which never continue a name that nobody has declared.
INFIX = frozenset({"and", "or", "in", "between", "instance", "then", "else", "return", "satisfies"})
OPENERS = frozenset({"if", "for", "some", "every", "function", "external"})
STOPS = INFIX | OPENERS

MOST_PIECES = 40  # tokens of a name that can be told apart from an expression


def normalise(name: str) -> str:
    """White space around and inside a name shrinks to single spaces."""
    return _SPACE.sub(" ", name.strip())


@lru_cache(maxsize=4096)
def pieces(name: str) -> tuple[str, ...]:
    """The token texts that make up a name; empty for one that no text can spell."""
    if len(name) > 1000:
        return ()
    try:
        parts = tuple(token.text for token in tokenize(name)[:-1])
    except FeelError:
        return ()
    return parts if len(parts) <= MOST_PIECES else ()


class Names:
    """Known names of more than one token, by first token and number of tokens."""

    __slots__ = ("_by",)

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._by: dict[str, dict[int, dict[tuple[str, ...], str]]] = {}
        for name in names:
            self.add(name)

    def add(self, name: str) -> bool:
        """Add a name; False when it is a single token, or known already."""
        if _SIMPLE.match(name):
            return False
        parts = pieces(name)
        if len(parts) < 2:
            return False
        same = self._by.setdefault(parts[0], {}).setdefault(len(parts), {})
        if parts in same:
            return False
        same[parts] = name
        return True

    def remove(self, name: str) -> None:
        """Forget a name that ``add`` added."""
        parts = pieces(name)
        sizes = self._by[parts[0]]
        del sizes[len(parts)][parts]
        if not sizes[len(parts)]:
            del sizes[len(parts)]

    def match(self, tokens: list[Token], index: int) -> tuple[int, str]:
        """How many tokens from ``index`` on make up the longest known name, and how it is spelt (0: none)."""
        sizes = self._by.get(tokens[index].text)
        if not sizes:
            return 0, ""
        for size in sorted(sizes, reverse=True):
            name = sizes[size].get(tuple([token.text for token in tokens[index : index + size]]))
            if name is not None:
                return size, name
        return 0, ""


def extend(tokens: list[Token], index: int) -> int:
    """The end of a name that nobody declared: words side by side, since FEEL has no other use for them."""
    while True:
        token = tokens[index]
        if (token.kind == NAME and token.text not in INFIX) or (
            token.kind == NUMBER and token.text.isdigit()
        ):
            index += 1
        else:
            return index


def spell(text: str, tokens: list[Token], first: int, *, end: int) -> str:
    """The normalised name of the tokens from ``first`` up to ``end``."""
    if end == first + 1:
        return tokens[first].text
    return normalise(text[tokens[first].start : tokens[end - 1].end])
