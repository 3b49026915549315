"""Whether an exhibit's copy shows what it says: of older ones only what is never opened is known."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "exhibit_copy"
down_revision = "gap_language"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("exhibit", schema=None) as batch_op:
        batch_op.add_column(sa.Column("printable", sa.Boolean(), server_default=sa.true(), nullable=False))
    op.execute(sa.text("UPDATE exhibit SET printable = :no WHERE dangerous").bindparams(no=False))


def downgrade() -> None:
    with op.batch_alter_table("exhibit", schema=None) as batch_op:
        batch_op.drop_column("printable")
