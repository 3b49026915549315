"""The inbox: lists that are one indexed walk each, with counts that read at most 1,001 rows."""
