"""What happens in Matrix, as Écluse's events: plain dicts, ready to be a line. Nothing here needs Synapse."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from html import unescape
from ipaddress import ip_address, ip_network
from re import compile
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
"""Types of events that reach people as messages. Reactions, votes and state are of other types."""

EDIT: Final = "m.replace"
"""The relation that makes a message a change of one that was counted. No other does: a message that says that it is a
reaction is shown as a message."""

TEXTUAL: Final = frozenset({"m.text", "m.notice", "m.emote"})
"""Kinds of messages whose body is what somebody wrote; that of the others is a file's name."""

HTML: Final = "org.matrix.custom.html"
REPLIED_TO: Final = "<mx-reply>", "</mx-reply>"
"""Around what a reply quotes: that is somebody else's, and stands at the start."""

FORWARDED: Final = ("m.forwarded", "org.matrix.msc2723.forwarded")
"""Where a forwarded message says what it is of (MSC2723); clients may leave it out."""

ID_MAX: Final = 255
AT_MS_MIN: Final = 946_684_800_000
"""2000-01-01, the earliest time that an event may have."""

TEXT_MAX: Final = 65_536
RECIPIENTS_MAX: Final = 1_024
HOPS_MAX: Final = 255
LANGUAGE: Final = compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,4}")
"""A tag of a language (BCP 47). What users choose is no more than a wish: it may be anything."""

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


def sent_at(said_ms: Any, now_ms: int) -> int:
    """When something was sent elsewhere: as its server says, but not in the future, nor before AT_MS_MIN.

    What is fetched afterwards, such as the history of a room that is joined, is of its own time, not of now.

    >>> sent_at(1_700_000_000_000, 1_700_000_360_000), sent_at(1_800_000_000_000, 1_700_000_000_000)
    (1700000000000, 1700000000000)
    """
    return min(said_ms, now_ms) if isinstance(said_ms, int) and said_ms >= AT_MS_MIN else now_ms


def event(kind: str, sender: str, facts: Facts, event_id: str, **more: Any) -> dict[str, Any]:
    """An event of Écluse; fields that are None are left out."""
    fields = {
        "kind": kind,
        "at": facts.at_ms,
        "sender": _id(sender),
        "id": _id(event_id),
        "registered_at": facts.registered_at,
        "language": facts.language,
        "network": facts.network,
        "device": _id(facts.device) if facts.device else None,
        **more,
    }
    return {name: value for name, value in fields.items() if value is not None}


def _id(said: str) -> str:
    """An id as the gate takes it. What Synapse lets pass may be no Unicode (lone surrogates), or too long."""
    return (said if said.isascii() else said.encode("utf-8", "replace").decode())[:ID_MAX]


def language_of(chosen: Any) -> str | None:
    """The language that somebody chose; None if what they chose is none.

    >>> language_of("pt-BR"), language_of("?"), language_of(5)
    ('pt-BR', None, None)
    """
    return chosen if isinstance(chosen, str) and LANGUAGE.fullmatch(chosen) else None


def audience(room_id: str, room: Room, sender: str, channel_members: int) -> dict[str, Any]:
    """To whom a message in a room goes: the other one of two, a group with its size, or a channel.

    >>> audience("!r", Room(1, 1, ["@ada:x", "@bob:x"]), "@ada:x", 100)
    {'chat': 'direct', 'recipients': ['@bob:x']}
    """
    if room.people <= 2:
        others = [one for one in room.members if one != sender]
        return {"chat": "direct", "recipients": [_id(one) for one in others[:1] or [sender]]}
    chat = "broadcast" if room.public and room.people > channel_members else "group"
    return {"chat": chat, "group": _id(room_id), "members": room.people - 1}


