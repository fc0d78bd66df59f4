"""Sending: the way of a business's message to a person. Whether it may go is decided before it is answered.

In this order: what it says, who it is for, whether that person wants it, the window, how many, its media, and the
terms: every message is an event of the gate.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from time import time
from typing import Any, Final
from urllib.parse import unquote, urlsplit

import httpcore
import msgspec
from sqlalchemy import select

from ecluse.business import limits
from ecluse.business.codes import ApiError, invalid, missing
from ecluse.business.composing import Content, compose, decode_outgoing, media_of
from ecluse.business.directory import Caller, Number
from ecluse.business.exchange import Exchange, Recent, delivery_bytes, read_delivery
from ecluse.business.ids import new_message_id, pair_hash
from ecluse.business.incoming import Standing
from ecluse.business.lanes import Item
from ecluse.business.media import check_kind, media_type
from ecluse.business.mediastore import Media
from ecluse.business.messenger import Delivery, MessengerBusyError, Person, UndeliverableError
from ecluse.business.outgoing import Outgoing
from ecluse.business.queue import Queue
from ecluse.business.standings import Standings
from ecluse.business.templates import fill
from ecluse.business.window import closed_error
from ecluse.events import Event
from ecluse.gate.verdict import Verdict
from ecluse.outbound import AddressRefusedError, OutboundError
from ecluse.partners import Counts, Rating, tier_of
from ecluse.records.tables import BusinessDelivery, BusinessRequest

FETCH_S: Final = 15.0
"""Seconds for a link to media to be fetched."""

SUCCESS: Final = b'{"success":true}'

_ENCODER: Final = msgspec.json.Encoder()


class Sending:
    """Takes what businesses send, and brings it to people."""

    def __init__(self, exchange: Exchange, standings: Standings) -> None:
        self._exchange, self._standings = exchange, standings
        self.queue = Queue(
            exchange.records, exchange.writer, BusinessDelivery, self._deliver, lambda number_id: number_id
        )
        self._under_way: dict[tuple[str, str], asyncio.Future[bytes]] = {}

    async def take(self, caller: Caller, number: Number, body: bytes, key: str | None, now_ms: int) -> bytes:
        """Take one request to ``P/messages``. key: what makes a repeated request one request. Returns the answer.

        Raises ApiError.
        """
        message = decode_outgoing(body)
        if message.status is not None:
            return await self._mark(number, message)
        if key is None:
            return await self._send(caller, number, message, now_ms, None)
        return await self._once(caller, number, message, body, key, now_ms)

    async def _once(
        self, caller: Caller, number: Number, message: Outgoing, body: bytes, key: str, now_ms: int
    ) -> bytes:
        if not 0 < len(key) <= limits.IDEMPOTENCY_KEY_MAX or not key.isprintable():
            raise invalid("Idempotency-Key", f"1 to {limits.IDEMPOTENCY_KEY_MAX} printable characters")
        digest, place = hashlib.sha256(body).hexdigest(), (number.id, key)
        under_way = self._under_way.get(place)
        if under_way is not None:
            await asyncio.wait([under_way])
        known = await asyncio.to_thread(self._read_request, number.id, key)
        if known is not None and known[2] > now_ms // 1000 - limits.IDEMPOTENCY_S:
            if known[0] != digest:
                raise invalid("Idempotency-Key", "one that was not used for another message in the last 24 hours")
            return known[1]
        mine: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        if self._under_way.setdefault(place, mine) is not mine:
            return await self._once(caller, number, message, body, key, now_ms)
        try:
            return await self._send(caller, number, message, now_ms, (key, digest))
        finally:
            del self._under_way[place]
            mine.cancel()

    def _read_request(self, number_id: str, key: str) -> tuple[str, bytes, int] | None:
        table = BusinessRequest
        query = select(table.digest, table.answer, table.at_s).where(table.number_id == number_id, table.key == key)
        with self._exchange.records.reading() as session:
            found = session.execute(query).one_or_none()
            return None if found is None else (found[0], found[1], found[2])

    async def _send(
        self, caller: Caller, number: Number, message: Outgoing, now_ms: int, once: tuple[str, str] | None
    ) -> bytes:
        exchange, now_s = self._exchange, now_ms // 1000
        kind = message.type or "text"
        content = compose(message)
        partner = exchange.directory.partner_of(number)
        account, person = await self._recipient(number, message)
        talk = exchange.talk(number, account, now_s)
        if not talk.is_open(now_s):
            exchange.count(number, now_s, Counts(pushes=1))
            exchange.writer.begin()
            since = exchange.gate.in_force_since(now_s) or _date(number.created_s)
            raise closed_error(talk.heard_s, talk.ended_s, template=kind == "template", since=since)
        self._check_standing(caller, number, now_s)
        self._check_rates(number, account, now_ms)
        if kind == "template":
            kind, content = "text", fill(exchange.directory.templates.get(number.account_id, []), content)
            accepted = True
        else:
            accepted = False
        media = await self._media(number, kind, content, now_s)
        message_id = new_message_id()
        await self._judge(number, partner.provider_id, account, message_id, now_ms)
        delivery = Delivery(
            id=message_id,
            number=number.number,
            business=number.name,
            account=account,
            type=kind,
            content=content,
            at_s=now_s,
            context_id=message.context.message_id if message.context else None,
            media=None if media is None else str(exchange.media.path(media.id)),
        )
        opaque = message.biz_opaque_callback_data
        exchange.writer.batch.messages.append(
            {
                "id": message_id,
                "number_id": number.id,
                "account": account,
                "incoming": False,
                "type": kind,
                "at_s": now_s,
                "status": int(Standing.ACCEPTED),
                "opaque": opaque,
            }
        )
        exchange.remember(message_id, Recent(number.id, account, False, Standing.ACCEPTED, opaque))
        exchange.count(number, now_s, Counts(sent=1))
        go = self.queue.put(number.id, account, delivery_bytes(delivery), now_s)
        line = exchange.line(number, person)
        sent: dict[str, Any] = {"id": message_id}
        if accepted:
            sent["message_status"] = "accepted"
        answer = _ENCODER.encode(
            {
                "messaging_product": "whatsapp",
                "contacts": [{"input": message.to or message.recipient, "wa_id": account, "user_id": line.user_id}],
                "messages": [sent],
            }
        )
        if once is not None:
            row = {"number_id": number.id, "key": once[0], "digest": once[1], "answer": answer, "at_s": now_s}
            exchange.writer.batch.requests.append(row)
        await exchange.commit(go)
        return answer

    async def _recipient(self, number: Number, message: Outgoing) -> tuple[str, Person]:
        """Who a message is for. Raises ApiError 131026 for nobody, and for who does not want to hear from the business:
        neither is told from the other.
        """
        exchange = self._exchange
        account: str | None = (message.to or "").strip()
        if account:
            digits = account.removeprefix("+").replace(" ", "").replace("-", "")
            account = digits if digits.isdigit() else account
        else:
            account = await exchange.account_of(number, message.recipient or "")
        person = await exchange.person(account) if account else None
        if account is None or person is None or pair_hash(number.id, account) in exchange.directory.blocked_by_user:
            raise ApiError(131026, "The message cannot be delivered to this person.")
        return account, person

    def _check_standing(self, caller: Caller, number: Number, now_s: int) -> None:
        """See that neither the business nor who acts for it is rated red. Raises ApiError 131048."""
        directory = self._exchange.directory
        partner = directory.partner_of(number)
        for partner_id in {partner.id, caller.partner.id, partner.provider_id or partner.id}:
            if directory.rating(partner_id, now_s) is Rating.RED:
                raise ApiError(
                    131048,
                    "The quality rating is RED: too many people reported or blocked the business, or too many messages "
                    "were tried that nobody had asked for. It is counted over seven days.",
                )

    def _check_rates(self, number: Number, account: str, now_ms: int) -> None:
        """See that not too many are sent. Raises ApiError 130429, 131056."""
        exchange, now = self._exchange, now_ms / 1000
        partner = exchange.directory.partner_of(number)
        a_second = tier_of(partner.status, partner.sort).messages_a_second
        wait = exchange.throttle.take(number.id, a_second, a_second, now)
        if wait:
            raise ApiError(130429, f"A number sends at most {a_second} messages a second.", retry_after=int(wait) + 1)
        pair = pair_hash(number.id, account)
        wait = exchange.pairs.take(pair, 1 / limits.PAIR_S, limits.PAIR_BURST, now)
        if wait:
            details = f"At most {limits.PAIR_BURST} messages at once to one person, then one in {limits.PAIR_S:g} s."
            raise ApiError(131056, details, retry_after=int(wait) + 1)

    async def _media(self, number: Number, kind: str, content: Content, now_s: int) -> Media | None:
        """The file of a message, fetched if it is a link. Raises ApiError 131052, 131053, 131009."""
        place = media_of(kind, content)
        if place is None:
            return None
        exchange = self._exchange
        sort = content["header"]["type"] if kind == "interactive" else kind
        media: Media | None
        if "link" in place:
            media = await self._fetch(number, place["link"], now_s)
            place["filename"] = place.get("filename") or _filename(place["link"])
            del place["link"]
            place["id"] = media.id
        else:
            try:
                media = await exchange.media.find(place["id"], now_s)
            except ApiError:
                media = None
            if media is not None and media.partner_id != exchange.directory.partner_of(number).id:
                media = None
        if media is None:
            raise invalid(f"{sort}.id", "the id of a file that is kept for this business")
        check_kind(media.type, sort)
        place["mime_type"], place["sha256"] = media.type, media.digest
        return media

    async def _fetch(self, number: Number, link: str, now_s: int) -> Media:
        exchange = self._exchange
        partner = exchange.directory.partner_of(number)
        try:
            async with exchange.outbound.stream("GET", link, timeout_s=FETCH_S) as response:
                if response.status != 200:
                    raise ApiError(131053, f"The link was answered by status {response.status}.")
                headers = {name.lower(): value for name, value in response.headers}
                name, _ = media_type(headers.get(b"content-type", b"").decode("latin-1"))
                return await exchange.media.keep(
                    _parts(response),
                    lambda: name,
                    partner_id=partner.id,
                    number_id=number.id,
                    room=tier_of(partner.status, partner.sort).media_bytes,
                    now_s=now_s,
                    kept_s=limits.MEDIA_KEPT_S,
                )
        except AddressRefusedError as error:
            raise ApiError(131053, f"The link is not fetched: {error.reason}.") from None
        except OutboundError:
            raise ApiError(131052, "The link could not be fetched.") from None

    async def _judge(self, number: Number, provider_id: str | None, account: str, message_id: str, now_ms: int) -> None:
        """Put a message to the gate. Raises ApiError for one that is not let through."""
        event = Event(
            kind="send",
            at=now_ms,
            sender=number.number,
            recipients=[account],
            id=message_id,
            sender_kind="business" if provider_id is None else "client",
            provider=provider_id,
        )
        verdict = await self._exchange.gate.judge(event)
        if verdict is not None and (verdict.outcome in ("refuse", "delay") or verdict.dropped):
            raise refused_by_terms(verdict)

    async def _mark(self, number: Number, message: Outgoing) -> bytes:
        """Mark a person's message as read, and maybe show that somebody is writing. Needs no window."""
        if message.status != "read":
            raise invalid("status", "read")
        if not message.message_id:
            raise missing("message_id")
        if message.typing_indicator is not None and message.typing_indicator.type not in (None, "text"):
            raise invalid("typing_indicator.type", "text")
        exchange = self._exchange
        found = await exchange.message(message.message_id[: limits.MESSAGE_ID_MAX])
        if found is None or not found.incoming or found.number_id != number.id:
            raise invalid("message_id", "the id of a message that was received")
        typing = message.typing_indicator is not None
        try:
            await exchange.messenger.show(found.account, number.number, read=message.message_id, typing=typing)
        except MessengerBusyError:
            raise ApiError(131016, "The messenger takes nothing at the moment.") from None
        return SUCCESS

    async def _deliver(self, _: str, item: Item) -> bool:
        """Bring a message to the messenger. Returns whether that is done with."""
        delivery = read_delivery(item.body)
        try:
            await self._exchange.messenger.deliver(delivery)
        except MessengerBusyError:
            if time() < item.made_s + limits.WINDOW_S:
                return False
            await self._standings.move(delivery.id, Standing.FAILED, wait=False)
            return True
        except UndeliverableError:
            await self._standings.move(delivery.id, Standing.FAILED, wait=False)
            return True
        await self._standings.move(delivery.id, Standing.SENT, wait=False)
        return True


