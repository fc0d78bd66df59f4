"""The layout of a ledger: one compact, relocatable record. The same bytes in the arena, a snapshot and a case file.

A record is a header, then the blocks that have ever been needed (six meters, the gaps or in their stead the sends),
then one row a peer. All of it is little-endian and a multiple of 8 bytes. Matched by ``docs/reference/ledger.md``.
"""

from __future__ import annotations

from typing import Final

import numpy as np

NEVER: Final = 0
"""Second that stands for "never"."""

ROW = np.dtype(
    [
        ("peer", "<u8"),  # keyed hash of the peer's id, never the id
        ("first_wrote_s", "<u4"),  # when the account first wrote to the peer
        ("last_wrote_s", "<u4"),  # when it last wrote to the peer
        ("last_heard_s", "<u4"),  # when the peer last wrote to it
        ("unanswered", "<u2"),  # messages since the peer last wrote, saturating
        ("kind", "<u2"),  # bits 0-1: kind of peer; 2: it reported the account; 3: blocked it; 4-15: members, saturating
    ]
)

HEADER = np.dtype(
    [
        ("key", "<u8"),  # keyed hash of the account's or group's id; 0 in a free block
        ("latest_s", "<u4"),  # latest second of any event applied here
        ("registered_s", "<u4"),
        ("last_send_s", "<u4"),
        ("status_until_s", "<u4"),  # for sanctions
        ("n_rows", "<u2"),
        ("blocks", "u1"),  # bit b: block b is there; bit 7: its meters are wide
        ("size_class", "u1"),
        ("kind", "u1"),  # ecluse.events.AccountKind
        ("status", "u1"),  # for sanctions
        ("reserved", "<u2"),
    ]
)


def place_in(record: np.dtype, field: str) -> int:
    """Where a field lies in a record, in bytes.

    >>> place_in(ROW, "last_wrote_s")
    12
    """
    assert record.fields is not None
    return int(record.fields[field][1])


# Kinds of peer in a row.
PERSON: Final = 0
GROUP: Final = 1
BUSINESS: Final = 2
KIND_MASK: Final = 3
HAS_REPORTED: Final = 4
HAS_BLOCKED: Final = 8
SAID_MASK: Final = HAS_REPORTED | HAS_BLOCKED
MEMBERS_SHIFT: Final = 4
MEMBERS_MAX: Final = (1 << 12) - 1

# Blocks, in the order in which they follow the header.
MESSAGES: Final = 0
REFUSED_ATTEMPTS: Final = 1
REPORTS: Final = 2
BLOCKS: Final = 3
GROUPS_CREATED: Final = 4
GROUP_ADDITIONS: Final = 5
GAPS: Final = 6
SENDS: Final = 6
"""The sends take the place of the gaps, for as long as there are no MESSAGES."""

N_METERS: Final = 6

WIDE: Final = 7
"""Bit of ``blocks`` that says that the meters are wide."""

BUCKETS: Final = 6
"""Buckets a window of a meter."""

METER = np.dtype([("at_s", "<u4"), ("reserved", "<u4"), ("counts", "u1", (4, BUCKETS))])
"""Counts in time buckets, a ring of six for each window. at_s: the second of the latest addition."""

WIDE_METER = np.dtype([("at_s", "<u4"), ("reserved", "<u4"), ("counts", "<u2", (4, BUCKETS))])
"""What all meters of a ledger become once a bucket of one of them has to count past NARROW_MAX."""

GAP = np.dtype([("mean", "<f4"), ("variance", "<f4")])
GAPS_BLOCK = np.dtype([("runs", GAP, (4,)), ("counts", "u1", (4,)), ("reserved", "<u4")])
"""Mean and variance of the gaps, in seconds, of the current run of sends, by window."""

SENDS_MAX: Final = 7
"""Sends that are kept one by one. With one more there are 7 gaps at most: too few to say anything of."""

SENDS_BLOCK = np.dtype([("at_s", "<u4", (SENDS_MAX - 1,))])
"""The seconds of the sends before the latest, which is in the header; the oldest first, then zeros."""

ROW_BYTES: Final = ROW.itemsize
HEADER_BYTES: Final = HEADER.itemsize
METER_BYTES: Final = METER.itemsize
WIDE_METER_BYTES: Final = WIDE_METER.itemsize
SENDS_BYTES: Final = SENDS_BLOCK.itemsize
GAPS_BYTES: Final = GAPS_BLOCK.itemsize

assert ROW_BYTES == 24
assert HEADER_BYTES == 32
assert METER_BYTES == 32
assert WIDE_METER_BYTES == 56
assert SENDS_BYTES == 24
assert GAPS_BYTES == 40

ROWS_KNOWN_MAX: Final = 1_024
"""Past this many rows the longest-silent known peers go first."""

ROWS_MAX: Final = 4_096
"""Rows of the last 30 days at which a ledger saturates."""

ONE_WAY_S: Final = 2_592_000
"""Seconds that a row is kept where only one side wrote: 30 days, the longest window."""

KNOWN_S: Final = 34_560_000
"""Seconds that a row is kept where both wrote: 400 days."""

LATE_S: Final = 60
"""Seconds by which an event may be late and still be judged."""

BUCKET_MAX: Final = 65_535
NARROW_MAX: Final = 255
UNANSWERED_MAX: Final = 65_535

GAPS_MIN: Final = 8
"""Gaps from which on their regularity is known."""

assert SENDS_MAX < GAPS_MIN

GAPS_WEIGHED: Final = 64
"""Gaps after which the oldest fade."""

GRANULE: Final = 8
"""Bytes of the unit in which places in the arena are counted."""

RECORD_BYTES_MAX: Final = HEADER_BYTES + N_METERS * WIDE_METER_BYTES + GAPS_BYTES + ROWS_MAX * ROW_BYTES


def _size_classes() -> np.ndarray:
    """Sizes of blocks of the arena in bytes: steps of one row, then of a sixteenth."""
    sizes = [HEADER_BYTES + ROW_BYTES]
    while sizes[-1] < RECORD_BYTES_MAX:
        step = max(ROW_BYTES, sizes[-1] // 16 // GRANULE * GRANULE)
        sizes.append(min(sizes[-1] + step, RECORD_BYTES_MAX))
    return np.array(sizes, np.int64)


SIZE_CLASSES: Final = _size_classes()
"""Bytes of each size class, ascending; the last holds the largest record."""

N_SIZE_CLASSES: Final = len(SIZE_CLASSES)
assert N_SIZE_CLASSES <= 255
