"""The chamber: requests that arrive together wait here for one tick of the loop, and are judged as one batch.

One batch is one commit to the journal and one call of the kernel, so the more callers there are, the less each costs.
Over lines a single request that comes after a silence does not wait: nobody would be judged with it.
Requests are judged in the order in which they entered. Here the gate is live: an event may be ahead of the machine's
clock by a minute, not more. (The library itself looks at no clock.)
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from time import perf_counter, time
from typing import Final, NamedTuple

import numpy as np

from ecluse.errors import InputError
from ecluse.gate.verdicts import Verdicts
from ecluse.service.brief import Plain
from ecluse.service.clerk import Clerk
from ecluse.service.media import Events
from ecluse.service.metrics import Metrics
from ecluse.stores.hop_keys import HopKeyStore
from ecluse.stores.remembering import RememberingGate

QUIET_S: Final = 0.001
"""Seconds without a request after which the next one need not wait for others."""

AHEAD_S: Final = 60
"""Seconds that an event may be ahead of the machine's clock."""


class Place(NamedTuple):
    """Where a request's verdicts begin, and which have nothing to say. verdicts, plain: None for observations."""

    verdicts: Verdicts | None
    start: int
    plain: Plain | None = None


class _Run:
    """Requests that are judged as one batch: neighbours of one sort. An Arrow batch is one by itself."""

    __slots__ = ("events", "observe", "places", "starts")

    def __init__(self, events: Events, observe: bool) -> None:
        self.events, self.observe = events, observe
        self.starts: list[int] = []
        self.places: list[asyncio.Future[Place]] = []

    def takes(self, events: Events, observe: bool) -> bool:
        """Whether a request may be judged with those that are here."""
        return observe is self.observe and isinstance(events, list) and isinstance(self.events, list)

    def alone(self) -> Iterator[_Run]:
        """Its requests, each as a run of its own."""
        for start, stop, place in zip(self.starts, [*self.starts[1:], len(self.events)], self.places, strict=True):
            one = _Run(self.events[start:stop], self.observe)
            one.starts.append(0)
            one.places.append(place)
            yield one

    def fail(self, error: Exception) -> None:
        """Answer all of them with an error."""
        for place in self.places:
            if not place.done():
                place.set_exception(error)


class Chamber:
    """Where requests wait to be judged together, by ``gate``, on the running loop.

    clerk: keeps what verdicts lead to. hop_keys: of the gate's hop tokens, looked at once a second; None if it issues
    none.
    """

    def __init__(
        self,
        gate: RememberingGate,
        metrics: Metrics,
        clerk: Clerk | None = None,
        hop_keys: HopKeyStore | None = None,
    ) -> None:
        self._gate, self._metrics, self._clerk, self._hop_keys = gate, metrics, clerk, hop_keys
        self._loop = asyncio.get_running_loop()
        self._runs: list[_Run] = []
        self._since: list[float] = []
        self._flushed = 0.0

    def enter(self, events: Events, *, observe: bool, since: float) -> asyncio.Future[Place]:
        """Wait to be judged. since: when the request came, by ``perf_counter``.

        The future raises what the gate raises: InputError, JournalError, GateClosedError.
        """
        runs = self._runs
        if not runs:
            self._loop.call_soon(self.flush)
        if runs and runs[-1].takes(events, observe):
            run = runs[-1]
            run.starts.append(len(run.events))
            run.events += events
        else:
            run = _Run(events.copy() if isinstance(events, list) else events, observe)
            run.starts.append(0)
            runs.append(run)
        place: asyncio.Future[Place] = self._loop.create_future()
        run.places.append(place)
        self._since.append(since)
        return place

    def flush_if_quiet(self) -> None:
        """Judge what waits without waiting for the loop's next tick, if it is one request, and the first for a while.

        Where hardly anybody asks there is nobody to be judged together with, and a tick of the loop is not for nothing.
        """
        if len(self._since) == 1 and self._since[0] > self._flushed + QUIET_S:
            self.flush()

    def flush(self) -> None:
        """Judge everything that waits."""
        runs, self._runs = self._runs, []
        since, self._since = self._since, []
        for run in runs:
            self._judge(run)
        if since:
            self._metrics.answered(since)
            self._flushed = perf_counter()

    def _judge(self, run: _Run) -> None:
        """Judge a run as one batch."""
        try:
            verdicts = self._ask(run)
        except InputError as error:
            if len(run.places) == 1:
                run.fail(error)
            else:
                for one in run.alone():  # nothing was judged: so that one caller's fault is no other's
                    self._judge(one)
        except Exception as error:
            run.fail(error)
        else:
            quiet = None if verdicts is None else Plain(verdicts, self._gate.gate)
            for place, start in zip(run.places, run.starts, strict=True):
                if not place.done():
                    place.set_result(Place(verdicts, start, quiet))

    def _ask(self, run: _Run) -> Verdicts | None:
        remembering, observe, events = self._gate, run.observe, run.events
        started, now_s = perf_counter(), int(time())
        self._use_keys(now_s)
        asked, packed = remembering.gate.ask(events, decoded=True)
        _check_clock(packed.events["at_s"], now_s)
        verdicts = remembering.take(packed, observe=observe, asked=asked)
        if observe:
            self._metrics.observed(len(events), perf_counter() - started)
            return None
        self._metrics.decided(verdicts, perf_counter() - started)
        if self._clerk is not None:
            self._clerk.note(verdicts, events)
        return verdicts

    def _use_keys(self, now_s: int) -> None:
        """Issue and check hop tokens with the keys that there are by now."""
        tokens = self._gate.gate.forward_tokens
        if self._hop_keys is not None and tokens is not None:
            changed = self._hop_keys.changed(now_s)
            if changed is not None:
                tokens.use_keys(changed)


def _check_clock(at_s: np.ndarray, now_s: int) -> None:
    """See that no event is of the future. at_s: seconds, shape (n,). Raises InputError, which names the first."""
    latest_s = now_s + AHEAD_S
    if len(at_s) and at_s.max() > latest_s:
        place = int(np.argmax(at_s > latest_s))
        where = f"event {place}" if len(at_s) > 1 else None
        at = datetime.fromtimestamp(int(at_s[place]), UTC).isoformat()
        raise InputError("at", at, f"a time at most {AHEAD_S} seconds ahead of the gate's clock", where)
