"""The chain of a case shows every gap, change and swap, even after payloads are erased."""

import hashlib

import pytest

from webapp.domain.evidence import GENESIS, EventRecord, check_chain, leaf_hash, link_hash

SALT = bytes(range(32))


def chain(count):
    rows, previous = [], GENESIS
    for sequence in range(1, count + 1):
        row = EventRecord(sequence=sequence, previous=previous, leaf=leaf_hash(SALT, {"n": sequence}))
        rows.append(row)
        previous = row.link
    return rows


class TestLeaf:
    def test_it_is_the_hash_of_zero_salt_and_canonical_text(self):
        expected = hashlib.sha256(b"\x00" + SALT + '{"a":1,"名":"𬭚"}'.encode()).digest()
        assert leaf_hash(SALT, {"名": "𬭚", "a": 1}) == expected

    @pytest.mark.parametrize("salt", [b"", bytes(31), bytes(33)])
    def test_another_length_of_salt_is_refused(self, salt):
        with pytest.raises(ValueError):
            leaf_hash(salt, {})


class TestLink:
    def test_it_covers_previous_sequence_and_leaf(self):
        leaf = leaf_hash(SALT, {})
        expected = hashlib.sha256(b"\x02" + GENESIS + (1).to_bytes(8, "big") + leaf).digest()
        assert link_hash(GENESIS, leaf, sequence=1) == expected

    @pytest.mark.parametrize(
        ("previous", "leaf", "sequence"), [(b"", GENESIS, 1), (GENESIS, b"", 1), (GENESIS, GENESIS, 0)]
    )
    def test_wrong_shapes_are_refused(self, previous, leaf, sequence):
        with pytest.raises(ValueError):
            link_hash(previous, leaf, sequence=sequence)


class TestChain:
    def test_an_intact_chain_holds(self):
        assert check_chain([]) is None
        assert check_chain(chain(5)) is None

    @pytest.mark.parametrize(("dropped", "found"), [(0, 2), (2, 4)])
    def test_a_dropped_row_is_found(self, dropped, found):
        rows = chain(5)
        del rows[dropped]
        assert check_chain(rows) == found

    def test_a_swap_is_found(self):
        rows = chain(5)
        rows[1], rows[2] = rows[2], rows[1]
        assert check_chain(rows) == 3

    def test_a_changed_leaf_is_found_at_the_next_row(self):
        rows = chain(5)
        rows[2] = EventRecord(sequence=3, previous=rows[2].previous, leaf=bytes(32))
        assert check_chain(rows) == 4

    def test_a_first_row_that_names_another_is_found(self):
        rows = chain(3)
        rows[0] = EventRecord(sequence=1, previous=bytes([1]) * 32, leaf=rows[0].leaf)
        assert check_chain(rows) == 1
