"""How long contents are kept: holds, what is due, and erasure that leaves the proofs standing."""
