"""The receiver of webhooks, as an ASGI app: handshake, signatures, and what is told, stored before it is answered."""

from __future__ import annotations

import asyncio
import hmac
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Annotated, Final

import structlog
from fastapi import FastAPI, Query, Request, Response

from ecluse.business.ids import sign
from ecluse.desk.bodies import Bodies, BodyError
from ecluse.desk.desk import Desk
from ecluse.desk.receiving import Heard, Told, read_webhook, store_heard, store_told
from ecluse.desk.working import Worker
from ecluse.records.database import RecordsError

WEBHOOK_PATH: Final = "/webhook/{business}"
BODY_BYTES_MAX: Final = 3 << 20
"""What Meta says that a webhook has at most."""
CHALLENGE_CHARACTERS_MAX: Final = 1_000
_LOG: Final = structlog.get_logger("ecluse.desk")


def create_app(desk: Desk, *, now_s: Callable[[], int] | None = None) -> FastAPI:
    """The app of a desk: it takes webhooks, answers, and sends, as long as its lifespan lasts. now_s: the clock.

    Pages may be added to it. Raises InputError if a secret of a business is not there.
    """
    clock = now_s or _now_s
    receiver = Receiver(desk, clock)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        clients = {business: desk.client(business) for business in desk.config.businesses}
        idempotent = {name: one.idempotent for name, one in desk.config.businesses.items()}
        bots = {name: one.bot for name, one in desk.config.businesses.items()}
        worker = Worker(desk.store, clients, bots, idempotent=idempotent, now_s=clock)
        receiver.call = worker.call
        app.state.worker = worker
        running = asyncio.create_task(worker.run())
        try:
            yield
        finally:
            worker.stop()
            await running
            for client in clients.values():
                await client.close()

    app = FastAPI(title="Écluse desk", lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None)
    app.state.desk = desk
    app.add_api_route(WEBHOOK_PATH, receiver.handshake, methods=["GET"])
    app.add_api_route(WEBHOOK_PATH, receiver.take, methods=["POST"])
    app.add_api_route("/healthz", _health, methods=["GET"])
    return app


class Receiver:
    """Takes webhooks. call: told that something was stored."""

    def __init__(self, desk: Desk, now_s: Callable[[], int]) -> None:
        self._desk, self._now_s = desk, now_s
        self.call: Callable[[], None] = lambda: None
        configured = desk.config.businesses
        self._secrets = {name: one.app_secret.read() for name, one in configured.items()}
        self._words = {name: one.verify_token.read() for name, one in configured.items()}
        self._numbers = {(self._secrets[name], one.phone_number_id): name for name, one in configured.items()}
        self._bodies = Bodies(BODY_BYTES_MAX)

    async def handshake(
        self,
        business: str,
        mode: Annotated[str, Query(alias="hub.mode")] = "",
        word: Annotated[str, Query(alias="hub.verify_token")] = "",
        challenge: Annotated[str, Query(alias="hub.challenge", max_length=CHALLENGE_CHARACTERS_MAX)] = "",
    ) -> Response:
        """Give a challenge back to who knows the word."""
        expected = self._words.get(business)
        if expected is None or mode != "subscribe" or not _same(word, expected):
            return Response("no", 403, media_type="text/plain")
        return Response(challenge, 200, media_type="text/plain", headers={"x-content-type-options": "nosniff"})

    async def take(self, business: str, request: Request) -> Response:
        """Store what a webhook tells; 200 once it is on disk."""
        secret = self._secrets.get(business)
        if secret is None:
            return _said("no such business", 404)
        try:
            body = await self._bodies.read(request)
        except BodyError as error:
            return _said(str(error), error.status)
        if not _same(request.headers.get("x-hub-signature-256", ""), sign(body, secret)):
            return _said("the signature is not that of the body", 403)
        try:
            heard, told = read_webhook(body)
        except (ValueError, RecursionError) as error:
            _LOG.error("a webhook was not understood", business=business, error=type(error).__name__)
            return _said("this is not a webhook that is understood", 400)
        try:
            for message in heard:
                if owner := self._owner(secret, message.number_id):
                    await asyncio.to_thread(self._store_heard, owner, message)
            for status in told:
                if owner := self._owner(secret, status.number_id):
                    await asyncio.to_thread(self._store_told, owner, status)
        except RecordsError as error:
            _LOG.warning("a webhook was not stored", business=business, error=str(error))
            return _said("it cannot be stored now", 503)
        self.call()
        return _said("ok", 200)

    def _owner(self, secret: str, number_id: str) -> str | None:
        """The business of a number, among those whose app signs with this secret; None: it is not of this desk."""
        owner = self._numbers.get((secret, number_id))
        if owner is None:
            _LOG.warning("a webhook of a number that is not of this desk", number=number_id[:40])
        return owner

    def _store_heard(self, business: str, message: Heard) -> None:
        now_s = self._now_s()
        with self._desk.store.writing(business) as session:
            store_heard(session, business, message, now_s)

    def _store_told(self, business: str, status: Told) -> None:
        now_s = self._now_s()
        with self._desk.store.writing(business) as session:
            store_told(session, business, status, now_s)


async def _health() -> dict[str, str]:
    """Whether it runs."""
    return {"status": "ok"}


def _said(text: str, status: int) -> Response:
    return Response(text, status, media_type="text/plain")


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode("utf-8", "replace"), other.encode("utf-8", "replace"))


def _now_s() -> int:
    return int(time.time())