def refused_by_terms(verdict: Verdict) -> ApiError:
    """The error of a message that the terms, or a sanction, do not let through."""
    if verdict.sanction is not None:
        held = verdict.sanction
        told = {"sanction": held.sanction, "rule": held.rule, "until": held.until, "terms": held.terms}
        user = ("Not sent", held.notice)
        return ApiError(368, held.notice, user=user, retry_after=verdict.retry_after, members=told)
    rule = verdict.rules[0] if verdict.rules else None
    clause = rule.clause if rule else "The terms do not allow this message."
    notice = (rule.notice if rule else None) or clause
    members: dict[str, Any] = {"rule": rule.rule if rule else None, "terms": verdict.terms}
    code = 130429 if verdict.outcome == "delay" else 131048
    window = rule is not None and any(measure.signal.startswith("peer_wrote_within.24h") for measure in rule.measures)
    if window and verdict.outcome == "refuse":
        code = 131047
    return ApiError(code, notice, user=("Not sent", notice), retry_after=verdict.retry_after, members=members)


async def _parts(response: httpcore.Response) -> AsyncIterator[bytes]:
    async for part in response.aiter_stream():
        yield part


def _filename(link: str) -> str:
    return unquote(urlsplit(link).path.rpartition("/")[2])[: limits.FILENAME_MAX] or "file"


def _date(second: int) -> str:
    return datetime.fromtimestamp(second, UTC).date().isoformat()
