"""The worker of a desk: answers what was stored, and sends what waits, until it is stopped. One for each database.

No business waits for another's API: while messages of one are being sent, the others' are looked for.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from contextlib import suppress
from typing import Any, Final

import structlog
from sqlalchemy import select

from ecluse.desk.answering import answer, hand_over
from ecluse.desk.bot import Bot
from ecluse.desk.client import CloudClient
from ecluse.desk.sending import Ready, claim, keep_failure, keep_sent, release, take_read_marks
from ecluse.desk.store import DeskStore
from ecluse.desk.tables import Message
from ecluse.errors import EcluseError
from ecluse.records.database import RecordsError

LOOK_S: Final = 0.5
"""Seconds after which it looks for work even if nobody called: agents write in threads, and retries come due."""
ANSWERED_AT_ONCE_MAX: Final = 100
_LOG: Final = structlog.get_logger("ecluse.desk")


class Worker:
    """Answers and sends for some businesses. bots: of those that have one. now_s: the clock."""

    def __init__(
        self,
        store: DeskStore,
        clients: Mapping[str, CloudClient],
        bots: Mapping[str, Bot | None],
        *,
        idempotent: Mapping[str, bool],
        now_s: Callable[[], int],
    ) -> None:
        self._store, self._clients, self._bots = store, dict(clients), dict(bots)
        self._idempotent, self._now_s = dict(idempotent), now_s
        self._businesses = list(clients)
        self._called = asyncio.Event()
        self._sending: dict[str, asyncio.Task[None]] = {}
        """By business: what its API is being asked."""
        self._stopping = False

    def call(self) -> None:
        """Say that there is work. From the loop's own thread."""
        self._called.set()

    async def run(self) -> None:
        """Work until ``stop``. What fails is told in the log and tried again."""
        await self._safely(asyncio.to_thread(release, self._store, self._idempotent))
        while not self._stopping:
            self._called.clear()
            await self._safely(self._begin_all())
            with suppress(TimeoutError):
                await asyncio.wait_for(self._called.wait(), LOOK_S)
        await asyncio.gather(*self._sending.values())

    def stop(self) -> None:
        """Let ``run`` end once what is under way is done."""
        self._stopping = True
        self._called.set()

    async def work(self) -> None:
        """Do all that there is to do now. Raises RecordsError."""
        while await self._begin_all():
            await asyncio.gather(*self._sending.values())

    async def _begin_all(self) -> bool:
        """Begin all that can be begun now. Returns whether there was anything."""
        begun = False
        while not self._stopping and await self._begin():
            begun = True
        return begun

    async def _begin(self) -> bool:
        """Answer, and begin to send for each business whose API is not being asked. Whether there was anything."""
        answered = await asyncio.to_thread(self.answer)
        free = [business for business in self._businesses if business not in self._sending]
        marks = await asyncio.to_thread(take_read_marks, self._store, free)
        ready = await asyncio.to_thread(lambda: list(claim(self._store, free, self._now_s())))
        for business in dict.fromkeys([business for business, _ in marks] + [one.business for one in ready]):
            work = [self._mark(business, wamid) for of, wamid in marks if of == business]
            work += [self._send(one) for one in ready if one.business == business]
            self._sending[business] = asyncio.create_task(self._ask(business, work))
        return bool(answered or marks or ready)

    async def _ask(self, business: str, work: list[Coroutine[Any, Any, None]]) -> None:
        await asyncio.gather(*map(self._safely, work))
        del self._sending[business]
        self.call()

    def answer(self) -> int:
        """Answer what was stored and not handled yet, in its order. Returns how many. Raises RecordsError."""
        due = select(Message.id, Message.business).where(
            Message.handled.is_(False), Message.business.in_(self._businesses)
        )
        with self._store.reading() as session:
            found = session.execute(due.order_by(Message.id).limit(ANSWERED_AT_ONCE_MAX)).all()
        for message_id, business in found:
            try:
                with self._store.writing(business) as session:
                    if (message := session.get(Message, message_id)) is not None:  # else it was forgotten meanwhile
                        answer(session, self._bots.get(business), message, self._now_s())
            except RecordsError:
                raise
            except Exception as error:  # a bot that fails must not keep other people waiting
                _LOG.error("bot failed", business=business, message=message_id, error=type(error).__name__)
                with self._store.writing(business) as session:
                    if (message := session.get(Message, message_id)) is not None:
                        hand_over(session, message)
        return len(found)

    async def _send(self, ready: Ready) -> None:
        try:
            wamid = await self._clients[ready.business].send(
                ready.to, ready.part, key=ready.key, reply_to=ready.reply_to
            )
        except EcluseError as failure:
            _LOG.info("not sent", business=ready.business, message=ready.id, error=type(failure).__name__)
            known = self._idempotent.get(ready.business, False)
            await asyncio.to_thread(keep_failure, self._store, ready, failure, self._now_s(), idempotent=known)
            return
        await asyncio.to_thread(keep_sent, self._store, ready, wamid, self._now_s())

    async def _mark(self, business: str, wamid: str) -> None:
        with suppress(EcluseError):  # it is a courtesy
            await self._clients[business].mark_read(wamid)

    async def _safely(self, work: Awaitable[object]) -> None:
        try:
            await work
        except EcluseError as error:
            _LOG.warning("the desk cannot work now", error=str(error))
        except Exception as error:  # whatever it is, other people's messages must go on
            _LOG.error("the desk failed", error=type(error).__name__)
