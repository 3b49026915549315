"""Use cases: Work in, value out; permission, rows and event in one transaction."""
