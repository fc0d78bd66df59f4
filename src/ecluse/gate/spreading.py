"""What spreads: the contents that a gate counts, ranked by whom they reach in a window, and one of them in full.

Read in one pass over all that is remembered. No text is kept: a content is the key of its cluster.
"""

from __future__ import annotations

import math
import threading
from typing import Any, Final, NamedTuple

import numpy as np

from ecluse.compiled import kernel, leaf
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
from ecluse.content.once import counts_of_once
from ecluse.content.shelf import RETENTION_S
from ecluse.events import primary_code, primary_number, region_code, region_interval
from ecluse.gate.content import HOURS
from ecluse.ledger.layout import BUCKETS
from ecluse.ledger.meters import width_of
from ecluse.ledger.signals import SHARED_WINDOWS

AUDIENCES_SHOWN_MAX: Final = 1_000
REGION_MAX: Final = (1 << 32) - 1
ANY: Final = -1
"""Any language."""
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
        a content must have in the window at least. Of equal ones that seen last is first.
        Cost: about 10 ms for 100,000 contents.
        """
        w = _WINDOWS.index(window)
        with self._lock:
            ledgers = self._ledgers
            counted = np.zeros((2, len(ledgers.heads)), np.int64)
            things, since_s = ledgers.things, max(0, second - SHARED_WINDOWS[window])
            _count_all(ledgers.heads, things.last_s, ledgers.counts, second, since_s, w, *counted)
            recipients, by = counted
            reached = recipients
            if region is not None or language is not None:
                reached = np.where(recipients > 0, self._reached(second, w, region, language), 0)
            (keep,) = np.nonzero((by >= senders) & (reached > 0))
            if len(keep) > limit:
                least = np.partition(reached[keep], -limit)[-limit]
                keep = keep[reached[keep] >= least]
            last_s = things.last_s[keep].astype(np.int64)
            order = keep[np.lexsort((ledgers.heads["cluster"][keep], -last_s, -reached[keep]))[:limit]]
            counts = self._curves(order, second, w)
            return [self._rumour(int(slot), int(reached[slot]), counts[k], second) for k, slot in enumerate(order)]

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
        first = window * BUCKETS * N_COUNTS
        counts = self._ledgers.counts[slots, first : first + BUCKETS * N_COUNTS].reshape(-1, BUCKETS, N_COUNTS)
        last_s, once = self._ledgers.things.last_s[slots], self._ledgers.heads["once"][slots] == 1
        places, valid = _buckets(last_s, second, window)
        curves = counts[:, places].astype(np.int64) * valid[:, :, None]
        curves[once] = counts_of_once(self._ledgers, slots[once])[:, None, :] * _newest(last_s[once], second, window)
        return curves

    def _growth(self, slot: int, second: int) -> float | None:
        """Recipients of a content in the last hour over the mean hour of the last 24; None if there were none."""
        hour, day = (int(self._curves(np.array([slot]), second, w)[0, :, RECIPIENTS].sum()) for w in (0, 1))
        return hour * HOURS / day if day else None

    def _reached(self, second: int, window: int, region: str | None, language: str | None) -> np.ndarray:
        """Recipients reached from a region and language in a window, each message counted, by place of the content."""
        ledgers = self._ledgers
        low, high = (0, REGION_MAX) if region is None else region_interval(region)
        tongue = ANY if language is None else primary_number(language)
        reached = np.zeros(len(ledgers.heads), np.int64)
        audiences = ledgers.audiences.keys, ledgers.audiences.last_s, ledgers.audience, ledgers.audience_counts
        _reach_all(ledgers.heads, *audiences, second, window, low, high, tongue, reached)
        _reach_once(ledgers.heads, ledgers.things.last_s, ledgers.once, second, window, low, high, tongue, reached)
        return reached

    def _audience_sums(self, places: np.ndarray, second: int, window: int) -> np.ndarray:
        counts = self._ledgers.audience_counts.reshape(-1, N_SHARED, BUCKETS)
        order, valid = _buckets(self._ledgers.audiences.last_s[places], second, window)
        return (counts[places[:, None], window, order[None, :]].astype(np.int64) * valid).sum(axis=1)

    def _audiences(self, slot: int, second: int) -> list[Audience]:
        ledgers = self._ledgers
        if ledgers.heads["once"][slot]:
            return _audience_of_once(ledgers.once[slot], int(ledgers.things.last_s[slot]))
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
        return Rumour(
            int(head["cluster"]),
            int(head["first_s"]),
            int(ledgers.things.last_s[slot]),
            int(head["hops"]),
            reached,
            self._growth(slot, second),
            counted,
            head["outcomes"].tolist(),
            _rating(ledgers.checks[check[0]]) if len(check) else None,
        )


@kernel
def _count_all(
    heads: Any, last_s: Any, counts: Any, second: int, since_s: int, window: int, recipients: Any, senders: Any
) -> None:
    """Write the recipients and senders of each content in the window up to ``second``; nothing of what is not in it."""
    width = width_of(window + 1)
    now = second // width
    for slot in range(len(heads)):
        if heads[slot].cluster == 0 or np.int64(last_s[slot]) <= since_s:
            continue
        newest = np.int64(last_s[slot]) // width
        if heads[slot].once:
            recipients[slot] = senders[slot] = now - BUCKETS < newest <= now
            continue
        for bucket in range(max(now, newest) - BUCKETS + 1, min(now, newest) + 1):
            at = (window * BUCKETS + bucket % BUCKETS) * N_COUNTS
            recipients[slot] += counts[slot, at + RECIPIENTS]
            senders[slot] += counts[slot, at + SENDERS]


@kernel
def _reach_all(
    heads: Any,
    keys: Any,
    last_s: Any,
    rows: Any,
    counts: Any,
    second: int,
    window: int,
    low: int,
    high: int,
    language: int,
    reached: Any,
) -> None:
    """Add the recipients of each audience from regions low to high in a language to those of its content."""
    width = width_of(window + 1)
    now = second // width
    for place in range(len(keys)):
        row = rows[place]
        if keys[place] == 0 or not _is_asked(row, low, high, language) or heads[row.slot].born != row.born:
            continue
        newest = np.int64(last_s[place]) // width
        for bucket in range(max(now, newest) - BUCKETS + 1, min(now, newest) + 1):
            reached[row.slot] += counts[place, window * BUCKETS + bucket % BUCKETS]


@kernel
def _reach_once(
    heads: Any,
    last_s: Any,
    once: Any,
    second: int,
    window: int,
    low: int,
    high: int,
    language: int,
    reached: Any,
) -> None:
    """The same of contents that were sent once, which have no audiences yet."""
    width = width_of(window + 1)
    now = second // width
    for slot in range(len(heads)):
        sent = once[slot]
        if heads[slot].once and (sent.region != 0 or sent.language != 0) and _is_asked(sent, low, high, language):
            reached[slot] = now - BUCKETS < np.int64(last_s[slot]) // width <= now


@leaf
def _is_asked(told: Any, low: int, high: int, language: int) -> bool:
    """Whether what is told of where something was sent from lies in the regions and the language asked for."""
    return low <= np.int64(told.region) <= high and (language == ANY or np.int64(told.language) == language)


def _audience_of_once(once: np.void, last_s: int) -> list[Audience]:
    region, language = int(once["region"]), int(once["language"])
    return [Audience(region_code(region), primary_code(language), 1, last_s)] if region or language else []


def _newest(last_s: np.ndarray, second: int, window: int) -> np.ndarray:
    """Which of the six buckets up to ``second``, the oldest first, each was last seen in: bool, shape (n, 6, 1)."""
    width = SHARED_WINDOWS[_WINDOWS[window]] // BUCKETS
    numbers = second // width - BUCKETS + 1 + np.arange(BUCKETS)
    return (numbers == last_s.astype(np.int64)[:, None] // width)[:, :, None]


def _buckets(last_s: np.ndarray, second: int, window: int) -> tuple[np.ndarray, np.ndarray]:
    """Where the counts of the six buckets up to ``second`` stand, and which of them a row still has: (6,), (n, 6)."""
    width = SHARED_WINDOWS[_WINDOWS[window]] // BUCKETS
    numbers = second // width - BUCKETS + 1 + np.arange(BUCKETS)
    newest = last_s.astype(np.int64)[:, None] // width
    return numbers % BUCKETS, (numbers <= newest) & (numbers > newest - BUCKETS)


def _counted(counts: np.ndarray) -> Counted:
    sums = counts.sum(axis=0).tolist()
    curve = counts[:, RECIPIENTS].tolist()
    return Counted(sums[SENDERS], sums[RECIPIENTS], max(0, sums[STRANGERS]), sums[REGIONS], sums[PROVIDERS], curve)


def _rating(check: np.void) -> Rating:
    truth = float(check["truth"])
    return Rating(int(check["number"]), None if math.isnan(truth) else truth)
