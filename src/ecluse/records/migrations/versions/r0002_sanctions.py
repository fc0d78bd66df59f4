"""Sanctions, what an account is told of them, appeals, reports."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

BIG: Final = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "strikes",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("subject_kind", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=1024), nullable=False),
        sa.Column("at_s", BIG, nullable=False),
        sa.Column("first_s", BIG, nullable=False),
        sa.Column("expires_s", BIG, nullable=False),
        sa.Column("rule", sa.String(length=200), nullable=False),
        sa.Column("clause", sa.Text(), nullable=False),
        sa.Column("terms", sa.String(length=200), nullable=False),
        sa.Column("terms_digest", sa.String(length=200), nullable=False),
        sa.Column("refusals", BIG, nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("events", sa.JSON(), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("account", sa.String(length=1024), nullable=True),
        sa.Column("region", sa.String(length=40), nullable=True),
        sa.Column("undone_s", BIG, nullable=True),
        sa.Column("undone_why", sa.Text(), nullable=True),
        sa.Column("error", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_strikes"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_strikes_at_s", "strikes", ["at_s"])
    op.create_index("ix_strikes_rule", "strikes", ["rule"])
    op.create_index("ix_strikes_subject_kind_subject_at_s", "strikes", ["subject_kind", "subject", "at_s"])
    op.create_table(
        "sanctions",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("subject_kind", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=1024), nullable=False),
        sa.Column("measure", sa.String(length=40), nullable=False),
        sa.Column("step", sa.String(length=200), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("made_s", BIG, nullable=False),
        sa.Column("from_s", BIG, nullable=False),
        sa.Column("until_s", BIG, nullable=True),
        sa.Column("ended_s", BIG, nullable=True),
        sa.Column("ended_by", sa.String(length=200), nullable=True),
        sa.Column("ended_why", sa.Text(), nullable=True),
        sa.Column("rule", sa.String(length=200), nullable=False),
        sa.Column("clause", sa.Text(), nullable=False),
        sa.Column("terms", sa.String(length=200), nullable=False),
        sa.Column("terms_digest", sa.String(length=200), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("found_by", sa.String(length=40), nullable=False),
        sa.Column("decided_by", sa.String(length=200), nullable=False),
        sa.Column("automated_detection", sa.Boolean(), nullable=False),
        sa.Column("automated_decision", sa.String(length=40), nullable=False),
        sa.Column("signatures_needed", BIG, nullable=False),
        sa.Column("reports_before", BIG, nullable=False),
        sa.Column("account_type", sa.String(length=40), nullable=False),
        sa.Column("region", sa.String(length=40), nullable=True),
        sa.Column("language", sa.String(length=40), nullable=True),
        sa.Column("case_id", BIG, nullable=True),
        sa.Column("parent_id", BIG, nullable=True),
        sa.Column("request", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_sanctions_case_id"),
        sa.ForeignKeyConstraint(["parent_id"], ["sanctions.id"], name="fk_sanctions_parent_id"),
        sa.PrimaryKeyConstraint("id", name="pk_sanctions"),
        sa.UniqueConstraint("request", name="uq_sanctions_request"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_sanctions_made_s", "sanctions", ["made_s"])
    op.create_index("ix_sanctions_status", "sanctions", ["status"])
    op.create_index("ix_sanctions_subject_kind_subject", "sanctions", ["subject_kind", "subject"])
    op.create_table(
        "appeals",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("sanction_id", BIG, nullable=False),
        sa.Column("subject_kind", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=1024), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=40), nullable=False),
        sa.Column("contact", sa.String(length=200), nullable=True),
        sa.Column("received_s", BIG, nullable=False),
        sa.Column("acknowledged_s", BIG, nullable=False),
        sa.Column("due_s", BIG, nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("assigned_to", sa.String(length=200), nullable=True),
        sa.Column("assigned_s", BIG, nullable=True),
        sa.Column("decided_s", BIG, nullable=True),
        sa.Column("decided_by", sa.String(length=200), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("external", sa.JSON(), nullable=False),
        sa.Column("request", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(["sanction_id"], ["sanctions.id"], name="fk_appeals_sanction_id"),
        sa.PrimaryKeyConstraint("id", name="pk_appeals"),
        sa.UniqueConstraint("request", name="uq_appeals_request"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_appeals_sanction_id", "appeals", ["sanction_id"])
    op.create_index("ix_appeals_status", "appeals", ["status"])
    op.create_index("ix_appeals_subject_kind_subject", "appeals", ["subject_kind", "subject"])
    op.create_table(
        "gate_acts",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("at_s", BIG, nullable=False),
        sa.Column("sanction_id", BIG, nullable=False),
        sa.Column("act", sa.JSON(), nullable=False),
        sa.Column("applied_s", BIG, nullable=True),
        sa.ForeignKeyConstraint(["sanction_id"], ["sanctions.id"], name="fk_gate_acts_sanction_id"),
        sa.PrimaryKeyConstraint("id", name="pk_gate_acts"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_gate_acts_applied_s", "gate_acts", ["applied_s"])
    op.create_table(
        "reports",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("reporter", sa.String(length=1024), nullable=False),
        sa.Column("subject", sa.String(length=1024), nullable=False),
        sa.Column("at_s", BIG, nullable=False),
        sa.Column("received_s", BIG, nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("category", sa.String(length=40), nullable=False),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("content", sa.Text(), nullable=True),
        sa.Column("reporter_name", sa.String(length=200), nullable=True),
        sa.Column("city", sa.String(length=200), nullable=True),
        sa.Column("state", sa.String(length=200), nullable=True),
        sa.Column("region", sa.String(length=40), nullable=True),
        sa.Column("subject_wrote_first", sa.Boolean(), nullable=True),
        sa.Column("first_message", sa.Boolean(), nullable=True),
        sa.Column("event", sa.String(length=200), nullable=True),
        sa.Column("weight", sa.Float(), nullable=False),
        sa.Column("request", sa.String(length=200), nullable=False),
        sa.Column("acknowledged_s", BIG, nullable=True),
        sa.Column("outcome", sa.String(length=40), nullable=True),
        sa.Column("outcome_s", BIG, nullable=True),
        sa.Column("sanction_id", BIG, nullable=True),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["sanction_id"], ["sanctions.id"], name="fk_reports_sanction_id"),
        sa.PrimaryKeyConstraint("id", name="pk_reports"),
        sa.UniqueConstraint("reporter", "subject", "kind", "request", name="uq_reports_reporter_subject_kind_request"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_reports_received_s", "reports", ["received_s"])
    op.create_index("ix_reports_reporter_at_s", "reports", ["reporter", "at_s"])
    op.create_index("ix_reports_subject_at_s", "reports", ["subject", "at_s"])
    op.create_table(
        "restrictions",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("sanction_id", BIG, nullable=False),
        sa.Column("capability", sa.String(length=40), nullable=False),
        sa.Column("new_contacts_a_day", BIG, nullable=True),
        sa.Column("from_s", BIG, nullable=False),
        sa.Column("until_s", BIG, nullable=True),
        sa.Column("lifted_s", BIG, nullable=True),
        sa.Column("lifted_by", sa.String(length=200), nullable=True),
        sa.Column("lifted_why", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["sanction_id"], ["sanctions.id"], name="fk_restrictions_sanction_id"),
        sa.PrimaryKeyConstraint("id", name="pk_restrictions"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_restrictions_sanction_id", "restrictions", ["sanction_id"])
    op.create_index("ix_restrictions_until_s", "restrictions", ["until_s"])
    op.create_table(
        "sanction_strikes",
        sa.Column("sanction_id", BIG, nullable=False),
        sa.Column("strike_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["sanction_id"], ["sanctions.id"], name="fk_sanction_strikes_sanction_id"),
        sa.ForeignKeyConstraint(["strike_id"], ["strikes.id"], name="fk_sanction_strikes_strike_id"),
        sa.PrimaryKeyConstraint("sanction_id", "strike_id", name="pk_sanction_strikes"),
    )
    op.create_table(
        "signatures",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("sanction_id", BIG, nullable=False),
        sa.Column("key_id", sa.String(length=200), nullable=False),
        sa.Column("who", sa.String(length=200), nullable=False),
        sa.Column("at_s", BIG, nullable=False),
        sa.Column("decision", sa.String(length=40), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["sanction_id"], ["sanctions.id"], name="fk_signatures_sanction_id"),
        sa.PrimaryKeyConstraint("id", name="pk_signatures"),
        sa.UniqueConstraint("sanction_id", "key_id", name="uq_signatures_sanction_id_key_id"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "statements",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("puid", sa.String(length=200), nullable=False),
        sa.Column("sanction_id", BIG, nullable=False),
        sa.Column("made_s", BIG, nullable=False),
        sa.Column("decision_visibility", sa.JSON(), nullable=False),
        sa.Column("decision_visibility_other", sa.Text(), nullable=True),
        sa.Column("decision_monetary", sa.String(length=200), nullable=True),
        sa.Column("decision_provision", sa.String(length=200), nullable=True),
        sa.Column("decision_account", sa.String(length=200), nullable=True),
        sa.Column("account_type", sa.String(length=200), nullable=True),
        sa.Column("decision_facts", sa.Text(), nullable=False),
        sa.Column("decision_ground", sa.String(length=200), nullable=False),
        sa.Column("decision_ground_reference_url", sa.Text(), nullable=True),
        sa.Column("illegal_content_legal_ground", sa.Text(), nullable=True),
        sa.Column("illegal_content_explanation", sa.Text(), nullable=True),
        sa.Column("incompatible_content_ground", sa.Text(), nullable=True),
        sa.Column("incompatible_content_explanation", sa.Text(), nullable=True),
        sa.Column("incompatible_content_illegal", sa.String(length=40), nullable=True),
        sa.Column("category", sa.String(length=200), nullable=False),
        sa.Column("category_addition", sa.JSON(), nullable=False),
        sa.Column("category_specification", sa.JSON(), nullable=False),
        sa.Column("category_specification_other", sa.Text(), nullable=True),
        sa.Column("content_type", sa.JSON(), nullable=False),
        sa.Column("content_type_other", sa.Text(), nullable=True),
        sa.Column("content_date", sa.String(length=40), nullable=False),
        sa.Column("content_language", sa.String(length=40), nullable=True),
        sa.Column("territorial_scope", sa.JSON(), nullable=False),
        sa.Column("application_date", sa.String(length=40), nullable=False),
        sa.Column("end_date_account_restriction", sa.String(length=40), nullable=True),
        sa.Column("end_date_service_restriction", sa.String(length=40), nullable=True),
        sa.Column("end_date_visibility_restriction", sa.String(length=40), nullable=True),
        sa.Column("end_date_monetary_restriction", sa.String(length=40), nullable=True),
        sa.Column("source_type", sa.String(length=200), nullable=False),
        sa.Column("source_identity", sa.Text(), nullable=True),
        sa.Column("automated_detection", sa.String(length=40), nullable=False),
        sa.Column("automated_decision", sa.String(length=200), nullable=False),
        sa.Column("recipient", sa.JSON(), nullable=False),
        sa.Column("submitted_s", BIG, nullable=True),
        sa.Column("submission", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(["sanction_id"], ["sanctions.id"], name="fk_statements_sanction_id"),
        sa.PrimaryKeyConstraint("id", name="pk_statements"),
        sa.UniqueConstraint("puid", name="uq_statements_puid"),
        sa.UniqueConstraint("sanction_id", name="uq_statements_sanction_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_statements_made_s", "statements", ["made_s"])
    op.create_table(
        "complaints",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("by", sa.String(length=1024), nullable=False),
        sa.Column("about", sa.String(length=1024), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("region", sa.String(length=40), nullable=True),
        sa.Column("received_s", BIG, nullable=False),
        sa.Column("acknowledged_s", BIG, nullable=True),
        sa.Column("due_s", BIG, nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("decided_s", BIG, nullable=True),
        sa.Column("decided_by", sa.String(length=200), nullable=True),
        sa.Column("actioned", sa.String(length=40), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("appeal_id", BIG, nullable=True),
        sa.Column("appellate_order", sa.Boolean(), nullable=False),
        sa.Column("request", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(["appeal_id"], ["appeals.id"], name="fk_complaints_appeal_id"),
        sa.PrimaryKeyConstraint("id", name="pk_complaints"),
        sa.UniqueConstraint("request", name="uq_complaints_request"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_complaints_received_s", "complaints", ["received_s"])
    op.create_index("ix_complaints_status", "complaints", ["status"])
    op.create_table(
        "notices",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("subject_kind", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=1024), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("sanction_id", BIG, nullable=True),
        sa.Column("appeal_id", BIG, nullable=True),
        sa.Column("language", sa.String(length=40), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("made_s", BIG, nullable=False),
        sa.Column("once", sa.String(length=200), nullable=True),
        sa.Column("attempts", BIG, nullable=False),
        sa.Column("next_try_s", BIG, nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("delivered_s", BIG, nullable=True),
        sa.Column("delivered_by", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(["appeal_id"], ["appeals.id"], name="fk_notices_appeal_id"),
        sa.ForeignKeyConstraint(["sanction_id"], ["sanctions.id"], name="fk_notices_sanction_id"),
        sa.PrimaryKeyConstraint("id", name="pk_notices"),
        sa.UniqueConstraint("once", name="uq_notices_once"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_notices_delivered_s", "notices", ["delivered_s"])
    op.create_index("ix_notices_next_try_s", "notices", ["next_try_s"])
    op.create_index("ix_notices_subject_kind_subject", "notices", ["subject_kind", "subject"])
    op.create_table(
        "reviews",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("sanction_id", BIG, nullable=True),
        sa.Column("subject_kind", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=1024), nullable=False),
        sa.Column("appeal_id", BIG, nullable=True),
        sa.Column("cause", sa.String(length=40), nullable=False),
        sa.Column("opened_s", BIG, nullable=False),
        sa.Column("reviewer", sa.String(length=200), nullable=True),
        sa.Column("began_s", BIG, nullable=True),
        sa.Column("closed_s", BIG, nullable=True),
        sa.Column("seen", sa.JSON(), nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["appeal_id"], ["appeals.id"], name="fk_reviews_appeal_id"),
        sa.ForeignKeyConstraint(["sanction_id"], ["sanctions.id"], name="fk_reviews_sanction_id"),
        sa.PrimaryKeyConstraint("id", name="pk_reviews"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_reviews_sanction_id", "reviews", ["sanction_id"])
