"""The error object and the codes of the business API, as its clients know them.

Codes, HTTP statuses and the shape are those of the WhatsApp Cloud API (Meta's page "Error codes"; for the status of
throttling the older 429). What is ours besides, clients hand through: ``rule``, ``since`` and ``retry_after``.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import msgspec

from ecluse.errors import EcluseError

METHOD_ERROR: Final = "GraphMethodException"
AUTH_ERROR: Final = "OAuthException"

UNKNOWN_NODE: Final = 33
"""Subcode of 100 for what is not there, or is somebody else's: nobody learns which."""


class ApiCode(NamedTuple):
    """One code: HTTP status, title, and when it is raised. retry: the same request may succeed later."""

    status: int
    title: str
    doc: str
    retry: bool = False


CODES: Final[dict[int, ApiCode]] = {
    0: ApiCode(401, "AuthException", "No token."),
    1: ApiCode(400, "API Unknown", "What nobody foresaw in a request."),
    2: ApiCode(503, "API Service", "The gate is starting, stopping, or cannot write.", True),
    4: ApiCode(429, "API Too Many Calls", "More calls of an app in an hour than its tier allows.", True),
    10: ApiCode(403, "API Permission Denied", "The partner is not verified, or its tier does not allow this."),
    100: ApiCode(400, "Invalid parameter", "No JSON, no `messaging_product`, or (subcode 33) no such node or edge."),
    190: ApiCode(401, "Access token has expired", "The token is unknown, expired or revoked."),
    368: ApiCode(403, "Temporarily blocked for policies violations", "The partner, or its provider, is suspended."),
    80007: ApiCode(429, "Rate limit issues", "More calls on one account of a business than its tier allows.", True),
    130429: ApiCode(429, "Rate limit hit", "More messages a second from one number than its tier allows.", True),
    131000: ApiCode(500, "Something went wrong", "A fault of the gate.", True),
    131008: ApiCode(400, "Required parameter is missing", "A field that the type of message needs."),
    131009: ApiCode(400, "Parameter value is not valid", "A value, its length, or how many there are."),
    131016: ApiCode(503, "Service unavailable", "The messenger takes nothing at the moment.", True),
    131026: ApiCode(400, "Message undeliverable", "No such user, or the user blocked the business: it is not told."),
    131031: ApiCode(403, "Business Account locked", "The partner was expelled."),
    131047: ApiCode(400, "Re-engagement message", "The user did not write in the last 24 hours, or ended it."),
    131048: ApiCode(429, "Spam rate limit hit", "The quality is red, or the terms refuse."),
    131051: ApiCode(400, "Unsupported message type", "A type that is not offered."),
    131052: ApiCode(400, "Media download error", "The media is gone."),
    131053: ApiCode(400, "Media upload error", "Its link, type or size.", True),
    131056: ApiCode(429, "(Business Account, Consumer Account) pair rate limit hit", "Too many to one user.", True),
    132000: ApiCode(400, "Number of parameters does not match the expected number of params", "Of a template."),
    132001: ApiCode(404, "Template name does not exist in the translation", "No template of that name and language."),
    133010: ApiCode(400, "Phone number not registered", "The number was given up."),
    139100: ApiCode(400, "Failed to block/unblock some users", "`failed_users` says which, and why."),
}
"""Every code that is raised."""


class ApiError(EcluseError):
    """An error to be answered. Only its code may be logged: the rest may hold what a caller sent.

    details: for the programmer, in words. user: title and text for the person. retry_after: seconds. members: go into
    the error object besides. beside: goes into the answer beside the error.
    """

    def __init__(
        self,
        code: int,
        details: str,
        *,
        subcode: int | None = None,
        user: tuple[str, str] | None = None,
        retry_after: int | None = None,
        members: Mapping[str, Any] | None = None,
        beside: Mapping[str, Any] | None = None,
    ) -> None:
        self.code, self.details, self.subcode, self.user = code, details, subcode, user
        self.status, self.title, _, self.retry = CODES[code]
        self.retry_after = 1 if retry_after is None and self.retry else retry_after
        self.members, self.beside = dict(members or {}), dict(beside or {})
        super().__init__(code)

    @property
    def headers(self) -> dict[str, str]:
        """Headers of the answer besides its type."""
        headers = {} if self.retry_after is None else {"retry-after": str(self.retry_after)}
        return headers | {"www-authenticate": "Bearer"} if self.status == 401 else headers

    def body(self) -> bytes:
        """The answer as JSON."""
        error: dict[str, Any] = {
            "message": f"(#{self.code}) {self.title}",
            "type": METHOD_ERROR if self.subcode == UNKNOWN_NODE else AUTH_ERROR,
            "code": self.code,
            "is_transient": self.retry,
            "error_data": {"messaging_product": "whatsapp", "details": self.details},
            "fbtrace_id": secrets.token_urlsafe(8),
        }
        if self.subcode is not None:
            error["error_subcode"] = self.subcode
        if self.user is not None:
            error["error_user_title"], error["error_user_msg"] = self.user
        if self.retry_after is not None:
            error["retry_after"] = self.retry_after
        return msgspec.json.encode({"error": error | self.members, **self.beside})

    def in_webhook(self) -> dict[str, Any]:
        """The same as a webhook has it."""
        return {
            "code": self.code,
            "title": self.title,
            "message": self.title,
            "error_data": {"details": self.details},
            "href": "https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/",
        }


def no_node(node: str) -> ApiError:
    """The error on an id that is not there or not the caller's, or an edge that is not offered."""
    details = (
        f"Object with ID '{node}' does not exist, cannot be loaded due to missing permissions, or does not support "
        "this operation"
    )
    return ApiError(100, details, subcode=UNKNOWN_NODE)


def missing(field: str) -> ApiError:
    """The error on a field that is not there."""
    return ApiError(131008, f"The parameter {field} is required.")


def invalid(field: str, expected: str) -> ApiError:
    """The error on a value that is not ``expected``."""
    return ApiError(131009, f"{field} is not {expected}.")
