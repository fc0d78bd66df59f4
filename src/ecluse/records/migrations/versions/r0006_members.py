"""Which accounts of a campaign its sanction holds for, and what a writer has written already."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

BIG: Final = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the column, the indexes and the table."""
    op.add_column("sanctions", sa.Column("members", sa.String(length=40), nullable=True))
    op.create_index("ix_sanctions_parent_id", "sanctions", ["parent_id"])
    op.create_index("ix_reviews_appeal_id", "reviews", ["appeal_id"])
    op.create_table(
        "written",
        sa.Column("writer", sa.String(length=200), nullable=False),
        sa.Column("number", BIG, nullable=False),
        sa.Column("at_s", BIG, nullable=False),
        sa.PrimaryKeyConstraint("writer", name="pk_written"),
    )
