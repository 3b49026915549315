"""The parts put together as the one file that is published and copied into packs."""

from __future__ import annotations

import ast
import hashlib
from functools import cache
from pathlib import Path

PARTS = ("container", "seal", "pdf", "masking", "log", "given", "command")
HEADER = '''\
"""Check an evidence pack without the system that made it: Python's standard library and ``openssl``.

    python3 verify_pack.py PACK.zip --root CA-ROOT.pem --root TSA-ROOT.pem [--given FILE] [--json]

Use a copy whose SHA-256 is published, never the one inside a pack, and roots that you got from the
certification and the time-stamp authority yourself: copies in a pack prove nothing.
``--given`` names a book or pack that somebody got before: the log must say that it was given out.
Exit code 0: every check passed; 1: at least one failed, each fault is named. Never a traceback.
"""

from __future__ import annotations

'''


@cache
def verifier_text() -> bytes:
    """Return ``verify_pack.py``: the imports of all parts once, then their code in order."""
    imports: set[str] = set()
    bodies: list[str] = []
    for name in PARTS:
        source = Path(__file__).with_name(f"{name}.py").read_text(encoding="utf-8")
        found = [node for node in ast.parse(source).body if isinstance(node, ast.Import | ast.ImportFrom)]
        imports |= {ast.unparse(node) for node in found if not _is_ours(node)}
        bodies.append("\n".join(source.split("\n")[found[-1].end_lineno :]).strip("\n"))
    lines = sorted(imports, key=lambda line: (line.startswith("from"), line))
    return (HEADER + "\n".join(lines) + "\n\n" + "\n\n\n".join(bodies) + "\n").encode()


def verifier_digest() -> str:
    """Return the SHA-256 of ``verify_pack.py`` that is published outside the packs."""
    return hashlib.sha256(verifier_text()).hexdigest()


def _is_ours(node: ast.Import | ast.ImportFrom) -> bool:
    return isinstance(node, ast.ImportFrom) and (node.module or "").startswith(("webapp", "__future__"))
