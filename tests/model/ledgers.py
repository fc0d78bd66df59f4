"""Ledgers as plain dicts: rows, retention, caps, meters and gaps, one obvious function a rule.

Seconds throughout; 0 = never.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

WINDOWS = {"1m": 60, "1h": 3_600, "24h": 86_400, "30d": 2_592_000}
DAY = 86_400
METERS = ("messages", "groups_created", "group_additions", "reports", "blocks", "refused_attempts")
LATE_S = 60
KNOWN_ROWS_MAX = 1_024
ROWS_MAX = 4_096
SATURATED = 65_535
MEMBERS_MAX = 4_095

Peer = tuple[str, str]
"""("person", account id) or ("group", group id)."""


class Row(NamedTuple):
    """What an account remembers of one peer."""

    first_wrote: int = 0
    last_wrote: int = 0
    last_heard: int = 0
    unanswered: int = 0
    kind: str = "person"
    members: int = 1
    said: frozenset[str] = frozenset()

    @property
    def silent_since(self) -> int:
        return max(self.last_wrote, self.last_heard)

    @property
    def known(self) -> bool:
        return self.last_wrote > 0 and self.last_heard > 0

    def kept_at(self, now: int) -> bool:
        return self.silent_since > now - (400 if self.known else 30) * DAY

    def written(self, now: int) -> Row:
        """One more message at ``now``."""
        return self._replace(
            first_wrote=self.first_wrote or now,
            last_wrote=now,
            unanswered=min(self.unanswered + 1, SATURATED),
        )

    def written_late(self, at: int) -> Row:
        """One more message, learnt of too late to be judged."""
        more = 1 if at > self.last_heard else 0
        return self._replace(
            first_wrote=min(self.first_wrote or at, at),
            last_wrote=max(self.last_wrote, at),
            unanswered=min(self.unanswered + more, SATURATED),
        )

    def heard(self, now: int) -> Row:
        """The peer wrote at ``now``."""
        return self._replace(
            last_heard=max(self.last_heard, now),
            unanswered=0 if now >= self.last_wrote else self.unanswered,
        )

    def pulled(self, heard: int) -> Row:
        """Somebody else wrote to the group at ``heard``."""
        return self.heard(heard) if heard > self.last_heard else self


class Run(NamedTuple):
    """The gaps of the current run of sends: how many, their mean and their variance (float32 values)."""

    count: int = 0
    mean: float = 0.0
    variance: float = 0.0

    def gap(self, gap: float) -> Run:
        """One more gap: Welford's update, the oldest fading after 64."""
        n = min(self.count + 1, 64)
        d = gap - self.mean
        mean = self.mean + d / n
        variance = self.variance + (d * (gap - mean) - self.variance) / n
        return Run(min(self.count + 1, 255), float(np.float32(mean)), float(np.float32(variance)))


def meter_value(meter: Counter[int], now: int, window: int) -> int:
    """What a meter (second -> additions) shows: six buckets, the one of ``now`` and the five before it."""
    width = window // 6
    buckets: Counter[int] = Counter()
    for second, added in meter.items():
        if now // width - 6 < second // width <= now // width:
            buckets[second // width] += added
    return sum(min(n, SATURATED) for n in buckets.values())


Order = Callable[[Peer], int]
"""The keyed hash of a peer, which only decides between rows that are silent equally long."""


@dataclass
class Ledger:
    """One account, or one group (then the rows are its writers)."""

    order: Order
    latest: int = 0
    registered: int = 0
    last_send: int = 0
    kind: str = "personal"
    rows: dict[Peer, Row] = field(default_factory=dict)
    meters: dict[str, Counter[int]] = field(default_factory=lambda: {name: Counter() for name in METERS})
    runs: dict[str, Run] = field(default_factory=lambda: dict.fromkeys(WINDOWS, Run()))

    def copy(self) -> Ledger:
        """A copy that may be changed freely (rows and runs are values)."""
        return Ledger(
            self.order,
            self.latest,
            self.registered,
            self.last_send,
            self.kind,
            dict(self.rows),
            {name: Counter(meter) for name, meter in self.meters.items()},
            dict(self.runs),
        )

    def second_of(self, at: int) -> tuple[int, bool]:
        """The second at which this ledger takes an event of second ``at``, and whether that is late."""
        if at >= self.latest:
            return at, False
        if self.latest - at <= LATE_S:
            return self.latest, False
        return at, True

    def touch(self, at: int) -> tuple[int, bool]:
        """Take note of an event: retention is applied, the ledger's time moves on. Returns as ``second_of``."""
        now, late = self.second_of(at)
        self.latest = max(self.latest, now)
        self.rows = {peer: row for peer, row in self.rows.items() if row.kept_at(self.latest)}
        return now, late

    def register(self, at: int) -> None:
        """The account registered at ``at``; of several claims the earliest holds."""
        self.registered = min(self.registered or at, at)

    def count_gap(self, now: int) -> None:
        """A send at ``now``: its gap to the one before continues or ends the run of each window."""
        gap = now - self.last_send
        for name, window in WINDOWS.items():
            ended = self.last_send == 0 or gap > window
            self.runs[name] = Run() if ended else self.runs[name].gap(gap)
        self.last_send = now

    def put(self, peer: Peer, row: Row, touched: Collection[Peer] = ()) -> None:
        """Keep ``row``; a new one may cost another its place, but never one of ``touched``: the event's own peers."""
        if peer not in self.rows and len(self.rows) >= KNOWN_ROWS_MAX:
            if victim := self._longest_silent(lambda row: row.silent_since <= self.latest - 30 * DAY, touched):
                del self.rows[victim]
            elif len(self.rows) >= ROWS_MAX:
                victim = self._longest_silent(lambda row: row.last_wrote == 0, touched)
                if victim is None and row.last_wrote == 0:
                    return
                del self.rows[victim or self._longest_silent(lambda row: True, touched)]
        self.rows[peer] = row

    def _longest_silent(self, might_go: Callable[[Row], bool], touched: Collection[Peer]) -> Peer | None:
        """The longest silent of the rows that might go, by hash if there are several."""
        rows = [(peer, row.silent_since) for peer, row in self.rows.items() if might_go(row) and peer not in touched]
        since = min((since for _, since in rows), default=0)
        return min((peer for peer, s in rows if s == since), key=self.order, default=None)


@dataclass
class GroupLedger:
    """Who wrote to a group last: at most two writers, in the order in which they were written down."""

    latest: int = 0
    writers: list[tuple[str, int]] = field(default_factory=list)

    def heard_by(self, account: str, at: int) -> int:
        """When somebody other than ``account`` last wrote, as known at second ``at``; 0 = never."""
        since = max(self.latest, at) - 30 * DAY
        return max((second for writer, second in self.writers if writer != account and second > since), default=0)

    def write(self, writer: str, at: int) -> None:
        """``writer`` wrote at ``at``."""
        now = self.latest if self.latest - LATE_S <= at < self.latest else at
        self.latest = max(self.latest, now)
        self.writers = [(w, second) for w, second in self.writers if second > self.latest - 30 * DAY]
        before = dict(self.writers).get(writer, 0)
        self.writers = [(w, second) for w, second in self.writers if w != writer]
        self.writers.append((writer, max(before, now)))
        if len(self.writers) > 2:
            self.writers.remove(min(self.writers, key=lambda entry: entry[1]))
