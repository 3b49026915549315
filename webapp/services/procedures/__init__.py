"""Procedures: folders of diagrams, decisions, forms and documents, and their immutable versions."""
