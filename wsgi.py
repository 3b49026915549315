"""The start: `make run` serves from here."""
