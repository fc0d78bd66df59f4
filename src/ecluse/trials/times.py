"""Lengths of time in a case, and the times of many events: like a clock, or about as far apart as people's are."""

from __future__ import annotations

import re
from itertools import accumulate
from typing import Final, NamedTuple

from ecluse.terms.condition import DURATIONS_S
from ecluse.terms.faults import quoted
from ecluse.terms.nodes import Value

SECONDS_MAX: Final = 3_650 * 86_400
"""The longest length of time."""

EXPECTED_LENGTH: Final = "a length of time, such as `20s`, `90m`, `36h` or `3d`, at most 3650d"

_LENGTH: Final = re.compile(r"(\d{1,9})([smhd])?")
_ABOUT: Final = "about "

_PACE: Final = (0.2, 2.9, 0.4, 0.1, 1.3, 0.3, 3.6, 0.5, 0.2, 0.9, 0.1, 1.5)
"""Gaps of a person in parts of their mean, which is 1; their coefficient of variation is 1.1."""


class Pace(NamedTuple):
    """How far apart events are. gap_s: on average. about: as people send, else like a clock."""

    gap_s: int
    about: bool = False

    def seconds(self, n: int) -> list[int]:
        """When n events happen, in seconds after the first.

        >>> Pace(20).seconds(4), Pace(20, about=True).seconds(4)
        ([0, 20, 40, 60], [0, 4, 62, 70])
        """
        gaps = (_PACE[k % len(_PACE)] if self.about else 1.0 for k in range(n - 1))
        return [round(self.gap_s * total) for total in accumulate(gaps, initial=0.0)] if n else []


def read_length(value: Value | None) -> int | None:
    """A length of time in seconds; None if it is not there, or blamed."""
    text = value.scalar(EXPECTED_LENGTH, numbers=True, quotes=False) if value else None
    return None if value is None or text is None else _seconds(value, text)


def read_pace(value: Value | None) -> Pace | None:
    """How far apart events are: a length of time, or one with ``about`` before it."""
    expected = f"{EXPECTED_LENGTH}, with or without `about` before it"
    text = value.scalar(expected, numbers=True, quotes=False) if value else None
    if value is None or text is None:
        return None
    seconds = _seconds(value, text.removeprefix(_ABOUT))
    return None if seconds is None else Pace(seconds, text.startswith(_ABOUT))


def _seconds(value: Value, text: str) -> int | None:
    match = _LENGTH.fullmatch(text.strip())
    seconds = int(match[1]) * DURATIONS_S[match[2] or "s"] if match else SECONDS_MAX + 1
    if seconds > SECONDS_MAX:
        value.blame(f"expected {EXPECTED_LENGTH}, got {quoted(text)}")
        return None
    return seconds
