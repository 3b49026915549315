"""Search: one key that a walk follows; tasks keep their grams; departments' tasks in order"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import models.base

revision = "search"
down_revision = "worked_example"
branch_labels = None
depends_on = None

CHUNK = 1_000  # tasks whose rows are carried over at a time
task = sa.table(
    "task",
    sa.column("id", models.base.BigId),
    sa.column("entity_id", models.base.BigId),
    sa.column("state", sa.String),
    sa.column("sort_at", models.base.UtcDateTime()),
    sa.column("grams", models.base.JsonText()),
)
gram = sa.table(
    "search_gram",
    sa.column("gram", sa.String),
    sa.column("scope", models.base.BigId),
    sa.column("state", sa.String),
    sa.column("sort_at", models.base.UtcDateTime()),
    sa.column("task_id", models.base.BigId),
)


def upgrade() -> None:
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("grams", models.base.JsonText(), nullable=False, server_default=sa.text("'[]'"))
        )
        batch_op.drop_index("ix_task_queue")
        batch_op.drop_index("ix_task_entity")
        for name, first in (("ix_task_entity", "entity_id"), ("ix_task_department", "department_path")):
            batch_op.create_index(name, [first, "state", "sort_at", "id", "assignee_id"], unique=False)
        batch_op.create_index(
            "ix_task_queue", ["queue", "state", "assignee_id", "sort_at", "id"], unique=False
        )
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.alter_column("grams", server_default=None)
    _keep_grams()
    with op.batch_alter_table("search_gram", schema=None) as batch_op:
        batch_op.drop_index("ix_search_gram_walk")
    op.drop_table("search_gram")
    op.create_table(
        "search_gram",
        sa.Column("gram", sa.String(length=2), nullable=False),
        sa.Column("scope", models.base.BigId, autoincrement=False, nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("sort_at", models.base.UtcDateTime(), nullable=False),
        sa.Column("task_id", models.base.BigId, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("gram", "scope", "state", "sort_at", "task_id", name=op.f("pk_search_gram")),
        sqlite_with_rowid=False,
    )
    _index_again()


def downgrade() -> None:
    op.drop_table("search_gram")
    op.create_table(
        "search_gram",
        sa.Column("gram", sa.String(length=2), nullable=False),
        sa.Column("task_id", models.base.BigId, nullable=False),
        sa.Column("scope", models.base.BigId, nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("sort_at", models.base.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_search_gram_task_id")),
        sa.PrimaryKeyConstraint("gram", "task_id", name=op.f("pk_search_gram")),
    )
    with op.batch_alter_table("search_gram", schema=None) as batch_op:
        batch_op.create_index(
            "ix_search_gram_walk", ["gram", "scope", "state", "sort_at", "task_id"], unique=False
        )
    _index_again()
    with op.batch_alter_table("task", schema=None) as batch_op:
        for name in ("ix_task_department", "ix_task_entity", "ix_task_queue"):
            batch_op.drop_index(name)
        for name, first in (("ix_task_entity", "entity_id"), ("ix_task_queue", "queue")):
            batch_op.create_index(name, [first, "state", "sort_at", "id"], unique=False)
        batch_op.drop_column("grams")


def _keep_grams() -> None:
    """Write each task's pairs beside it, as its rows in the old table have them."""
    connection = op.get_bind()
    old = sa.select(gram.c.task_id, gram.c.gram).order_by(gram.c.task_id, gram.c.gram)
    pairs: dict[int, list[str]] = {}
    for task_id, pair in connection.execute(old):
        pairs.setdefault(task_id, []).append(pair)
    change = task.update().where(task.c.id == sa.bindparam("its")).values(grams=sa.bindparam("pairs"))
    rows = [{"its": i, "pairs": p} for i, p in pairs.items()]
    for start in range(0, len(rows), CHUNK):
        connection.execute(change, rows[start : start + CHUNK])


def _index_again() -> None:
    connection = op.get_bind()
    tasks = connection.execute(sa.select(task).order_by(task.c.id)).all()
    for start in range(0, len(tasks), CHUNK):
        rows = [
            {"gram": g, "scope": t.entity_id, "state": t.state, "sort_at": t.sort_at, "task_id": t.id}
            for t in tasks[start : start + CHUNK]
            for g in t.grams
        ]
        if rows:
            connection.execute(gram.insert(), rows)
