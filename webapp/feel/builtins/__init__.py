"""The built-in functions of DMN 1.5, 10.3.4; importing this package fills the table."""

from webapp.feel.builtins import (
    additions,
    contexts,
    dates,
    lists,
    logic,
    numbers,
    ranges,
    statistics,
    strings,
)

__all__ = ["additions", "contexts", "dates", "lists", "logic", "numbers", "ranges", "statistics", "strings"]
