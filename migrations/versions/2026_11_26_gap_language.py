"""The third language of a gap rule's sentence."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "gap_language"
down_revision = "data_package"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("gap_rule", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("sentence_zh_hant", sa.String(length=200), server_default="", nullable=False)
        )


def downgrade() -> None:
    with op.batch_alter_table("gap_rule", schema=None) as batch_op:
        batch_op.drop_column("sentence_zh_hant")
