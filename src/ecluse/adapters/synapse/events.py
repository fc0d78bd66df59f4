"""What happens in Matrix, as Écluse's events: plain dicts, ready to be a line. Nothing here needs Synapse."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from ipaddress import ip_address, ip_network
from typing import Any, Final, NamedTuple

MESSAGES: Final = frozenset(
    {
        "m.room.message",
        "m.room.encrypted",
        "m.sticker",
        "m.poll.start",
        "org.matrix.msc3381.poll.start",
        "m.call.invite",
    }
)
"""Types of events that reach people as messages. Reactions, edits, votes and state do not count as sends."""

QUIET_RELATIONS: Final = frozenset({"m.replace", "m.annotation"})
"""Relations that make an event a change of, or a sign at, one that was counted."""

TEXTUAL: Final = frozenset({"m.text", "m.notice", "m.emote"})
"""Kinds of messages whose body is what somebody wrote; that of the others is a file's name."""

FORWARDED: Final = ("m.forwarded", "org.matrix.msc2723.forwarded")
"""Where a forwarded message says what it is of (MSC2723); clients may leave it out."""

ID_MAX: Final = 255
TEXT_MAX: Final = 65_536
RECIPIENTS_MAX: Final = 1_024
HOPS_MAX: Final = 255
NETWORKS_KEPT: Final = 10_000
"""Addresses whose network need not be worked out again."""


class Room(NamedTuple):
    """Who is in a room. members: the first of them, joined or invited; all where there are at most two."""

    joined: int
    invited: int
    members: Sequence[str]
    public: bool = False

    @property
    def people(self) -> int:
        """Members, those invited included: they are written to as well."""
        return self.joined + self.invited


class Facts(NamedTuple):
    """What is known of who acts. at_ms: now. Each may be None."""

    at_ms: int
    registered_at: int | None = None
    language: str | None = None
    network: str | None = None
    device: str | None = None


def event(kind: str, sender: str, facts: Facts, event_id: str, **more: Any) -> dict[str, Any]:
    """An event of Écluse; fields that are None are left out."""
    fields = {
        "kind": kind,
        "at": facts.at_ms,
        "sender": sender[:ID_MAX],
        "id": event_id[:ID_MAX],
        "registered_at": facts.registered_at,
        "language": facts.language,
        "network": facts.network,
        "device": facts.device[:ID_MAX] if facts.device else None,
        **more,
    }
    return {name: value for name, value in fields.items() if value is not None}


def audience(room_id: str, room: Room, sender: str, channel_members: int) -> dict[str, Any]:
    """To whom a message in a room goes: the other one of two, a group with its size, or a channel.

    >>> audience("!r", Room(1, 1, ["@ada:x", "@bob:x"]), "@ada:x", 100)
    {'chat': 'direct', 'recipients': ['@bob:x']}
    """
    if room.people <= 2:
        others = [one for one in room.members if one != sender]
        return {"chat": "direct", "recipients": [one[:ID_MAX] for one in others[:1] or [sender]]}
    chat = "broadcast" if room.public and room.people > channel_members else "group"
    return {"chat": chat, "group": room_id[:ID_MAX], "members": room.people - 1}


def is_message(event_type: str, content: Mapping[str, Any]) -> bool:
    """Whether an event is a message that counts as a send."""
    if event_type not in MESSAGES:
        return False
    relation = content.get("m.relates_to")
    return not (isinstance(relation, Mapping) and relation.get("rel_type") in QUIET_RELATIONS)


def text_of(content: Mapping[str, Any]) -> str | None:
    """What somebody wrote, if it is there in clear."""
    body = content.get("body")
    if content.get("msgtype") not in TEXTUAL or not isinstance(body, str) or not body:
        return None
    return body[:TEXT_MAX].encode("utf-8", "replace").decode()


def forwarded_from(content: Mapping[str, Any]) -> str | None:
    """The event that a message says it is a forward of; "" if it does not say of which; None if it is no forward."""
    for name in FORWARDED:
        mark = content.get(name)
        if isinstance(mark, Mapping):
            origin = mark.get("event_id")
            return origin if isinstance(origin, str) else ""
    return None


@lru_cache(maxsize=NETWORKS_KEPT)
def network_of(address: str | None) -> str | None:
    """The network that an address is in: of an IPv4 address /24, of an IPv6 address /48.

    >>> network_of("203.0.113.77"), network_of("2001:db8:1:2::3"), network_of("not one")
    ('203.0.113.0/24', '2001:db8:1::/48', None)
    """
    try:
        parsed = ip_address(address or "")
    except ValueError:
        return None
    return str(ip_network(f"{parsed}/{24 if parsed.version == 4 else 48}", strict=False))


def creation(user: str, config: Mapping[str, Any], facts: Facts, event_id: str) -> tuple[dict[str, Any], list[str]]:
    """What making a room is, and whom it invites: a first contact with one, a group of several, or a room of nobody."""
    invited = config.get("invite")
    names = [one for one in invited if isinstance(one, str) and one] if isinstance(invited, Sequence) else []
    people = list(dict.fromkeys(names))[:RECIPIENTS_MAX]
    some = [one[:ID_MAX] for one in people]
    if len(people) == 1 and config.get("preset") != "public_chat":
        return event("send", user, facts, event_id, chat="direct", recipients=some), people
    return event("create_group", user, facts, event_id, recipients=some or None), people


def invitation(inviter: str, invitee: str, room_id: str, room: Room, facts: Facts, event_id: str) -> dict[str, Any]:
    """What an invitation is: a first contact in a room of one, else an addition to a group."""
    if room.people <= 1:
        return event("send", inviter, facts, event_id, chat="direct", recipients=[invitee[:ID_MAX]])
    return event(
        "add_to_group",
        inviter,
        facts,
        event_id,
        recipients=[invitee[:ID_MAX]],
        group=room_id[:ID_MAX],
        members=room.people,
    )


def joining(user: str, room_id: str, facts: Facts, event_id: str) -> dict[str, Any]:
    """Somebody who joins a room adds itself; that changes no count, and rules and sanctions are asked."""
    return event("add_to_group", user, facts, event_id, recipients=[user[:ID_MAX]], group=room_id[:ID_MAX])


def report(of: Mapping[str, Any], id_prefix: str) -> dict[str, Any] | None:
    """A report from Synapse's admin API, as an event; None if it does not say by whom, about whom and when."""
    reporter, subject = of.get("user_id"), of.get("sender") or of.get("target_user_id")
    at = of.get("received_ts")
    if not isinstance(reporter, str) or not isinstance(subject, str) or not isinstance(at, int):
        return None
    return {
        "kind": "report",
        "at": at,
        "sender": reporter[:ID_MAX],
        "subject": subject[:ID_MAX],
        "id": f"{id_prefix}-{of.get('id')}",
    }
