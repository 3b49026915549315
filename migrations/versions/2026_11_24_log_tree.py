"""The tree over the event log and its heads"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import models.base
from models.log import GUARDS, UNGUARDS  # until the first release they have one place

revision = "log_tree"
down_revision = "initial"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "log_head",
        sa.Column("id", models.base.BigId, nullable=False),
        sa.Column("size", models.base.BigId, nullable=False),
        sa.Column("root", sa.String(length=64), nullable=False),
        sa.Column("at", models.base.UtcDateTime(), nullable=False),
        sa.Column("token", sa.LargeBinary(), nullable=True),
        sa.Column("stamped_at", models.base.UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_head")),
        sa.UniqueConstraint("size", name=op.f("uq_log_head_size")),
    )
    op.create_table(
        "log_node",
        sa.Column("level", sa.SmallInteger(), nullable=False),
        sa.Column("place", models.base.BigId, autoincrement=False, nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("level", "place", name=op.f("pk_log_node")),
    )
    for statement in GUARDS[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("log_node")
    op.drop_table("log_head")
    for statement in UNGUARDS[op.get_bind().dialect.name]:
        op.execute(statement)
