"""Ledgers of what several accounts share: a content, a link domain, a provider, a network. Exact, and O(1) an event.

A **thing** has counts of its distinct **members** (who sent it, who got it, ...) in six buckets a window, as a meter
has; a **mark** says of one member of one thing when it was last counted. Seen again, a member is taken out of the
bucket that it was counted in and put into the newest, so the sum over a window's buckets is the number of distinct
members last seen in it: exact, to a sixth of the window, and never saturated. Both lie on shelves of fixed memory: when
it is short, what was seen longest ago goes, and a member whose mark went is counted once more when it comes again.

Windows here are those of ``SHARED_WINDOWS``: window w is window w + 1 of a ledger.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple, Self

import numpy as np

from ecluse.compiled import kernel, leaf
from ecluse.content.checks import CHECK, CHECK_PLACES
from ecluse.content.shelf import RETENTION_S, SLOT_BYTES, WAYS, Shelf, find_on, place_for, put_on
from ecluse.ledger.layout import BUCKETS
from ecluse.ledger.memory import LINE_BYTES, ask_lines, prefetch, zeros_in_lines
from ecluse.ledger.meters import bucket_of
from ecluse.ledger.signals import SHARED_WINDOWS

N_SHARED: Final = len(SHARED_WINDOWS)
assert [*SHARED_WINDOWS] == ["1h", "24h", "30d"]

CONTENT: Final = 0
DOMAIN: Final = 1
PROVIDER: Final = 2
NETWORK: Final = 3
SORTS: Final = 4

SENDERS: Final = 0
REGIONS: Final = 1
PROVIDERS: Final = 2
RECIPIENTS: Final = 3
STRANGERS: Final = 4
N_COUNTS: Final = 5
"""Counts of a thing. The first four are roles of members, too; strangers are recipients. Of a network the senders are
the accounts that registered."""

OUTCOMES: Final = 5
"""What the gate may say of an event, by number."""

HEAD = np.dtype(
    [
        ("first_s", "<u4"),  # when it was first counted
        ("born", "<u4"),  # at which second it was made: part of its marks' keys, so that no former life's are found
        ("cluster", "<u8"),  # of a content; 0 of any other thing
        ("outcomes", "<u4", (OUTCOMES,)),  # events of a content since then by what was said of them
        ("hops", "u1"),
        ("once", "u1"),  # 1: a content that was sent once, so far: ``ONCE`` is in place of its counts
        ("reserved", "u1", (26,)),
    ]
)
assert HEAD.itemsize == LINE_BYTES

COUNTS_A_THING: Final = 96
"""By window, bucket, and what is counted; filled up to whole lines of memory, so that what is blanked can be counted in
at once: a processor hands on what it just wrote only within a line."""
assert N_SHARED * BUCKETS * N_COUNTS <= COUNTS_A_THING
assert 4 * COUNTS_A_THING % LINE_BYTES == 0

ONCE = np.dtype(
    {
        "names": ["sender", "peer", "provider", "region", "language", "is_stranger"],
        "formats": ["<u8", "<u8", "<u8", "<u4", "<u4", "u1"],
        "offsets": [0, 8, 16, 24, 28, 32],
        "itemsize": 4 * COUNTS_A_THING,
    }
)
"""The one send of a content that was sent once, to one recipient: in the memory of its counts, see ``once``."""

THING_BYTES: Final = SLOT_BYTES + HEAD.itemsize + 4 * COUNTS_A_THING
MARK_BYTES: Final = SLOT_BYTES
MARKS_A_THING: Final = 12
"""Marks that there is room for, for each thing: the memory is shared out so."""

AUDIENCE = np.dtype(
    [
        ("slot", "<u4"),  # of the content
        ("born", "<u4"),  # as in its head: else the place is another's by now
        ("region", "<u4"),  # by region_number; 0 = not told
        ("language", "<u4"),  # its primary tag's number; 0 = not told
    ]
)
COUNTS_AN_AUDIENCE: Final = N_SHARED * BUCKETS
AUDIENCE_BYTES: Final = SLOT_BYTES + AUDIENCE.itemsize + 4 * COUNTS_AN_AUDIENCE
THINGS_AN_AUDIENCE: Final = 2
"""An audience is what a content has in one region and language. There is room for one, for each so many things."""

_U = np.uint64
_EVEN: Final = ~_U(1)
_SPREAD: Final = _U(0x9E3779B97F4A7C15)


class ContentLedgers(NamedTuple):
    """The memory. things and marks: as in ``Shelf``. heads: HEAD, counts: uint32, shape (n_things, COUNTS_A_THING).

    once: ONCE, shape (n_things,), the same memory as counts.
    checks: CHECK, checked: int64, shape (1,), how many there are. audiences: a shelf with AUDIENCE and counts, uint32,
    shape (n_audiences, COUNTS_AN_AUDIENCE), of recipients, one who got it twice counted twice.
    """

    things: Shelf
    heads: np.ndarray
    counts: np.ndarray
    once: np.ndarray
    marks: Shelf
    checks: np.ndarray
    checked: np.ndarray
    audiences: Shelf
    audience: np.ndarray
    audience_counts: np.ndarray

    @classmethod
    def new(cls, memory_bytes: int) -> Self:
        """Empty ledgers in so much memory; 0: none."""
        a_thing = THING_BYTES + MARKS_A_THING * MARK_BYTES + AUDIENCE_BYTES // THINGS_AN_AUDIENCE
        n = memory_bytes // a_thing // WAYS * WAYS
        audiences = Shelf.new(n // THINGS_AN_AUDIENCE)
        counts = zeros_in_lines((n, COUNTS_A_THING), np.uint32)
        return cls(
            Shelf.new(n),
            zeros_in_lines((n,), HEAD),
            counts,
            counts.reshape(-1).view(ONCE),
            Shelf.new(MARKS_A_THING * n),
            np.zeros(CHECK_PLACES if n else 0, CHECK),
            np.zeros(1, np.int64),
            audiences,
            np.zeros(len(audiences.keys), AUDIENCE),
            np.zeros((len(audiences.keys), COUNTS_AN_AUDIENCE), np.uint32),
        )


@leaf
def _mixed(digest: Any, word: Any) -> Any:
    digest = (digest ^ word) + _SPREAD
    digest = (digest ^ (digest >> _U(30))) * _U(0xBF58476D1CE4E5B9)
    digest = (digest ^ (digest >> _U(27))) * _U(0x94D049BB133111EB)
    return digest ^ (digest >> _U(31))


@leaf
def _even(digest: Any) -> Any:
    """A digest as a shelf takes it: its last bit free, and never 0."""
    digest &= _EVEN
    return digest if digest != _U(0) else _U(2)


@leaf
def key_of(sort: int, keyed: Any) -> Any:
    """The key of a thing, of the keyed hash that it has among those of its sort."""
    return _even(_mixed(keyed, _U(sort)))


@leaf
def mark_of(key: Any, born: Any, role: int, member: Any) -> Any:
    """The key of a mark. key: of its thing. member: a keyed hash, or a region's number."""
    return _even(_mixed(_mixed(key + _U(born), _U(role)), member))


