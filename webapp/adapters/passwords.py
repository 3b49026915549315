"""Passwords as argon2id hashes (RFC 9106), the form that the log-in verifies."""

from __future__ import annotations

from argon2 import PasswordHasher

_hasher = PasswordHasher()


def hash_password(password: str) -> str:
    """The encoded hash; slow by design, some tens of milliseconds."""
    return _hasher.hash(password)
