"""The verifier of evidence packs: seven parts here, one file ``verify_pack.py`` for the world.

The parts import nothing but the standard library and each other, and run on Python 3.9.
"""

from webapp.adapters.verifier.bundle import verifier_digest, verifier_text
from webapp.adapters.verifier.command import verify

__all__ = ["verifier_digest", "verifier_text", "verify"]
