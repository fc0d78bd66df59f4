"""What an API answers instead of taking a message, as errors of our own, by what to do about them."""

from __future__ import annotations

from typing import Final

import msgspec

from ecluse.errors import EcluseError

DETAILS_CHARACTERS_MAX: Final = 2_000
NOT_OPEN: Final = 131047
THROTTLED: Final = frozenset((4, 80007, 130429, 131048, 131056, 133016))
"""Codes of too many messages or calls."""
AWAY: Final = frozenset((2, 131000, 131016))
"""Codes of a fault of the API."""
TOKEN: Final = frozenset((0, 190))
RETRY_MAX_S: Final = 3_600


class ApiRefusedError(EcluseError):
    """The API said no, and would again. code: the API's; None: it gave none. details: in its words. status: of HTTP."""

    def __init__(self, status: int, code: int | None, details: str) -> None:
        self.status, self.code, self.details = status, code, details
        super().__init__(f"the API refuses it ({code if code is not None else f'HTTP {status}'}): {details}")


class NotOpenError(ApiRefusedError):
    """The conversation is not open (131047): the person has to write first."""


class ApiLaterError(ApiRefusedError):
    """The API may take it later. retry_after_s: when, if it says so."""

    def __init__(self, status: int, code: int | None, details: str, retry_after_s: int | None = None) -> None:
        self.retry_after_s = retry_after_s
        super().__init__(status, code, details)


class ThrottledError(ApiLaterError):
    """Too many messages, or calls."""


class ApiAwayError(ApiLaterError):
    """The API has a fault, or takes nothing now."""


class TokenRefusedError(ApiLaterError):
    """The token is none, or none any more: somebody has to give the desk another."""


class UnreachableApiError(EcluseError):
    """The API can't be reached; it was asked nothing."""


class UnansweredError(EcluseError):
    """The API was asked and gave no answer: nobody knows whether it took the message."""


class _Data(msgspec.Struct):
    details: str | None = None


class _Error(msgspec.Struct):
    code: int | None = None
    message: str | None = None
    error_data: _Data | None = None
    error_user_msg: str | None = None


class _Body(msgspec.Struct):
    error: _Error | None = None


def failure_of(status: int, body: bytes, retry_after: str | None) -> ApiRefusedError:
    """What an answer of the API that is no 2xx means. retry_after: the header.

    >>> type(failure_of(400, b'{"error": {"code": 131047, "message": "Re-engagement"}}', None)).__name__
    'NotOpenError'
    >>> type(failure_of(429, b"", "7")).__name__, failure_of(429, b"", "7").retry_after_s
    ('ThrottledError', 7)
    """
    try:
        error = msgspec.json.decode(body, type=_Body).error or _Error()
    except (msgspec.DecodeError, UnicodeDecodeError):
        error = _Error()
    data = error.error_data
    details = (data.details if data is not None else None) or error.message or f"HTTP {status}"
    details = details.replace("\x00", "")[:DETAILS_CHARACTERS_MAX]
    wait_s = (
        min(int(retry_after), RETRY_MAX_S) if retry_after and retry_after.isascii() and retry_after.isdigit() else None
    )
    if error.code == NOT_OPEN:
        return NotOpenError(status, error.code, details)
    if error.code in TOKEN or status == 401:
        return TokenRefusedError(status, error.code, details, wait_s)
    if error.code in THROTTLED or status == 429:
        return ThrottledError(status, error.code, details, wait_s)
    if status >= 500 or error.code in AWAY:
        return ApiAwayError(status, error.code, details, wait_s)
    return ApiRefusedError(status, error.code, details)
