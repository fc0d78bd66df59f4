"""The writer: everything that waits is written in one transaction, while what comes meanwhile waits for the next.

So a thousand messages a second are a few dozen commits, and each is answered once its own is on disk.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

from sqlalchemy import bindparam, case, delete, insert, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from ecluse.business.limits import WINDOW_S
from ecluse.partners import Counts
from ecluse.records import Records
from ecluse.records.tables import (
    BusinessBlock,
    BusinessConversation,
    BusinessDelivery,
    BusinessMedia,
    BusinessMessage,
    BusinessReport,
    BusinessRequest,
    BusinessWebhook,
    PartnerDay,
)

Row = dict[str, Any]
Queued = type[BusinessWebhook] | type[BusinessDelivery]

QUEUES: Final[tuple[Queued, ...]] = (BusinessWebhook, BusinessDelivery)
"""Tables of what is worked off."""

WAITING_MAX: Final = 200_000
"""Rows that may wait to be written; over that nothing more is taken."""


class Batch:
    """What one transaction writes."""

    def __init__(self) -> None:
        self.messages: list[Row] = []
        self.standings: list[Row] = []
        """Of messages: ``key`` (its id), ``status``."""
        self.queued: dict[Queued, list[Row]] = {table: [] for table in QUEUES}
        """Webhooks and deliveries."""
        self.taken: dict[Queued, list[Row]] = {table: [] for table in QUEUES}
        """Those that somebody took, or nobody will: ``key``."""
        self.put_off: dict[Queued, list[Row]] = {table: [] for table in QUEUES}
        """Those to be tried again: ``key``, ``attempts``, ``next_s``."""
        self.heard: list[Row] = []
        """Conversations, as the person wrote."""
        self.ended: list[Row] = []
        """Conversations that a person ended: ``number``, ``whom``, ``ended_s``."""
        self.blocks: list[Row] = []
        self.unblocks: list[Row] = []
        """``number``, ``whom``, ``by``."""
        self.requests: list[Row] = []
        self.reports: list[Row] = []
        self.media: list[Row] = []
        self.days: dict[tuple[str, int], Counts] = defaultdict(Counts)

    def count(self, partner_id: str, day: int, counts: Counts) -> None:
        """Count something of a partner."""
        self.days[partner_id, day] = self.days[partner_id, day].plus(counts)


class Writer:
    """Writes batches, one after another, in a thread of its own; for one running loop."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self._loop = asyncio.get_running_loop()
        self._thread = ThreadPoolExecutor(1, "business-writer")
        self._batch, self._waiting = Batch(), self._loop.create_future()
        self._writing: asyncio.Task[None] | None = None
        self._begun = False

    @property
    def batch(self) -> Batch:
        """What is written next: to be added to, then ``written`` awaited or ``begin`` called."""
        return self._batch

    @property
    def is_full(self) -> bool:
        """Whether so much waits that nothing more should be taken."""
        return sum(map(len, self._batch.queued.values())) > WAITING_MAX

    def begin(self) -> asyncio.Future[None]:
        """Have the batch written soon. The future: done once it is; it raises RecordsError."""
        self._begun = True
        if self._writing is None:
            self._writing = self._loop.create_task(self._write())
        return self._waiting

    async def written(self) -> None:
        """Wait until what was added to the batch is written. Raises RecordsError."""
        await asyncio.shield(self.begin())

    async def _write(self) -> None:
        try:
            await asyncio.sleep(0)  # so that what arrives in this tick is one batch
            while self._begun:
                batch, waiting = self._batch, self._waiting
                self._batch, self._waiting, self._begun = Batch(), self._loop.create_future(), False
                try:
                    await self._loop.run_in_executor(self._thread, self._commit, batch)
                except Exception as error:
                    waiting.set_exception(error)
                    waiting.exception()  # whoever waits for it gets it; if nobody does, it is not complained of
                else:
                    waiting.set_result(None)
        finally:
            self._writing = None

    async def close(self) -> None:
        """Write what waits, and stop."""
        if self._begun or self._writing is not None:
            await asyncio.wait([self.begin()])
        self._thread.shutdown()

    async def run(self, deed: Callable[[Session], Any]) -> Any:
        """Do something in a transaction of its own, between two batches. Raises what it raises, and RecordsError."""
        return await self._loop.run_in_executor(self._thread, self._run, deed)

    def _run(self, deed: Callable[[Session], Any]) -> Any:
        with self._records.writing() as session:
            return deed(session)

    def _commit(self, batch: Batch) -> None:
        insert_or: Any = sqlite.insert if self._records.sqlite else postgresql.insert
        with self._records.writing() as session:
            connection = session.connection()
            for table, rows in ((BusinessMessage, batch.messages), (BusinessMedia, batch.media), *batch.queued.items()):
                if rows:
                    connection.execute(insert(table), rows)
            for table, rows in (
                (BusinessRequest, batch.requests),
                (BusinessBlock, batch.blocks),
                (BusinessReport, batch.reports),
            ):
                if rows:
                    connection.execute(insert_or(table).on_conflict_do_nothing(), rows)
            for statement, rows in (
                (_STAND, batch.standings),
                *((_TAKE[table], batch.taken[table]) for table in QUEUES),
                *((_PUT_OFF[table], batch.put_off[table]) for table in QUEUES),
                (_END, batch.ended),
                (_UNBLOCK, batch.unblocks),
            ):
                if rows:
                    connection.execute(statement, rows)
            if batch.heard:
                connection.execute(_hear(insert_or), batch.heard)
            if batch.days:
                rows = [{"partner_id": p, "day": d, **counts._asdict()} for (p, d), counts in batch.days.items()]
                connection.execute(_count(insert_or), rows)


