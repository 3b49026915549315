"""The words ``proof`` of a procedure: what its papers prove and say about it, as evidence lists show.

In ``procedure.toml`` they stand by kind of paper, by kind of document or by the form field that holds a file:
``[proof.notice]`` with ``object`` and ``content``; in the head of a template, for the document made from it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from webapp.domain.exhibits import Proof

if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST = 500  # characters of either


def read_proof(raw: Mapping[str, Any]) -> Proof:
    """One entry; raises KeyError, TypeError or ValueError where it is not two short texts."""
    found = {name: raw[name] for name in ("object", "content")}
    if unknown := sorted(set(raw) - set(found)):
        raise ValueError(unknown)
    for name, text in found.items():
        if not isinstance(text, str) or not 0 < len(text.strip()) <= LONGEST:
            message = f"proof.{name}: 1–{LONGEST}"
            raise ValueError(message)
    return Proof(proves=found["object"].strip(), content=found["content"].strip())


def read_proofs(table: Mapping[str, Any]) -> dict[str, Proof]:
    """The section of ``procedure.toml``, by kind or field; raises as above."""
    return {str(kind): read_proof(raw) for kind, raw in table.get("proof", {}).items()}
