"""Contracts: the chain of working terms, who may be offered a change, what a person's contract says."""
