"""Hexadecimal strings are read as pyHanko reads them, only not digit by digit."""

from io import BytesIO

import pytest
from pyhanko.pdf_utils import generic

from webapp.adapters.signing import hexadecimal

STRINGS = {
    "empty": b"<>",
    "an odd digit": b"<0>",
    "blanks and what follows": b"<48 65\n6C> /Next",
    "unicode": b"<feff4e2d>",
    "longer than a block": b"<" + b"ab" * 40_000 + b">tail",
    "a comment within": b"<48%c>\n65>",
    "no digit": b"<4g>",
    "cut off": b"<48",
}


def outcome(read, source):
    """Value, kind and place in the stream; or the fault."""
    stream = BytesIO(source)
    try:
        value = read(stream)
    except Exception as error:
        return type(error).__name__, str(error)
    return value, type(value).__name__, stream.tell()


@pytest.mark.parametrize("source", STRINGS.values(), ids=STRINGS)
def test_each_string_has_the_same_outcome_as_before(source):
    assert outcome(hexadecimal.read_hexadecimal, source) == outcome(hexadecimal._READ, source)


def test_whoever_reads_a_document_reads_them_so():
    assert generic.read_hex_string_from_stream is hexadecimal.read_hexadecimal
