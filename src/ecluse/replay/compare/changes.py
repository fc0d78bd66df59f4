"""Changes: the events that two terms judge otherwise, counted and written down."""

from __future__ import annotations

from enum import IntEnum
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa

from ecluse.replay.compare.duel import Pair
from ecluse.replay.numbering import grown
from ecluse.replay.outputs import RULES, EventFile, outcome_words, rule_ids
from ecluse.replay.timeline import Timeline
from ecluse.terms import Mode, Outcome, Versions


class Change(IntEnum):
    """How B judges an event beside A: by the order of outcomes, of which the strongest is ``refuse``."""

    SAME = 0
    MILDER = 1
    HARDER = 2


class Changes:
    """Counts of events by both outcomes, of those judged otherwise also by account and time.

    matrix: int64, shape (n_outcomes, n_outcomes), by A's outcome and B's. timeline: by ``Change``.
    """

    def __init__(self) -> None:
        n = len(Outcome)
        self.matrix = np.zeros((n, n), np.int64)
        self.timeline = Timeline(len(Change))
        self._otherwise = np.empty(0, np.uint32)

    def add(self, accounts: np.ndarray, pair: Pair) -> None:
        """Take a batch. accounts: the numbers of its senders, shape (n,)."""
        a, b = pair.a.verdicts.outcome, pair.b.verdicts.outcome
        n = len(Outcome)
        self.matrix += np.bincount(a.astype(np.int64) * n + b, minlength=n * n).reshape(n, n)
        change = np.select([b > a, b < a], [Change.HARDER, Change.MILDER], Change.SAME)
        self.timeline.add(pair.a.at_s, change)
        self._otherwise = grown(self._otherwise, int(accounts.max(initial=-1)) + 1)
        np.add.at(self._otherwise, accounts[a != b], 1)

    def otherwise(self, accounts: int) -> np.ndarray:
        """Events of each account that were judged otherwise, uint32, shape (accounts,)."""
        return grown(self._otherwise, accounts)[:accounts]


_AT: Final = pa.timestamp("s", "UTC")


class ChangeFile(EventFile):
    """Events judged otherwise as Parquet, one row each in the log's order.

    Columns: event (the log's id; without ids the number of the row in the log, int64 from 0), sender, at (UTC, to the
    second), outcome_a, outcome_b, rules_a, rules_b (ids of the rules that spoke and were enforced).
    """

    def __init__(self, path: Path, a: Versions, b: Versions) -> None:
        text = pa.string()
        fields = [("sender", text), ("at", _AT), ("outcome_a", text), ("outcome_b", text)]
        super().__init__(path, [*fields, ("rules_a", RULES), ("rules_b", RULES)])
        self._sides = a, b

    def write(self, pair: Pair) -> None:
        """Add those of a batch. Raises InputError if some files of a log have ids and others none."""
        rows = np.flatnonzero(pair.a.verdicts.outcome != pair.b.verdicts.outcome)
        columns = [pair.a.senders.take(pa.array(rows)), pa.array(pair.a.at_s[rows].astype(np.int64)).cast(_AT)]
        columns += [outcome_words(judged.verdicts.outcome[rows]) for judged in pair]
        for versions, judged in zip(self._sides, pair, strict=True):
            columns.append(rule_ids(versions, judged.verdicts.spoke[rows] == 1 + Mode.ENFORCE))
        self.add(pair.a.ids, columns, rows)
