"""Reference data in Flask-Admin, in the house's own look; every write goes through services."""

from webapp.admin.install import install_admin

__all__ = ["install_admin"]
