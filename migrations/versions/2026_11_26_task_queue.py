"""Further queues of tasks that several roles may claim."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import models.base

revision = "task_queue"
down_revision = "self_check"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "task_queue",
        sa.Column("task_id", models.base.BigId, nullable=False),
        sa.Column("queue", sa.String(length=64), nullable=False),
        sa.Column("sort_at", models.base.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_task_queue_task_id")),
        sa.PrimaryKeyConstraint("task_id", "queue", name=op.f("pk_task_queue")),
    )
    with op.batch_alter_table("task_queue", schema=None) as batch_op:
        batch_op.create_index("ix_task_queue_walk", ["queue", "sort_at", "task_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("task_queue", schema=None) as batch_op:
        batch_op.drop_index("ix_task_queue_walk")

    op.drop_table("task_queue")
