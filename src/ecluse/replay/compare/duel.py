"""Duel: two terms judge the same batches, each by a gate of its own, for refusals change ledgers; beside them an open
gate measures what was recorded. Batches are identified once; gates work in threads, while the last batch is counted.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from typing import Final, NamedTuple

from ecluse.gate import Gate, Verdicts
from ecluse.ledger.identify import Packed
from ecluse.replay.judge import Judged, ask, open_gate
from ecluse.replay.logs import LogBatch, Logs
from ecluse.terms import Versions

AHEAD_MAX: Final = 2
"""Batches under way at a time: enough that no gate waits for another, few enough for memory."""


class Pair(NamedTuple):
    """One batch as each side judged it: the same events in both."""

    a: Judged
    b: Judged


class _Underway(NamedTuple):
    batch: LogBatch
    verdicts: list[Future[Verdicts]]
    packed: Packed


def duel(logs: Logs, a: Versions, b: Versions, *, secret: bytes, memory_bytes: int) -> Iterator[Pair]:
    """Let both terms judge a log. memory_bytes: for the ledgers of each of three gates.

    Each gate has one thread, so it judges batches in their order: the verdicts do not depend on timing. Raises
    InputError, ColumnsError, SecretError.
    """
    gates = [Gate(versions, secret=secret, memory_bytes=memory_bytes) for versions in (a, b)]
    gates.append(open_gate(secret, memory_bytes))
    underway: deque[_Underway] = deque()
    with ExitStack() as threads:
        lanes = [threads.enter_context(ThreadPoolExecutor(max_workers=1)) for _ in gates]
        for batch in logs:
            _, packed = ask(gates[0], batch)
            verdicts = [lane.submit(gate.judge, packed, signals=True) for lane, gate in zip(lanes, gates, strict=True)]
            underway.append(_Underway(batch, verdicts, packed))
            if len(underway) > AHEAD_MAX:
                yield _pair(underway.popleft())
        while underway:
            yield _pair(underway.popleft())


def _pair(done: _Underway) -> Pair:
    by_a, by_b, measured = (future.result() for future in done.verdicts)
    a = Judged.of(done.batch, done.packed, by_a, measured.signals)
    return Pair(a, a._replace(verdicts=by_b))
