"""${message}"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
${imports if imports else ""}
% if up_revision == "initial":
from models.event import GUARDS, UNGUARDS  # until the first release they have one place
% endif

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}
% if up_revision == "initial":
    for statement in GUARDS[op.get_bind().dialect.name]:
        op.get_bind().exec_driver_sql(statement.replace("%", "%%"))
% endif


def downgrade() -> None:
    ${downgrades if downgrades else "pass"}
% if up_revision == "initial":
    for statement in UNGUARDS[op.get_bind().dialect.name]:
        op.get_bind().exec_driver_sql(statement)
% endif
