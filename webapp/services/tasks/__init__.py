"""Tasks: what a person has to do, and every verb that a person may use on it."""
