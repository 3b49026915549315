"""Characters that a Word file can hold: it is XML, and pasted text brings others."""

from __future__ import annotations

import re

# XML 1.0, 2.2: all but tab, line feed and carriage return below U+0020; no surrogates, U+FFFE, U+FFFF
_REFUSED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def writable(text: str) -> str:
    """The text without characters that no XML may hold."""
    return _REFUSED.sub("", text)
