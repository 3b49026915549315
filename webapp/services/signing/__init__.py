"""Signing: a person through the steps in their order, the company's seal, the archive; see evidence B2."""
