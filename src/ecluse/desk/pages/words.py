"""Words: times, windows, and what became of messages, as agents read them: moments in their zone, stamps in UTC."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from typing import Final

from ecluse.desk.lines import NOT_OPEN
from ecluse.desk.views import ConversationRow, Fate, MessageView, Window

PLAIN: Final = {
    NOT_OPEN: "more than 24 hours had passed since this person wrote, or they ended the conversation. "
    "You can write again once they write",
    0: "the API does not know the desk's token. Tell whoever runs the desk",
    190: "the API does not take the desk's token any more. Tell whoever runs the desk",
    100: "the API found something wrong in the message",
    130429: "too many messages were sent at once",
    131000: "something went wrong at the API",
    131005: "the desk may not do this. Tell whoever runs the desk",
    131009: "the API found something wrong in the message",
    131016: "the API is not available for the moment",
    131026: "this person cannot get the message: they may have blocked you, or have no such account",
    131048: "the API limits this number, for too many people complained",
    131051: "the API does not take messages of this type",
    131052: "the file could not be fetched",
    131053: "the file could not be uploaded",
    131056: "too many messages went to this person in a short time",
    133010: "the number is not registered with the API",
    368: "the API has blocked this business for breaking its terms",
}
"""Why a message was not sent, by the API's code."""
_DONE: Final = {
    Fate.WAITING: "waiting to be sent",
    Fate.SENDING: "being sent",
    Fate.SENT: "sent",
    Fate.DELIVERED: "delivered",
    Fate.READ: "read",
    Fate.PLAYED: "played",
    Fate.DROPPED: "not sent: they said stop before",
    Fate.RECEIVED: "",
}
_URGENT_S: Final = 3_600


def is_lost(fate: Fate) -> bool:
    """Whether a message will never arrive."""
    return fate in (Fate.FAILED, Fate.REFUSED, Fate.DROPPED)


def fate_of(message: MessageView) -> str:
    """What became of a message of ours; why not, in plain words, and the API's code for who has to ask them."""
    if message.fate not in (Fate.FAILED, Fate.REFUSED):
        said = _DONE[message.fate]
        return f"{said}; the last try: {message.error}" if message.fate is Fate.WAITING and message.error else said
    if message.fate is Fate.REFUSED and message.error:
        why = message.error.rstrip(".")
    else:
        why = PLAIN.get(message.code if message.code is not None else -1, message.error or "the API refused it")
    code = f" (code {message.code})" if message.code is not None else ""
    return f"not sent: {why[:1].lower()}{why[1:]}{code}"


def why_shut(row: ConversationRow, now_s: int, zone: tzinfo = UTC) -> str | None:
    """Why nothing can be written into a conversation; None: something can."""
    if row.stopped:
        return "They said stop. You can write again once they write."
    if now_s >= row.window.closes_s or not row.window.open:
        return f"Closed since {moment(row.window.closes_s, now_s, zone)}: 24 hours after they last wrote. " + (
            "You can write again once they write."
        )
    return None


def left(window: Window, now_s: int) -> str:
    """How long a conversation stays open: ``23 h 59 min``, ``59 min 10 s``; ``closed``.

    >>> left(Window(True, 90_000, 90_000), 3_610), left(Window(True, 90_000, 0), 89_990)
    ('23 h 59 min', '0 min 10 s')
    >>> left(Window(True, 90_000, 0), 90_000)
    'closed'
    """
    left_s = window.closes_s - now_s
    if not window.open or left_s <= 0:
        return "closed"
    hours, rest = divmod(left_s, 3_600)
    return f"{hours} h {rest // 60} min" if hours else f"{rest // 60} min {rest % 60} s"


def is_urgent(window: Window, now_s: int) -> bool:
    """Whether a conversation closes within the hour."""
    return window.open and 0 < window.closes_s - now_s <= _URGENT_S


def moment(at_s: int, now_s: int, zone: tzinfo = UTC) -> str:
    """When something was: the time, and the day if it was another than today's.

    >>> moment(1_795_910_400, 1_795_910_460), moment(1_795_910_400, 1_796_000_000), moment(1_795_910_400, 1_900_000_000)
    ('00:00', '29 Nov, 00:00', '29 Nov 2026, 00:00')
    """
    at, now = datetime.fromtimestamp(at_s, zone), datetime.fromtimestamp(now_s, zone)
    clock = f"{at:%H:%M}"
    if at.date() == now.date():
        return clock
    day = f"{at.day} {at:%b}" if at.year == now.year else f"{at.day} {at:%b %Y}"
    return f"{day}, {clock}"


def stamp(at_s: int) -> str:
    """A second as evidence has it: ``2026-11-29 00:00:00 UTC``."""
    return datetime.fromtimestamp(at_s, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def span(seconds: int | None) -> str:
    """How long something took: ``8 s``, ``3 min``, ``2 h 5 min``, ``3 d 4 h``; a dash if it did not happen.

    >>> span(8), span(185), span(7_500), span(273_600), span(None)
    ('8 s', '3 min', '2 h 5 min', '3 d 4 h', '–')
    """
    if seconds is None:
        return "–"
    if seconds < 60:
        return f"{seconds} s"
    if seconds < 3_600:
        return f"{seconds // 60} min"
    if seconds < 86_400:
        return f"{seconds // 3_600} h {seconds % 3_600 // 60} min"
    return f"{seconds // 86_400} d {seconds % 86_400 // 3_600} h"
