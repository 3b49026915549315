"""The application: every blueprint and extension is put together here."""
