"""Lanes: work that is done in order within a lane, beside each other between lanes, and again until it succeeds.

A lane is a conversation. Items lie in a store; only the next few of each lane are held here, within a limit of bytes,
and what is past that is read when its turn comes. Lanes of one owner (a receiver of webhooks) share a limit of their
own, so that one that hangs keeps no other waiting.
"""

from __future__ import annotations

import asyncio
import itertools
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Final, NamedTuple

HELD_A_LANE_MAX: Final = 16
HELD_BYTES_MAX: Final = 64 << 20
AT_ONCE_MAX: Final = 256
AT_ONCE_AN_OWNER_MAX: Final = 32
ROUSED_MAX: Final = 4


class Item(NamedTuple):
    """Something to be done. id: its place in its lane, rising. attempts: that failed so far."""

    id: int
    body: bytes
    made_s: int
    attempts: int = 0


Work = Callable[[str, Item], Awaitable[float | None]]
"""Does an item of a lane with a tag; None: it is done with, else the seconds until it is to be tried again."""

Load = Callable[[int, int, int], Awaitable[list[Item]]]
"""The items of a lane after an id, at most so many."""

Owner = Callable[[str], str]
"""Whose a lane with a tag is."""


class _Lane:
    __slots__ = ("behind", "items", "last_id", "put", "scheduled", "tag")

    def __init__(self, tag: str) -> None:
        self.tag = tag
        self.items: deque[Item] = deque()
        self.behind = False  # more of it lies in the store
        self.put = 0  # raised by every item that is not held
        self.last_id = 0  # the last that was done or is held
        self.scheduled = False


class Lanes:
    """Does items, on the running loop. owner_of: whose lane it is."""

    def __init__(self, work: Work, load: Load, owner_of: Owner, held_bytes_max: int = HELD_BYTES_MAX) -> None:
        self._work, self._load, self._owner_of = work, load, owner_of
        self._held_bytes_max = held_bytes_max
        self._loop = asyncio.get_running_loop()
        self._lanes: dict[int, _Lane] = {}
        self._held_bytes = 0
        self._ready: dict[str, deque[int]] = {}
        self._turns: deque[str] = deque()
        self._running: dict[str, int] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._asleep: dict[str, dict[int, asyncio.TimerHandle]] = {}
        self._closed = False

    @property
    def lanes(self) -> int:
        """How many lanes have something to do."""
        return len(self._lanes)

    def put(self, lane_id: int, tag: str, item: Item) -> None:
        """Add an item that lies in the store already. tag: what the lane's work and owner are told by."""
        lane = self._lanes.get(lane_id)
        if lane is None:
            lane = self._lanes[lane_id] = _Lane(tag)
        full = len(lane.items) >= HELD_A_LANE_MAX or self._held_bytes + len(item.body) > self._held_bytes_max
        if (lane.behind or full) and item.id > lane.last_id:
            lane.behind = True
            lane.put += 1
        else:
            self._hold(lane, item)
        self._schedule(lane_id, lane)

    def wake(self, lane_id: int, tag: str, after_s: float = 0.0) -> None:
        """Do what lies in the store for a lane."""
        if lane_id not in self._lanes:
            lane = self._lanes[lane_id] = _Lane(tag)
            lane.behind = True
            self._later(lane_id, lane, after_s)

    async def close(self) -> None:
        """Begin nothing more, and wait for what is being done."""
        self._closed = True
        for asleep in self._asleep.values():
            for timer in asleep.values():
                timer.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)

    def _hold(self, lane: _Lane, item: Item) -> None:
        lane.items.append(item)
        lane.last_id = max(lane.last_id, item.id)
        self._held_bytes += len(item.body)

    def _later(self, lane_id: int, lane: _Lane, after_s: float) -> None:
        if after_s <= 0:
            self._schedule(lane_id, lane)
            return
        lane.scheduled = True
        owner = self._owner_of(lane.tag)
        asleep = self._asleep.setdefault(owner, {})
        asleep[lane_id] = self._loop.call_later(after_s, self._rouse, owner, lane_id)

    def _rouse(self, owner: str, lane_id: int) -> None:
        asleep = self._asleep[owner]
        asleep.pop(lane_id).cancel()
        if not asleep:
            del self._asleep[owner]
        lane = self._lanes[lane_id]
        lane.scheduled = False
        self._schedule(lane_id, lane)

    def _rouse_some(self, owner: str) -> None:
        """An owner's work succeeded, so others of its lanes need not wait any longer; a few, for it may fail again."""
        for lane_id in [*itertools.islice(self._asleep.get(owner, ()), ROUSED_MAX)]:
            self._rouse(owner, lane_id)

    def _schedule(self, lane_id: int, lane: _Lane) -> None:
        if lane.scheduled or self._closed:
            return
        lane.scheduled = True
        owner = self._owner_of(lane.tag)
        waiting = self._ready.get(owner)
        if waiting is None:
            waiting = self._ready[owner] = deque()
            self._turns.append(owner)
        waiting.append(lane_id)
        self._start()

    def _start(self) -> None:
        """Begin as many lanes as may run, the owners in turn."""
        for _ in range(len(self._turns)):
            if len(self._tasks) >= AT_ONCE_MAX or self._closed:
                return
            owner = self._turns.popleft()
            waiting = self._ready[owner]
            while waiting and self._running.get(owner, 0) < AT_ONCE_AN_OWNER_MAX and len(self._tasks) < AT_ONCE_MAX:
                lane_id = waiting.popleft()
                self._running[owner] = self._running.get(owner, 0) + 1
                task = self._loop.create_task(self._run(lane_id, owner))
                self._tasks.add(task)
            if waiting:
                self._turns.append(owner)
            else:
                del self._ready[owner]

    async def _run(self, lane_id: int, owner: str) -> None:
        task = asyncio.current_task()
        assert task is not None
        lane, wait = self._lanes[lane_id], 0.0
        try:
            for _ in range(HELD_A_LANE_MAX):  # then another lane has its turn
                if not lane.items and not await self._read(lane_id, lane):
                    break
                item = lane.items[0]
                again_s = await self._work(lane.tag, item)
                if again_s is not None:
                    lane.items[0] = item._replace(attempts=item.attempts + 1)
                    wait = again_s
                    break
                lane.items.popleft()
                self._held_bytes -= len(item.body)
                if owner in self._asleep:
                    self._rouse_some(owner)
                if self._closed:
                    break
        except Exception:
            wait = 5.0  # the store cannot be read now
        finally:
            self._tasks.discard(task)
            self._running[owner] -= 1
            if not self._running[owner]:
                del self._running[owner]
            lane.scheduled = False
            if not lane.items and not lane.behind:
                del self._lanes[lane_id]
            else:
                self._later(lane_id, lane, wait)
            self._start()

    async def _read(self, lane_id: int, lane: _Lane) -> bool:
        """Read the next items of a lane that is behind. Returns whether there are any."""
        while lane.behind:
            put = lane.put
            items = await self._load(lane_id, lane.last_id, HELD_A_LANE_MAX)
            for item in items:
                self._hold(lane, item)
            if len(items) < HELD_A_LANE_MAX and lane.put == put:
                lane.behind = False
            if items:
                return True
        return bool(lane.items)
