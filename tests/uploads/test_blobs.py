"""A blob is on the disk, whole, before it stands under its name; and its name is, too."""

import hashlib
import os
import stat

import pytest

from webapp.adapters.blobs import BlobStore
from webapp.domain.errors import NotFoundError

DATA = b"a contract"
SHA256 = hashlib.sha256(DATA).hexdigest()


@pytest.fixture
def store(tmp_path):
    return BlobStore(tmp_path / "blobs")


@pytest.fixture
def synced(monkeypatch, tmp_path):
    """What was synced, in order: file or folder, and whether the blob had its name by then."""
    seen = []
    true_fsync = os.fsync

    def fsync(handle):
        kind = "folder" if stat.S_ISDIR(os.fstat(handle).st_mode) else "file"
        seen.append((kind, bool(list((tmp_path / "blobs").rglob(SHA256)))))
        true_fsync(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    return seen


class TestPut:
    def test_the_file_is_synced_before_it_is_named_and_its_folder_after(self, store, synced):
        assert store.put(DATA) == SHA256
        assert [named for kind, named in synced if kind == "file"] == [False]
        assert synced[-1] == ("folder", True)

    def test_new_folders_are_synced_into_theirs(self, store, synced):
        store.put(DATA)
        # blobs, blobs/ab and blobs/ab/cd are new names in their parents; the last is the blob's own
        assert [kind for kind, _ in synced].count("folder") == 4

    def test_the_same_bytes_are_written_once(self, store, synced):
        store.put(DATA)
        before = len(synced)
        assert store.put(DATA) == SHA256
        assert len(synced) == before
        assert store.get(SHA256) == DATA

    def test_a_disk_that_fails_leaves_neither_name_nor_rest(self, store, monkeypatch, tmp_path):
        def refuse(handle):
            if stat.S_ISREG(os.fstat(handle).st_mode):
                raise OSError(28, "No space left on device")

        monkeypatch.setattr(os, "fsync", refuse)
        with pytest.raises(OSError, match="No space"):
            store.put(DATA)
        assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
        with pytest.raises(NotFoundError):
            store.get(SHA256)
