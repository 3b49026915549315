"""Keys of rows as text: in addresses, forms, case variables and messages."""

from __future__ import annotations

from typing import Final

DIGITS: Final = 18  # every number of so many fits the 64 bits of a key column


def read_key(text: str) -> int | None:
    """The number that a text writes in plain digits; None for anything that no row could have as its key."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= DIGITS else None
