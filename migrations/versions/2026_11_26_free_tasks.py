"""Queues: an index of the tasks that nobody has, in order on PostgreSQL too"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "free_tasks"
down_revision = "task_queue"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.drop_index("ix_task_queue")
        batch_op.create_index(
            "ix_task_free",
            ["queue", "state", "sort_at", "id", "assignee_id"],
            unique=False,
            sqlite_where=sa.text("assignee_id IS NULL"),
            postgresql_where=sa.text("assignee_id IS NULL"),
        )


def downgrade() -> None:
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.drop_index("ix_task_free")
        batch_op.create_index(
            "ix_task_queue", ["queue", "state", "assignee_id", "sort_at", "id"], unique=False
        )
