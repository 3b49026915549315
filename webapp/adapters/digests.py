"""SM3 (GB/T 32905) beside SHA-256: Chinese experts ask for it; not every OpenSSL has it."""

from __future__ import annotations

import hashlib
import logging

log = logging.getLogger(__name__)


def sm3(data: bytes) -> str | None:
    """The SM3 digest in hex; None, and a warning in the log, where this OpenSSL cannot compute it."""
    try:
        return hashlib.new("sm3", data).hexdigest()
    except ValueError:
        log.warning("this OpenSSL has no SM3: the digest is left empty")
        return None
