"""What was made of bytes goes with them, in every process of the installation, whoever took them away."""

import pytest

from tests.bundles.conftest import Desk
from webapp.adapters.blobs import BlobStore, MemoryBlobs
from webapp.adapters.derived import Derived
from webapp.domain.errors import NotFoundError
from webapp.domain.permissions import SYSTEM
from webapp.services.documents import read
from webapp.services.evidence.bundles import material


@pytest.fixture(params=["files", "memory"])
def stores(request, tmp_path):
    """The store as one process knows it, and as another does."""
    if request.param == "files":
        return BlobStore(tmp_path / "blobs"), BlobStore(tmp_path / "blobs")
    blobs = MemoryBlobs()
    return blobs, blobs


class TestDerived:
    def test_is_made_once_and_the_least_asked_goes_first(self, stores):
        made, derived = [], Derived(2)
        for key in "aabcba":
            assert derived.get(stores[0], key, lambda key=key: made.append(key) or key) == key
        assert made == ["a", "b", "c", "a"]

    def test_is_gone_when_another_process_forgets_bytes(self, stores):
        here, there = stores
        derived, sha256 = Derived(8), here.put(b"x")
        derived.get(here, "page", lambda: "drawn of x")
        there.forget(sha256)
        assert derived.get(here, "other", lambda: "y") == "y"
        assert len(derived) == 1

    def test_keeps_nothing_that_was_made_while_bytes_went(self, stores):
        here, there = stores
        derived, sha256 = Derived(8), here.put(b"x")

        def slow():
            there.forget(sha256)
            derived.get(here, "another reader", lambda: "z")
            return "drawn of x"

        assert derived.get(here, "page", slow) == "drawn of x"
        assert len(derived) == 1


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_pages_and_copies_of_what_is_erased_are_shown_to_nobody(house):
    company = Desk(house)
    case_id = company.case("lina")
    company.file(case_id, "说明.txt", "夜班说明".encode(), media_type="text/plain")
    bundle = company.bundle()
    with company.view("wang") as work:
        found = read.documents_of_case(work, case_id)[0]
        assert read.signed_picture(work, found.id, 1)
        text = next(row for row in company.rows(bundle) if row.name == "说明.txt")
        assert material.copy_of(work, text).shows
        assert len(read._PICTURES) == len(material._COPIES) == 1
    with company.house.unit(SYSTEM) as work:
        for sha256 in (found.sha256, text.sha256):
            work.ports.blobs.forget(sha256)
    with company.view("wang") as work:
        with pytest.raises(NotFoundError):
            read.signed_picture(work, found.id, 1)
        assert not material.copy_of(work, text).shows
        other = next(row for row in company.rows(bundle) if row.name != "说明.txt")
        material.copy_of(work, other)
