"""The vault, and the guards over its rows"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import models.base
from models.custody import GUARDS, UNGUARDS

revision = "custody"
down_revision = "receipt"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "custody",
        sa.Column("id", models.base.BigId, nullable=False),
        sa.Column("entity_id", models.base.BigId, nullable=False),
        sa.Column("department_path", sa.String(length=200), nullable=False),
        sa.Column("case_id", models.base.BigId, nullable=True),
        sa.Column("person_id", models.base.BigId, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("sm3", sa.String(length=64), nullable=True),
        sa.Column("dangerous", sa.Boolean(), nullable=False),
        sa.Column("reasons", models.base.JsonText(), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("collected_by", sa.String(length=100), nullable=False),
        sa.Column("collected_at", models.base.UtcDateTime(), nullable=False),
        sa.Column("method", sa.String(length=16), nullable=False),
        sa.Column("method_note", sa.String(length=500), nullable=False),
        sa.Column("legality", sa.Text(), nullable=False),
        sa.Column("medium", sa.String(length=200), nullable=False),
        sa.Column("keeper", sa.String(length=100), nullable=False),
        sa.Column("taken_by_id", models.base.BigId, nullable=False),
        sa.Column("taken_at", models.base.UtcDateTime(), nullable=False),
        sa.Column("keep_until", models.base.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_custody_case_id")),
        sa.ForeignKeyConstraint(["entity_id"], ["entity.id"], name=op.f("fk_custody_entity_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_custody_person_id")),
        sa.ForeignKeyConstraint(["taken_by_id"], ["person.id"], name=op.f("fk_custody_taken_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_custody")),
    )
    with op.batch_alter_table("custody", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_custody_case_id"), ["case_id"], unique=False)
        batch_op.create_index("ix_custody_entity_id_id", ["entity_id", "id"], unique=False)
        batch_op.create_index("ix_custody_keep_until", ["keep_until", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_custody_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_custody_sha256"), ["sha256"], unique=False)

    op.create_table(
        "custody_step",
        sa.Column("id", models.base.BigId, nullable=False),
        sa.Column("custody_id", models.base.BigId, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("by_id", models.base.BigId, nullable=True),
        sa.Column("at", models.base.UtcDateTime(), nullable=False),
        sa.Column("receiver", sa.String(length=100), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_custody_step_by_id")),
        sa.ForeignKeyConstraint(["custody_id"], ["custody.id"], name=op.f("fk_custody_step_custody_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_custody_step")),
    )
    with op.batch_alter_table("custody_step", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_custody_step_custody_id"), ["custody_id"], unique=False)

    op.create_table(
        "reading_copy",
        sa.Column("id", models.base.BigId, nullable=False),
        sa.Column("custody_id", models.base.BigId, nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("content_sha256", sa.String(length=64), nullable=True),
        sa.Column("fault", models.base.JsonText(), nullable=True),
        sa.Column("made_at", models.base.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["custody_id"], ["custody.id"], name=op.f("fk_reading_copy_custody_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reading_copy")),
        sa.UniqueConstraint("custody_id", name=op.f("uq_reading_copy_custody_id")),
    )
    with op.batch_alter_table("reading_copy", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reading_copy_sha256"), ["sha256"], unique=False)

    for statement in GUARDS[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    with op.batch_alter_table("reading_copy", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reading_copy_sha256"))

    op.drop_table("reading_copy")
    with op.batch_alter_table("custody_step", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_custody_step_custody_id"))

    op.drop_table("custody_step")
    with op.batch_alter_table("custody", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_custody_sha256"))
        batch_op.drop_index(batch_op.f("ix_custody_person_id"))
        batch_op.drop_index("ix_custody_keep_until")
        batch_op.drop_index("ix_custody_entity_id_id")
        batch_op.drop_index(batch_op.f("ix_custody_case_id"))

    op.drop_table("custody")
    for statement in UNGUARDS[op.get_bind().dialect.name]:
        op.execute(statement)
