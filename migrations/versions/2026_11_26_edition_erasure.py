"""Words of an edition may go with their case; what it is known by stays guarded."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import models.base
from models.bundle import ERASABLE, GUARDS

revision = "edition_erasure"
down_revision = "shipped_state"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _unguard()
    with op.batch_alter_table("bundle_edition", schema=None) as batch_op:
        batch_op.add_column(sa.Column("erased_at", models.base.UtcDateTime(), nullable=True))
    _guard(ERASABLE[op.get_bind().dialect.name])


def downgrade() -> None:
    _unguard()
    with op.batch_alter_table("bundle_edition", schema=None) as batch_op:
        batch_op.drop_column("erased_at")
    _guard(GUARDS[op.get_bind().dialect.name])


def _unguard() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION hegui_edition_keep() CASCADE")
    else:
        op.execute("DROP TRIGGER IF EXISTS bundle_edition_keep")
        op.execute("DROP TRIGGER IF EXISTS bundle_edition_stay")


def _guard(statements: tuple[str, ...]) -> None:
    for statement in statements:
        op.execute(statement)
