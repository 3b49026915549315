"""Digests of the event log: canonical JSON, salted leaves, the chain of a case, the Merkle tree."""

from webapp.domain.evidence.canonical import NotCanonicalError, canonical_json
from webapp.domain.evidence.chain import (
    GENESIS,
    SALT_BYTES,
    EventRecord,
    check_chain,
    leaf_hash,
    link_hash,
    text_leaf_hash,
)
from webapp.domain.evidence.merkle import (
    EMPTY_ROOT,
    Leaves,
    NodeReader,
    consistency_proof,
    grown_nodes,
    inclusion_proof,
    node_hash,
    required_nodes,
    root_hash,
    verify_consistency,
    verify_inclusion,
)

__all__ = [
    "EMPTY_ROOT",
    "GENESIS",
    "SALT_BYTES",
    "EventRecord",
    "Leaves",
    "NodeReader",
    "NotCanonicalError",
    "canonical_json",
    "check_chain",
    "consistency_proof",
    "grown_nodes",
    "inclusion_proof",
    "leaf_hash",
    "link_hash",
    "node_hash",
    "required_nodes",
    "root_hash",
    "text_leaf_hash",
    "verify_consistency",
    "verify_inclusion",
]
