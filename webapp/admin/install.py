"""Flask-Admin with one view a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import redirect
from flask_admin import Admin, AdminIndexView, expose
from flask_login import current_user

from webapp.admin.table import TableView
from webapp.services.tables.catalogue import TABLES
from webapp.views.house import actor

if TYPE_CHECKING:
    from flask import Flask
    from flask.typing import ResponseReturnValue


class Front(AdminIndexView):  # type: ignore[misc]
    """The front of the admin: the first table that this person may read."""

    def is_accessible(self) -> bool:
        """Only for people who may read some table."""
        return bool(current_user.is_authenticated and self._first())

    @expose("/")  # type: ignore[untyped-decorator]
    def index(self) -> ResponseReturnValue:
        """Go to the first table."""
        return redirect(self.get_url(f"admin_{self._first()}.index"))

    def _first(self) -> str:
        who = actor()
        return next((t.key for t in TABLES if any(who.may(p) for p in t.reads)), "")


def install_admin(app: Flask) -> None:
    """Serve ``/admin/`` with the tables of the catalogue."""
    admin = Admin(app, name="Hegui", index_view=Front(url="/admin"))
    for table in TABLES:
        admin.add_view(TableView(table))
