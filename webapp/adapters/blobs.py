"""The store of bytes, addressed by SHA-256: written once, never changed, read by hash alone."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import tempfile
from pathlib import Path

from webapp.domain.errors import NotFoundError

FORGOTTEN = "forgotten"  # file whose text is another one after each forgetting
SHA256 = re.compile(r"[0-9a-f]{64}\Z")


class BlobStore:
    """Files below a folder, two levels deep by their hash."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, data: bytes) -> str:
        """Keep the bytes for good and return their SHA-256 in hex; the same bytes are kept once."""
        sha256 = hashlib.sha256(data).hexdigest()
        path = self._path(sha256)
        if path.exists():
            return sha256
        _make_folder(path.parent)
        # a killed writer leaves a temporary file, never half a blob under its name
        handle, name = tempfile.mkstemp(dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        _sync_folder(path.parent)  # the row that names the blob is committed after this
        return sha256

    def get(self, sha256: str) -> bytes:
        """Return the bytes; raises NotFoundError for a hash that the store has not."""
        try:
            return self._path(sha256).read_bytes()
        except FileNotFoundError as error:
            raise NotFoundError from error

    def forget(self, sha256: str) -> None:
        """Take bytes away for good, as retention decided; those that are gone already are gone."""
        path = self._path(sha256)
        if path.exists():
            path.unlink(missing_ok=True)
            _sync_folder(path.parent)
        _make_folder(self._folder)
        (self._folder / FORGOTTEN).write_text(secrets.token_hex(8))

    def generation(self) -> str:
        """Another text after each forgetting, in whichever process: what was made of bytes is old then."""
        try:
            return (self._folder / FORGOTTEN).read_text()
        except FileNotFoundError:
            return ""

    def _path(self, sha256: str) -> Path:
        if not SHA256.match(sha256):
            raise NotFoundError
        return self._folder / sha256[:2] / sha256[2:4] / sha256


def _make_folder(folder: Path) -> None:
    """Make a folder and those above it, each name on the disk before anything is put below it."""
    if folder.is_dir():
        return
    _make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    _sync_folder(folder.parent)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class MemoryBlobs:
    """The quiet twin."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}
        self._generation = secrets.token_hex(8)

    def put(self, data: bytes) -> str:
        """Keep the bytes and return their SHA-256 in hex."""
        sha256 = hashlib.sha256(data).hexdigest()
        self._kept[sha256] = data
        return sha256

    def get(self, sha256: str) -> bytes:
        """Return the bytes; raises NotFoundError for a hash that the store has not."""
        if sha256 not in self._kept:
            raise NotFoundError
        return self._kept[sha256]

    def forget(self, sha256: str) -> None:
        """Take bytes away for good."""
        self._kept.pop(sha256, None)
        self._generation = secrets.token_hex(8)

    def generation(self) -> str:
        """Another text after each forgetting."""
        return self._generation
