"""Word files (Office Open XML) of documents: for offices that ask for an editable copy."""
