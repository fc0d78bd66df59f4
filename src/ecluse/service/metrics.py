"""Metrics for Prometheus: counted a batch at a time, made into text only when they are asked for."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import product
from pathlib import Path
from time import perf_counter, time
from typing import Any, Final, NamedTuple, cast

import numpy as np
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from ecluse.gate.verdicts import Verdicts
from ecluse.service.clerk import Clerk
from ecluse.stores.remembering import RememberingGate
from ecluse.stores.snapshot import snapshots
from ecluse.terms import Mode, Outcome, Versions

TEXT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"


class Described(NamedTuple):
    """A metric as it is shown: its kind, labels, and what it counts, with its unit."""

    kind: Callable[..., Metric]
    labels: tuple[str, ...]
    doc: str


METRICS: Final[dict[str, Described]] = {
    "ecluse_decisions_total": Described(CounterMetricFamily, ("outcome",), "Events judged, by outcome."),
    "ecluse_rule_spoke_total": Described(
        CounterMetricFamily, ("rule", "mode"), "Events on which a rule spoke, each once, by the mode that it ran in."
    ),
    "ecluse_rehearsed_total": Described(
        CounterMetricFamily,
        ("outcome", "rehearsed"),
        "Events judged while terms are rehearsed, by outcome and by what it would be under those.",
    ),
    "ecluse_late_total": Described(CounterMetricFamily, (), "Events too late to be judged."),
    "ecluse_duplicates_total": Described(CounterMetricFamily, (), "Events that had been decided before."),
    "ecluse_observations_total": Described(CounterMetricFamily, (), "Events taken without a verdict."),
    "ecluse_problems_total": Described(CounterMetricFamily, ("code",), "Requests answered by a problem, by its code."),
    "ecluse_batch_events": Described(HistogramMetricFamily, (), "Events in a batch, as it was judged and committed."),
    "ecluse_request_seconds": Described(
        HistogramMetricFamily, (), "Seconds from a request's head to its verdicts, its body's arrival included."
    ),
    "ecluse_line_connections": Described(GaugeMetricFamily, (), "Connections to the line door."),
    "ecluse_gate_seconds_total": Described(
        CounterMetricFamily, (), "Seconds in the gate: hashing, committing, judging."
    ),
    "ecluse_journal_batches_total": Described(CounterMetricFamily, (), "Batches in the journal since its beginning."),
    "ecluse_journal_seconds_total": Described(CounterMetricFamily, (), "Seconds that commits to the journal took."),
    "ecluse_ledgers": Described(GaugeMetricFamily, (), "Ledgers held, of accounts and of groups."),
    "ecluse_memory_used_bytes": Described(GaugeMetricFamily, (), "Bytes of ledgers and their index."),
    "ecluse_memory_limit_bytes": Described(GaugeMetricFamily, (), "Bytes that ledgers may take."),
    "ecluse_snapshot_age_seconds": Described(GaugeMetricFamily, (), "Age of the newest snapshot; absent without one."),
    "ecluse_snapshot_failed": Described(GaugeMetricFamily, (), "1 if the last snapshot could not be written."),
    "ecluse_restrictions": Described(GaugeMetricFamily, (), "Capabilities that the gate knows to be taken."),
    "ecluse_restrictions_limit": Described(GaugeMetricFamily, (), "For how many there is room."),
    "ecluse_refusals_uncounted_total": Described(
        CounterMetricFamily, (), "Refusals that count for no strike, as too many waited."
    ),
    "ecluse_records_failures_total": Described(
        CounterMetricFamily, (), "Times that the records could not be written beside the loop; it is tried again."
    ),
}
"""Every metric; in Prometheus a histogram is shown as its buckets, sum and count."""

LATENCY_BOUNDS_S: Final = np.array([0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 1.0, 10.0])
BATCH_BOUNDS: Final = np.array([1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 4_096, 65_536])

UNCOUNTED_MAX: Final = 4_096
"""Events, and requests, that are put aside before they are counted."""

_OUTCOMES: Final = Outcome.words()


class Histogram:
    """Counts of values by upper bounds, all of them at once or one at a time."""

    def __init__(self, bounds: np.ndarray) -> None:
        self._bounds, self._ladder = bounds, bounds.tolist()
        self._counts = np.zeros(len(bounds) + 1, np.int64)
        self._sum = 0.0

    def add(self, values: np.ndarray) -> None:
        """Count values, float64, shape (n,)."""
        places = np.searchsorted(self._bounds, values)
        self._counts += np.bincount(places, minlength=len(self._counts))
        self._sum += float(values.sum())

    def add_one(self, value: float) -> None:
        """Count one value."""
        self._counts[bisect_left(self._ladder, value)] += 1
        self._sum += value

    def buckets(self) -> tuple[list[tuple[str, float]], float]:
        """Counts up to each bound, and the sum of the values."""
        names = [*(f"{bound:g}" for bound in self._bounds), "+Inf"]
        counts = np.cumsum(self._counts).astype(float).tolist()
        return list(zip(names, counts, strict=True)), self._sum


class Metrics:
    """What is counted while the gate serves. data: its folder. ``gate``: None until it is there."""

    def __init__(self, data: Path) -> None:
        self.gate: RememberingGate | None = None
        self.line_connections = 0
        """Connections to the line door."""
        self.clerk: Clerk | None = None
        self._data = data
        self._outcomes = np.zeros(len(_OUTCOMES), np.int64)
        self._versions: Versions | None = None
        self._spoke = np.zeros((len(Mode), 0), np.int64)
        self._rules: dict[tuple[str, str], int] = {}
        self._rehearsed = np.zeros((len(_OUTCOMES), len(_OUTCOMES)), np.int64)
        self._uncounted: list[tuple[np.ndarray, np.ndarray]] = []
        self._uncounted_events = 0
        self._waits: list[float] = []
        self._late = self._duplicates = self._observations = 0
        self._problems: dict[str, int] = {}
        self._gate_s = 0.0
        self._batches = Histogram(BATCH_BOUNDS)
        self._latency = Histogram(LATENCY_BOUNDS_S)

    def decided(self, verdicts: Verdicts, seconds: float) -> None:
        """Count a batch of verdicts that took the gate ``seconds``."""
        if verdicts.versions is not self._versions:
            self._turn_to(verdicts.versions)
        self._uncounted.append((verdicts.records, verdicts.spoke))
        self._uncounted_events += len(verdicts)
        if self._uncounted_events >= UNCOUNTED_MAX:
            self._count()
        self._batches.add_one(len(verdicts))
        self._gate_s += seconds

    def _count(self) -> None:
        """Count what has been put aside: many small batches at once cost what one of them would."""
        if self._uncounted:
            records = np.concatenate([records for records, _ in self._uncounted])
            spoke = np.concatenate([spoke for _, spoke in self._uncounted])
            self._uncounted, self._uncounted_events = [], 0
            self._outcomes += np.bincount(records["outcome"], minlength=len(_OUTCOMES))
            for mode in Mode:
                self._spoke[mode] += (spoke == 1 + mode).sum(axis=0)
            if self._versions is not None and self._versions.rehearsed is not None:
                np.add.at(self._rehearsed, (records["outcome"], records["rehearsed"]), 1)
            self._late += int(np.count_nonzero(records["late"]))
            self._duplicates += int(np.count_nonzero(records["repeated"]))
        if self._waits:
            self._latency.add(np.array(self._waits))
            self._waits = []

    def observed(self, n: int, seconds: float) -> None:
        """Count a batch of observations that took the gate ``seconds``."""
        self._observations += n
        self._batches.add_one(n)
        self._gate_s += seconds

    def answered(self, since: Sequence[float]) -> None:
        """Count requests that have their verdicts now. since: when each came, by ``perf_counter``."""
        now = perf_counter()
        self._waits += [now - came for came in since]
        if len(self._waits) >= UNCOUNTED_MAX:
            self._count()

    def refused(self, code: str) -> None:
        """Count a request that is answered by a problem."""
        self._problems[code] = self._problems.get(code, 0) + 1

    def text(self) -> bytes:
        """All metrics in the text format of Prometheus."""
        registry = CollectorRegistry(auto_describe=False)
        registry.register(_Collected(self))
        return generate_latest(registry)

    def _turn_to(self, versions: Versions) -> None:
        """Begin to count the rules of other versions; what was counted is kept by the rules' ids."""
        self._count()
        self._rules = self._by_rule()
        rehearsed = None if self._versions is None else self._versions.rehearsed
        if versions.rehearsed is not rehearsed:
            self._rehearsed[:] = 0
        self._versions, self._spoke = versions, np.zeros((len(Mode), len(versions.rules)), np.int64)

    def _by_rule(self) -> dict[tuple[str, str], int]:
        counts = dict(self._rules)
        rules = self._versions.rules if self._versions else ()
        for place, (_, rule) in enumerate(rules):
            for mode, count in zip(Mode, self._spoke[:, place].tolist(), strict=True):
                if count or mode is rule.mode:
                    counts[rule.id, mode.word] = counts.get((rule.id, mode.word), 0) + count
        return counts

    def rehearsed(self) -> dict[tuple[str, str], int]:
        """Events by outcome and rehearsed outcome, since the rehearsal began."""
        self._count()
        pairs = product(enumerate(_OUTCOMES), enumerate(_OUTCOMES))
        return {(a, b): int(self._rehearsed[i, j]) for (i, a), (j, b) in pairs if self._rehearsed[i, j]}

    def spoken(self) -> dict[tuple[str, str], int]:
        """Events on which each rule spoke, by its id and mode."""
        self._count()
        return self._by_rule()

    def families(self) -> Iterator[Metric]:
        """Every metric that has a value."""
        self._count()
        yield _family("ecluse_decisions_total", dict(zip(_OUTCOMES, self._outcomes.tolist(), strict=True)))
        yield _family("ecluse_rule_spoke_total", self._by_rule())
        yield _family("ecluse_rehearsed_total", self.rehearsed())
        yield _family("ecluse_late_total", self._late)
        yield _family("ecluse_duplicates_total", self._duplicates)
        yield _family("ecluse_observations_total", self._observations)
        yield _family("ecluse_problems_total", self._problems)
        yield _family("ecluse_batch_events", self._batches)
        yield _family("ecluse_request_seconds", self._latency)
        yield _family("ecluse_line_connections", self.line_connections)
        yield _family("ecluse_gate_seconds_total", self._gate_s)
        if self.gate is not None:
            yield from _of_gate(self.gate)
        if self.clerk is not None:
            yield _family("ecluse_refusals_uncounted_total", self.clerk.uncounted)
            yield _family("ecluse_records_failures_total", self.clerk.failures)
        for newest in snapshots(self._data)[:1]:
            yield _family("ecluse_snapshot_age_seconds", max(0.0, time() - newest.stat().st_mtime))


