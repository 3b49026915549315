"""Worked examples 算例: what a lawyer says must come out, compared with the product at every look."""

from webapp.services.examples.read import Compared, Desk, Seen, as_file, open_desk, open_example
from webapp.services.examples.store import add_examples, add_file, seed_worked_examples, sign, withdraw

__all__ = [
    "Compared",
    "Desk",
    "Seen",
    "add_examples",
    "add_file",
    "as_file",
    "open_desk",
    "open_example",
    "seed_worked_examples",
    "sign",
    "withdraw",
]
