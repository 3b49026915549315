"""Log-in: the only room that imports Flask-Security."""
