"""Reference data as tables: one description a table, one way to read, check, write and tell."""
