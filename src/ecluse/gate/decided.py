"""Deciding once: the verdicts of the last 24 hours by event id, in bounded memory.

A table of sets of eight, like a processor's cache: an id can stand in one set only, and a new one takes the place of
the oldest there. What a verdict rests on (the rules that spoke, the measured values, the recipients dropped) lies in
a ring; once that is written over, the id is forgotten with it.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np

from ecluse.compiled import kernel, leaf
from ecluse.terms import ERA_BITS

VERDICT = np.dtype(
    [
        ("outcome", "u1"),
        ("late", "u1"),
        ("repeated", "u1"),
        ("rehearsed", "u1"),  # the outcome that rehearsed terms would have had
        ("generation", "<i4"),  # of the program that it rests on
        ("retry_after", "<i8"),  # seconds; NO_RETRY = none
        ("evidence_start", "<i8"),  # in the evidence beside it
        ("evidence_count", "<i8"),
        ("content", "<u8"),  # the cluster of the event's content, 0 = none
    ]
)
"""A verdict as kernels write it. Evidence, all float64: the number of variants that spoke, their places in the program;
the values of their conditions in order; the number of peers dropped, their places."""

ENTRY = np.dtype(
    [
        ("at_s", "<u4"),
        ("outcome", "u1"),
        ("late", "u1"),
        ("rehearsed", "u1"),
        ("reserved", "u1"),
        ("generation", "<i4"),
        ("retry_after", "<i4"),
        ("evidence_start", "<i8"),  # counted from the ring's first word ever
        ("evidence_count", "<i8"),
    ]
)

NO_RETRY: Final = -1
WAYS: Final = 8
GENERATIONS_KEPT: Final = 32
"""Versions that remembered verdicts may rest on: those in use and the ones before."""

REMEMBERED_S: Final = 86_400
"""Seconds for which an event id is remembered."""

_U = np.uint64


class Decided(NamedTuple):
    """The memory of verdicts. keys: uint64, shape (sets * 8,), 0 = free. entries: ENTRY, the same shape.

    ring: float64, evidence. head: int64, shape (1,), words ever written to the ring.
    """

    keys: np.ndarray
    entries: np.ndarray
    ring: np.ndarray
    head: np.ndarray

    @classmethod
    def empty(cls, ids: int) -> Decided:
        """Memory for about ``ids`` event ids, 72 bytes each at most; a power of two is taken."""
        slots = max(WAYS * 8, 1 << (ids - 1).bit_length())
        return cls(
            np.zeros(slots, np.uint64), np.zeros(slots, ENTRY), np.zeros(4 * slots, np.float64), np.zeros(1, np.int64)
        )


@leaf
def _set_of(decided: Any, key: Any) -> int:
    return np.int64(key & _U(len(decided.keys) // WAYS - 1)) * WAYS


@kernel
def recall(decided: Any, key: Any, at_s: int, generation: int, verdict: Any, evidence: Any, written: int) -> int:
    """Write the first verdict on ``key``, if it is remembered. Returns words of evidence written so far, or -1.

    generation: of the program in use: the number of its versions and, in the last ERA_BITS, of its era. A verdict whose
    evidence is written over or whose versions are gone is forgotten.
    """
    first = _set_of(decided, key)
    for slot in range(first, first + WAYS):
        if decided.keys[slot] != key:
            continue
        entry = decided.entries[slot]
        start, count = entry.evidence_start, entry.evidence_count
        written_over = count > 0 and start + len(decided.ring) < decided.head[0]
        terms_gone = np.int64(entry.generation) >> ERA_BITS <= (generation >> ERA_BITS) - GENERATIONS_KEPT
        if written_over or terms_gone or np.int64(entry.at_s) <= at_s - REMEMBERED_S:
            decided.keys[slot] = _U(0)
            return -1
        verdict.outcome = entry.outcome
        verdict.late = entry.late
        verdict.rehearsed = entry.rehearsed
        verdict.repeated = 1
        verdict.generation = entry.generation
        verdict.retry_after = entry.retry_after
        verdict.evidence_start = written
        verdict.evidence_count = count
        for k in range(count):
            evidence[written + k] = decided.ring[(start + k) % len(decided.ring)]
        return written + count
    return -1


@kernel
def remember(decided: Any, key: Any, at_s: int, verdict: Any, evidence: Any) -> None:
    """Keep a verdict by ``key``, in the place of the oldest of its set."""
    first = _set_of(decided, key)
    slot = first
    for other in range(first, first + WAYS):
        if decided.keys[other] == _U(0):
            slot = other
            break
        if decided.entries[other].at_s < decided.entries[slot].at_s:
            slot = other
    decided.keys[slot] = key
    entry = decided.entries[slot]
    entry.at_s = at_s
    entry.outcome = verdict.outcome
    entry.late = verdict.late
    entry.rehearsed = verdict.rehearsed
    entry.generation = verdict.generation
    entry.retry_after = verdict.retry_after
    entry.evidence_start = decided.head[0]
    entry.evidence_count = verdict.evidence_count
    for k in range(verdict.evidence_count):
        decided.ring[(decided.head[0] + k) % len(decided.ring)] = evidence[verdict.evidence_start + k]
    decided.head[0] += verdict.evidence_count
