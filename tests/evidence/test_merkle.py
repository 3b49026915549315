"""The tree is that of RFC 9162; pymerkle, written by others, agrees."""

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pymerkle import InmemoryTree

from webapp.domain.evidence import (
    EMPTY_ROOT,
    Leaves,
    consistency_proof,
    grown_nodes,
    inclusion_proof,
    required_nodes,
    root_hash,
    verify_consistency,
    verify_inclusion,
)

SIZE = 1000
ENTRIES = [b"entry %d" % n for n in range(SIZE)]
HASHES = [hashlib.sha256(b"\x00" + entry).digest() for entry in ENTRIES]
TREE = Leaves(HASHES)

# The test data of the certificate-transparency implementation (RFC 6962, same tree as RFC 9162).
CT_INPUTS = [
    "",
    "00",
    "10",
    "2021",
    "3031",
    "40414243",
    "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
]
CT_ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


class TestRoots:
    def test_they_are_those_of_the_published_vectors(self):
        tree = Leaves([hashlib.sha256(b"\x00" + bytes.fromhex(text)).digest() for text in CT_INPUTS])
        assert root_hash(0, tree) == EMPTY_ROOT == hashlib.sha256().digest()
        assert [root_hash(n, tree).hex() for n in range(1, 9)] == CT_ROOTS

    def test_they_equal_those_of_pymerkle_up_to_a_thousand(self):
        other = InmemoryTree(algorithm="sha256")
        for size, entry in enumerate(ENTRIES, 1):
            other.append_entry(entry)
            assert root_hash(size, TREE) == other.get_root(size)


class TestProofs:
    @pytest.mark.parametrize("size", [*range(1, 34), 255, 256, 257, 1000])
    def test_each_leaf_of_a_tree_is_proved(self, size):
        root = root_hash(size, TREE)
        for index in range(size):
            proof = inclusion_proof(index, size, TREE)
            assert verify_inclusion(HASHES[index], proof, index=index, size=size, root=root)

    @pytest.mark.parametrize("new", [*range(1, 34), 257, 1000])
    def test_each_earlier_tree_is_proved(self, new):
        for old in range(new + 1):
            proof = consistency_proof(old, new, TREE)
            assert verify_consistency(
                proof, old=old, new=new, old_root=root_hash(old, TREE), new_root=root_hash(new, TREE)
            )

    def test_pymerkle_makes_the_same_paths(self):
        other = InmemoryTree(algorithm="sha256")
        for entry in ENTRIES[:100]:
            other.append_entry(entry)
        for index in range(100):
            path = other.prove_inclusion(index + 1, 100).path
            assert [HASHES[index], *inclusion_proof(index, 100, TREE)] == path

    def test_a_question_outside_the_tree_is_refused(self):
        with pytest.raises(ValueError):
            inclusion_proof(5, 5, TREE)
        with pytest.raises(ValueError):
            consistency_proof(6, 5, TREE)


class TestForgeries:
    @given(st.data())
    @settings(max_examples=150)
    def test_no_altered_inclusion_proof_passes(self, data):
        size = data.draw(st.integers(1, 300))
        index = data.draw(st.integers(0, size - 1))
        proof = list(inclusion_proof(index, size, TREE))
        leaf, root = HASHES[index], root_hash(size, TREE)
        kind = data.draw(st.sampled_from(["leaf", "index", "drop", "add", "flip", "root"]))
        if kind == "leaf":
            leaf = HASHES[(index + 1) % SIZE]
        elif kind == "index":
            index = data.draw(st.integers(-1, size).filter(lambda other: other != index))
        elif kind == "add":
            proof.insert(data.draw(st.integers(0, len(proof))), HASHES[0])
        elif kind == "root":
            root = root_hash(size + 1, TREE)
        elif proof:
            place = data.draw(st.integers(0, len(proof) - 1))
            proof[place : place + 1] = [] if kind == "drop" else [bytes(32)]
        else:
            leaf = bytes(32)
        assert not verify_inclusion(leaf, proof, index=index, size=size, root=root)

    @given(st.data())
    @settings(max_examples=150)
    def test_no_rewritten_history_passes(self, data):
        new = data.draw(st.integers(2, 300))
        old = data.draw(st.integers(1, new - 1))
        victim = data.draw(st.integers(0, old - 1))
        forged = Leaves([*HASHES[:victim], bytes(32), *HASHES[victim + 1 :]])
        proof = consistency_proof(old, new, forged)
        assert not verify_consistency(
            proof, old=old, new=new, old_root=root_hash(old, TREE), new_root=root_hash(new, forged)
        )

    @given(
        st.lists(st.binary(min_size=32, max_size=32), max_size=12), st.integers(-1, 40), st.integers(-1, 40)
    )
    def test_rubbish_is_false_and_never_an_error(self, proof, one, two):
        assert not verify_inclusion(bytes([2]) * 32, proof, index=one, size=two, root=bytes(32))
        assert not verify_consistency(proof, old=one, new=two, old_root=bytes(32), new_root=bytes([1]) * 32)


class TestGrowth:
    def test_appended_nodes_are_all_that_proofs_read(self):
        stored = {}
        for index, leaf in enumerate(HASHES[:200]):
            rows = list(grown_nodes(index, leaf, lambda level, place: stored[level, place]))
            assert not {(level, place) for level, place, _ in rows} & stored.keys()
            stored.update({(level, place): digest for level, place, digest in rows})
        read = lambda level, place: stored[level, place]  # noqa: E731
        for index in range(0, 200, 7):
            assert inclusion_proof(index, 200, read) == inclusion_proof(index, 200, TREE)
        assert root_hash(199, read) == root_hash(199, TREE)
        wanted = required_nodes(index=3, old=70, size=200)
        part = {key: stored[key] for key in wanted}
        assert inclusion_proof(3, 200, lambda *key: part[key]) == inclusion_proof(3, 200, TREE)
        assert consistency_proof(70, 200, lambda *key: part[key]) == consistency_proof(70, 200, TREE)
        assert len(wanted) < 25
