"""Documents: templates with locked clauses, filled with frozen values, kept as PDF before anybody signs."""
