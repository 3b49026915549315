"""Promises: the citizen identity number is read as GB 11643-1999 writes it."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from webapp.domain.identity import check_character, read_identity

SAMPLE = "11010519491231002X"  # the standard's own example


class TestIdentityNumber:
    def test_tells_region_birth_and_gender(self):
        found = read_identity(SAMPLE)
        assert (found.region, found.born_on, found.gender) == ("110105", date(1949, 12, 31), "f")
        assert read_identity("440524188001010014").gender == "m"

    def test_may_end_in_a_small_x_and_stand_among_blanks(self):
        assert read_identity(f" {SAMPLE.lower()} ") == read_identity(SAMPLE)

    @pytest.mark.parametrize(
        "number",
        ["", "110105194912310021", "11010519491331002X", SAMPLE[:17], SAMPLE + "0", "01010519491231002X", "１１０１０５１９４９１２３１００２X"],
    )  # fmt: skip
    def test_is_refused_otherwise(self, number):
        assert read_identity(number) is None

    @settings(max_examples=60)
    @given(st.integers(0, 16), st.integers(1, 9))
    def test_one_wrong_digit_is_always_found(self, place, more):
        wrong = (int(SAMPLE[place]) + more) % 10
        changed = f"{SAMPLE[:place]}{wrong}{SAMPLE[place + 1 :]}"
        assert check_character(changed[:17]) != "X"
