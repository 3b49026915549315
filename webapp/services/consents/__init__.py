"""Consent: texts by edition, and the ledger of what people said to them."""
