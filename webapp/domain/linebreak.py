"""Where a line of Chinese text may end: full-width punctuation stays with its words.

After 《中文排版需求》 (W3C clreq) section 3.1.4: closing marks and stops do not begin a line, opening
marks do not end one; Latin words, numbers and dashes are kept whole while they fit.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from unicodedata import category, east_asian_width

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

NEVER_FIRST = frozenset("，。、；：？！）］】》〉」』〕％‰…—～·,.;:?!)]}%”’°℃ー々")
NEVER_LAST = frozenset("（［【《〈「『〔([{“‘＄￥¥$#＃")
_ATOM = re.compile(r"\s+|[0-9A-Za-z\u00c0-\u024f_@#$&/+\-.'’]+|——|……|.", re.DOTALL)


def estimate_width(text: str) -> float:
    """Width in em without a font: 1 for full-width, 0.3 to 0.8 for others; combining marks have none."""
    return sum(_char_width(char) for char in text)


def _char_width(char: str) -> float:
    if category(char) in ("Mn", "Me", "Cf"):
        return 0.0
    if east_asian_width(char) in "WF" or char in "“”‘’…—":
        return 1.0
    if char in "ijlI.,:;'|!()[]{} -ft":
        return 0.34
    return 0.72 if char.isupper() or char in "mw%@" else 0.56


def break_lines(
    text: str, *, width: float, measure: Callable[[str], float] = estimate_width
) -> tuple[str, ...]:
    """Break ``text`` into lines of at most ``width`` in the unit of ``measure`` (em by default).

    ``measure`` must be additive: a text is as wide as its characters together.

    Line feeds are kept. A cluster that may not be broken but is wider than a line is broken anywhere,
    so a hash of 64 digits never runs out of its column. Always gives at least one line.
    """
    lines: list[str] = []
    for paragraph in text.split("\n"):
        lines.extend(_fill(_clusters(paragraph), width, measure))
    return tuple(lines)


def balance_lines(text: str, *, width: float) -> tuple[str, ...]:
    """Break a short centred label into as few lines as fit, of even length; 1 em is the unit.

    A break before a bracket wins (会签 / （全部同意） reads better than 会签（全 / 部同意）), else the
    narrowest width that needs no more lines.
    """
    lines = break_lines(text, width=width)
    if len(lines) < 2:
        return lines
    for place in (place for place, char in enumerate(text) if place and char in "（("):
        tried = (*balance_lines(text[:place], width=width), *balance_lines(text[place:], width=width))
        if len(tried) <= len(lines):
            return tried
    best = lines
    widest = max(map(estimate_width, _clusters(text)))  # a word is not broken for the sake of balance
    for half_em in range(int(width * 2), 3, -1):
        tried = break_lines(text, width=half_em / 2)
        if len(tried) > len(lines) or half_em / 2 < widest:
            break
        best = tried
    return best


def _clusters(text: str) -> Iterator[str]:
    """Yield pieces between which a line may end; white space is a piece of its own."""
    held = ""
    for atom in _ATOM.findall(text):
        if atom.isspace():
            if held:
                yield held
            yield " "
            held = ""
        elif held and (atom[0] in NEVER_FIRST or held[-1] in NEVER_LAST):
            held += atom
        else:
            if held:
                yield held
            held = atom
    if held:
        yield held


def _fill(clusters: Iterator[str], width: float, measure: Callable[[str], float]) -> Iterator[str]:
    line, used = "", 0.0
    for cluster in clusters:
        broad = measure(cluster)
        if used + broad <= width:
            line, used = line + cluster, used + broad
            continue
        if cluster == " ":
            continue
        if line.strip():
            yield line.rstrip()
        line, used = cluster, broad
        while used > width:
            count = _fitting(line, width, measure)
            if count >= len(line):
                break
            yield line[:count]
            line = line[count:]
            used = measure(line)
    yield line.rstrip()


def _fitting(text: str, width: float, measure: Callable[[str], float]) -> int:
    """Return how many characters fit, at least one."""
    used = 0.0
    for count, char in enumerate(text):
        used += measure(char)
        if used > width:
            return max(count, 1)
    return len(text)


def clip_lines(lines: tuple[str, ...], count: int) -> tuple[str, ...]:
    """Keep the first ``count`` lines (at least one) and end the last with … when some were cut."""
    if len(lines) <= count:
        return lines
    kept = lines[: max(count, 1)]
    return (*kept[:-1], kept[-1][:-1].rstrip("，。、；： ") + "…")
