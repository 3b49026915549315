"""The files of a procedure as they shipped, kept to tell an owner's changes apart from the product's."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import models.base

revision = "shipped_state"
down_revision = "consent_end"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "shipped_state",
        sa.Column("id", models.base.BigId, nullable=False),
        sa.Column("procedure_id", models.base.BigId, nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("files", models.base.JsonText(), nullable=False),
        sa.Column("noted_at", models.base.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["procedure_id"], ["procedure.id"], name=op.f("fk_shipped_state_procedure_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shipped_state")),
        sa.UniqueConstraint("procedure_id", "sha256", name=op.f("uq_shipped_state_procedure_id_sha256")),
    )
    with op.batch_alter_table("procedure", schema=None) as batch_op:
        batch_op.add_column(sa.Column("compared_sha256", sa.String(length=64), nullable=True))

    with op.batch_alter_table("procedure_version", schema=None) as batch_op:
        batch_op.add_column(sa.Column("merged_sha256", sa.String(length=64), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("procedure_version", schema=None) as batch_op:
        batch_op.drop_column("merged_sha256")

    with op.batch_alter_table("procedure", schema=None) as batch_op:
        batch_op.drop_column("compared_sha256")

    op.drop_table("shipped_state")
