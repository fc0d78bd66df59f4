"""The port to a messenger: what the business API asks of the service that brings messages to people.

A messenger delivers, once for each id however often it is asked, and reports what became of it. What people do comes
the other way, as ``Incoming`` (see ``incoming.py``). ``loopback.py`` is one that ships.
"""

from __future__ import annotations

from typing import Any, Protocol

import msgspec

from ecluse.errors import EcluseError


class Person(msgspec.Struct, frozen=True):
    """Somebody whom a messenger can reach. region: ISO 3166, if it knows."""

    account: str
    name: str
    region: str | None = None


class Delivery(msgspec.Struct, frozen=True):
    """A message on its way to a person. number: what the business is known by. media: where its file lies, if any."""

    id: str
    number: str
    business: str
    account: str
    type: str
    content: Any
    at_s: int
    context_id: str | None = None
    media: str | None = None


class UndeliverableError(EcluseError):
    """A person can't be reached, and trying again won't help."""


class MessengerBusyError(EcluseError):
    """The messenger can't be reached, or takes nothing now; trying again will help."""


class Messenger(Protocol):
    """Brings messages to people."""

    async def person(self, account: str) -> Person | None:
        """Who has this account; None if nobody has."""

    async def deliver(self, delivery: Delivery) -> None:
        """Take a message; the same id twice is one message. Raises UndeliverableError, MessengerBusyError.

        Once it returns the message counts as sent; that it was delivered and read is reported afterwards.
        """

    async def show(self, account: str, number: str, *, read: str | None, typing: bool) -> None:
        """Show a person that the business read up to the message ``read``, or that it is writing."""
