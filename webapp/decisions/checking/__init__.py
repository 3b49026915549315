"""What can be told about a model before anybody uses it."""