@leaf
def find_thing(things: Any, key: Any, second: int) -> int:
    """The place of a thing, or -1 if it is not remembered at ``second``."""
    slot = find_on(things, key)
    return slot if slot >= 0 and np.int64(things.last_s[slot]) > second - RETENTION_S else -1


@leaf
def ask_thing(ledgers: Any, slot: int) -> None:
    """Ask for the head and the counts of a thing."""
    prefetch(ledgers.heads.ctypes.data, slot * ledgers.heads.itemsize)
    ask_lines(ledgers.counts.ctypes.data, slot * 4 * COUNTS_A_THING, 4 * COUNTS_A_THING)


@leaf
def ask_new_thing(ledgers: Any, key: Any, at_s: int) -> None:
    """Ask for where a content that is not remembered will be kept as sent once."""
    slot = place_for(ledgers.things, key, at_s)
    slot = slot if slot >= 0 else -1 - slot
    prefetch(ledgers.heads.ctypes.data, slot * ledgers.heads.itemsize)
    prefetch(ledgers.counts.ctypes.data, slot * 4 * COUNTS_A_THING)


@leaf
def in_window(last_s: int, second: int, window: int) -> bool:
    """Whether what was last seen at ``last_s``, 0 = never, is counted in a window at ``second``."""
    return last_s > 0 and bucket_of(last_s, window + 1) > bucket_of(second, window + 1) - BUCKETS


