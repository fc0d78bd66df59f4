"""Refusals that are counted and are no strike yet; how long a sanction is announced."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

BIG: Final = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the table and the column."""
    op.create_table(
        "open_refusals",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("subject_kind", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=1024), nullable=False),
        sa.Column("rule", sa.String(length=200), nullable=False),
        sa.Column("clause", sa.Text(), nullable=False),
        sa.Column("terms", sa.String(length=200), nullable=False),
        sa.Column("terms_digest", sa.String(length=200), nullable=False),
        sa.Column("first_s", BIG, nullable=False),
        sa.Column("last_s", BIG, nullable=False),
        sa.Column("until_s", BIG, nullable=False),
        sa.Column("refusals", BIG, nullable=False),
        sa.Column("accounts", sa.JSON(), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("events", sa.JSON(), nullable=False),
        sa.Column("struck", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_open_refusals"),
        sa.UniqueConstraint("subject_kind", "subject", "rule", name="uq_open_refusals_subject_kind_subject_rule"),
        sqlite_autoincrement=True,
    )
    op.add_column("sanctions", sa.Column("lead_s", BIG, nullable=False, server_default="0"))
    op.create_index("ix_open_refusals_until_s", "open_refusals", ["until_s"])