class _Collected(Collector):
    """Gives what was counted to Prometheus's writer."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics

    def collect(self) -> Iterator[Metric]:
        return self._metrics.families()


def _of_gate(gate: RememberingGate) -> Iterator[Metric]:
    yield _family("ecluse_journal_batches_total", gate.seq)
    yield _family("ecluse_journal_seconds_total", gate.journal_s)
    yield _family("ecluse_ledgers", gate.gate.ledgers)
    yield _family("ecluse_memory_used_bytes", gate.gate.memory_used)
    yield _family("ecluse_memory_limit_bytes", gate.gate.memory_bytes)
    yield _family("ecluse_snapshot_failed", int(gate.snapshot_failure is not None))
    restrictions, limit = gate.gate.restrictions
    yield _family("ecluse_restrictions", restrictions)
    yield _family("ecluse_restrictions_limit", limit)


def _family(name: str, value: float | Mapping[str, int] | Mapping[tuple[str, str], int] | Histogram) -> Metric:
    described = METRICS[name]
    family: Any = described.kind(name.removesuffix("_total"), described.doc, labels=described.labels)
    if isinstance(value, Histogram):
        family.add_metric([], *value.buckets())
    elif isinstance(value, Mapping):
        for labels, count in value.items():
            family.add_metric([labels] if isinstance(labels, str) else list(labels), count)
    else:
        family.add_metric([], value)
    return cast(Metric, family)
