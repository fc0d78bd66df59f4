"""The outbox: webhooks, in order in each conversation, signed, and again until somebody takes them.

A webhook goes once its receiver answers 2xx, or after seven days. So none is lost when either side stops, and none is
sent twice to a receiver that took it.
"""

from __future__ import annotations

from collections.abc import Callable
from time import time
from typing import Final, NamedTuple

import structlog

from ecluse.business import limits
from ecluse.business.ids import sign
from ecluse.business.lanes import HELD_BYTES_MAX, Item
from ecluse.business.queue import Queue
from ecluse.business.writer import Writer
from ecluse.outbound import AddressRefusedError, Outbound, OutboundError
from ecluse.records import Records
from ecluse.records.tables import BusinessWebhook

SIGNATURE: Final = "x-hub-signature-256"

log = structlog.get_logger(__name__)


class Receiver(NamedTuple):
    """Where webhooks of a number go. owner: whose they are. secret: they are signed with."""

    url: str
    owner: str
    secret: str


class Outbox:
    """Sends webhooks. receiver_of: of a number, None: it has none."""

    def __init__(
        self,
        records: Records,
        writer: Writer,
        outbound: Outbound,
        receiver_of: Callable[[str], Receiver | None],
        held_bytes_max: int = HELD_BYTES_MAX,
    ) -> None:
        self._outbound, self._receiver_of = outbound, receiver_of
        self.queue = Queue(records, writer, BusinessWebhook, self._send, self._owner_of, held_bytes_max)
        self.taken = self.refused = self.given_up = 0

    def post(self, number_id: str, account: str, body: bytes, now_s: int) -> Callable[[], None]:
        """Have a webhook written with the writer's batch, if the number has a receiver. Returns what sends it then."""
        if self._receiver_of(number_id) is None or len(body) > limits.WEBHOOK_BYTES_MAX:
            return _nothing
        return self.queue.put(number_id, account, body, now_s)

    def _owner_of(self, number_id: str) -> str:
        receiver = self._receiver_of(number_id)
        return "" if receiver is None else receiver.owner

    async def _send(self, number_id: str, item: Item) -> bool:
        receiver = self._receiver_of(number_id)
        if receiver is None or time() >= item.made_s + limits.WEBHOOK_KEPT_S:
            self.given_up += 1
            return True
        headers = {
            "content-type": "application/json",
            "content-length": str(len(item.body)),
            SIGNATURE: sign(item.body, receiver.secret),
        }
        try:
            answer = await self._outbound.request(
                "POST", receiver.url, headers=headers, content=item.body, timeout_s=limits.WEBHOOK_S
            )
            reason = f"status {answer.status}"
            if 200 <= answer.status < 300:
                self.taken += 1
                return True
        except (AddressRefusedError, OutboundError) as error:
            reason = error.reason
        self.refused += 1
        if item.attempts == 0:
            log.info("webhook not taken", owner=receiver.owner, reason=reason)
        return False


def _nothing() -> None:
    """Begin nothing."""
