"""The words of a web page: its text line by line, nothing fetched, nothing run."""

from __future__ import annotations

import re
from html.parser import HTMLParser

SKIPPED = frozenset({"script", "style", "template", "head", "noscript", "iframe", "object", "svg"})
BREAKS = frozenset(
    {"p", "div", "br", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "table", "section", "dt"}
)
CELLS = frozenset({"td", "th"})


class _Words(HTMLParser):
    """Collects text outside of what is skipped."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.skipping: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        """Begin a line at a block; go silent inside of what may not speak."""
        if tag in SKIPPED:
            self.skipping.append(tag)
        elif tag in BREAKS:
            self.found.append("\n")
        elif tag in CELLS:
            self.found.append("  ")

    def handle_endtag(self, tag: str) -> None:
        """Speak again."""
        if tag in self.skipping:
            while self.skipping and self.skipping.pop() != tag:
                pass
        elif tag in BREAKS:
            self.found.append("\n")

    def handle_data(self, data: str) -> None:
        """Keep the text."""
        if not self.skipping:
            self.found.append(re.sub(r"\s+", " ", data))


def words_of(page: str) -> str:
    """The text of an HTML page, without empty lines."""
    reader = _Words()
    reader.feed(page)
    reader.close()
    lines = (line.strip() for line in "".join(reader.found).split("\n"))
    return "\n".join(line for line in lines if line)
