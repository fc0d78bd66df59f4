"""Outputs of a replay: what rules said of each event, as Parquet."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ecluse.errors import InputError
from ecluse.ledger import SIGNALS
from ecluse.replay.judge import Judged
from ecluse.terms import Mode, Outcome, Versions

RULES: Final = pa.list_(pa.string())
"""Type of a column of rules."""

_WORDS: Final = pa.array(Outcome.words())


class EventFile:
    """A Parquet file with rows on events of a log, in its order. To be written within a ``with``.

    Its first column is ``event``: the log's id; without ids the number of the event's row, int64 from 0.
    fields: the other columns.
    """

    def __init__(self, path: Path, fields: Sequence[tuple[str, pa.DataType]]) -> None:
        self._path, self._fields = path, fields
        self._writer: pq.ParquetWriter | None = None
        self._rows = 0
        self._with_ids = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._writer is None and error is None:
            self._open()
        if self._writer is not None:
            self._writer.close()

    def _open(self) -> pq.ParquetWriter:
        event = ("event", pa.string() if self._with_ids else pa.int64())
        self._schema = pa.schema([event, *self._fields])
        self._writer = pq.ParquetWriter(self._path, self._schema, compression="zstd")
        return self._writer

    def add(self, ids: pa.Array, columns: Sequence[pa.Array], rows: np.ndarray | None = None) -> None:
        """Add rows on a batch. ids: of all its events. columns: of the events at ``rows``; None: of all.

        Raises InputError if some files of a log have ids and others none.
        """
        if len(ids) == 0:
            return
        has_ids = ids.null_count < len(ids)
        if self._writer is None:
            self._with_ids = has_ids
        elif has_ids and not self._with_ids:
            raise InputError("id", ids.drop_null()[0].as_py(), "given from the first event on, or never")
        writer = self._writer or self._open()
        events = self._events(ids)
        if rows is not None:
            events = events.take(pa.array(rows))
        if len(events):
            writer.write_batch(pa.RecordBatch.from_arrays([events, *columns], schema=self._schema))

    def _events(self, ids: pa.Array) -> pa.Array:
        rows = pa.array(np.arange(self._rows, self._rows + len(ids)))
        self._rows += len(ids)
        return pc.coalesce(ids, rows.cast(pa.string())) if self._with_ids else rows


class VerdictFile(EventFile):
    """Verdicts as Parquet, one row an event in the log's order.

    Columns: event (the log's id; without ids the number of the row, int64 from 0), outcome, rules, retry_after
    (seconds, null = none); if some rules may run so, warnings and shadow (rules that spoke and were not enforced); with
    signals also one float64 column each by its name, null where unknown.
    """

    def __init__(self, path: Path, versions: Versions, *, signals: bool) -> None:
        self._unfelt = [("warnings", Mode.WARN), ("shadow", Mode.SHADOW)] if versions.has_unfelt else []
        fields = [
            ("outcome", pa.string()),
            ("rules", RULES),
            ("retry_after", pa.int64()),
            *((name, RULES) for name, _ in self._unfelt),
        ]
        if signals:
            fields += [(signal.name, pa.float64()) for signal in SIGNALS]
        super().__init__(path, fields)
        self._versions, self._signals = versions, signals

    def write(self, judged: Judged) -> None:
        """Add the verdicts on a batch. Raises InputError if some files of a log have ids and others none."""
        verdicts = judged.verdicts
        retry_after: np.ndarray = verdicts.retry_after
        columns = [
            outcome_words(verdicts.outcome),
            rule_ids(self._versions, verdicts.spoke == 1 + Mode.ENFORCE),
            pa.array(retry_after, mask=retry_after < 0),
            *(rule_ids(self._versions, verdicts.spoke == 1 + mode) for _, mode in self._unfelt),
        ]
        if self._signals and verdicts.signals is not None:
            columns += [pa.array(column, from_pandas=True) for column in np.ascontiguousarray(verdicts.signals.T)]
        self.add(judged.ids, columns)


def outcome_words(outcomes: np.ndarray) -> pa.Array:
    """Outcomes by their words."""
    return _WORDS.take(pa.array(outcomes))


def rule_ids(versions: Versions, spoke: np.ndarray) -> pa.Array:
    """The ids of the rules that spoke on each event, as lists. spoke: bool, shape (n, n_rules)."""
    ids = pa.array([rule.id for _, rule in versions.rules], pa.string())
    offsets = np.concatenate([[0], np.cumsum(spoke.sum(axis=1))]).astype(np.int32)
    return pa.ListArray.from_arrays(pa.array(offsets), ids.take(pa.array(np.nonzero(spoke)[1])))
