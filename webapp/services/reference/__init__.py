"""Reference data that a year or a city changes: read for the rules, seeded from the shipped law."""
