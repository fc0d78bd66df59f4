"""What spreads: the contents that a gate counts, ranked by whom they reach in a window, and one of them in full.

Read with array operations over all that is remembered. No text is kept: a content is the key of its cluster.
"""

from __future__ import annotations

import math
import threading
from typing import Final, NamedTuple

import numpy as np

from ecluse.content.ledgers import (
    N_COUNTS,
    N_SHARED,
    PROVIDERS,
    RECIPIENTS,
    REGIONS,
    SENDERS,
    STRANGERS,
    ContentLedgers,
)
from ecluse.content.shelf import RETENTION_S
from ecluse.events import primary_code, primary_number, region_code, region_interval
from ecluse.gate.content import HOURS
from ecluse.ledger.layout import BUCKETS
from ecluse.ledger.signals import SHARED_WINDOWS

AUDIENCES_SHOWN_MAX: Final = 1_000
_WINDOWS: Final = tuple(SHARED_WINDOWS)


class Counted(NamedTuple):
    """What is counted of a content in a window. curve: recipients by sixth of the window, the oldest first."""

    senders: int
    recipients: int
    strangers: int
    regions: int
    providers: int
    curve: list[int]


class Audience(NamedTuple):
    """A content in one region and language, "" for not told. reached: recipients in 30 days, each message counted."""

    region: str
    language: str
    reached: int
    last_s: int


class Rating(NamedTuple):
    """The fact-check that counts for a content, as the gate was told. truth: 0 to 1; None: it is not said."""

    number: int
    truth: float | None


class Rumour(NamedTuple):
    """A content that spreads. counted: in the window asked for.

    reached: what it is ranked by: its recipients; with a region or language, those reached from there, each message
    counted. growth: recipients of the last hour over the mean hour of the last 24. outcomes: events by what was said
    of them, by number of ``Outcome``, since it was first seen.
    """

    cluster: int
    first_s: int
    last_s: int
    hops: int
    reached: int
    growth: float | None
    counted: Counted
    outcomes: list[int]
    rating: Rating | None


class RumourInFull(NamedTuple):
    """All that is counted of a content: by window, and by region and language, the greatest first."""

    rumour: Rumour
    windows: dict[str, Counted]
    audiences: list[Audience]


