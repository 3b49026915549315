"""Approvals by several people: ballots, votes, added signers, delegates, copies; the engine is told once."""
