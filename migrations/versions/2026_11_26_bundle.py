"""Bundles of evidence, what counsel says about them, and the rules by which they have gaps"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import models.base
from models.bundle import GUARDS, UNGUARDS

revision = "bundle"
down_revision = "monitoring"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "gap_rule",
        sa.Column("id", models.base.BigId, nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("for_kind", sa.String(length=32), nullable=False),
        sa.Column("ground", sa.String(length=16), nullable=True),
        sa.Column("needs", sa.String(length=32), nullable=False),
        sa.Column("sentence", sa.String(length=200), nullable=False),
        sa.Column("sentence_en", sa.String(length=300), nullable=False),
        sa.Column("article", sa.String(length=120), nullable=False),
        sa.Column("active", sa.String(length=3), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gap_rule")),
        sa.UniqueConstraint("code", name=op.f("uq_gap_rule_code")),
    )
    op.create_table(
        "bundle",
        sa.Column("id", models.base.BigId, nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("person_id", models.base.BigId, nullable=False),
        sa.Column("case_id", models.base.BigId, nullable=True),
        sa.Column("first_day", sa.Date(), nullable=True),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("entity_id", models.base.BigId, nullable=False),
        sa.Column("department_path", sa.String(length=200), nullable=False),
        sa.Column("tribunal", sa.String(length=100), nullable=False),
        sa.Column("docket", sa.String(length=100), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("exhibit_count", sa.Integer(), nullable=False),
        sa.Column("edition_count", sa.Integer(), nullable=False),
        sa.Column("created_by_id", models.base.BigId, nullable=False),
        sa.Column("created_at", models.base.UtcDateTime(), nullable=False),
        sa.Column("changed_by_id", models.base.BigId, nullable=False),
        sa.Column("changed_at", models.base.UtcDateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_bundle_case_id")),
        sa.ForeignKeyConstraint(["changed_by_id"], ["person.id"], name=op.f("fk_bundle_changed_by_id")),
        sa.ForeignKeyConstraint(["created_by_id"], ["person.id"], name=op.f("fk_bundle_created_by_id")),
        sa.ForeignKeyConstraint(["entity_id"], ["entity.id"], name=op.f("fk_bundle_entity_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_bundle_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bundle")),
    )
    with op.batch_alter_table("bundle", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_bundle_case_id"), ["case_id"], unique=False)
        batch_op.create_index(
            "ix_bundle_entity_id_changed_at", ["entity_id", "changed_at", "id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_bundle_person_id"), ["person_id"], unique=False)

    op.create_table(
        "bundle_edition",
        sa.Column("id", models.base.BigId, nullable=False),
        sa.Column("bundle_id", models.base.BigId, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("content", models.base.JsonText(), nullable=False),
        sa.Column("content_sha256", sa.String(length=64), nullable=False),
        sa.Column("made_by_id", models.base.BigId, nullable=False),
        sa.Column("made_at", models.base.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["bundle_id"], ["bundle.id"], name=op.f("fk_bundle_edition_bundle_id")),
        sa.ForeignKeyConstraint(["made_by_id"], ["person.id"], name=op.f("fk_bundle_edition_made_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bundle_edition")),
        sa.UniqueConstraint("bundle_id", "number", name=op.f("uq_bundle_edition_bundle_id_number")),
    )
    op.create_table(
        "bundle_reader",
        sa.Column("bundle_id", models.base.BigId, nullable=False),
        sa.Column("person_id", models.base.BigId, nullable=False),
        sa.Column("let_in_by_id", models.base.BigId, nullable=False),
        sa.Column("let_in_at", models.base.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["bundle_id"], ["bundle.id"], name=op.f("fk_bundle_reader_bundle_id")),
        sa.ForeignKeyConstraint(["let_in_by_id"], ["person.id"], name=op.f("fk_bundle_reader_let_in_by_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_bundle_reader_person_id")),
        sa.PrimaryKeyConstraint("bundle_id", "person_id", name=op.f("pk_bundle_reader")),
    )
    with op.batch_alter_table("bundle_reader", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_bundle_reader_person_id"), ["person_id"], unique=False)

    op.create_table(
        "exhibit",
        sa.Column("id", models.base.BigId, nullable=False),
        sa.Column("bundle_id", models.base.BigId, nullable=False),
        sa.Column("side", sa.String(length=8), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("document_id", models.base.BigId, nullable=True),
        sa.Column("attachment_id", models.base.BigId, nullable=True),
        sa.Column("event_id", models.base.BigId, nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("dangerous", sa.Boolean(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("dated", sa.Date(), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("proves", sa.String(length=500), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("form", sa.String(length=16), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("weakness", sa.Text(), nullable=False),
        sa.Column("added_by_id", models.base.BigId, nullable=False),
        sa.Column("added_at", models.base.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["added_by_id"], ["person.id"], name=op.f("fk_exhibit_added_by_id")),
        sa.ForeignKeyConstraint(["attachment_id"], ["attachment.id"], name=op.f("fk_exhibit_attachment_id")),
        sa.ForeignKeyConstraint(["bundle_id"], ["bundle.id"], name=op.f("fk_exhibit_bundle_id")),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_exhibit_document_id")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_exhibit_event_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exhibit")),
        sa.UniqueConstraint("bundle_id", "attachment_id", name=op.f("uq_exhibit_bundle_id_attachment_id")),
        sa.UniqueConstraint("bundle_id", "document_id", name=op.f("uq_exhibit_bundle_id_document_id")),
        sa.UniqueConstraint("bundle_id", "event_id", name=op.f("uq_exhibit_bundle_id_event_id")),
    )
    with op.batch_alter_table("exhibit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_exhibit_attachment_id"), ["attachment_id"], unique=False)
        batch_op.create_index(
            "ix_exhibit_bundle_id_side", ["bundle_id", "side", "position", "id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_exhibit_document_id"), ["document_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_exhibit_event_id"), ["event_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_exhibit_sha256"), ["sha256"], unique=False)

    op.create_table(
        "exhibit_comment",
        sa.Column("id", models.base.BigId, nullable=False),
        sa.Column("bundle_id", models.base.BigId, nullable=False),
        sa.Column("exhibit_id", models.base.BigId, nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("by_id", models.base.BigId, nullable=False),
        sa.Column("at", models.base.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["bundle_id"], ["bundle.id"], name=op.f("fk_exhibit_comment_bundle_id")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_exhibit_comment_by_id")),
        sa.ForeignKeyConstraint(["exhibit_id"], ["exhibit.id"], name=op.f("fk_exhibit_comment_exhibit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exhibit_comment")),
    )
    with op.batch_alter_table("exhibit_comment", schema=None) as batch_op:
        batch_op.create_index("ix_exhibit_comment_bundle_id", ["bundle_id", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_exhibit_comment_exhibit_id"), ["exhibit_id"], unique=False)

    op.create_table(
        "exhibit_opinion",
        sa.Column("exhibit_id", models.base.BigId, nullable=False),
        sa.Column("authenticity", sa.String(length=16), nullable=False),
        sa.Column("authenticity_why", sa.String(length=500), nullable=False),
        sa.Column("legality", sa.String(length=16), nullable=False),
        sa.Column("legality_why", sa.String(length=500), nullable=False),
        sa.Column("relevance", sa.String(length=16), nullable=False),
        sa.Column("relevance_why", sa.String(length=500), nullable=False),
        sa.Column("weight", sa.String(length=1000), nullable=False),
        sa.Column("by_id", models.base.BigId, nullable=False),
        sa.Column("at", models.base.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_exhibit_opinion_by_id")),
        sa.ForeignKeyConstraint(["exhibit_id"], ["exhibit.id"], name=op.f("fk_exhibit_opinion_exhibit_id")),
        sa.PrimaryKeyConstraint("exhibit_id", name=op.f("pk_exhibit_opinion")),
    )
    op.create_table(
        "exhibit_page",
        sa.Column("exhibit_id", models.base.BigId, nullable=False),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["exhibit_id"], ["exhibit.id"], name=op.f("fk_exhibit_page_exhibit_id")),
        sa.PrimaryKeyConstraint("exhibit_id", "page", name=op.f("pk_exhibit_page")),
    )
    op.create_table(
        "exhibit_page_gram",
        sa.Column("bundle_id", models.base.BigId, nullable=False),
        sa.Column("gram", sa.String(length=2), nullable=False),
        sa.Column("exhibit_id", models.base.BigId, nullable=False),
        sa.Column("page", sa.Integer(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["bundle_id"], ["bundle.id"], name=op.f("fk_exhibit_page_gram_bundle_id")),
        sa.ForeignKeyConstraint(["exhibit_id"], ["exhibit.id"], name=op.f("fk_exhibit_page_gram_exhibit_id")),
        sa.PrimaryKeyConstraint("bundle_id", "gram", "exhibit_id", "page", name=op.f("pk_exhibit_page_gram")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("exhibit_page_gram", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_exhibit_page_gram_exhibit_id"), ["exhibit_id"], unique=False)

    op.create_table(
        "paper_request",
        sa.Column("id", models.base.BigId, nullable=False),
        sa.Column("bundle_id", models.base.BigId, nullable=False),
        sa.Column("exhibit_id", models.base.BigId, nullable=True),
        sa.Column("case_id", models.base.BigId, nullable=False),
        sa.Column("asked_id", models.base.BigId, nullable=False),
        sa.Column("what", sa.String(length=300), nullable=False),
        sa.Column("at", models.base.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["asked_id"], ["person.id"], name=op.f("fk_paper_request_asked_id")),
        sa.ForeignKeyConstraint(["bundle_id"], ["bundle.id"], name=op.f("fk_paper_request_bundle_id")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_paper_request_case_id")),
        sa.ForeignKeyConstraint(["exhibit_id"], ["exhibit.id"], name=op.f("fk_paper_request_exhibit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_request")),
        sa.UniqueConstraint("case_id", name=op.f("uq_paper_request_case_id")),
    )
    with op.batch_alter_table("paper_request", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_paper_request_bundle_id"), ["bundle_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_paper_request_exhibit_id"), ["exhibit_id"], unique=False)

    op.create_table(
        "privileged_note",
        sa.Column("id", models.base.BigId, nullable=False),
        sa.Column("bundle_id", models.base.BigId, nullable=False),
        sa.Column("exhibit_id", models.base.BigId, nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("by_id", models.base.BigId, nullable=False),
        sa.Column("at", models.base.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["bundle_id"], ["bundle.id"], name=op.f("fk_privileged_note_bundle_id")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_privileged_note_by_id")),
        sa.ForeignKeyConstraint(["exhibit_id"], ["exhibit.id"], name=op.f("fk_privileged_note_exhibit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_privileged_note")),
    )
    with op.batch_alter_table("privileged_note", schema=None) as batch_op:
        batch_op.create_index("ix_privileged_note_bundle_id", ["bundle_id", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_privileged_note_exhibit_id"), ["exhibit_id"], unique=False)
    for statement in GUARDS[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    with op.batch_alter_table("privileged_note", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_privileged_note_exhibit_id"))
        batch_op.drop_index("ix_privileged_note_bundle_id")

    op.drop_table("privileged_note")
    with op.batch_alter_table("paper_request", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_paper_request_exhibit_id"))
        batch_op.drop_index(batch_op.f("ix_paper_request_bundle_id"))

    op.drop_table("paper_request")
    with op.batch_alter_table("exhibit_page_gram", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_exhibit_page_gram_exhibit_id"))

    op.drop_table("exhibit_page_gram")
    op.drop_table("exhibit_page")
    op.drop_table("exhibit_opinion")
    with op.batch_alter_table("exhibit_comment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_exhibit_comment_exhibit_id"))
        batch_op.drop_index("ix_exhibit_comment_bundle_id")

    op.drop_table("exhibit_comment")
    with op.batch_alter_table("exhibit", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_exhibit_sha256"))
        batch_op.drop_index(batch_op.f("ix_exhibit_event_id"))
        batch_op.drop_index(batch_op.f("ix_exhibit_document_id"))
        batch_op.drop_index("ix_exhibit_bundle_id_side")
        batch_op.drop_index(batch_op.f("ix_exhibit_attachment_id"))

    op.drop_table("exhibit")
    with op.batch_alter_table("bundle_reader", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_bundle_reader_person_id"))

    op.drop_table("bundle_reader")
    op.drop_table("bundle_edition")
    with op.batch_alter_table("bundle", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_bundle_person_id"))
        batch_op.drop_index("ix_bundle_entity_id_changed_at")
        batch_op.drop_index(batch_op.f("ix_bundle_case_id"))

    op.drop_table("bundle")
    op.drop_table("gap_rule")
    for statement in UNGUARDS[op.get_bind().dialect.name]:
        op.execute(statement)
