"""The window of a conversation: a business writes only within 24 hours of the user's last message.

The hours are counted from the gate's ledgers, to the second. A user's next message opens a window anew; a user who
ends a conversation, or blocks the business, closes it at once.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from ecluse.business.codes import ApiError
from ecluse.business.limits import WINDOW_S
from ecluse.wire import time_form

RULE: Final = "conversation-window"

CLAUSE: Final = "A business may write only within 24 hours of a person's last message to it."

_TITLE: Final = "Waiting for the customer"


def is_open(heard_s: int, now_s: int, ended_s: int = 0) -> bool:
    """Whether a business may write. heard_s: when the user last wrote; 0: never. ended_s: when the user ended it.

    >>> is_open(100, 100 + 86_399), is_open(100, 100 + 86_400), is_open(0, 50), is_open(100, 120, ended_s=110)
    (True, False, False, False)
    """
    return heard_s > 0 and heard_s > now_s - WINDOW_S and (ended_s == 0 or heard_s > ended_s)


def expires_s(heard_s: int) -> int:
    """The first second at which a window is closed."""
    return heard_s + WINDOW_S


def closed_error(heard_s: int, ended_s: int, *, template: bool, since: str) -> ApiError:
    """Error 131047: why the business may not write, and what would help. since: from when the rule is in force."""
    if heard_s == 0:
        why = "This person has not written to you."
    elif ended_s >= heard_s:
        why = "This person ended the conversation."
    else:
        last = datetime.fromtimestamp(heard_s, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
        why = f"This person last wrote to you at {last}, more than 24 hours ago."
    no_template = (
        " A template does not help: templates are answers inside an open conversation, none opens one"
        f" (in force since {since})."
    )
    details = f"{CLAUSE} {why}{no_template} Wait for the person's next message; trying again does not help."
    members = {
        "rule": RULE,
        "since": since,
        "last_heard": time_form(heard_s) if heard_s else None,
        "template": template,
    }
    return ApiError(131047, details, user=(_TITLE, f"{why} You can answer once they write again."), members=members)
