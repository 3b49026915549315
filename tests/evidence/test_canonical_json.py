"""Canonical JSON is RFC 8785: one text for one value."""

import json
import struct
from datetime import date
from decimal import Decimal
from enum import StrEnum

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from webapp.domain.evidence import NotCanonicalError, canonical_json


class Colour(StrEnum):
    RED = "red"


# RFC 8785 appendix B: IEEE 754 bits and the text they must give.
NUMBERS = [
    ("0000000000000000", "0"),
    ("8000000000000000", "0"),
    ("0000000000000001", "5e-324"),
    ("8000000000000001", "-5e-324"),
    ("7fefffffffffffff", "1.7976931348623157e+308"),
    ("ffefffffffffffff", "-1.7976931348623157e+308"),
    ("4340000000000000", "9007199254740992"),
    ("c340000000000000", "-9007199254740992"),
    ("4430000000000000", "295147905179352830000"),
    ("44b52d02c7e14af5", "9.999999999999997e+22"),
    ("44b52d02c7e14af6", "1e+23"),
    ("44b52d02c7e14af7", "1.0000000000000001e+23"),
    ("444b1ae4d6e2ef4e", "999999999999999700000"),
    ("444b1ae4d6e2ef4f", "999999999999999900000"),
    ("444b1ae4d6e2ef50", "1e+21"),
    ("3eb0c6f7a0b5ed8c", "9.999999999999997e-7"),
    ("3eb0c6f7a0b5ed8d", "0.000001"),
    ("41b3de4355555553", "333333333.3333332"),
    ("41b3de4355555554", "333333333.33333325"),
    ("41b3de4355555555", "333333333.3333333"),
    ("41b3de4355555556", "333333333.3333334"),
    ("41b3de4355555557", "333333333.33333343"),
    ("becbf647612f3696", "-0.0000033333333333333333"),
    ("43143ff3c1cb0959", "1424953923781206.2"),
]


class TestRfcVectors:
    @pytest.mark.parametrize(("bits", "text"), NUMBERS)
    def test_a_number_is_written_as_appendix_b_says(self, bits, text):
        assert canonical_json(struct.unpack(">d", bytes.fromhex(bits))[0]).decode() == text

    def test_the_example_of_section_3_2_2(self):
        value = json.loads(
            '{"numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],'
            '"string": "\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/",'
            '"literals": [null, true, false]}'
        )
        assert canonical_json(value).decode() == (
            '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],'
            '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
        )

    def test_names_are_sorted_by_utf_16_as_section_3_2_3_says(self):
        value = {"\u20ac": 1, "\r": 2, "\ufb33": 3, "1": 4, "\U0001f600": 5, "\u0080": 6, "\u00f6": 7}
        assert list(json.loads(canonical_json(value)).values()) == [2, 4, 6, 7, 1, 5, 3]


class TestRefusals:
    @pytest.mark.parametrize(
        "value",
        [
            Decimal(1), date(2026, 1, 1), Colour.RED, b"x", {1}, object(),
            float("nan"), float("inf"), 2**53, -(2**53), "\ud800", {"\udfff": 1}, {1: 1}, {None: 1},
        ],
        ids=lambda value: type(value).__name__ if " at 0x" in repr(value) else repr(value),
    )  # fmt: skip
    def test_what_json_cannot_write_in_one_way_is_refused(self, value):
        with pytest.raises(NotCanonicalError):
            canonical_json({"a": [value]})

    def test_the_place_of_the_fault_is_named(self):
        with pytest.raises(NotCanonicalError, match=r"\$\.a\[1\]\.b"):
            canonical_json({"a": [1, {"b": Decimal(1)}]})

    def test_endless_nesting_is_refused_in_words(self):
        deep: list = []
        for _ in range(5000):
            deep = [deep]
        with pytest.raises(NotCanonicalError):
            canonical_json(deep)


PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def read_integer(text):
    """As ECMAScript does: beyond 2^53 a whole number is a double."""
    return int(text) if abs(int(text)) < 2**53 else float(text)


class TestAnyValue:
    @given(PLAIN)
    @settings(max_examples=150)
    def test_reading_gives_the_value_back_and_writing_again_the_same_bytes(self, value):
        text = canonical_json(value)
        again = json.loads(text, parse_int=read_integer)
        assert again == json.loads(json.dumps(value), parse_int=read_integer)
        assert canonical_json(again) == text

    @given(st.floats(allow_nan=False, allow_infinity=False))
    def test_a_float_survives(self, number):
        assert float(canonical_json(number)) == number
