"""The loopback messenger: its people are made up, and live in memory, so that the API can be tried with nothing else.

Their messages come in by the same routes as a real messenger's. Bounded: so many people, so many messages each.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator
from typing import Final

import msgspec

from ecluse.business.incoming import Standing
from ecluse.business.messenger import Delivery, Person, UndeliverableError
from ecluse.errors import InputError

PEOPLE_MAX: Final = 1_000_000
INBOX_MAX: Final = 200
"""Messages kept for each person; the oldest go."""

SEEN_MAX: Final = 100_000
"""Ids of messages remembered, so that one brought twice is there once."""

Reporter = Callable[[str, Standing], None]
"""Told at once what became of a message."""


class Shown(msgspec.Struct):
    """What a person sees of a business: up to which of its messages that business read, and whether it is writing."""

    read: str | None = None
    typing: bool = False


class Loopback:
    """A messenger in memory. report: told of each delivery; to be set before the first."""

    def __init__(self, report: Reporter | None = None) -> None:
        self.report = report
        self._people: dict[str, Person] = {}
        self._inboxes: dict[str, OrderedDict[str, Delivery]] = {}
        self._shown: dict[str, dict[str, Shown]] = {}
        self._seen: OrderedDict[str, None] = OrderedDict()

    def add(self, person: Person) -> None:
        """Let there be a person; one of the same account is replaced. Raises InputError."""
        if person.account not in self._people and len(self._people) >= PEOPLE_MAX:
            raise InputError("account", person.account, f"one of at most {PEOPLE_MAX}")
        self._people[person.account] = person

    def inbox(self, account: str) -> Iterator[Delivery]:
        """What a person got, the oldest first."""
        return iter(self._inboxes.get(account, {}).values())

    def shown(self, account: str) -> dict[str, Shown]:
        """What a person sees of each business, by its number."""
        return self._shown.get(account, {})

    async def person(self, account: str) -> Person | None:
        """Who has this account."""
        return self._people.get(account)

    async def deliver(self, delivery: Delivery) -> None:
        """Put a message into a person's inbox."""
        if delivery.account not in self._people:
            raise UndeliverableError
        if delivery.id in self._seen:
            return
        self._seen[delivery.id] = None
        if len(self._seen) > SEEN_MAX:
            self._seen.popitem(last=False)
        inbox = self._inboxes.setdefault(delivery.account, OrderedDict())
        inbox[delivery.id] = delivery
        if len(inbox) > INBOX_MAX:
            inbox.popitem(last=False)
        if self.report is not None:
            self.report(delivery.id, Standing.DELIVERED)

    async def show(self, account: str, number: str, *, read: str | None, typing: bool) -> None:
        """Show a person what the business did."""
        if account in self._people:
            self._shown.setdefault(account, {})[number] = Shown(read, typing)
