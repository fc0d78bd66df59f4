"""Rhythm: accounts that one machine drives send in the same ten seconds, again and again.

An account's day is the set of its ticks, the stretches of ten seconds in which it wrote to strangers. Of that set four
minima are kept, as MinHash keeps them: two of them agree for two accounts with the square of the share of ticks that
they have in common (1 for accounts in step, one in thousands for people who both wrote at midnight). When the set has
grown to 8, 16, 32... ticks, its two pairs of minima become things that the account is tied to.

Source of the idea: Q. Cao et al., Uncovering large groups of active malicious accounts in online social networks
(SynchroTrap), CCS 2014: the same actions at about the same times, compared by Jaccard similarity, a day at a time.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from ecluse.compiled import leaf

TICK_S: Final = 10
TICKS_MIN: Final = 8
"""Ticks of a day from which on a rhythm tells anything."""
MINIMA: Final = 4
RHYTHMS: Final = MINIMA // 2
"""Things that a day's set is known by."""

DAY_S: Final = 86_400
_U = np.uint64


@leaf
def mix(digest, word):  # type: ignore[no-untyped-def]
    """Fold a word into a digest; one of them is a keyed hash, so any good mixer does (SplitMix64's). Never 0."""
    digest = (digest ^ word) + _U(0x9E3779B97F4A7C15)
    digest = (digest ^ (digest >> _U(30))) * _U(0xBF58476D1CE4E5B9)
    digest = (digest ^ (digest >> _U(27))) * _U(0x94D049BB133111EB)
    digest = digest ^ (digest >> _U(31))
    return digest if digest != _U(0) else _U(1)


@leaf
def beat(row: Any, at_s: int) -> bool:
    """Add a send to the day of its account's record. Returns whether its rhythm is to be told now."""
    tick = at_s // TICK_S
    day = at_s // DAY_S
    if day != row.day:
        row.day = day
        row.ticks = 0
        row.tick = 0
        for k in range(MINIMA):
            row.minima[k] = 0xFFFFFFFF
    if tick == row.tick or row.ticks == 0xFFFF:
        return False
    row.tick = tick
    row.ticks += 1
    for k in range(MINIMA):
        value = mix(_U(tick), _U(k + 1)) >> _U(32)
        if value < row.minima[k]:
            row.minima[k] = value
    ticks = np.int64(row.ticks)
    return ticks >= TICKS_MIN and ticks & (ticks - 1) == 0


@leaf
def rhythm_of(row: Any, which: int):  # type: ignore[no-untyped-def]
    """The key of one of an account's RHYTHMS today."""
    pair = _U(row.minima[2 * which]) << _U(32) | _U(row.minima[2 * which + 1])
    return mix(pair, _U(row.day) << _U(8) | _U(which))