def edit_of(content: Mapping[str, Any]) -> str | None:
    """The event that a message says it changes; None if it is no edit. It may do so with what its sender wrote."""
    relation = content.get("m.relates_to")
    if not isinstance(relation, Mapping) or relation.get("rel_type") != EDIT:
        return None
    changed = relation.get("event_id")
    return changed if isinstance(changed, str) else None


def text_of(content: Mapping[str, Any]) -> str | None:
    """What somebody wrote, if it is there in clear: what clients show of it, which is the HTML if there is any."""
    body, html = content.get("body"), content.get("formatted_body")
    if content.get("msgtype") not in TEXTUAL or not isinstance(body, str):
        return None
    if content.get("format") == HTML and isinstance(html, str):
        body = _shown(html[:TEXT_MAX]) or body
    return body[:TEXT_MAX].encode("utf-8", "replace").decode() or None


def _shown(html: str) -> str:
    """What is read of a message's HTML, and where its links lead.

    >>> _shown('<mx-reply>He said</mx-reply><b>Buy</b> <a href="https://x.example/">this</a> &amp; that')
    'Buy this & that https://x.example/'
    """
    quoted, ends, after = html.partition(REPLIED_TO[1])
    first, *rest = (after if ends and quoted.startswith(REPLIED_TO[0]) else html).split("<")
    said, links = [first], []
    for part in rest:  # a regular expression would be at it for seconds where somebody wants it to
        tag, closed, after = part.partition(">")
        said.append(after if closed else part)
        _, is_link, where = tag.partition("href=")
        if closed and is_link:
            links.append(where[1:].partition(where[:1])[0])
    return " ".join([unescape("".join(said)).strip(), *map(unescape, links)]).strip()


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
    if parsed.version == 6 and parsed.ipv4_mapped is not None:  # as a listener at :: sees who comes over IPv4
        parsed = parsed.ipv4_mapped
    return str(ip_network(f"{parsed}/{24 if parsed.version == 4 else 48}", strict=False))


def creation(user: str, config: Mapping[str, Any], facts: Facts, event_id: str) -> tuple[dict[str, Any], list[str]]:
    """What making a room is, and whom it invites: a first contact with one, a group of several, or a room of nobody."""
    invited = config.get("invite")
    names = [one for one in invited if isinstance(one, str) and one] if isinstance(invited, Sequence) else []
    people = list(dict.fromkeys(names))[:RECIPIENTS_MAX]
    some = [_id(one) for one in people]
    if len(people) == 1 and config.get("preset") != "public_chat":
        return event("send", user, facts, event_id, chat="direct", recipients=some), people
    return event("create_group", user, facts, event_id, recipients=some or None), people


def invitation(inviter: str, invitee: str, room_id: str, room: Room, facts: Facts, event_id: str) -> dict[str, Any]:
    """What an invitation is: a first contact in a room of one, else an addition to a group."""
    if room.people <= 1:
        return event("send", inviter, facts, event_id, chat="direct", recipients=[_id(invitee)])
    return event(
        "add_to_group",
        inviter,
        facts,
        event_id,
        recipients=[_id(invitee)],
        group=_id(room_id),
        members=room.people,
    )


def joining(user: str, room_id: str, facts: Facts, event_id: str) -> dict[str, Any]:
    """Somebody who joins a room adds itself; that changes no count, and rules and sanctions are asked."""
    return event("add_to_group", user, facts, event_id, recipients=[_id(user)], group=_id(room_id))


def report(of: Mapping[str, Any], id_prefix: str) -> dict[str, Any] | None:
    """A report from Synapse's admin API, as an event; None if it does not say by whom, about whom and when."""
    reporter, subject = of.get("user_id"), of.get("sender") or of.get("target_user_id")
    at = of.get("received_ts")
    if not isinstance(reporter, str) or not isinstance(subject, str) or not isinstance(at, int):
        return None
    return {
        "kind": "report",
        "at": at,
        "sender": _id(reporter),
        "subject": _id(subject),
        "id": f"{id_prefix}-{of.get('id')}",
    }
