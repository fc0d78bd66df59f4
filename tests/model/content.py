"""What several accounts share, by brute force: every member of every content, domain, provider and network, in dicts.

Which texts are near-identical is said here, not found out: see ``TEXTS`` and ``FINGERPRINTS``.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from ecluse.events import Event
from tests.model.ledgers import DAY, Peer

WINDOWS = {"1h": 3_600, "24h": 86_400, "30d": 2_592_000}
NAN = math.nan
DOMAINS_MAX = 4

HOLIDAY = "You WON a holiday for two by the sea, call {} before the offer ends {}"
LOAN = "Dear customer, an instant loan without any papers is ready for you at {}"
TEXTS: dict[str, tuple[str | None, tuple[str, ...]]] = {
    HOLIDAY.format("0700 900 111", ""): ("holiday", ()),
    HOLIDAY.format("0700 900 222", "").upper(): ("holiday", ()),
    HOLIDAY.format("0700 900 333", "https://www.sea.example.com/x?utm_source=1"): ("holiday", ("example.com",)),
    LOAN.format("http://loan.co.uk/1"): ("loan", ("loan.co.uk",)),
    LOAN.format("http://loan.co.uk/2 or https://example.com or example.com"): ("loan", ("loan.co.uk", "example.com")),
    "ok": ("ok", ()),
    "OK 🎉": ("ok", ()),
    "a.com b.com c.com d.com e.com": ("five", ("a.com", "b.com", "c.com", "d.com", "e.com")),
    "🎉": (None, ()),
    "": (None, ()),
}
"""Texts, the cluster that each is of (None: nothing is left of it), and the domains that it links to."""

FINGERPRINTS: dict[int, str | None] = {
    0: None,
    0x0123456789ABCDEF: "left",
    0x0123456789ABCDEF ^ 0b111: "left",
    0xFEDCBA9876543210: "right",
}
"""Clients' fingerprints and their clusters."""

WINDOWED = (
    *("content.senders", "content.recipients", "content.strangers_share", "content.regions", "content.providers"),
    *("domain.senders", "domain.recipients", "domain.strangers_share"),
    *("provider.senders", "provider.recipients", "provider.strangers_share", "network.accounts_registered"),
)
PLAIN = ("content.hops", "content.age", "content.growth", "content.fact_checked", "content.truth")
NAMES = (*(f"{name}.{window}" for name in WINDOWED for window in WINDOWS), *PLAIN)

Key = tuple[str, object]
"""(sort, what it is)."""

Member = tuple[str, object]
"""(role, who)."""


@dataclass
class Thing:
    """One content, domain, provider or network. members: when each was last counted, and whether as a stranger."""

    first: int
    last: int
    hops: int = 0
    members: dict[Member, tuple[int, bool]] = field(default_factory=dict)

    def known_at(self, now: int) -> bool:
        return self.last > now - 30 * DAY


class Shared(NamedTuple):
    """What is asked about: the things of an event, each with the event's members counted in it."""

    things: list[tuple[str, Thing]]
    now: int

    def count(self, sort: str, role: str, window: int) -> float:
        """Distinct members of a role within a window, of the thing of a sort that has most."""
        counts = [len(self._within(thing, role, window)) for s, thing in self.things if s == sort]
        return float(max(counts)) if counts else NAN

    def share(self, sort: str, window: int) -> float:
        shares = []
        for s, thing in self.things:
            found = self._within(thing, "recipient", window)
            if s == sort and found:
                shares.append(sum(found) / len(found))
        return max(shares, default=NAN)

    def _within(self, thing: Thing, role: str, window: int) -> list[bool]:
        """Whether each member of a role that was counted within a window is a stranger."""
        width, now = window // 6, max(self.now, thing.last)
        return [
            stranger
            for (its_role, _), (second, stranger) in thing.members.items()
            if its_role == role and second // width > now // width - 6
        ]

    def value(self, name: str) -> float:
        """A signal."""
        if name == "content.growth":
            hour, day = (self.count("content", "recipient", WINDOWS[window]) for window in ("1h", "24h"))
            return hour * 24 / day if day > 0 else NAN
        if name == "content.truth":
            return NAN
        if name == "content.fact_checked":
            return 0.0 if any(sort == "content" for sort, _ in self.things) else NAN
        if name in ("content.age", "content.hops"):
            content = [thing for sort, thing in self.things if sort == "content"]
            values = [thing.hops if name == "content.hops" else max(0, self.now - thing.first) for thing in content]
            return float(values[0]) if values else NAN
        sort, what, window_name = name.split(".")
        window = WINDOWS[window_name]
        if what == "strangers_share":
            return self.share(sort, window)
        return self.count(sort, {"accounts_registered": "sender"}.get(what, what.removesuffix("s")), window)


