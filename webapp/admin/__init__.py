"""Reference data in restyled Flask-Admin."""
