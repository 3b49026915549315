"""Log-in: the only room that imports Flask-Security."""

from webapp.accounts.install import install_accounts

__all__ = ["install_accounts"]