_MESSAGES: Any = BusinessMessage.__table__
_STAND = update(_MESSAGES).where(_MESSAGES.c.id == bindparam("key")).values(status=bindparam("status"))
_TABLES: dict[Queued, Any] = {table: table.__table__ for table in QUEUES}
_TAKE = {queue: delete(table).where(table.c.id == bindparam("key")) for queue, table in _TABLES.items()}
_PUT_OFF = {
    queue: update(table)
    .where(table.c.id == bindparam("key"))
    .values(attempts=bindparam("attempts"), next_s=bindparam("next_s"))
    for queue, table in _TABLES.items()
}
_TALKS: Any = BusinessConversation.__table__
_END = (
    update(_TALKS)
    .where(_TALKS.c.number_id == bindparam("number"), _TALKS.c.account == bindparam("whom"))
    .values(ended_s=bindparam("ended_s"))
)
_BLOCKS: Any = BusinessBlock.__table__
_UNBLOCK = delete(_BLOCKS).where(
    _BLOCKS.c.number_id == bindparam("number"),
    _BLOCKS.c.account == bindparam("whom"),
    _BLOCKS.c.by_user == bindparam("by"),
)


def _hear(insert_or: Any) -> Any:
    """A person wrote: the conversation goes on, or opens anew if it was closed."""
    made = insert_or(_TALKS)
    new = made.excluded
    was_closed = (_TALKS.c.heard_s <= new.heard_s - WINDOW_S) | (_TALKS.c.ended_s > 0)
    return made.on_conflict_do_update(
        index_elements=["number_id", "account"],
        set_={
            "opened_s": _when(was_closed, new.heard_s, _TALKS.c.opened_s),
            "heard_s": _when(new.heard_s > _TALKS.c.heard_s, new.heard_s, _TALKS.c.heard_s),
            "name": new.name,
            "ended_s": 0,
        },
    )


def _count(insert_or: Any) -> Any:
    days: Any = PartnerDay.__table__
    made = insert_or(days)
    sums = {name: days.c[name] + made.excluded[name] for name in Counts._fields}
    return made.on_conflict_do_update(index_elements=["partner_id", "day"], set_=sums)


def _when(condition: Any, then: Any, otherwise: Any) -> Any:
    return case((condition, then), else_=otherwise)
