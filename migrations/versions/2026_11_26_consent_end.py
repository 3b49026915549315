"""A consent that a case asks for: which case, on which paper, until which day."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import models.base

revision = "consent_end"
down_revision = "exhibit_copy"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("consent_entry", schema=None) as batch_op:
        batch_op.add_column(sa.Column("ends_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("case_id", models.base.BigId, nullable=True))
        batch_op.add_column(
            sa.Column("paper_digest", sa.String(length=64), server_default="", nullable=False)
        )
        batch_op.create_index(batch_op.f("ix_consent_entry_case_id"), ["case_id"], unique=False)
        batch_op.create_foreign_key(batch_op.f("fk_consent_entry_case_id"), "case", ["case_id"], ["id"])

    with op.batch_alter_table("consent_text", schema=None) as batch_op:
        batch_op.add_column(sa.Column("on_demand", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("consent_text", schema=None) as batch_op:
        batch_op.drop_column("on_demand")

    with op.batch_alter_table("consent_entry", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_consent_entry_case_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_consent_entry_case_id"))
        batch_op.drop_column("paper_digest")
        batch_op.drop_column("case_id")
        batch_op.drop_column("ends_on")
