"""A queue in the records: what is worked off in order in each conversation, again until it succeeds, over any stop.

A row is there from the moment that what it is about is there, and goes once its work is done.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from time import time, time_ns
from typing import Any, Final

from sqlalchemy import func, select

from ecluse.business.ids import pair_hash
from ecluse.business.lanes import HELD_BYTES_MAX, Item, Lanes
from ecluse.business.limits import WEBHOOK_RETRY_FIRST_S, WEBHOOK_RETRY_MAX_S
from ecluse.business.writer import Queued, Writer
from ecluse.records import Records, RecordsError

DONE_TRIES: Final = 3_600
"""Times, a second apart, that the records are asked to forget what was done."""

_LANE_MASK: Final = (1 << 63) - 1

Attempt = Callable[[str, Item], Awaitable[bool]]
"""Tries to do an item of a number. Returns whether it is done with."""


def lane_of(number_id: str, account: str) -> int:
    """The lane of a conversation."""
    return pair_hash(number_id, account) & _LANE_MASK


def again_after_s(attempts: int) -> int:
    """Seconds until something is tried again: one, doubling to an hour.

    >>> [again_after_s(attempts) for attempts in (0, 1, 5, 20)]
    [1, 2, 32, 3600]
    """
    return min(WEBHOOK_RETRY_MAX_S, WEBHOOK_RETRY_FIRST_S << min(attempts, 12))


class Queue:
    """Works off a table. owner_of: whose a number's items are; those of one owner keep no other's waiting."""

    def __init__(
        self,
        records: Records,
        writer: Writer,
        table: Queued,
        attempt: Attempt,
        owner_of: Callable[[str], str],
        held_bytes_max: int = HELD_BYTES_MAX,
    ) -> None:
        self._records, self._writer, self._table, self._attempt = records, writer, table, attempt
        self._lanes = Lanes(self._work, self._load, owner_of, held_bytes_max)
        self._last_id = 0

    @property
    def waiting(self) -> int:
        """Conversations that have something in the queue."""
        return self._lanes.lanes

    def put(self, number_id: str, account: str, body: bytes, now_s: int) -> Callable[[], None]:
        """Have something written with the writer's batch. Returns what begins it, to be called once that is written."""
        self._last_id = item_id = max(self._last_id + 1, time_ns() // 1_000)
        lane = lane_of(number_id, account)
        row = {
            "id": item_id,
            "lane": lane,
            "number_id": number_id,
            "body": body,
            "made_s": now_s,
            "attempts": 0,
            "next_s": now_s,
        }
        self._writer.batch.queued[self._table].append(row)
        return lambda: self._lanes.put(lane, number_id, Item(item_id, body, now_s))

    def resume(self) -> int:
        """Go on with what was not done at the last stop. Returns in how many conversations. Raises RecordsError."""
        table = self._table
        query = select(table.lane, func.min(table.number_id), func.min(table.next_s), func.max(table.id))
        with self._records.reading() as session:
            rows = session.execute(query.group_by(table.lane)).all()
        now = time()
        for lane, number_id, next_s, last_id in rows:
            self._last_id = max(self._last_id, last_id)
            self._lanes.wake(lane, number_id, min(WEBHOOK_RETRY_MAX_S, max(0.0, next_s - now)))
        return len(rows)

    async def close(self) -> None:
        """Begin nothing more, and wait for what is being done."""
        await self._lanes.close()

    async def _load(self, lane: int, after_id: int, most: int) -> list[Item]:
        table = self._table
        query = select(table.id, table.body, table.made_s, table.attempts)
        query = query.where(table.lane == lane, table.id > after_id).order_by(table.id).limit(most)
        return await asyncio.to_thread(self._read, query)

    def _read(self, query: Any) -> list[Item]:
        with self._records.reading() as session:
            return [Item(*row) for row in session.execute(query)]

    async def _work(self, number_id: str, item: Item) -> float | None:
        if await self._attempt(number_id, item):
            await self._forget(item)
            return None
        after_s = again_after_s(item.attempts)
        row = {"key": item.id, "attempts": item.attempts + 1, "next_s": int(time()) + after_s}
        self._writer.batch.put_off[self._table].append(row)
        self._writer.begin()
        return float(after_s)

    async def _forget(self, item: Item) -> None:
        """Let an item be gone, and know that it is before the next one of its conversation."""
        for _ in range(DONE_TRIES):
            self._writer.batch.taken[self._table].append({"key": item.id})
            try:
                await self._writer.written()
                return
            except RecordsError:
                await asyncio.sleep(1)  # it was done, and must not be done again: it waits for the records
