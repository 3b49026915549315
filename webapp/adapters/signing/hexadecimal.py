"""Hexadecimal strings of a PDF read at one go, where pyHanko 0.38 takes each digit by itself.

A signature's contents are a string of some 60,000 digits (ISO 32000-1, 12.8.1), and each look at a document
reads those of all its signatures: half of a signature's time. What is no plain string of digits, a comment
within it say, is left to pyHanko.
"""

from __future__ import annotations

import binascii
from typing import IO, Any

from pyhanko.pdf_utils import generic

BLANKS = b"\x00\t\n\x0c\r "  # ISO 32000-1, table 1
BLOCK = 65_536  # bytes read at a time
_READ = generic.read_hex_string_from_stream


def read_hexadecimal(stream: IO[bytes]) -> Any:
    """Read a string from its ``<`` to behind its ``>``; takes the place of pyHanko's own."""
    start = stream.tell()
    digits = _plain(stream)
    if digits is None:
        stream.seek(start)
        return _READ(stream)
    return generic.pdf_string(binascii.unhexlify(digits + b"0" * (len(digits) % 2)))


def _plain(stream: IO[bytes]) -> bytes | None:
    """The digits, the stream behind the ``>``; None where anything else stands before it."""
    stream.read(1)
    found = b""
    while block := stream.read(BLOCK):
        end = block.find(b">")
        found += (block if end < 0 else block[:end]).translate(None, BLANKS)
        if end >= 0:
            stream.seek(end + 1 - len(block), 1)
            return None if found.strip(generic.HEX_DIGITS) else found
    return None


def read_at_one_go() -> None:
    """Repair pyHanko in this process."""
    generic.read_hex_string_from_stream = read_hexadecimal


read_at_one_go()
