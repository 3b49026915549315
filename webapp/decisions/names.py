"""Which of a model's names a text may hold.

FEEL must be told names with spaces and signs before it reads a text. A large model has thousands of them and
thousands of texts; so names are kept as a tree of words, and each text is given only those that stand in it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

_WORD = re.compile(r"\w+|[^\w\s]")
_LONGEST = 40  # words of a name; FEEL is not told longer ones
_END = ""  # no word is empty


class Names:
    """Names, looked up by what stands in a text; plain words are left out, since FEEL reads them unasked."""

    def __init__(self, names: Iterable[str]) -> None:
        self._tree: dict[str, Any] = {}
        for name in names:
            words = _WORD.findall(name)
            if len(words) > 1 and len(words) <= _LONGEST:
                node = self._tree
                for word in words:
                    node = node.setdefault(word, {})
                node.setdefault(_END, []).append(name)

    def within(self, text: str) -> set[str]:
        """The names whose words follow each other somewhere in the text."""
        found: set[str] = set()
        words = _WORD.findall(text) if self._tree else []
        for start, first in enumerate(words):
            node = self._tree.get(first)
            place = start + 1
            while node is not None:
                found.update(node.get(_END, ()))
                node = node.get(words[place]) if place < len(words) else None
                place += 1
        return found