class Spreading:
    """What spreads, of the content ledgers of a gate. lock: held while they are read."""

    def __init__(self, ledgers: ContentLedgers, lock: threading.Lock) -> None:
        self._ledgers, self._lock = ledgers, lock

    def latest_s(self) -> int:
        """The second at which anything was last counted; 0 for never."""
        with self._lock:
            return int(self._ledgers.things.last_s.max(initial=0))

    def top(
        self,
        second: int,
        window: str,
        *,
        region: str | None = None,
        language: str | None = None,
        senders: int = 1,
        limit: int = 20,
    ) -> list[Rumour]:
        """The contents that reached most people in the window that ends at ``second``, the first first.

        window: of SHARED_WINDOWS. region: sent from it or a part of it; language: by its primary tag. senders: how many
        a content must have in the window at least. Cost: about 10 ms for 100,000 contents.
        """
        w = _WINDOWS.index(window)
        with self._lock:
            ledgers = self._ledgers
            since = second - SHARED_WINDOWS[window]
            slots = np.flatnonzero((ledgers.heads["cluster"] != 0) & (ledgers.things.last_s > max(0, since)))
            counts = self._curves(slots, second, w)
            sums = counts.sum(axis=1)
            reached = sums[:, RECIPIENTS]
            if region is not None or language is not None:
                reached = self._reached(second, w, region, language)[slots]
            keep = np.flatnonzero((sums[:, SENDERS] >= senders) & (reached > 0))
            clusters = ledgers.heads["cluster"][slots[keep]]
            growth = self._growth(slots[keep], second)
            order = keep[np.lexsort((clusters, -growth, -reached[keep]))[:limit]]
            return [self._rumour(int(slots[k]), int(reached[k]), counts[k], second) for k in order.tolist()]

    def one(self, cluster: int, second: int) -> RumourInFull | None:
        """All that is counted of a content, as it stands at ``second``; None if it is not known."""
        with self._lock:
            ledgers = self._ledgers
            alive = ledgers.things.last_s > max(0, second - RETENTION_S)
            slots = np.flatnonzero(alive & (ledgers.heads["cluster"] == np.uint64(cluster)))
            if not cluster or not len(slots):
                return None
            counts = [self._curves(slots[:1], second, w)[0] for w in range(N_SHARED)]
            reached = int(counts[-1].sum(axis=0)[RECIPIENTS])
            rumour = self._rumour(int(slots[0]), reached, counts[-1], second)
            windows = dict(zip(_WINDOWS, map(_counted, counts), strict=True))
            return RumourInFull(rumour, windows, self._audiences(int(slots[0]), second))

    def ratings(self) -> dict[int, Rating]:
        """Which contents have a fact-check, by cluster, as the gate was told."""
        with self._lock:
            checks = self._ledgers.checks
            found = checks[checks["key"] != 0]
        return {int(check["cluster"]): _rating(check) for check in found}

    def _curves(self, slots: np.ndarray, second: int, window: int) -> np.ndarray:
        """Counts by sixth of a window, the oldest first: int64, shape (n, BUCKETS, N_COUNTS)."""
        counts = self._ledgers.counts.reshape(-1, N_SHARED, BUCKETS, N_COUNTS)
        places, valid = _buckets(self._ledgers.things.last_s[slots], second, window)
        return counts[slots[:, None], window, places[None, :]].astype(np.int64) * valid[:, :, None]

    def _growth(self, slots: np.ndarray, second: int) -> np.ndarray:
        """Recipients of the last hour over the mean hour of the last 24; 0 where there are none."""
        hour, day = (self._curves(slots, second, w)[:, :, RECIPIENTS].sum(axis=1) for w in (0, 1))
        return hour * HOURS / np.maximum(day, 1)

    def _reached(self, second: int, window: int, region: str | None, language: str | None) -> np.ndarray:
        """Recipients reached from a region and language in a window, each message counted, by place of the content."""
        ledgers = self._ledgers
        rows = ledgers.audience
        chosen = ledgers.audiences.keys != 0
        if region is not None:
            low, high = region_interval(region)
            chosen &= (rows["region"] >= low) & (rows["region"] <= high)
        if language is not None:
            chosen &= rows["language"] == primary_number(language)
        places = np.flatnonzero(chosen)
        places = places[rows["born"][places] == ledgers.heads["born"][rows["slot"][places]]]
        found = self._audience_sums(places, second, window)
        return np.bincount(rows["slot"][places], found, len(ledgers.heads)).astype(np.int64)

    def _audience_sums(self, places: np.ndarray, second: int, window: int) -> np.ndarray:
        counts = self._ledgers.audience_counts.reshape(-1, N_SHARED, BUCKETS)
        order, valid = _buckets(self._ledgers.audiences.last_s[places], second, window)
        return (counts[places[:, None], window, order[None, :]].astype(np.int64) * valid).sum(axis=1)

    def _audiences(self, slot: int, second: int) -> list[Audience]:
        ledgers = self._ledgers
        rows, born = ledgers.audience, ledgers.heads["born"][slot]
        there = (ledgers.audiences.keys != 0) & (rows["slot"] == slot) & (rows["born"] == born)
        places = np.flatnonzero(there)
        sums = self._audience_sums(places, second, N_SHARED - 1)
        found = [
            Audience(
                region_code(int(rows["region"][place])),
                primary_code(int(rows["language"][place])),
                int(reached),
                int(ledgers.audiences.last_s[place]),
            )
            for place, reached in zip(places.tolist(), sums.tolist(), strict=True)
            if reached
        ]
        return sorted(found, key=lambda one: (-one.reached, one.region, one.language))[:AUDIENCES_SHOWN_MAX]

    def _rumour(self, slot: int, reached: int, counts: np.ndarray, second: int) -> Rumour:
        ledgers = self._ledgers
        head = ledgers.heads[slot]
        check = np.flatnonzero(ledgers.checks["cluster"] == head["cluster"])
        counted = _counted(counts)
        day = self._curves(np.array([slot]), second, 1)[0, :, RECIPIENTS].sum()
        return Rumour(
            int(head["cluster"]),
            int(head["first_s"]),
            int(ledgers.things.last_s[slot]),
            int(head["hops"]),
            reached,
            float(self._growth(np.array([slot]), second)[0]) if day else None,
            counted,
            head["outcomes"].tolist(),
            _rating(ledgers.checks[check[0]]) if len(check) else None,
        )


def _buckets(last_s: np.ndarray, second: int, window: int) -> tuple[np.ndarray, np.ndarray]:
    """Where the counts of the six buckets up to ``second`` stand, and which of them a row still has: (6,), (n, 6)."""
    width = SHARED_WINDOWS[_WINDOWS[window]] // BUCKETS
    numbers = second // width - BUCKETS + 1 + np.arange(BUCKETS)
    newest = last_s.astype(np.int64)[:, None] // width
    return numbers % BUCKETS, (numbers <= newest) & (numbers > newest - BUCKETS)


def _counted(counts: np.ndarray) -> Counted:
    sums = counts.sum(axis=0)
    strangers = max(0, int(sums[STRANGERS]))
    numbers = (int(sums[k]) for k in (SENDERS, RECIPIENTS))
    return Counted(*numbers, strangers, int(sums[REGIONS]), int(sums[PROVIDERS]), counts[:, RECIPIENTS].tolist())


def _rating(check: np.void) -> Rating:
    truth = float(check["truth"])
    return Rating(int(check["number"]), None if math.isnan(truth) else truth)
