"""Files that people bring: what they really are, whether they may act, and how they go out again."""

from webapp.adapters.uploads.delivery import delivery
from webapp.adapters.uploads.inspect import LIMIT, Inspected, inspect
from webapp.adapters.uploads.names import display_name

__all__ = ["LIMIT", "Inspected", "delivery", "display_name", "inspect"]
