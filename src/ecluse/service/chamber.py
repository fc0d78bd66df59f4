"""The chamber: requests that arrive together wait here for one tick of the loop, and are judged as one batch.

One batch is one commit to the journal and one call of the kernel, so the more callers there are, the less each costs.
Requests are judged in the order in which they entered. Here the gate is live: an event may be ahead of the machine's
clock by a minute, not more. (The library itself looks at no clock.)
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import groupby
from time import perf_counter, time
from typing import Final, NamedTuple

import numpy as np
import pyarrow as pa

from ecluse.errors import InputError
from ecluse.gate.verdicts import Verdicts
from ecluse.service.media import Events
from ecluse.service.metrics import Metrics
from ecluse.stores.remembering import RememberingGate

AHEAD_S: Final = 60
"""Seconds that an event may be ahead of the machine's clock."""


class Place(NamedTuple):
    """Where a request's verdicts begin. verdicts: None for observations."""

    verdicts: Verdicts | None
    start: int


class _Waiting(NamedTuple):
    events: Events
    observe: bool
    since: float
    place: asyncio.Future[Place]

    @property
    def run(self) -> tuple[bool, int]:
        """Neighbours of one run are judged as one batch; an Arrow batch is one by itself."""
        return self.observe, id(self.events) if isinstance(self.events, pa.Table) else 0


class Chamber:
    """Where requests wait to be judged together, by ``gate``, on the running loop."""

    def __init__(self, gate: RememberingGate, metrics: Metrics) -> None:
        self._gate, self._metrics = gate, metrics
        self._loop = asyncio.get_running_loop()
        self._waiting: list[_Waiting] = []

    def enter(self, events: Events, *, observe: bool, since: float) -> asyncio.Future[Place]:
        """Wait to be judged. since: when the request came, by ``perf_counter``.

        The future raises what the gate raises: InputError, JournalError, GateClosedError.
        """
        if not self._waiting:
            self._loop.call_soon(self.flush)
        place: asyncio.Future[Place] = self._loop.create_future()
        self._waiting.append(_Waiting(events, observe, since, place))
        return place

    def flush(self) -> None:
        """Judge everything that waits."""
        waiting, self._waiting = self._waiting, []
        for _, run in groupby(waiting, key=lambda one: one.run):
            self._judge(list(run))
        if waiting:
            self._metrics.answered([one.since for one in waiting])

    def _judge(self, run: list[_Waiting]) -> None:
        """Judge a run as one batch."""
        try:
            verdicts = self._ask(run)
        except InputError as error:
            if len(run) == 1:
                _answer(run, error)
            else:
                for one in run:  # nothing was judged: so that one caller's fault is no other's
                    self._judge([one])
        except Exception as error:
            _answer(run, error)
        else:
            for one, start in zip(run, _starts(run), strict=True):
                if not one.place.done():
                    one.place.set_result(Place(verdicts, start))

    def _ask(self, run: list[_Waiting]) -> Verdicts | None:
        remembering, observe = self._gate, run[0].observe
        events = run[0].events if len(run) == 1 else [event for one in run for event in one.events]
        started = perf_counter()
        asked, packed = remembering.gate.ask(events, decoded=True)
        _check_clock(packed.events["at_s"])
        verdicts = remembering.take(packed, observe=observe, asked=asked)
        if observe:
            self._metrics.observed(len(events), perf_counter() - started)
            return None
        self._metrics.decided(verdicts, perf_counter() - started)
        return verdicts


def _check_clock(at_s: np.ndarray) -> None:
    """See that no event is of the future. at_s: seconds, shape (n,). Raises InputError, which names the first."""
    latest_s = int(time()) + AHEAD_S
    if len(at_s) and at_s.max() > latest_s:
        place = int(np.argmax(at_s > latest_s))
        where = f"event {place}" if len(at_s) > 1 else None
        at = datetime.fromtimestamp(int(at_s[place]), UTC).isoformat()
        raise InputError("at", at, f"a time at most {AHEAD_S} seconds ahead of the gate's clock", where)


def _starts(run: list[_Waiting]) -> Iterator[int]:
    start = 0
    for one in run:
        yield start
        start += len(one.events)


def _answer(run: list[_Waiting], error: Exception) -> None:
    for one in run:
        if not one.place.done():
            one.place.set_exception(error)
