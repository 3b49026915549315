"""Names with spaces and signs: which tokens of the text make up one known name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

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

Table = dict[str, list[tuple[str, ...]]]


def normalise(name: str) -> str:
    """White space around and inside a name shrinks to single spaces."""
    return _SPACE.sub(" ", name.strip())


def pieces(name: str) -> tuple[str, ...]:
    """The token texts that make up a name."""
    return tuple(token.text for token in tokenize(name)[:-1])


def table_of(names: Iterable[str]) -> Table:
    """Known names of more than one token, by their first token, longest first."""
    table: Table = {}
    for name in names:
        if not _SIMPLE.match(name):
            add(table, name)
    return table


def add(table: Table, name: str) -> bool:
    """Add a name of several tokens; False when it was there or is a simple name."""
    if _SIMPLE.match(name):
        return False
    try:
        parts = pieces(name)
    except Exception:  # noqa: BLE001 - a key that cannot be written as a name cannot be read as one
        return False
    if len(parts) < 2:
        return False
    known = table.setdefault(parts[0], [])
    if parts in known:
        return False
    known.append(parts)
    known.sort(key=len, reverse=True)
    return True


def match(table: Table, tokens: list[Token], index: int) -> int:
    """How many tokens from ``index`` on make up the longest known name (0: none)."""
    for parts in table.get(tokens[index].text, ()):
        size = len(parts)
        if index + size < len(tokens) and all(tokens[index + k].text == parts[k] for k in range(1, size)):
            return size
    return 0


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
