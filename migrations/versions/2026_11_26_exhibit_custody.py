"""Exhibits that lie in the vault"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import models.base

revision = "exhibit_custody"
down_revision = "delivery_secret"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("exhibit", schema=None) as batch_op:
        batch_op.add_column(sa.Column("custody_id", models.base.BigId, nullable=True))
        batch_op.create_index(batch_op.f("ix_exhibit_custody_id"), ["custody_id"], unique=False)
        batch_op.create_unique_constraint(
            batch_op.f("uq_exhibit_bundle_id_custody_id"), ["bundle_id", "custody_id"]
        )
        batch_op.create_foreign_key(batch_op.f("fk_exhibit_custody_id"), "custody", ["custody_id"], ["id"])


def downgrade() -> None:
    with op.batch_alter_table("exhibit", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_exhibit_custody_id"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("uq_exhibit_bundle_id_custody_id"), type_="unique")
        batch_op.drop_index(batch_op.f("ix_exhibit_custody_id"))
        batch_op.drop_column("custody_id")
