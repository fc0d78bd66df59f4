"""What people do, as a messenger tells it: messages, statuses, endings, blocks and reports."""

from __future__ import annotations

from enum import IntEnum
from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import Meta

from ecluse.business import limits
from ecluse.errors import InputError
from ecluse.events import ID_CHARACTERS_MAX

Account = Annotated[str, Meta(min_length=1, max_length=limits.USER_ID_MAX)]
Number = Annotated[str, Meta(min_length=1, max_length=ID_CHARACTERS_MAX)]
MessageId = Annotated[str, Meta(min_length=1, max_length=limits.MESSAGE_ID_MAX)]

MEDIA_TYPES: Final = ("image", "video", "audio", "document", "sticker")
CONTENT_BYTES_MAX: Final = 128 << 10


class Standing(IntEnum):
    """What became of a message; it only goes up."""

    ACCEPTED = 0
    SENT = 1
    DELIVERED = 2
    READ = 3
    PLAYED = 4
    FAILED = 5


class Incoming(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A message of a person to a business. to: the business's number. content: as its type has it in a webhook.

    id: the messenger's own; the same twice is one message. media: of a picture and the like, an id of the door
    ``/v1/messenger/media``. context_id: the message that it answers.
    """

    id: MessageId
    sender: Account
    to: Number
    type: Literal[
        "text", "image", "video", "audio", "document", "sticker", "location", "contacts", "reaction", "interactive"
    ]
    content: dict[str, Any] | list[dict[str, Any]]
    context_id: MessageId | None = None
    forwarded: bool = False
    often_forwarded: bool = False


class Report(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What became of a message of a business. id: of the message."""

    id: MessageId
    status: Literal["delivered", "read", "played", "failed"]


class Deed(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Something that a person does about a business: ``end`` a conversation, ``block``, ``unblock``, ``report``."""

    sender: Account
    to: Number
    deed: Literal["end", "block", "unblock", "report"]


def check_incoming(message: Incoming) -> Incoming:
    """Check what the schema can't say. Raises InputError."""
    content = message.content
    if len(msgspec.json.encode(content)) > CONTENT_BYTES_MAX:
        raise InputError("content", "…", f"at most {CONTENT_BYTES_MAX} bytes")
    needed = {"text": "body", "reaction": "message_id", "location": "latitude", "interactive": "type"}
    needed |= dict.fromkeys(MEDIA_TYPES, "id")
    if message.type == "interactive" and message.context_id is None:
        raise InputError("context_id", None, "the id of the message whose button or row was tapped")
    if message.type == "contacts":
        if not isinstance(content, list):
            raise InputError("content", content, "a list of contacts")
    elif not isinstance(content, dict) or content.get(needed[message.type]) in (None, ""):
        raise InputError("content", content, f"an object with {needed[message.type]}")
    return message
