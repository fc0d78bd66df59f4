"""The audit, cases, and those who report."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

BIG: Final = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


ONLY_ADDED: Final = {
    "sqlite": [
        "create trigger audit_only_added_update before update on audit "
        "begin select raise(abort, 'the audit is only added to'); end",
        "create trigger audit_only_added_delete before delete on audit "
        "begin select raise(abort, 'the audit is only added to'); end",
    ],
    "postgresql": [
        "create function audit_only_added() returns trigger language plpgsql as "
        "$$ begin raise exception 'the audit is only added to'; end $$",
        "create trigger audit_only_added before update or delete or truncate on audit "
        "for each statement execute function audit_only_added()",
    ],
}
"""A database refuses to change the audit; whoever may alter the database itself can, and ``verify`` finds it."""


def upgrade() -> None:
    """Make the tables."""
    _audit()
    _cases()


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("seq", BIG, autoincrement=False, nullable=False),
        sa.Column("at_s", BIG, nullable=False),
        sa.Column("who", sa.String(length=200), nullable=False),
        sa.Column("act", sa.String(length=40), nullable=False),
        sa.Column("about", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_audit"),
    )
    op.create_index("ix_audit_about", "audit", ["about"])
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", BIG, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.CheckConstraint("id = 1", name="ck_audit_head_one"),
        sa.PrimaryKeyConstraint("id", name="pk_audit_head"),
    )
    op.execute(f"insert into audit_head values (1, 0, '{'0' * 64}')")
    for statement in ONLY_ADDED[op.get_bind().dialect.name]:
        op.execute(statement)


def _cases() -> None:
    op.create_table(
        "cases",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("opened_s", BIG, nullable=False),
        sa.Column("opened_by", sa.String(length=200), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("technique", sa.Text(), nullable=True),
        sa.Column("marks", sa.JSON(), nullable=False),
        sa.Column("relief", sa.JSON(), nullable=False),
        sa.Column("cutoff_s", BIG, nullable=True),
        sa.Column("terms", sa.String(length=200), nullable=False),
        sa.Column("terms_digest", sa.String(length=200), nullable=False),
        sa.Column("accepted_s", BIG, nullable=True),
        sa.Column("hold", sa.Boolean(), nullable=False),
        sa.Column("closed_s", BIG, nullable=True),
        sa.Column("closed_why", sa.Text(), nullable=True),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("request", sa.String(length=200), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_cases"),
        sa.UniqueConstraint("request", name="uq_cases_request"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_cases_status", "cases", ["status"])
    op.create_table(
        "erasures",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("account_digest", sa.String(length=64), nullable=False),
        sa.Column("asked_s", BIG, nullable=False),
        sa.Column("done_s", BIG, nullable=True),
        sa.Column("erased", sa.JSON(), nullable=False),
        sa.Column("kept", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_erasures"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "reporters",
        sa.Column("reporter", sa.String(length=1024), nullable=False),
        sa.Column("known_since_s", BIG, nullable=True),
        sa.Column("first_s", BIG, nullable=False),
        sa.Column("last_s", BIG, nullable=False),
        sa.Column("reports", BIG, nullable=False),
        sa.Column("borne_out", BIG, nullable=False),
        sa.Column("unfounded", BIG, nullable=False),
        sa.Column("suspended_until_s", BIG, nullable=True),
        sa.PrimaryKeyConstraint("reporter", name="pk_reporters"),
    )
    op.create_table(
        "terms_kept",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("kept_s", BIG, nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_terms_kept"),
    )
    op.create_table(
        "case_entries",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("case_id", BIG, nullable=False),
        sa.Column("at_s", BIG, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("refers", sa.JSON(), nullable=False),
        sa.Column("added_s", BIG, nullable=False),
        sa.Column("added_by", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_case_entries_case_id"),
        sa.PrimaryKeyConstraint("id", name="pk_case_entries"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_case_entries_case_id", "case_entries", ["case_id"])
    op.create_table(
        "case_evidence",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("case_id", BIG, nullable=False),
        sa.Column("origin", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("found_by", sa.String(length=200), nullable=False),
        sa.Column("found_s", BIG, nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=True),
        sa.Column("media_type", sa.String(length=200), nullable=True),
        sa.Column("size_bytes", BIG, nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("added_s", BIG, nullable=False),
        sa.Column("added_by", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_case_evidence_case_id"),
        sa.PrimaryKeyConstraint("id", name="pk_case_evidence"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_case_evidence_case_id", "case_evidence", ["case_id"])
    op.create_table(
        "case_letters",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("case_id", BIG, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("recipient", sa.String(length=200), nullable=False),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("language", sa.String(length=40), nullable=False),
        sa.Column("template", sa.String(length=200), nullable=True),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("made_s", BIG, nullable=False),
        sa.Column("made_by", sa.String(length=200), nullable=False),
        sa.Column("sent_s", BIG, nullable=True),
        sa.Column("sent_by", sa.String(length=40), nullable=True),
        sa.Column("answer_due_s", BIG, nullable=True),
        sa.Column("answered_s", BIG, nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_case_letters_case_id"),
        sa.PrimaryKeyConstraint("id", name="pk_case_letters"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_case_letters_case_id", "case_letters", ["case_id"])
    op.create_table(
        "case_parties",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("case_id", BIG, nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("subject_kind", sa.String(length=40), nullable=True),
        sa.Column("subject", sa.String(length=1024), nullable=True),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("added_s", BIG, nullable=False),
        sa.Column("added_by", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_case_parties_case_id"),
        sa.PrimaryKeyConstraint("id", name="pk_case_parties"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_case_parties_case_id", "case_parties", ["case_id"])
    op.create_index("ix_case_parties_subject_kind_subject", "case_parties", ["subject_kind", "subject"])
