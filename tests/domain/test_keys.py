"""A number from outside is a key of a row, or none; it never becomes a fault of ours."""

import pytest

from webapp.domain.keys import file_key, read_key


@pytest.mark.parametrize(
    ("text", "key"),
    [("7", 7), ("0" * 17 + "7", 7), ("", None), ("-1", None), ("1.0", None), ("٣", None), ("²", None), ("9" * 19, None)],
)  # fmt: skip
def test_a_key_is_written_in_plain_digits_that_fit_the_column(text, key):
    assert read_key(text) == key


@pytest.mark.parametrize(
    ("named", "key"),
    [({"id": "7", "name": "a.pdf"}, 7), ("7", 7), (7, 7), ({"name": "a.pdf"}, None), ({"id": ["7"]}, None), (None, None)],
)  # fmt: skip
def test_a_file_is_named_by_a_form_or_by_its_id_alone(named, key):
    assert file_key(named) == key
