"""The door of the business API: tokens, routes, errors; and what has to be done from time to time behind it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from time import time
from typing import Any, Final

import structlog
from sqlalchemy import delete
from sqlalchemy.orm import Session

from ecluse.business import limits
from ecluse.business.codes import ApiError, no_node
from ecluse.business.directory import Directory
from ecluse.business.exchange import Exchange, GatePort
from ecluse.business.hearing import Hearing
from ecluse.business.ids import Secrets
from ecluse.business.incoming import Standing
from ecluse.business.loopback import Loopback
from ecluse.business.mediastore import MediaStore
from ecluse.business.sending import Sending
from ecluse.business.standings import Standings
from ecluse.business.writer import Writer
from ecluse.outbound import Outbound, Reach
from ecluse.partners import Rating, Register
from ecluse.records import Records, RecordsError
from ecluse.records.tables import BusinessMessage, BusinessRequest
from ecluse.service.access import Access
from ecluse.service.body import Bodies
from ecluse.service.business.call import Answer, Call
from ecluse.service.business.handing import messenger_file
from ecluse.service.business.table import Route, find
from ecluse.service.problems import PROBLEM_TYPE, ProblemError
from ecluse.service.rsgi import Scope, Transport

UPLOADS_MAX: Final = 32
UPLOADS_A_PARTNER_MAX: Final = 8
TICK_S: Final = 1.0
SWEEP_S: Final = 60
MESSAGES_KEPT_S: Final = 30 * 86_400

log = structlog.get_logger(__name__)

_JSON: Final = [("content-type", "application/json")]


class BusinessDoor:
    """Answers the business API. base_url: where clients reach it, for links to files.

    To be made on the loop; ``open`` once there is a gate.
    """

    def __init__(self, bodies: Bodies, base_url: str) -> None:
        self._bodies, self.base_url = bodies, base_url.rstrip("/")
        self._uploads: dict[str, int] = {}
        self._parts: _Parts | None = None
        self._ticking: asyncio.Task[None] | None = None
        self.stopping = False
        self.answered: dict[int, int] = {}
        """Requests that were answered, by code; 200 for those that were not refused."""

    @property
    def exchange(self) -> Exchange:
        """The exchange. Raises ApiError 2 while there is none."""
        return self._open_parts().exchange

    @property
    def directory(self) -> Directory:
        """Who may do what."""
        return self.exchange.directory

    @property
    def sending(self) -> Sending:
        """The way to people."""
        return self._open_parts().sending

    @property
    def hearing(self) -> Hearing:
        """The way from people."""
        return self._open_parts().hearing

    @property
    def standings(self) -> Standings:
        """What became of messages."""
        return self._open_parts().standings

    @property
    def loopback(self) -> Loopback:
        """The messenger."""
        return self._open_parts().loopback

    def _open_parts(self) -> _Parts:
        if self._parts is None or self.stopping:
            raise ApiError(2, "The service is stopping." if self.stopping else "The service is starting.")
        return self._parts

    async def open(self, records: Records, secret: bytes, folder: Path, reach: Reach, gate: GatePort) -> None:
        """Begin. Raises RecordsError."""
        secrets, writer = Secrets(secret), Writer(records)
        directory, media = Directory(records, secrets), MediaStore(records, writer, folder)
        loopback = Loopback()
        exchange = Exchange(records, writer, directory, secrets, Outbound(reach), media, loopback, gate)
        standings = Standings(exchange)
        parts = _Parts(exchange, Sending(exchange, standings), Hearing(exchange), standings, loopback)
        tasks: set[asyncio.Task[bool]] = set()
        loop = asyncio.get_running_loop()

        def report(message_id: str, standing: Standing) -> None:
            def begin() -> None:
                task = loop.create_task(standings.move(message_id, standing, wait=False))
                tasks.add(task)
                task.add_done_callback(tasks.discard)

            loop.call_soon(begin)

        loopback.report = report
        await asyncio.to_thread(directory.start)
        await asyncio.to_thread(exchange.start)
        await asyncio.to_thread(media.start)
        exchange.outbox.queue.resume()
        parts.sending.queue.resume()
        self._parts = parts
        self._ticking = loop.create_task(self._tick(parts))

    async def close(self) -> None:
        """Finish what is under way, and write it."""
        self.stopping = True
        parts, self._parts = self._parts, None
        if parts is None:
            return
        if self._ticking is not None:
            self._ticking.cancel()
        await parts.sending.queue.close()
        await parts.exchange.outbox.queue.close()
        await parts.exchange.writer.close()
        await parts.exchange.outbound.close()

    async def files(self, access: Access, head: Scope, transport: Transport) -> None:
        """Answer ``/v1/messenger/media``: a messenger hands in a file for a number (POST), or takes one (GET)."""
        try:
            handed = await messenger_file(self, access, Call(head, transport, self._bodies, {}, int(time() * 1000)))
        except ProblemError as problem:
            headers = [("content-type", PROBLEM_TYPE), *problem.headers.items()]
            transport.response_bytes(problem.status, headers, problem.body())
        else:
            if handed.file is not None:
                transport.response_file(200, [("content-type", handed.type)], str(handed.file))
            else:
                transport.response_bytes(200, _JSON, handed.body)

    async def __call__(self, head: Scope, transport: Transport) -> None:
        """Answer one request."""
        try:
            answer = await self._answer(head, transport)
        except ApiError as error:
            self._refuse(error, transport)
        except Exception as error:
            log.error("failed", error=type(error).__qualname__, exc_info=True)
            self._refuse(ApiError(131000, "A fault of the service; its log says where."), transport)
        else:
            self.answered[200] = self.answered.get(200, 0) + 1
            if answer.file is not None:
                transport.response_file(200, [("content-type", answer.type)], str(answer.file))
            else:
                headers = _JSON if answer.type == "application/json" else [("content-type", answer.type)]
                transport.response_bytes(200, headers, answer.body)

    def _refuse(self, error: ApiError, transport: Transport) -> None:
        self.answered[error.code] = self.answered.get(error.code, 0) + 1
        transport.response_bytes(error.status, [*_JSON, *error.headers.items()], error.body())

    async def _answer(self, head: Scope, transport: Transport) -> Answer:
        directory = self.directory
        found = find(head.method, head.path)
        now_ms = int(time() * 1000)
        route, ids = found if found is not None else (None, {})
        call = Call(head, transport, self._bodies, ids, now_ms)
        if route is None or route.token:
            call.caller = directory.caller(call.token(), call.now_s)
            self._count_call(call, route)
        if route is None:
            raise no_node(head.path.strip("/")[:80])
        return await route.handler(self, call)

    def _count_call(self, call: Call, route: Route | None) -> None:
        """See that not too many calls are made. Raises ApiError 4, 80007."""
        most = call.who.tier.calls_an_hour
        wait = self.exchange.calls.take(call.who.partner.id, most / 3600, most, call.now_ms / 1000)
        if wait:
            of_account = route is not None and route.path.startswith(("{number}", "{account}"))
            raise ApiError(80007 if of_account else 4, f"At most {most} calls an hour.", retry_after=int(wait) + 1)

    @asynccontextmanager
    async def upload_place(self, partner_id: str) -> AsyncIterator[None]:
        """A place among the uploads under way. Raises ApiError 131016."""
        if sum(self._uploads.values()) >= UPLOADS_MAX or self._uploads.get(partner_id, 0) >= UPLOADS_A_PARTNER_MAX:
            raise ApiError(131016, "Too many uploads are under way.")
        self._uploads[partner_id] = self._uploads.get(partner_id, 0) + 1
        try:
            yield
        finally:
            self._uploads[partner_id] -= 1
            if not self._uploads[partner_id]:
                del self._uploads[partner_id]

    async def read(self, query: Any) -> list[Any]:
        """The values of a query of one column."""
        return [row[0] for row in await self.read_rows(query)]

    async def read_rows(self, query: Any) -> list[Any]:
        """The rows of a query. Raises ApiError 2."""

        def rows() -> list[Any]:
            with self.exchange.records.reading() as session:
                return list(session.execute(query).all())

        try:
            return await asyncio.to_thread(rows)
        except RecordsError:
            raise ApiError(2, "The records cannot be read at the moment.") from None

    async def change(self, deed: Callable[[Session], Any]) -> Any:
        """Change what a business has, and know it. Raises ApiError, InputError."""
        try:
            done = await self.exchange.writer.run(deed)
            await self.refresh()
        except RecordsError:
            raise ApiError(2, "The records take nothing at the moment.") from None
        return done

    async def refresh(self) -> None:
        """Know what people decided meanwhile. Raises RecordsError."""
        directory = self.directory
        loaded = await asyncio.to_thread(directory.load)
        if loaded is not None:
            directory.know(loaded)

    async def _tick(self, parts: _Parts) -> None:
        """Once a second: know what people decided, rate, and now and then throw away what is old."""
        register = Register(parts.exchange.records)
        passed = 0
        while True:
            await asyncio.sleep(TICK_S)
            try:
                await self.refresh()
                now_s = int(time())
                for partner_id, rating in parts.exchange.directory.rerate(now_s).items():
                    if rating is not Rating.GREEN:
                        await asyncio.to_thread(register.lose_trust, partner_id, rating, now_s=now_s)
                passed += 1
                if passed % SWEEP_S == 0:
                    await parts.exchange.media.sweep(now_s)
                    await parts.exchange.writer.run(partial(_throw_away, now_s))
            except ApiError:
                return
            except Exception as error:
                log.error("tick failed", error=type(error).__qualname__)


class _Parts:
    def __init__(
        self, exchange: Exchange, sending: Sending, hearing: Hearing, standings: Standings, loopback: Loopback
    ) -> None:
        self.exchange, self.sending, self.hearing = exchange, sending, hearing
        self.standings, self.loopback = standings, loopback


def _throw_away(now_s: int, session: Session) -> None:
    """Throw away messages of over 30 days ago, and requests of over a day ago."""
    session.execute(delete(BusinessMessage).where(BusinessMessage.at_s < now_s - MESSAGES_KEPT_S))
    session.execute(delete(BusinessRequest).where(BusinessRequest.at_s < now_s - limits.IDEMPOTENCY_S))
