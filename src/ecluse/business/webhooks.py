"""Webhooks: the bytes that tell a business what happened, made once and then signed, kept and sent as they are.

One event in each: clients look at the first only. Shapes: Meta, "Webhooks"; what clients drop without is always there:
``contacts`` with ``user_id``, the time as text, ``sha256`` of media.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import msgspec

from ecluse.business.codes import ApiError
from ecluse.business.incoming import Incoming, Standing

OBJECT: Final = "whatsapp_business_account"
FIELD: Final = "messages"


class Line(NamedTuple):
    """Who talks with whom. waba: the business's account. number: as people dial it. name: the person's."""

    waba: str
    number_id: str
    number: str
    account: str
    user_id: str
    name: str


def message_webhook(line: Line, message_id: str, message: Incoming, at_s: int, *, context_from: str | None) -> bytes:
    """The webhook on a message of a person."""
    body: dict[str, Any] = {
        "from": line.account,
        "from_user_id": line.user_id,
        "id": message_id,
        "timestamp": str(at_s),
        "type": message.type,
        message.type: message.content,
    }
    context: dict[str, Any] = {}
    if message.context_id is not None:
        context |= {"from": context_from or line.number, "id": message.context_id}
    if message.forwarded:
        context["forwarded"] = True
    if message.often_forwarded:
        context["frequently_forwarded"] = True
    if context:
        body["context"] = context
    return _webhook(line, {"messages": [body]})


def status_webhook(
    line: Line,
    message_id: str,
    status: Standing,
    at_s: int,
    *,
    opaque: str | None,
    conversation_id: str,
    expires_s: int,
    error: ApiError | None = None,
) -> bytes:
    """The webhook on what became of a message of the business."""
    body: dict[str, Any] = {
        "id": message_id,
        "status": status.name.lower(),
        "timestamp": str(at_s),
        "recipient_id": line.account,
        "recipient_user_id": line.user_id,
    }
    if status is Standing.FAILED:
        body["errors"] = [(error or ApiError(131026, "The message could not be delivered.")).in_webhook()]
    else:
        body["conversation"] = {
            "id": conversation_id,
            "expiration_timestamp": str(expires_s),
            "origin": {"type": "service"},
        }
        body["pricing"] = {
            "billable": False,
            "pricing_model": "PMP",
            "type": "free_customer_service",
            "category": "service",
        }
    if opaque is not None:
        body["biz_opaque_callback_data"] = opaque
    return _webhook(line, {"statuses": [body]})


def _webhook(line: Line, event: dict[str, Any]) -> bytes:
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": line.number, "phone_number_id": line.number_id},
        "contacts": [{"profile": {"name": line.name}, "wa_id": line.account, "user_id": line.user_id}],
        **event,
    }
    return msgspec.json.encode(
        {"object": OBJECT, "entry": [{"id": line.waba, "changes": [{"field": FIELD, "value": value}]}]}
    )
