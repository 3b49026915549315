"""Mutants of the seeded samples that change nothing that anybody could see, each with the reason."""

#: File and difference, as tests/soak/mutants.py prints them: why no test can tell.
EQUIVALENT: dict[tuple[str, str], str] = {}
