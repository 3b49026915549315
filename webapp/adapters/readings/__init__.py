"""Safe reading copies: what a file says, read in a process of its own that is short of time and memory."""

from webapp.adapters.readings.apart import read_apart
from webapp.adapters.readings.kinds import Found, classify

__all__ = ["Found", "classify", "read_apart"]
