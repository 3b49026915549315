"""Unicode blocks and class subtraction, which RE2 lacks."""

from __future__ import annotations

import re

BLOCKS = {
    "BasicLatin": (0x0000, 0x007F),
    "Latin-1Supplement": (0x0080, 0x00FF),
    "LatinExtended-A": (0x0100, 0x017F),
    "LatinExtended-B": (0x0180, 0x024F),
    "Greek": (0x0370, 0x03FF),
    "Cyrillic": (0x0400, 0x04FF),
    "Hebrew": (0x0590, 0x05FF),
    "Arabic": (0x0600, 0x06FF),
    "GeneralPunctuation": (0x2000, 0x206F),
    "CJKSymbolsandPunctuation": (0x3000, 0x303F),
    "Hiragana": (0x3040, 0x309F),
    "Katakana": (0x30A0, 0x30FF),
    "CJKUnifiedIdeographsExtensionA": (0x3400, 0x4DBF),
    "CJKUnifiedIdeographs": (0x4E00, 0x9FFF),
    "HangulSyllables": (0xAC00, 0xD7A3),
    "HalfwidthandFullwidthForms": (0xFF00, 0xFFEF),
}

_SUBTRACTION = re.compile(r"\[(\^?)((?:[^\[\]\\^]|\\[\\\-\[\]^.])+)-\[((?:[^\[\]\\^]|\\[\\\-\[\]^.])+)\]\]")
_MEMBER = re.compile(r"\\?(.)(?:-\\?(.))?", re.DOTALL)

Spans = list[tuple[int, int]]


class ClassError(ValueError):
    """A subtraction that is more than plain characters and ranges."""


def _spans(text: str) -> Spans:
    spans = []
    for first, last in _MEMBER.findall(text):
        low, high = ord(first), ord(last or first)
        if low > high:
            raise ClassError("range")
        spans.append((low, high))
    return spans


def _folded(spans: Spans) -> Spans:
    """With the other case of ASCII letters."""
    out = list(spans)
    for low, high in spans:
        for first, last, shift in ((65, 90, 32), (97, 122, -32)):
            a, b = max(low, first), min(high, last)
            if a <= b:
                out.append((a + shift, b + shift))
    return out


def _minus(left: Spans, right: Spans) -> Spans:
    for low, high in right:
        rest: Spans = []
        for a, b in left:
            if a < low:
                rest.append((a, min(b, low - 1)))
            if b > high:
                rest.append((max(a, high + 1), b))
        left = rest
    return left


def subtract(pattern: str, begin: int, *, ignore_case: bool) -> tuple[str, int]:
    """``[a-z-[aeiou]]`` as the ranges that remain, and where the class ends."""
    found = _SUBTRACTION.match(pattern, begin)
    if found is None:
        raise ClassError("subtraction")
    left, right = _spans(found[2]), _spans(found[3])
    if ignore_case:
        left, right = _folded(left), _folded(right)
    if found[1]:
        left = _minus([(0, 0x10FFFF)], left)
    rest = _minus(left, right)
    if not rest:
        return r"[^\x{0}-\x{10ffff}]", found.end()
    spans = "".join(f"\\x{{{a:x}}}-\\x{{{b:x}}}" for a, b in rest)
    return (f"(?-i:[{spans}])" if ignore_case else f"[{spans}]"), found.end()
