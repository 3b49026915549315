"""Working terms, details of parties, and the permit register"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import models.base

revision = "contract_terms"
down_revision = "search"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "entity_detail",
        sa.Column("entity_id", models.base.BigId, nullable=False),
        sa.Column("address", sa.String(length=300), nullable=True),
        sa.Column("representative", sa.String(length=100), nullable=True),
        sa.Column("contact", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["entity_id"], ["entity.id"], name=op.f("fk_entity_detail_entity_id")),
        sa.PrimaryKeyConstraint("entity_id", name=op.f("pk_entity_detail")),
    )
    op.create_table(
        "permit",
        sa.Column("id", models.base.BigId, nullable=False),
        sa.Column("number", sa.String(length=100), nullable=False),
        sa.Column("entity_id", models.base.BigId, nullable=False),
        sa.Column("region", sa.String(length=12), nullable=False),
        sa.Column("system", sa.String(length=16), nullable=False),
        sa.Column("posts", models.base.JsonText(), nullable=False),
        sa.Column("cycle", sa.String(length=16), nullable=True),
        sa.Column("basis", sa.String(length=24), nullable=False),
        sa.Column("persons", models.base.JsonText(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("revoked_on", sa.Date(), nullable=True),
        sa.Column("scan_sha256", sa.String(length=64), nullable=True),
        sa.Column("scan_name", sa.String(length=200), nullable=True),
        sa.Column("scan_type", sa.String(length=100), nullable=True),
        sa.Column("warned_on", sa.Date(), nullable=True),
        sa.Column("recorded_by_id", models.base.BigId, nullable=True),
        sa.Column("recorded_at", models.base.UtcDateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["entity_id"], ["entity.id"], name=op.f("fk_permit_entity_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_permit_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_permit")),
        sa.UniqueConstraint("entity_id", "number", name=op.f("uq_permit_entity_id_number")),
    )
    with op.batch_alter_table("permit", schema=None) as batch_op:
        batch_op.create_index("ix_permit_entity_id_valid_to", ["entity_id", "valid_to"], unique=False)

    op.create_table(
        "person_detail",
        sa.Column("person_id", models.base.BigId, nullable=False),
        sa.Column("identity_kind", sa.String(length=32), nullable=False),
        sa.Column("identity_number", sa.String(length=32), nullable=True),
        sa.Column("address", sa.String(length=300), nullable=True),
        sa.Column("delivery_address", sa.String(length=300), nullable=True),
        sa.Column("electronic", sa.String(length=16), nullable=True),
        sa.Column("electronic_at", models.base.UtcDateTime(), nullable=True),
        sa.Column("changed_at", models.base.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_person_detail_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_person_detail")),
    )
    op.create_table(
        "contract_terms",
        sa.Column("id", models.base.BigId, nullable=False),
        sa.Column("contract_id", models.base.BigId, nullable=False),
        sa.Column("person_id", models.base.BigId, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("post", sa.String(length=100), nullable=True),
        sa.Column("place", sa.String(length=300), nullable=True),
        sa.Column("hours_system", sa.String(length=16), nullable=False),
        sa.Column("shift_start", sa.Time(), nullable=True),
        sa.Column("shift_end", sa.Time(), nullable=True),
        sa.Column("cycle", sa.String(length=16), nullable=True),
        sa.Column("pay", models.base.JsonText(), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("document_id", models.base.BigId, nullable=True),
        sa.Column("case_id", models.base.BigId, nullable=True),
        sa.Column("recorded_at", models.base.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_contract_terms_case_id")),
        sa.ForeignKeyConstraint(["contract_id"], ["contract.id"], name=op.f("fk_contract_terms_contract_id")),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_contract_terms_document_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_contract_terms_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contract_terms")),
        sa.UniqueConstraint("contract_id", "number", name=op.f("uq_contract_terms_contract_id_number")),
    )
    with op.batch_alter_table("contract_terms", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contract_terms_case_id"), ["case_id"], unique=False)
        batch_op.create_index("ix_contract_terms_person", ["person_id", "effective_from", "id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("contract_terms", schema=None) as batch_op:
        batch_op.drop_index("ix_contract_terms_person")
        batch_op.drop_index(batch_op.f("ix_contract_terms_case_id"))

    op.drop_table("contract_terms")
    op.drop_table("person_detail")
    with op.batch_alter_table("permit", schema=None) as batch_op:
        batch_op.drop_index("ix_permit_entity_id_valid_to")

    op.drop_table("permit")
    op.drop_table("entity_detail")
