"""SQLAlchemy models: one noun a file."""
