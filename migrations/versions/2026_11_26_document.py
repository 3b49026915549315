"""Documents made from templates"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import models.base
from models.document import GUARDS, UNGUARDS

revision = "document"
down_revision = "trigger"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "document",
        sa.Column("id", models.base.BigId, nullable=False),
        sa.Column("case_id", models.base.BigId, nullable=False),
        sa.Column("person_id", models.base.BigId, nullable=False),
        sa.Column("procedure_version_id", models.base.BigId, nullable=False),
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("template", sa.String(length=200), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("titles", models.base.JsonText(), nullable=False),
        sa.Column("language", sa.String(length=40), nullable=False),
        sa.Column("values", models.base.JsonText(), nullable=False),
        sa.Column("content", models.base.JsonText(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("text_sha256", sa.String(length=64), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("pictures", models.base.JsonText(), nullable=False),
        sa.Column("fields", models.base.JsonText(), nullable=False),
        sa.Column("replaces_id", models.base.BigId, nullable=True),
        sa.Column("key", sa.String(length=64), nullable=True),
        sa.Column("made_at", models.base.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_document_case_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_document_person_id")),
        sa.ForeignKeyConstraint(
            ["procedure_version_id"], ["procedure_version.id"], name=op.f("fk_document_procedure_version_id")
        ),
        sa.ForeignKeyConstraint(["replaces_id"], ["document.id"], name=op.f("fk_document_replaces_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document")),
        sa.UniqueConstraint("case_id", "number", name=op.f("uq_document_case_id_number")),
        sa.UniqueConstraint("key", name=op.f("uq_document_key")),
    )
    with op.batch_alter_table("document", schema=None) as batch_op:
        batch_op.create_index("ix_document_person_id_made_at", ["person_id", "made_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_document_replaces_id"), ["replaces_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_document_sha256"), ["sha256"], unique=False)

    for statement in GUARDS[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    with op.batch_alter_table("document", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_document_sha256"))
        batch_op.drop_index(batch_op.f("ix_document_replaces_id"))
        batch_op.drop_index("ix_document_person_id_made_at")

    op.drop_table("document")
    for statement in UNGUARDS[op.get_bind().dialect.name]:
        op.execute(statement)
