"""The exchange: where messages of businesses and of people change hands. Here are its parts, and what both ways share.

``sending.py`` is the way from a business to people, ``hearing.py`` the way back, ``standings.py`` what became of
messages.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from time import time
from typing import Any, Final, NamedTuple, Protocol

import msgspec
from sqlalchemy import select

from ecluse.business.codes import ApiError
from ecluse.business.directory import Directory, Number
from ecluse.business.ids import Secrets, pair_hash
from ecluse.business.incoming import Standing
from ecluse.business.mediastore import MediaStore
from ecluse.business.messenger import Delivery, Messenger, Person
from ecluse.business.outbox import Outbox
from ecluse.business.throttle import Throttle
from ecluse.business.webhooks import Line
from ecluse.business.window import is_open
from ecluse.business.writer import Writer
from ecluse.events import Event
from ecluse.gate.verdict import Verdict
from ecluse.outbound import Outbound
from ecluse.partners import Counts
from ecluse.partners.quality import DAY_S
from ecluse.records import Records
from ecluse.records.tables import BusinessConversation, BusinessMessage, BusinessReport

RECENT_MAX: Final = 100_000
"""Messages whose standing is known without looking into the records."""

PEOPLE_MAX: Final = 100_000
PERSON_S: Final = 30.0
"""So many people are known for so many seconds without asking the messenger again."""


class GatePort(Protocol):
    """What the exchange asks of a gate."""

    async def judge(self, event: Event) -> Verdict | None:
        """Judge an event; None: it simply passed. Raises ApiError 2 while there is no gate."""

    def last_heard_s(self, account_id: str, peer_id: str, now_s: int) -> int:
        """When a peer last wrote to an account; 0: never."""

    def in_force_since(self, now_s: int) -> str | None:
        """From when the terms in force are in force, as a date; None: since ever."""


class Recent(msgspec.Struct):
    """A message that something may still happen to."""

    number_id: str
    account: str
    incoming: bool
    standing: Standing
    opaque: str | None


class Talk(NamedTuple):
    """A conversation, as its window stands."""

    heard_s: int
    ended_s: int

    def is_open(self, now_s: int) -> bool:
        """Whether the business may write."""
        return is_open(self.heard_s, now_s, self.ended_s)


class Exchange:
    """The parts, and what both ways share."""

    def __init__(
        self,
        records: Records,
        writer: Writer,
        directory: Directory,
        secrets: Secrets,
        outbound: Outbound,
        media: MediaStore,
        messenger: Messenger,
        gate: GatePort,
    ) -> None:
        self.records, self.writer, self.directory, self.secrets = records, writer, directory, secrets
        self.outbound, self.media, self.messenger, self.gate = outbound, media, messenger, gate
        self.outbox = Outbox(records, writer, outbound, directory.receiver)
        self.throttle, self.pairs, self.calls = Throttle(), Throttle(), Throttle()
        self.reported: set[int] = set()
        self._recent: OrderedDict[str, Recent] = OrderedDict()
        self._people: OrderedDict[str, tuple[Person, float]] = OrderedDict()

    def start(self) -> None:
        """Know who reported whom before. Raises RecordsError."""
        query = select(BusinessReport.number_id, BusinessReport.account)
        with self.records.reading() as session:
            self.reported = {pair_hash(number_id, account) for number_id, account in session.execute(query)}

    def talk(self, number: Number, account: str, now_s: int) -> Talk:
        """How a conversation stands, by the gate's ledgers."""
        ended_s = self.directory.ended.get(pair_hash(number.id, account), 0)
        return Talk(self.gate.last_heard_s(number.number, account, now_s), ended_s)

    def count(self, number: Number, now_s: int, counts: Counts) -> None:
        """Count something of a number's partner, in memory and with the next batch."""
        partner_id, day = self.directory.partner_of(number).id, now_s // DAY_S
        self.directory.count(partner_id, day, counts)
        self.writer.batch.count(partner_id, day, counts)

    def line(self, number: Number, person: Person) -> Line:
        """Who talks with whom, as webhooks say it."""
        user_id = self.secrets.user_id(self.directory.partner_of(number).id, person.account, person.region)
        return Line(number.account_id, number.id, number.number, person.account, user_id, person.name)

    async def person(self, account: str) -> Person | None:
        """Who has an account, as the messenger says now, or said a short time ago."""
        known = self._people.get(account)
        if known is not None and known[1] > time():
            return known[0]
        person = await self.messenger.person(account)
        self._people.pop(account, None)
        if person is not None:
            self._people[account] = person, time() + PERSON_S
            if len(self._people) > PEOPLE_MAX:
                self._people.popitem(last=False)
        return person

    def remember(self, message_id: str, recent: Recent) -> None:
        """Know a message for a while."""
        self._recent[message_id] = recent
        if len(self._recent) > RECENT_MAX:
            self._recent.popitem(last=False)

    def forget(self, message_id: str) -> None:
        """Let a message not have been."""
        self._recent.pop(message_id, None)

    async def message(self, message_id: str) -> Recent | None:
        """A message; None if there is none of that id."""
        found = self._recent.get(message_id)
        if found is None:
            found = await asyncio.to_thread(self._read, message_id)
            if found is not None:
                found = self._recent.setdefault(message_id, found)
        return found

    def _read(self, message_id: str) -> Recent | None:
        with self.records.reading() as session:
            row = session.get(BusinessMessage, message_id)
            if row is None:
                return None
            return Recent(row.number_id, row.account, row.incoming, Standing(row.status), row.opaque)

    async def account_of(self, number: Number, user_id: str) -> str | None:
        """The account of a person whom a number's business knows by a user id; None if it knows nobody by it."""
        return await asyncio.to_thread(self._find_account, number.id, user_id)

    def _find_account(self, number_id: str, user_id: str) -> str | None:
        talks = BusinessConversation
        query = select(talks.account).where(talks.number_id == number_id, talks.user_id == user_id)
        with self.records.reading() as session:
            return session.scalar(query)

    async def commit(self, *begin: Callable[[], None]) -> None:
        """Wait until what was added to the batch is written, then begin what waits for it. Raises ApiError 2."""
        try:
            await self.writer.written()
        except Exception:
            raise ApiError(2, "The records take nothing at the moment.") from None
        for go in begin:
            go()


def delivery_bytes(delivery: Delivery) -> bytes:
    """A delivery as it waits."""
    return msgspec.json.encode(delivery)


_DELIVERY: Any = msgspec.json.Decoder(Delivery)


def read_delivery(body: bytes) -> Delivery:
    """A delivery that waited."""
    return _DELIVERY.decode(body)  # type: ignore[no-any-return]
