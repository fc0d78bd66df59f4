"""What the business API keeps: numbers and their settings, conversations, messages under way, webhooks to be sent.

No text of a message stays here: a message's content goes once it is delivered, a webhook's once somebody took it.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, ForeignKey, Index, LargeBinary, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from ecluse.records.tables.base import Count, Digest, Json, JsonList, Name, Second, ServiceId, Table, Word, Words


class BusinessApp(Table):
    """An app of a partner: what has a secret, and a webhook."""

    __tablename__ = "business_apps"

    id: Mapped[Name] = mapped_column(primary_key=True)
    partner_id: Mapped[Name] = mapped_column(ForeignKey("partners.id"))
    generation: Mapped[Count]
    """Raised to change its secret, which is derived and not kept."""
    callback_url: Mapped[Words | None]
    verify_token: Mapped[Words | None]


class BusinessAccount(Table):
    """An account of a business: what has numbers. app_id: the app that its webhooks go to; null: none."""

    __tablename__ = "business_accounts"

    id: Mapped[Name] = mapped_column(primary_key=True)
    partner_id: Mapped[Name] = mapped_column(ForeignKey("partners.id"))
    name: Mapped[Name]
    app_id: Mapped[Name | None] = mapped_column(ForeignKey("business_apps.id"))
    callback_url: Mapped[Words | None]


class BusinessNumber(Table):
    """A number that a business is written to at. number: its id at the service, the gate's account."""

    __tablename__ = "business_numbers"

    id: Mapped[Name] = mapped_column(primary_key=True)
    account_id: Mapped[Name] = mapped_column(ForeignKey("business_accounts.id"))
    number: Mapped[str] = mapped_column(String(255), unique=True)
    name: Mapped[Name]
    callback_url: Mapped[Words | None]
    profile: Mapped[Json]
    registered: Mapped[bool] = mapped_column(Boolean)
    created_s: Mapped[Second]


class BusinessTemplate(Table):
    """A text made beforehand, for answers."""

    __tablename__ = "business_templates"
    __table_args__ = (Index(None, "account_id", "name", "language", unique=True),)

    id: Mapped[Name] = mapped_column(primary_key=True)
    account_id: Mapped[Name] = mapped_column(ForeignKey("business_accounts.id"))
    name: Mapped[str] = mapped_column(String(512))
    language: Mapped[Word]
    components: Mapped[JsonList]
    created_s: Mapped[Second]


class BusinessConversation(Table):
    """A conversation of a number with a person. user_id: the person's towards this business."""

    __tablename__ = "business_conversations"
    __table_args__ = (Index(None, "number_id", "user_id"), Index(None, "number_id", "heard_s"))

    number_id: Mapped[Name] = mapped_column(primary_key=True)
    account: Mapped[ServiceId] = mapped_column(primary_key=True)
    user_id: Mapped[Name]
    name: Mapped[Name]
    opened_s: Mapped[Second]
    heard_s: Mapped[Second]
    ended_s: Mapped[Second]
    """When the person ended it; 0: it did not."""


class BusinessBlock(Table):
    """That one of two does not want to hear from the other. by_user: the person blocked the business."""

    __tablename__ = "business_blocks"

    number_id: Mapped[Name] = mapped_column(primary_key=True)
    account: Mapped[ServiceId] = mapped_column(primary_key=True)
    by_user: Mapped[bool] = mapped_column(Boolean, primary_key=True)
    at_s: Mapped[Second]


class BusinessMessage(Table):
    """A message, without what it says. status: of ``ecluse.business.Standing``."""

    __tablename__ = "business_messages"
    __table_args__ = (Index(None, "at_s"),)

    id: Mapped[Name] = mapped_column(primary_key=True)
    number_id: Mapped[Name]
    account: Mapped[ServiceId]
    incoming: Mapped[bool] = mapped_column(Boolean)
    type: Mapped[Word]
    at_s: Mapped[Second]
    status: Mapped[int] = mapped_column(SmallInteger)
    opaque: Mapped[str | None] = mapped_column(String(512))


class BusinessRequest(Table):
    """A request that named a key, so that it is done once."""

    __tablename__ = "business_requests"

    number_id: Mapped[Name] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(255), primary_key=True)
    digest: Mapped[Digest]
    answer: Mapped[bytes] = mapped_column(LargeBinary)
    at_s: Mapped[Second]


class BusinessWebhook(Table):
    """A webhook that nobody took yet. lane: its conversation, in which webhooks are sent in the order of their ids."""

    __tablename__ = "business_webhooks"
    __table_args__ = (Index(None, "lane", "id"),)

    id: Mapped[Count] = mapped_column(primary_key=True, autoincrement=False)
    lane: Mapped[int] = mapped_column(BigInteger)
    number_id: Mapped[Name]
    body: Mapped[bytes] = mapped_column(LargeBinary)
    made_s: Mapped[Second]
    attempts: Mapped[Count]
    next_s: Mapped[Second]


class BusinessDelivery(Table):
    """A message that the messenger did not take yet, with what it says; as a webhook."""

    __tablename__ = "business_deliveries"
    __table_args__ = (Index(None, "lane", "id"),)

    id: Mapped[Count] = mapped_column(primary_key=True, autoincrement=False)
    lane: Mapped[int] = mapped_column(BigInteger)
    number_id: Mapped[Name]
    body: Mapped[bytes] = mapped_column(LargeBinary)
    made_s: Mapped[Second]
    attempts: Mapped[Count]
    next_s: Mapped[Second]


class BusinessReport(Table):
    """That a person reported a business; once, however often they do."""

    __tablename__ = "business_reports"

    number_id: Mapped[Name] = mapped_column(primary_key=True)
    account: Mapped[ServiceId] = mapped_column(primary_key=True)
    at_s: Mapped[Second]


class BusinessMedia(Table):
    """A file. Its bytes lie in the folder of media, under its id."""

    __tablename__ = "business_media"
    __table_args__ = (Index(None, "expires_s"),)

    id: Mapped[Name] = mapped_column(primary_key=True)
    partner_id: Mapped[Name]
    number_id: Mapped[Name]
    type: Mapped[Name]
    digest: Mapped[Digest]
    size: Mapped[Count]
    made_s: Mapped[Second]
    expires_s: Mapped[Second]


class BusinessVersion(Table):
    """One row, raised by every change of what is not messages: a running service looks at it once a second."""

    __tablename__ = "business_version"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[Count]
