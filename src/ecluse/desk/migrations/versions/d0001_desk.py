"""All that a desk keeps. Evidence of opting in and out is only ever added to, and the database sees to it."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

revision = "desk_0001"
down_revision = None
branch_labels = None
depends_on = None

BIG: Final = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

ONLY_ADDED: Final = {
    "sqlite": [
        "create trigger desk_evidence_only_added_update before update on desk_evidence "
        "begin select raise(abort, 'evidence is only added to'); end",
        "create trigger desk_evidence_only_added_delete before delete on desk_evidence "
        "begin select raise(abort, 'evidence is only added to'); end",
    ],
    "postgresql": [
        "create function desk_evidence_only_added() returns trigger language plpgsql as "
        "$$ begin raise exception 'evidence is only added to'; end $$",
        "create trigger desk_evidence_only_added before update or delete or truncate on desk_evidence "
        "for each statement execute function desk_evidence_only_added()",
    ],
}


def upgrade() -> None:
    """Make the tables."""
    _businesses()
    _canned_replies()
    _issues()
    _people()
    _conversations()
    _evidence()
    _pulls()
    _subscriptions()
    _messages()
    _notes()
    _tags()
    for statement in ONLY_ADDED[op.get_bind().dialect.name]:
        op.execute(statement)


def _businesses() -> None:
    op.create_table(
        "desk_businesses",
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("changed", BIG, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_desk_businesses"),
    )


def _canned_replies() -> None:
    op.create_table(
        "desk_canned_replies",
        sa.Column("business", sa.String(length=200), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("changed_s", BIG, nullable=False),
        sa.Column("changed_by", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["business"], ["desk_businesses.id"], name="fk_desk_canned_replies_business"),
        sa.PrimaryKeyConstraint("business", "name", name="pk_desk_canned_replies"),
    )


def _issues() -> None:
    op.create_table(
        "desk_issues",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("business", sa.String(length=200), nullable=False),
        sa.Column("newsletter", sa.String(length=200), nullable=False),
        sa.Column("number", BIG, nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("messages", sa.JSON(), nullable=False),
        sa.Column("published_s", BIG, nullable=False),
        sa.Column("published_by", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["business"], ["desk_businesses.id"], name="fk_desk_issues_business"),
        sa.PrimaryKeyConstraint("id", name="pk_desk_issues"),
        sa.UniqueConstraint("business", "newsletter", "number", name="uq_desk_issues_business_newsletter_number"),
        sqlite_autoincrement=True,
    )


def _people() -> None:
    op.create_table(
        "desk_people",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("business", sa.String(length=200), nullable=False),
        sa.Column("wa_id", sa.String(length=200), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("first_s", BIG, nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["business"], ["desk_businesses.id"], name="fk_desk_people_business"),
        sa.PrimaryKeyConstraint("id", name="pk_desk_people"),
        sa.UniqueConstraint("business", "wa_id", name="uq_desk_people_business_wa_id"),
        sqlite_autoincrement=True,
    )


def _conversations() -> None:
    op.create_table(
        "desk_conversations",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("business", sa.String(length=200), nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("handling", sa.String(length=40), nullable=False),
        sa.Column("assigned_to", sa.String(length=200), nullable=True),
        sa.Column("heard_s", BIG, nullable=False),
        sa.Column("updated_s", BIG, nullable=False),
        sa.Column("waiting_s", BIG, nullable=True),
        sa.Column("unread", BIG, nullable=False),
        sa.Column("last_text", sa.Text(), nullable=False),
        sa.Column("last_incoming", sa.Boolean(), nullable=False),
        sa.Column("stopped", sa.Boolean(), nullable=False),
        sa.Column("flow", sa.String(length=200), nullable=True),
        sa.Column("step", sa.String(length=200), nullable=True),
        sa.Column("tries", BIG, nullable=False),
        sa.Column("read_due", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(["business"], ["desk_businesses.id"], name="fk_desk_conversations_business"),
        sa.ForeignKeyConstraint(["person_id"], ["desk_people.id"], name="fk_desk_conversations_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_desk_conversations"),
        sa.UniqueConstraint("person_id", name="uq_desk_conversations_person_id"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_desk_conversations_business_status_updated_s",
        "desk_conversations",
        ["business", "status", "updated_s"],
        unique=False,
    )
    op.create_index(
        "ix_desk_conversations_business_updated_s", "desk_conversations", ["business", "updated_s"], unique=False
    )


def _evidence() -> None:
    op.create_table(
        "desk_evidence",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("business", sa.String(length=200), nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("newsletter", sa.String(length=200), nullable=True),
        sa.Column("wrote", sa.Text(), nullable=False),
        sa.Column("wamid", sa.String(length=200), nullable=False),
        sa.Column("at_s", BIG, nullable=False),
        sa.Column("keyword", sa.String(length=200), nullable=False),
        sa.Column("wording", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["business"], ["desk_businesses.id"], name="fk_desk_evidence_business"),
        sa.ForeignKeyConstraint(["person_id"], ["desk_people.id"], name="fk_desk_evidence_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_desk_evidence"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_desk_evidence_business_at_s", "desk_evidence", ["business", "at_s"], unique=False)
    op.create_index("ix_desk_evidence_business_person_id", "desk_evidence", ["business", "person_id"], unique=False)


def _pulls() -> None:
    op.create_table(
        "desk_pulls",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("business", sa.String(length=200), nullable=False),
        sa.Column("issue_id", BIG, nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("at_s", BIG, nullable=False),
        sa.ForeignKeyConstraint(["business"], ["desk_businesses.id"], name="fk_desk_pulls_business"),
        sa.ForeignKeyConstraint(["issue_id"], ["desk_issues.id"], name="fk_desk_pulls_issue_id"),
        sa.ForeignKeyConstraint(["person_id"], ["desk_people.id"], name="fk_desk_pulls_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_desk_pulls"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_desk_pulls_business_at_s", "desk_pulls", ["business", "at_s"], unique=False)


def _subscriptions() -> None:
    op.create_table(
        "desk_subscriptions",
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("newsletter", sa.String(length=200), nullable=False),
        sa.Column("business", sa.String(length=200), nullable=False),
        sa.Column("since_s", BIG, nullable=False),
        sa.Column("ended_s", BIG, nullable=True),
        sa.ForeignKeyConstraint(["business"], ["desk_businesses.id"], name="fk_desk_subscriptions_business"),
        sa.ForeignKeyConstraint(["person_id"], ["desk_people.id"], name="fk_desk_subscriptions_person_id"),
        sa.PrimaryKeyConstraint("person_id", "newsletter", name="pk_desk_subscriptions"),
    )


def _messages() -> None:
    op.create_table(
        "desk_messages",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("business", sa.String(length=200), nullable=False),
        sa.Column("conversation_id", BIG, nullable=False),
        sa.Column("incoming", sa.Boolean(), nullable=False),
        sa.Column("wamid", sa.String(length=200), nullable=True),
        sa.Column("key", sa.String(length=200), nullable=True),
        sa.Column("type", sa.String(length=40), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("author", sa.String(length=40), nullable=False),
        sa.Column("agent", sa.String(length=200), nullable=True),
        sa.Column("at_s", BIG, nullable=False),
        sa.Column("context_id", sa.String(length=200), nullable=True),
        sa.Column("handled", sa.Boolean(), nullable=False),
        sa.Column("answers", sa.Boolean(), nullable=False),
        sa.Column("last_word", sa.Boolean(), nullable=False),
        sa.Column("answered_s", BIG, nullable=True),
        sa.Column("answered_by", sa.String(length=40), nullable=True),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("status_s", BIG, nullable=False),
        sa.Column("code", sa.Integer(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("attempts", BIG, nullable=False),
        sa.Column("next_s", BIG, nullable=False),
        sa.ForeignKeyConstraint(["business"], ["desk_businesses.id"], name="fk_desk_messages_business"),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["desk_conversations.id"], name="fk_desk_messages_conversation_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_desk_messages"),
        sa.UniqueConstraint("business", "key", name="uq_desk_messages_business_key"),
        sa.UniqueConstraint("business", "wamid", name="uq_desk_messages_business_wamid"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_desk_messages_business_at_s", "desk_messages", ["business", "at_s"], unique=False)
    op.create_index("ix_desk_messages_conversation_id_id", "desk_messages", ["conversation_id", "id"], unique=False)
    op.create_index("ix_desk_messages_handled_id", "desk_messages", ["handled", "id"], unique=False)
    op.create_index("ix_desk_messages_status_next_s", "desk_messages", ["status", "next_s"], unique=False)


def _notes() -> None:
    op.create_table(
        "desk_notes",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("business", sa.String(length=200), nullable=False),
        sa.Column("conversation_id", BIG, nullable=False),
        sa.Column("agent", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at_s", BIG, nullable=False),
        sa.ForeignKeyConstraint(["business"], ["desk_businesses.id"], name="fk_desk_notes_business"),
        sa.ForeignKeyConstraint(["conversation_id"], ["desk_conversations.id"], name="fk_desk_notes_conversation_id"),
        sa.PrimaryKeyConstraint("id", name="pk_desk_notes"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_desk_notes_conversation_id_id", "desk_notes", ["conversation_id", "id"], unique=False)


def _tags() -> None:
    op.create_table(
        "desk_tags",
        sa.Column("conversation_id", BIG, nullable=False),
        sa.Column("tag", sa.String(length=40), nullable=False),
        sa.Column("business", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["business"], ["desk_businesses.id"], name="fk_desk_tags_business"),
        sa.ForeignKeyConstraint(["conversation_id"], ["desk_conversations.id"], name="fk_desk_tags_conversation_id"),
        sa.PrimaryKeyConstraint("conversation_id", "tag", name="pk_desk_tags"),
    )
    op.create_index("ix_desk_tags_business_tag", "desk_tags", ["business", "tag"], unique=False)