@leaf
def _place(window: int, bucket: int) -> int:
    """Where the counts of a bucket begin."""
    return (window * BUCKETS + bucket % BUCKETS) * N_COUNTS


@leaf
def sum_counts(counts: Any, slot: int, last_s: int, second: int, sums: Any) -> None:
    """Sum a thing's counts over each window as it stands at ``second``, not before its last. sums: int64, shape
    (N_SHARED, N_COUNTS).
    """
    for window in range(N_SHARED):
        newest = bucket_of(last_s, window + 1)
        first = bucket_of(second, window + 1) - BUCKETS + 1
        a, b, c, d, e = 0, 0, 0, 0, 0  # not summed in memory, which would be read again for each bucket
        for bucket in range(max(first, newest - BUCKETS + 1), newest + 1):
            at = _place(window, bucket)
            a += np.int64(counts[slot, at])
            b += np.int64(counts[slot, at + 1])
            c += np.int64(counts[slot, at + 2])
            d += np.int64(counts[slot, at + 3])
            e += np.int64(counts[slot, at + 4])
        sums[window, 0], sums[window, 1], sums[window, 2], sums[window, 3], sums[window, 4] = a, b, c, d, e


@leaf
def make_thing(ledgers: Any, key: Any, slot: int, at_s: int) -> int:
    """The place of a thing made at ``at_s``, but for its counts. slot: where it stood, forgotten; -1: nowhere."""
    if slot < 0:
        slot = put_on(ledgers.things, key, at_s)
    ledgers.things.last_s[slot] = at_s
    head = ledgers.heads[slot]
    head.first_s, head.born, head.hops, head.once, head.cluster = at_s, at_s, 0, 0, 0
    for outcome in range(OUTCOMES):
        head.outcomes[outcome] = 0
    return slot


@leaf
def blank_counts(counts: Any, slot: int) -> None:
    """Let nothing be counted of a thing."""
    for place in range(COUNTS_A_THING):
        counts[slot, place] = 0


@kernel
def open_thing(ledgers: Any, key: Any, at_s: int) -> int:
    """The place of a thing, made if it is not remembered, its time moved on to ``at_s``."""
    things, counts = ledgers.things, ledgers.counts
    slot = find_on(things, key)
    known = slot >= 0 and np.int64(things.last_s[slot]) > at_s - RETENTION_S
    if not known:
        slot = make_thing(ledgers, key, slot, at_s)
        blank_counts(counts, slot)
        return slot
    last_s = np.int64(things.last_s[slot])
    for window in range(N_SHARED):
        newest, bucket = bucket_of(last_s, window + 1), bucket_of(at_s, window + 1)
        for passed in range(max(newest, bucket - BUCKETS) + 1, bucket + 1):
            at = _place(window, passed)
            for c in range(N_COUNTS):
                counts[slot, at + c] = 0
    things.last_s[slot] = max(last_s, at_s)
    head = ledgers.heads[slot]
    head.first_s = min(head.first_s, np.uint32(at_s))
    return slot


