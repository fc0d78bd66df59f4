"""Judge: the batches of a log through the gate, and, for a report, also past it.

A refused send leaves no trace in a ledger, so under terms no account's figures go far beyond a limit. What a log would
show without terms is measured by a second gate that lets everything pass: there the figures are **as recorded**.
"""

from __future__ import annotations

from typing import Final, NamedTuple, Self

import numpy as np
import pyarrow as pa

from ecluse.campaigns import Campaign
from ecluse.errors import InputError
from ecluse.gate import MEMORY_BYTES, Gate, Verdicts
from ecluse.gate.asked import Asked
from ecluse.gate.spreading import Spreading
from ecluse.ledger import SIGNALS
from ecluse.ledger.identify import Packed
from ecluse.replay.logs import LogBatch
from ecluse.terms import Versions, parse_terms

REPLAY_SECRET: Final = b"ecluse replay: no secret at all"
"""What ids are hashed with unless told otherwise: ledgers of a replay are not kept, so nothing is to be hidden."""

OPEN_TERMS: Final = "{id: open, version: 1, title: Everything passes, rules: []}"
"""Terms that hold nothing back."""

_FELT: Final = [signal.column for signal in SIGNALS if signal.name.startswith("refused_attempts.")]
"""Signals that come of refusals: as recorded there are none."""


class Judged(NamedTuple):
    """A batch and its verdicts. n events.

    ids, senders: strings, shape (n,), ids all null if the log has none. keys: uint64, shape (n,), the hashed senders.
    kind: uint8, at_s, region, language: uint32 (by ``region_number``, ``language_number``), shape (n,). recorded:
    float64, shape (n, N_SIGNALS), the signals as recorded, or None if they were not asked for.
    """

    ids: pa.Array
    senders: pa.Array
    keys: np.ndarray
    kind: np.ndarray
    at_s: np.ndarray
    region: np.ndarray
    language: np.ndarray
    verdicts: Verdicts
    recorded: np.ndarray | None

    @classmethod
    def of(cls, batch: LogBatch, packed: Packed, verdicts: Verdicts, recorded: np.ndarray | None) -> Self:
        """The verdicts on a batch, beside what it is made of."""
        events = packed.events
        ids, senders = _column(batch.events, "id"), _column(batch.events, "sender")
        sender, kind, at_s = events["sender"], events["kind"], events["at_s"]
        return cls(ids, senders, sender, kind, at_s, events["region"], events["language"], verdicts, recorded)


def open_gate(secret: bytes, memory_bytes: int) -> Gate:
    """A gate that lets everything pass: what it measures is as recorded."""
    return Gate(parse_terms(OPEN_TERMS), secret=secret, memory_bytes=memory_bytes)


def ask(gate: Gate, batch: LogBatch) -> tuple[Asked, Packed]:
    """Check and identify a batch. Raises InputError, which names the place in the file."""
    try:
        return gate.ask(batch.events)
    except InputError as error:
        raise batch.locate(error) from None


class Judge:
    """Judges batches in their order.

    signals: give each event's signals. recorded: give them as recorded, too. memory_bytes: of the ledgers of a gate.
    """

    def __init__(
        self,
        versions: Versions,
        *,
        secret: bytes = REPLAY_SECRET,
        memory_bytes: int = MEMORY_BYTES,
        signals: bool = False,
        recorded: bool = False,
    ) -> None:
        self._gate = Gate(versions, secret=secret, memory_bytes=memory_bytes)
        self._signals = signals or recorded
        self._recorded = recorded
        self._open: Gate | None = None
        if recorded and versions.rules:
            self._open = open_gate(secret, memory_bytes)

    def campaigns(self) -> list[Campaign]:
        """The campaigns that are known by now."""
        return self._gate.campaigns()

    @property
    def spreading(self) -> Spreading:
        """What spreads by now."""
        return self._gate.spreading

    def judge(self, batch: LogBatch) -> Judged:
        """Judge a batch. Raises InputError, which names the place in the file; then none of the batch is judged."""
        asked, packed = ask(self._gate, batch)
        verdicts = self._gate.judge(packed, signals=self._signals, asked=asked)
        recorded = verdicts.signals if self._recorded else None
        if self._open is not None and verdicts.signals is not None:
            recorded = self._open.judge(packed, signals=True).signals
            assert recorded is not None
            recorded[:, _FELT] = verdicts.signals[:, _FELT]
        return Judged.of(batch, packed, verdicts, recorded)


def _column(events: pa.RecordBatch, name: str) -> pa.Array:
    if name not in events.schema.names:
        return pa.nulls(events.num_rows, pa.string())
    return events.column(name).cast(pa.string())
