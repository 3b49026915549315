"""Safe reading copies: what a file says, read in a process of its own that is short of time and memory.

``apart`` is the one door. Nothing is imported here: every reader's process would pay for it.
"""
