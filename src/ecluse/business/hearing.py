"""Hearing: what people write to a business and do about it, as their messenger tells.

A person's message opens the conversation's window, or holds it open. Ending a conversation, blocking and reporting
work at once, and count for the business's quality.
"""

from __future__ import annotations

import base64
import hashlib
from typing import Any, Final, NamedTuple

from ecluse.business import limits
from ecluse.business.codes import ApiError
from ecluse.business.composing import MEDIA_TYPES
from ecluse.business.directory import Number
from ecluse.business.exchange import Exchange, Recent
from ecluse.business.ids import WAMID, pair_hash
from ecluse.business.incoming import Deed, Incoming, Standing, check_incoming
from ecluse.business.media import check_kind
from ecluse.business.messenger import Person
from ecluse.business.webhooks import message_webhook
from ecluse.errors import InputError
from ecluse.events import Event
from ecluse.gate.verdict import Verdict
from ecluse.partners import Counts

NAME_MAX: Final = 100


class Heard(NamedTuple):
    """What became of a person's message. id: of the message, as the business knows it; None if it is not brought.

    verdict: of the gate, if it did not simply pass. repeated: it was there before.
    """

    id: str | None
    verdict: Verdict | None
    repeated: bool


class Hearing:
    """Takes what people do."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    def number(self, number: str) -> Number:
        """A business's number by what people dial. Raises InputError."""
        found = self._exchange.directory.by_number.get(number)
        if found is None or not found.registered or not self._exchange.directory.partner_of(found).is_admitted:
            raise InputError("to", number, "the number of a business that can be written to")
        return found

    async def person(self, account: str) -> Person:
        """Who somebody is. Raises InputError."""
        person = await self._exchange.person(account)
        if person is None:
            raise InputError("sender", account, "an account of the messenger")
        return person

    async def take(self, message: Incoming, now_ms: int) -> Heard:
        """Take a message of a person: judge it, keep it, and tell the business. Raises InputError, ApiError 2."""
        exchange, now_s = self._exchange, now_ms // 1000
        check_incoming(message)
        number = self.number(message.to)
        person = await self.person(message.sender)
        pair = pair_hash(number.id, message.sender)
        if pair in exchange.directory.blocked_by_user:
            raise InputError("to", message.to, "a business that this person has not blocked")
        message_id = _message_id(number.id, message.sender, message.id)
        if await exchange.message(message_id) is not None:
            return Heard(message_id, None, True)
        await self._complete_media(number, message, now_s)
        was_open = exchange.talk(number, message.sender, now_s).is_open(now_s)
        exchange.remember(message_id, Recent(number.id, message.sender, True, Standing.DELIVERED, None))
        event = Event(kind="send", at=now_ms, sender=message.sender, recipients=[number.number], id=message_id)
        verdict = await exchange.gate.judge(event)
        if verdict is not None and (verdict.outcome in ("refuse", "delay") or verdict.dropped):
            exchange.forget(message_id)
            return Heard(None, verdict, False)
        if pair in exchange.directory.blocked_by_business:
            return Heard(message_id, verdict, False)
        exchange.directory.ended.pop(pair, None)
        if not was_open:
            exchange.count(number, now_s, Counts(people=1))
        line = exchange.line(number, person)
        exchange.writer.batch.heard.append(
            {
                "number_id": number.id,
                "account": message.sender,
                "user_id": line.user_id,
                "name": person.name[:NAME_MAX],
                "opened_s": now_s,
                "heard_s": now_s,
                "ended_s": 0,
            }
        )
        exchange.writer.batch.messages.append(
            {
                "id": message_id,
                "number_id": number.id,
                "account": message.sender,
                "incoming": True,
                "type": message.type,
                "at_s": now_s,
                "status": int(Standing.DELIVERED),
                "opaque": None,
            }
        )
        context_from = await self._author(message.context_id, number)
        body = message_webhook(line, message_id, message, now_s, context_from=context_from)
        try:
            await exchange.commit(exchange.outbox.post(number.id, message.sender, body, now_s))
        except ApiError:
            exchange.forget(message_id)  # it is not there: told again, it is news
            raise
        return Heard(message_id, verdict, False)

    async def _author(self, message_id: str | None, number: Number) -> str | None:
        """Who wrote the message that is answered."""
        found = None if message_id is None else await self._exchange.message(message_id)
        return found.account if found is not None and found.incoming and found.number_id == number.id else None

    async def _complete_media(self, number: Number, message: Incoming, now_s: int) -> None:
        """Say of a picture and the like what its file is. Raises InputError."""
        if message.type not in MEDIA_TYPES:
            return
        content: Any = message.content
        expected = "the id of a file that was handed in for this number"
        try:
            media = await self._exchange.media.find(str(content["id"]), now_s)
            check_kind(media.type, message.type)
        except ApiError:
            raise InputError("content.id", content["id"], expected) from None
        if media.number_id != number.id:
            raise InputError("content.id", content["id"], expected)
        kept = {name: content[name] for name in ("caption", "filename", "voice", "animated") if name in content}
        message.content = {"id": media.id, "mime_type": media.type, "sha256": media.digest, **kept}

    async def do(self, deed: Deed, now_ms: int) -> None:
        """Let a person end a conversation, block, unblock or report. Doing it twice is doing it once.

        Raises InputError, ApiError 2.
        """
        exchange, now_s = self._exchange, now_ms // 1000
        number = self.number(deed.to)
        await self.person(deed.sender)
        pair = pair_hash(number.id, deed.sender)
        talk = exchange.talk(number, deed.sender, now_s)
        key = {"number": number.id, "whom": deed.sender}
        counts = Counts()
        if deed.deed == "end":
            if talk.is_open(now_s):
                exchange.directory.ended[pair] = now_s
                exchange.writer.batch.ended.append({**key, "ended_s": now_s})
                counts = Counts(endings=1)
        elif deed.deed == "unblock":
            exchange.directory.blocked_by_user.discard(pair)
            exchange.writer.batch.unblocks.append({**key, "by": True})
        elif deed.deed == "block":
            if pair not in exchange.directory.blocked_by_user:
                exchange.directory.blocked_by_user.add(pair)
                row = {"number_id": number.id, "account": deed.sender, "by_user": True, "at_s": now_s}
                exchange.writer.batch.blocks.append(row)
                counts = Counts(blocks=1)
                await self._tell_gate("block", deed, number, now_ms)
        elif pair not in exchange.reported and talk.heard_s:
            exchange.reported.add(pair)
            row = {"number_id": number.id, "account": deed.sender, "at_s": now_s}
            exchange.writer.batch.reports.append(row)
            counts = Counts(reports=1)
            await self._tell_gate("report", deed, number, now_ms)
        if counts != Counts() and talk.heard_s:  # who never talked with a business can't make it worse
            exchange.count(number, now_s, counts)
        try:
            await exchange.commit()
        except ApiError:
            exchange.reported.discard(pair)
            raise

    async def _tell_gate(self, kind: Any, deed: Deed, number: Number, now_ms: int) -> None:
        await self._exchange.gate.judge(Event(kind=kind, at=now_ms, sender=deed.sender, subject=number.number))


def _message_id(number_id: str, account: str, own_id: str) -> str:
    """The id of a message: the same for the same message of the messenger, however often it is told."""
    words = "\x00".join((number_id, account, own_id)).encode("utf-8", "surrogatepass")
    return WAMID + base64.b64encode(hashlib.blake2b(words, digest_size=24, person=b"ecluse:heard").digest()).decode()


def block_users(exchange: Exchange, number: Number, accounts: list[str], *, block: bool, now_s: int) -> list[str]:
    """Let a business block people, or unblock them: those whom it heard in the last 24 hours. Returns the others."""
    directory, failed = exchange.directory, []
    for account in accounts:
        pair = pair_hash(number.id, account)
        if not block:
            directory.blocked_by_business.discard(pair)
            exchange.writer.batch.unblocks.append({"number": number.id, "whom": account, "by": False})
        elif pair in directory.blocked_by_business:
            continue
        elif exchange.talk(number, account, now_s).heard_s > now_s - limits.WINDOW_S:
            directory.blocked_by_business.add(pair)
            row = {"number_id": number.id, "account": account, "by_user": False, "at_s": now_s}
            exchange.writer.batch.blocks.append(row)
        else:
            failed.append(account)
    return failed
