"""Fact-checks of content clusters."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

BIG: Final = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "fact_checks",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("cluster", sa.String(length=40), nullable=False),
        sa.Column("claim", sa.Text(), nullable=False),
        sa.Column("rating", sa.String(length=200), nullable=False),
        sa.Column("truth", sa.Float(), nullable=True),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("publisher", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=40), nullable=False),
        sa.Column("published", sa.String(length=200), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("attached_s", BIG, nullable=False),
        sa.Column("attached_by", sa.String(length=200), nullable=False),
        sa.Column("withdrawn_s", BIG, nullable=True),
        sa.Column("withdrawn_by", sa.String(length=200), nullable=True),
        sa.Column("withdrawn_why", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_fact_checks"),
        sa.UniqueConstraint("cluster", "url", name="uq_fact_checks_cluster_url"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_fact_checks_attached_s", "fact_checks", ["attached_s"])
