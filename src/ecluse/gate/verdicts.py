"""The verdicts on a batch, as columns; each can be had as a ``Verdict`` with its reasons."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from ecluse.gate.asked import Asked
from ecluse.gate.decided import NO_RETRY
from ecluse.gate.verdict import Verdict
from ecluse.terms import Outcome, Rule, Terms
from ecluse.wire import Measure, SpokenRule

_WORDS = Outcome.words()
_WORD_COLUMN = pa.array(_WORDS, pa.string())


class Evidence(NamedTuple):
    """What one verdict rests on. rules: with the measured values of their conditions. dropped: places of peers."""

    rules: list[tuple[Rule, list[float]]]
    dropped: list[int]


class Verdicts(Sequence[Verdict]):
    """Verdicts on n events, in their order.

    outcome: uint8, shape (n,), of ``Outcome``. late, repeated: bool, shape (n,). retry_after: int64 seconds,
    shape (n,), -1 for none. spoke: bool, shape (n, n_rules), by the terms in force (not where a repeated one rests on
    others).
    signals: float64, shape (n, N_SIGNALS), or None if they were not asked for; NaN where unknown or not judged.
    """

    def __init__(
        self,
        terms: Terms,
        history: dict[int, Terms],
        records: np.ndarray,
        spoke: np.ndarray,
        signals: np.ndarray | None,
        evidence: np.ndarray,
        asked: Asked,
    ) -> None:
        self._terms, self._history = terms, history
        self._records, self._evidence, self._asked = records, evidence, asked
        self.spoke, self.signals = spoke, signals
        self._passed: list[str | None] | None = None

    @property
    def outcome(self) -> np.ndarray:
        """Outcomes as numbers of ``Outcome``."""
        return self._records["outcome"]

    @property
    def late(self) -> np.ndarray:
        """Which events were too late to be judged."""
        return self._records["late"].view(np.bool_)

    @property
    def repeated(self) -> np.ndarray:
        """Which events had been decided before."""
        return self._records["repeated"].view(np.bool_)

    @property
    def retry_after(self) -> np.ndarray:
        """Seconds to wait, -1 for none."""
        return self._records["retry_after"]

    @property
    def terms(self) -> str:
        """The terms in force, as ``id@version``."""
        return self._terms.name

    def __len__(self) -> int:
        return len(self._records)

    def __iter__(self) -> Iterator[Verdict]:
        return (self[place] for place in range(len(self)))

    def __getitem__(self, place: int) -> Verdict:  # type: ignore[override]
        if not -len(self) <= place < len(self):
            raise IndexError(place)
        return read_verdict(self._history, self._records, self._evidence, self._asked, place)

    def passed_by(self, place: int) -> str | None:
        """The terms by which event ``place`` simply passed: no rule spoke and it was not late. None otherwise.

        Verdicts on such events differ by the event's id alone. To be asked of one event after another: the first
        time, all are looked at.
        """
        if self._passed is None:
            self._passed = [
                None if outcome or late or count or retry_after != NO_RETRY else self._history[generation].name
                for outcome, late, _, _, generation, retry_after, _, count in self._records.tolist()
            ]
        return self._passed[place]

    def to_arrow(self, ids: pa.Array | None = None) -> pa.RecordBatch:
        """The verdicts as columns, one row an event: event, outcome, rules, retry_after, labels, late, terms.

        ids: what stands in ``event``; the events' own ids, unless given.
        """
        n = len(self)
        rules, labels = _Lists(n), _Lists(n)
        for place in np.flatnonzero(self._records["evidence_count"]):  # only those on which a rule spoke
            record = self._records[place]
            terms = self._history[int(record["generation"])]
            start, count = int(record["evidence_start"]), int(record["evidence_count"])
            words = self._evidence[start : start + count]
            spoken = [terms.rules[int(r)] for r in words[1 : 1 + int(words[0])]]
            rules.put(int(place), [rule.id for rule in spoken])
            labels.put(int(place), [rule.label for rule in spoken if rule.label is not None])
        generations, of_generation = np.unique(self._records["generation"], return_inverse=True)
        names = pa.array([self._history[int(generation)].name for generation in generations], pa.string())
        retry_after = self.retry_after
        return pa.RecordBatch.from_arrays(
            [
                self._asked.event_ids(n) if ids is None else ids,
                _WORD_COLUMN.take(pa.array(self.outcome)),
                rules.column(),
                pa.array(retry_after, mask=retry_after == NO_RETRY),
                labels.column(),
                pa.array(self.late),
                names.take(pa.array(of_generation)),
            ],
            names=["event", "outcome", "rules", "retry_after", "labels", "late", "terms"],
        )


class _Lists:
    """A column of lists of words, most of them empty, put in from the first to the last."""

    def __init__(self, n: int) -> None:
        self._counts = np.zeros(n + 1, np.int32)
        self._words: list[str] = []

    def put(self, place: int, words: list[str]) -> None:
        """Let the list at ``place`` be ``words``."""
        self._counts[place + 1] = len(words)
        self._words += words

    def column(self) -> pa.Array:
        """The lists as a column."""
        offsets = pa.array(np.cumsum(self._counts, dtype=np.int32))
        return pa.ListArray.from_arrays(offsets, pa.array(self._words, pa.string()))


def read_verdict(
    history: dict[int, Terms], records: np.ndarray, evidence: np.ndarray, asked: Asked, place: int
) -> Verdict:
    """Put one verdict into words. history: terms by generation. records: VERDICT, shape (n,)."""
    outcome, late, _, _, generation, retry_after, start, count = records[place].item()
    terms = history[generation]
    event = asked.event_id(place)
    retry = None if retry_after == NO_RETRY else retry_after
    if count == 0:
        return Verdict(event, _WORDS[outcome], [], retry, [], [], bool(late), terms.name)
    rules, dropped = _read(terms, evidence[start : start + count].tolist())
    spoken = [SpokenRule(rule.id, rule.clause, _measures(rule, values)) for rule, values in rules]
    labels = [rule.label for rule, _ in rules if rule.label is not None]
    return Verdict(event, _WORDS[outcome], spoken, retry, labels, asked.peers(place, dropped), bool(late), terms.name)


def _measures(rule: Rule, values: list[float]) -> list[Measure]:
    return [
        Measure(c.signal, None if math.isnan(value) else value, c.comparison, c.number)
        for c, value in zip(rule.conditions, values, strict=True)
    ]


def _read(terms: Terms, words: list[float]) -> Evidence:
    """Read evidence as the kernel wrote it."""
    n_spoke = int(words[0])
    at = 1 + n_spoke
    rules = []
    for r in words[1 : 1 + n_spoke]:
        rule = terms.rules[int(r)]
        rules.append((rule, words[at : at + len(rule.conditions)]))
        at += len(rule.conditions)
    return Evidence(rules, [int(k) for k in words[at + 1 : at + 1 + int(words[at])]])
