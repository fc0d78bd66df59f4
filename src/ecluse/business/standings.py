"""What became of messages: accepted, sent, delivered, read, played, failed. It only goes up, and each step is told."""

from __future__ import annotations

from time import time
from typing import Final

from ecluse.business.codes import ApiError
from ecluse.business.exchange import Exchange
from ecluse.business.incoming import Standing
from ecluse.business.webhooks import status_webhook
from ecluse.business.window import expires_s

UNDELIVERABLE: Final = "The message could not be delivered to this person."


class Standings:
    """Moves messages on, and tells their businesses."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    async def move(self, message_id: str, standing: Standing, *, wait: bool = True, now_s: int | None = None) -> bool:
        """Let a message of a business have come further. Returns whether that is news.

        wait: until it is written. Raises ApiError 2.
        """
        exchange = self._exchange
        found = await exchange.message(message_id)
        if found is None or found.incoming or not _is_further(found.standing, standing):
            return False
        number = exchange.directory.numbers.get(found.number_id)
        if number is None:
            return False
        found.standing = standing
        now_s = int(time()) if now_s is None else now_s
        exchange.writer.batch.standings.append({"key": message_id, "status": int(standing)})
        go = None
        if exchange.directory.receiver(number.id) is not None:
            person = await exchange.person(found.account)
            if person is not None:
                body = status_webhook(
                    exchange.line(number, person),
                    message_id,
                    standing,
                    now_s,
                    opaque=found.opaque,
                    conversation_id=exchange.secrets.conversation_id(number.id, found.account),
                    expires_s=expires_s(exchange.talk(number, found.account, now_s).heard_s),
                    error=ApiError(131026, UNDELIVERABLE) if standing is Standing.FAILED else None,
                )
                go = exchange.outbox.post(number.id, found.account, body, now_s)
        if wait:
            await exchange.commit(*([go] if go else []))
        else:
            written = exchange.writer.begin()
            if go is not None:
                written.add_done_callback(lambda done: go() if done.exception() is None else None)
        return True


def _is_further(now: Standing, then: Standing) -> bool:
    if then is Standing.FAILED:
        return now < Standing.DELIVERED
    return then > now
