"""Whole numbers as Chinese texts write them: 六, 十二, 二十四, 两, 18, 一百五十."""

from __future__ import annotations

import unicodedata

SIGNS = "零一二三四五六七八九"
BASE = len(SIGNS)
DIGITS = {sign: value for value, sign in enumerate(SIGNS)} | {"两": SIGNS.index("二"), "〇": 0}
TEN, HUNDRED = "十", "百"
NUMERAL = f"(?:[0-9]{{1,3}}|[{''.join(DIGITS)}{TEN}]{{1,3}})"  # up to ninety-nine in words, for patterns


def read_numeral(text: str) -> int | None:
    """The number, or None for what is none (``十十``, the empty text)."""
    plain = unicodedata.normalize("NFKC", text)
    if plain.isascii() and plain.isdigit():
        return int(plain)
    tens, ten, ones = plain.partition(TEN)
    if not ten:
        return DIGITS.get(plain)
    high = DIGITS.get(tens) if tens else 1
    low = DIGITS.get(ones) if ones else 0
    return None if high is None or low is None else high * BASE + low


def write_numeral(number: int) -> str:
    """A number from 1 to 999 in words: 一百五十, 三百, 一百零五."""
    hundreds, rest = divmod(number, BASE * BASE)
    tens, ones = divmod(rest, BASE)
    words = SIGNS[hundreds] + HUNDRED if hundreds else ""
    if tens:
        words += (SIGNS[tens] if tens > 1 or hundreds else "") + TEN
    elif hundreds and ones:
        words += SIGNS[0]
    return words + (SIGNS[ones] if ones else "")
