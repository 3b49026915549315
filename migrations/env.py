"""Alembic's environment: the connection is handed in by whoever upgrades."""

from __future__ import annotations

from alembic import context

import models
from models.base import BigId, JsonText, UtcDateTime


def _render(kind, item, autogen):
    if kind == "type" and isinstance(item, UtcDateTime | JsonText):
        autogen.imports.add("import models.base")
        return f"models.base.{type(item).__name__}()"
    if kind == "type" and item is BigId:
        autogen.imports.add("import models.base")
        return "models.base.BigId"
    return False


def run() -> None:
    """Migrate over the connection in ``attributes``."""
    connection = context.config.attributes["connection"]
    context.configure(
        connection=connection,
        target_metadata=models.metadata,
        render_item=_render,
        compare_type=True,
        render_as_batch=connection.dialect.name == "sqlite",
    )
    with context.begin_transaction():
        context.run_migrations()


run()