@kernel
def count_member(ledgers: Any, slot: int, role: int, member: Any, is_stranger: bool, at_s: int) -> None:
    """Count a member of a thing at ``at_s``. A member that was counted at a later second stays there."""
    marks = ledgers.marks
    key = mark_of(ledgers.things.keys[slot], ledgers.heads[slot].born, role, member)
    mark = find_on(marks, key)
    before_s, was_stranger = 0, False
    if mark >= 0:
        before_s, was_stranger = np.int64(marks.last_s[mark]), marks.keys[mark] & _U(1) == _U(1)
        if before_s > at_s:
            return
    else:
        mark = put_on(marks, key, at_s)
    marks.keys[mark] = key | _U(is_stranger)
    marks.last_s[mark] = at_s
    last_s = np.int64(ledgers.things.last_s[slot])
    for window in range(N_SHARED):
        newest = bucket_of(last_s, window + 1)
        bucket = bucket_of(before_s, window + 1)
        if before_s > 0 and bucket > newest - BUCKETS:
            _add(ledgers.counts, slot, _place(window, bucket) + role, -1)
            if was_stranger:
                _add(ledgers.counts, slot, _place(window, bucket) + STRANGERS, -1)
        bucket = bucket_of(at_s, window + 1)
        if bucket > newest - BUCKETS:
            _add(ledgers.counts, slot, _place(window, bucket) + role, 1)
            if is_stranger:
                _add(ledgers.counts, slot, _place(window, bucket) + STRANGERS, 1)


@leaf
def _add(counts: Any, slot: int, place: int, by: int) -> None:
    counts[slot, place] = max(np.int64(counts[slot, place]) + by, 0)


@leaf
def audience_key(key: Any, region: Any, language: Any) -> Any:
    """The key of what a content has in a region and language, by their numbers. key: of the content."""
    return _even(_mixed(key, _U(region) << _U(32) | _U(language)))


@leaf
def ask_audience(ledgers: Any, key: Any) -> None:
    """Ask for the counts of an audience: where it stands was asked for before."""
    place = find_on(ledgers.audiences, key)
    if place >= 0:
        prefetch(ledgers.audience.ctypes.data, place * ledgers.audience.itemsize)
        ask_lines(ledgers.audience_counts.ctypes.data, place * 4 * COUNTS_AN_AUDIENCE, 4 * COUNTS_AN_AUDIENCE)


@kernel
def count_audience(ledgers: Any, slot: int, region: Any, language: Any, recipients: int, at_s: int) -> None:
    """Count recipients of a content in the region and language that it was sent from."""
    audiences, counts, born = ledgers.audiences, ledgers.audience_counts, ledgers.heads[slot].born
    key = audience_key(ledgers.things.keys[slot], region, language)
    place = find_on(audiences, key)
    row = ledgers.audience[max(place, 0)]
    ended = place >= 0 and np.int64(audiences.last_s[place]) <= at_s - RETENTION_S
    if place < 0 or ended or row.born != born or row.slot != slot:
        if place < 0:
            place = put_on(audiences, key, at_s)
        row = ledgers.audience[place]
        row.slot, row.born, row.region, row.language = slot, born, region, language
        audiences.last_s[place] = at_s
        for k in range(COUNTS_AN_AUDIENCE):
            counts[place, k] = 0
        for window in range(N_SHARED):
            counts[place, window * BUCKETS + bucket_of(at_s, window + 1) % BUCKETS] = recipients
        return
    last_s = np.int64(audiences.last_s[place])
    for window in range(N_SHARED):
        newest, bucket = bucket_of(last_s, window + 1), bucket_of(at_s, window + 1)
        for passed in range(max(newest, bucket - BUCKETS) + 1, bucket + 1):
            counts[place, window * BUCKETS + passed % BUCKETS] = 0
        if bucket > newest - BUCKETS:
            counts[place, window * BUCKETS + bucket % BUCKETS] += recipients
    audiences.last_s[place] = max(last_s, at_s)