def keys_of(event: Event) -> list[Key]:
    """The things that an event is about."""
    keys: list[Key] = []
    if event.kind in ("send", "forward"):
        cluster, domains = TEXTS[event.text] if event.text is not None else (None, ())
        if event.text is None and event.fingerprint is not None:
            cluster = FINGERPRINTS[event.fingerprint]
        keys += [("content", cluster)] if cluster is not None else []
        keys += [("domain", domain) for domain in domains[:DOMAINS_MAX]]
    keys += [("provider", event.provider)] if event.provider is not None else []
    keys += [("network", event.network)] if event.network is not None else []
    return keys


def members_of(event: Event, sort: str, strangers: dict[Peer, bool]) -> dict[Member, bool]:
    """Who an event counts in a thing of a sort. strangers: the peers that it goes to, and whether each is one."""
    counts = event.kind == "register" if sort == "network" else event.kind in ("send", "forward")
    if not counts:
        return {}
    members: dict[Member, bool] = {("sender", event.sender): False}
    if sort == "network":
        return members
    if sort == "content":
        members |= {("region", event.region.upper()): False} if event.region is not None else {}
        members |= {("provider", event.provider): False} if event.provider is not None else {}
    return members | {("recipient", peer): stranger for peer, stranger in strangers.items()}


class Content:
    """Everything that is shared."""

    def __init__(self) -> None:
        self.things: dict[Key, Thing] = {}

    def of(self, event: Event, now: int) -> Iterable[Thing]:
        """The things of an event that are known."""
        return (thing for key in keys_of(event) if (thing := self.things.get(key)) and thing.known_at(now))

    def counted(self, event: Event, now: int, strangers: dict[Peer, bool]) -> Shared:
        """The things of an event with the event counted in them, however far ahead their time is."""
        found = []
        for sort, key in keys_of(event):
            thing = self.things.get((sort, key))
            if thing is None or not thing.known_at(now):
                thing = Thing(now, now)
            members = dict(thing.members)
            for member, stranger in members_of(event, sort, strangers).items():
                members[member] = (max(now, thing.last), stranger)
            found.append((sort, Thing(thing.first, thing.last, max(thing.hops, hops_of(event)), members)))
        return Shared(found, now)

    def keep(self, event: Event, at: int, strangers: dict[Peer, bool]) -> None:
        """Count an event that took place."""
        for sort, key in keys_of(event):
            members = members_of(event, sort, strangers)
            if not members:
                continue
            thing = self.things.get((sort, key))
            if thing is None or not thing.known_at(at):
                thing = self.things[sort, key] = Thing(at, at)
            thing.first, thing.last = min(thing.first, at), max(thing.last, at)
            thing.hops = max(thing.hops, hops_of(event))
            for member, stranger in members.items():
                before, _ = thing.members.get(member, (0, False))
                if at >= before:
                    thing.members[member] = (at, stranger)


def hops_of(event: Event) -> int:
    """How often a message was forwarded; 0 for a plain send."""
    if event.kind != "forward":
        return 0
    return 1 if event.hops is None else min(event.hops, 255)
