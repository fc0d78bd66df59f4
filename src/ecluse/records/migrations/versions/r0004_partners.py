"""Partners, and what the business API keeps."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

BIG: Final = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "business_blocks",
        sa.Column("number_id", sa.String(length=200), nullable=False),
        sa.Column("account", sa.String(length=1024), nullable=False),
        sa.Column("by_user", sa.Boolean(), nullable=False),
        sa.Column("at_s", BIG, nullable=False),
        sa.PrimaryKeyConstraint("number_id", "account", "by_user", name="pk_business_blocks"),
    )
    op.create_table(
        "business_conversations",
        sa.Column("number_id", sa.String(length=200), nullable=False),
        sa.Column("account", sa.String(length=1024), nullable=False),
        sa.Column("user_id", sa.String(length=200), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("opened_s", BIG, nullable=False),
        sa.Column("heard_s", BIG, nullable=False),
        sa.Column("ended_s", BIG, nullable=False),
        sa.PrimaryKeyConstraint("number_id", "account", name="pk_business_conversations"),
    )
    op.create_index("ix_business_conversations_number_id_heard_s", "business_conversations", ["number_id", "heard_s"])
    op.create_index("ix_business_conversations_number_id_user_id", "business_conversations", ["number_id", "user_id"])
    op.create_table(
        "business_deliveries",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("lane", sa.BigInteger(), nullable=False),
        sa.Column("number_id", sa.String(length=200), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("made_s", BIG, nullable=False),
        sa.Column("attempts", BIG, nullable=False),
        sa.Column("next_s", BIG, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_business_deliveries"),
    )
    op.create_index("ix_business_deliveries_lane_id", "business_deliveries", ["lane", "id"])
    op.create_table(
        "business_media",
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("partner_id", sa.String(length=200), nullable=False),
        sa.Column("number_id", sa.String(length=200), nullable=False),
        sa.Column("type", sa.String(length=200), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("size", BIG, nullable=False),
        sa.Column("made_s", BIG, nullable=False),
        sa.Column("expires_s", BIG, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_business_media"),
    )
    op.create_index("ix_business_media_expires_s", "business_media", ["expires_s"])
    op.create_table(
        "business_messages",
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("number_id", sa.String(length=200), nullable=False),
        sa.Column("account", sa.String(length=1024), nullable=False),
        sa.Column("incoming", sa.Boolean(), nullable=False),
        sa.Column("type", sa.String(length=40), nullable=False),
        sa.Column("at_s", BIG, nullable=False),
        sa.Column("status", sa.SmallInteger(), nullable=False),
        sa.Column("opaque", sa.String(length=512), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_business_messages"),
    )
    op.create_index("ix_business_messages_at_s", "business_messages", ["at_s"])
    op.create_table(
        "business_reports",
        sa.Column("number_id", sa.String(length=200), nullable=False),
        sa.Column("account", sa.String(length=1024), nullable=False),
        sa.Column("at_s", BIG, nullable=False),
        sa.PrimaryKeyConstraint("number_id", "account", name="pk_business_reports"),
    )
    op.create_table(
        "business_requests",
        sa.Column("number_id", sa.String(length=200), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=False),
        sa.Column("at_s", BIG, nullable=False),
        sa.PrimaryKeyConstraint("number_id", "key", name="pk_business_requests"),
    )
    op.create_table(
        "business_version",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", BIG, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_business_version"),
    )
    op.create_table(
        "business_webhooks",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("lane", sa.BigInteger(), nullable=False),
        sa.Column("number_id", sa.String(length=200), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("made_s", BIG, nullable=False),
        sa.Column("attempts", BIG, nullable=False),
        sa.Column("next_s", BIG, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_business_webhooks"),
    )
    op.create_index("ix_business_webhooks_lane_id", "business_webhooks", ["lane", "id"])
    op.create_table(
        "partner_days",
        sa.Column("partner_id", sa.String(length=200), nullable=False),
        sa.Column("day", BIG, nullable=False),
        sa.Column("people", BIG, nullable=False),
        sa.Column("sent", BIG, nullable=False),
        sa.Column("reports", BIG, nullable=False),
        sa.Column("blocks", BIG, nullable=False),
        sa.Column("endings", BIG, nullable=False),
        sa.Column("pushes", BIG, nullable=False),
        sa.PrimaryKeyConstraint("partner_id", "day", name="pk_partner_days"),
    )
    op.create_table(
        "partners",
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("sort", sa.String(length=40), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("domain", sa.String(length=253), nullable=False),
        sa.Column("region", sa.String(length=40), nullable=False),
        sa.Column("contact", sa.String(length=254), nullable=False),
        sa.Column("provider_id", sa.String(length=200), nullable=True),
        sa.Column("applied_s", BIG, nullable=False),
        sa.Column("decided_s", BIG, nullable=False),
        sa.Column("domain_s", BIG, nullable=False),
        sa.Column("before", sa.String(length=40), nullable=True),
        sa.Column("quality_since_s", BIG, nullable=False),
        sa.ForeignKeyConstraint(["provider_id"], ["partners.id"], name="fk_partners_provider_id"),
        sa.PrimaryKeyConstraint("id", name="pk_partners"),
    )
    op.create_table(
        "business_apps",
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("partner_id", sa.String(length=200), nullable=False),
        sa.Column("generation", BIG, nullable=False),
        sa.Column("callback_url", sa.Text(), nullable=True),
        sa.Column("verify_token", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name="fk_business_apps_partner_id"),
        sa.PrimaryKeyConstraint("id", name="pk_business_apps"),
    )
    op.create_table(
        "partner_documents",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("partner_id", sa.String(length=200), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("size", BIG, nullable=False),
        sa.Column("added_s", BIG, nullable=False),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name="fk_partner_documents_partner_id"),
        sa.PrimaryKeyConstraint("id", name="pk_partner_documents"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_partner_documents_partner_id", "partner_documents", ["partner_id"])
    op.create_table(
        "partner_tokens",
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("partner_id", sa.String(length=200), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("created_s", BIG, nullable=False),
        sa.Column("expires_s", BIG, nullable=True),
        sa.Column("revoked_s", BIG, nullable=True),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name="fk_partner_tokens_partner_id"),
        sa.PrimaryKeyConstraint("id", name="pk_partner_tokens"),
    )
    op.create_table(
        "business_accounts",
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("partner_id", sa.String(length=200), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("app_id", sa.String(length=200), nullable=True),
        sa.Column("callback_url", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["app_id"], ["business_apps.id"], name="fk_business_accounts_app_id"),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name="fk_business_accounts_partner_id"),
        sa.PrimaryKeyConstraint("id", name="pk_business_accounts"),
    )
    op.create_table(
        "business_numbers",
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("account_id", sa.String(length=200), nullable=False),
        sa.Column("number", sa.String(length=255), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("callback_url", sa.Text(), nullable=True),
        sa.Column("profile", sa.JSON(), nullable=False),
        sa.Column("registered", sa.Boolean(), nullable=False),
        sa.Column("created_s", BIG, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["business_accounts.id"], name="fk_business_numbers_account_id"),
        sa.PrimaryKeyConstraint("id", name="pk_business_numbers"),
        sa.UniqueConstraint("number", name="uq_business_numbers_number"),
    )
    op.create_table(
        "business_templates",
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("account_id", sa.String(length=200), nullable=False),
        sa.Column("name", sa.String(length=512), nullable=False),
        sa.Column("language", sa.String(length=40), nullable=False),
        sa.Column("components", sa.JSON(), nullable=False),
        sa.Column("created_s", BIG, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["business_accounts.id"], name="fk_business_templates_account_id"),
        sa.PrimaryKeyConstraint("id", name="pk_business_templates"),
    )
    op.create_index(
        "ix_business_templates_account_id_name_language",
        "business_templates",
        ["account_id", "name", "language"],
        unique=True,
    )
