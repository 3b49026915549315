"""Keys of rows as text: in addresses, forms, case variables and messages."""

from __future__ import annotations

from typing import Any, Final

DIGITS: Final = 18  # every number of so many fits the 64 bits of a key column


def read_key(text: str) -> int | None:
    """The number that a text writes in plain digits; None for anything that no row could have as its key."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= DIGITS else None


def file_key(named: Any) -> int | None:
    """The key of a file that a form's value names, ``{id, name}`` or the id alone; None as ``read_key``."""
    return read_key(str(named.get("id") if hasattr(named, "get") else named))
