"""One event: its fields, and what each may hold.

Only ``kind``, ``at`` and ``sender`` are always needed; a send or forward also needs its recipients or its group, and
a report or block its subject. An answer is a plain send the other way.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from ecluse.events.regions import EXPECTED_REGION, REGION

BATCH_MAX = 4_096
"""Events judged at once; longer batches are cut."""

RECIPIENTS_MAX = 1_024
"""Recipients of one event."""

ID_CHARACTERS_MAX = 255
"""Characters of an id."""

TEXT_CHARACTERS_MAX = 65_536
"""Characters of a text."""

MEMBERS_MAX = 10_000_000
"""Members of a group."""

HOPS_MAX = 1_000_000
"""Hops of a forward."""

AT_MS_MIN = 946_684_800_000
"""2000-01-01, the earliest time an event may have, in epoch milliseconds."""

AT_MS_MAX = 4_102_444_800_000
"""2100-01-01, the first time an event may no longer have, in epoch milliseconds."""

EXPECTED_TIME = "RFC 3339 or epoch milliseconds, from 2000 to 2099"

Id = Annotated[str, Meta(min_length=1, max_length=ID_CHARACTERS_MAX)]
Region = Annotated[str, Meta(pattern=rf"^{REGION}$(?!\n)")]
Time = Annotated[int, Meta(ge=AT_MS_MIN, lt=AT_MS_MAX)] | Annotated[datetime, Meta(tz=True)]
KindWord = Literal["send", "forward", "register", "create_group", "add_to_group", "report", "block", "import_contacts"]
ChatWord = Literal["direct", "group", "broadcast"]
AccountKindWord = Literal["personal", "business", "client"]


class Event(msgspec.Struct, kw_only=True, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """Something that an account did. ``at`` and ``registered_at``: RFC 3339 or epoch milliseconds.

    With a ``group`` the group is the one peer, and ``recipients`` are not looked at.
    """

    kind: KindWord
    at: Time
    sender: Id
    id: Id | None = None
    recipients: Annotated[list[Id], Meta(min_length=1, max_length=RECIPIENTS_MAX)] | None = None
    chat: ChatWord | None = None
    group: Id | None = None
    members: Annotated[int, Meta(ge=1, le=MEMBERS_MAX)] | None = None
    text: Annotated[str, Meta(max_length=TEXT_CHARACTERS_MAX)] | None = None
    fingerprint: Annotated[int, Meta(ge=0)] | None = None
    hops: Annotated[int, Meta(ge=0, le=HOPS_MAX)] | None = None
    origin: Id | None = None
    sender_kind: AccountKindWord | None = None
    registered_at: Time | None = None
    tool: Id | None = None
    provider: Id | None = None
    network: Id | None = None
    device: Id | None = None
    region: Region | None = None
    language: Id | None = None
    subject: Id | None = None


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def milliseconds(time: int | datetime) -> int:
    """Epoch milliseconds of an event's time.

    >>> milliseconds(datetime.fromisoformat("2019-12-07T00:00:00+00:00"))
    1575676800000
    """
    return time if isinstance(time, int) else (time - _EPOCH) // _MILLISECOND


_EXPECTED: dict[str, str] = {
    "kind": "one of " + ", ".join(KindWord.__args__),  # type: ignore[attr-defined]
    "chat": "one of " + ", ".join(ChatWord.__args__),  # type: ignore[attr-defined]
    "sender_kind": "one of " + ", ".join(AccountKindWord.__args__),  # type: ignore[attr-defined]
    "at": EXPECTED_TIME,
    "registered_at": EXPECTED_TIME,
    "recipients": f"1 to {RECIPIENTS_MAX} ids of 1 to {ID_CHARACTERS_MAX} characters",
    "members": f"a whole number from 1 to {MEMBERS_MAX}",
    "hops": f"a whole number from 0 to {HOPS_MAX}",
    "fingerprint": "a whole number of 64 bits",
    "region": EXPECTED_REGION,
    "text": f"a text of up to {TEXT_CHARACTERS_MAX} characters",
}


def expected(field: str) -> str:
    """What a field of an event may hold, in words."""
    return _EXPECTED.get(field, f"an id of 1 to {ID_CHARACTERS_MAX} characters")
