"""Passwords as argon2id hashes (RFC 9106), the form that the log-in verifies."""

from __future__ import annotations

from unicodedata import normalize

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_hasher = PasswordHasher()


def hash_password(password: str) -> str:
    """The encoded hash; slow by design, some tens of milliseconds."""
    return _hasher.hash(password)


def check_password(password: str, encoded: str) -> bool:
    """Tell whether a password is the one that was hashed."""
    try:
        return _hasher.verify(encoded, normalize("NFKD", password))  # as the log-in does
    except (VerificationError, InvalidHashError):
        return False
