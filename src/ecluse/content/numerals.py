"""Digits: those of numbers and codes go; those that stand for letters become letters (``fr33`` is ``free``)."""

from __future__ import annotations

from typing import Final

from ecluse.compiled import leaf
from ecluse.content.folding import DIGIT

CODE_POINTS_MIN: Final = 6
"""A word at least this long, half digits, is a code: a booking, a coupon, a ticket."""
UNIT_LETTERS_MAX: Final = 3
"""As many letters beside two or more digits are their unit: ``150ppm``, ``18yrs``."""
NUMBER_DIGITS_MIN: Final = 4
"""As many digits at an end of a word are a number, whatever the word: ``win2026``."""


@leaf
def without_number(kinds, start, stop, digits, letters):  # type: ignore[no-untyped-def]
    """The part [start, stop) of a word with letters that is left without its number; start = stop for a code."""
    head, tail = start, stop
    while head < stop and kinds[head] == DIGIT:
        head += 1
    while tail > head and kinds[tail - 1] == DIGIT:
        tail -= 1
    front, back = head - start, stop - tail
    if not _is_number(front, letters):
        head, front = start, 0
    if not _is_number(back, letters):
        tail, back = stop, 0
    left = digits - front - back
    if tail - head >= CODE_POINTS_MIN and 2 * left >= tail - head:
        return start, start
    return head, tail


@leaf
def _is_number(digits, letters):  # type: ignore[no-untyped-def]
    return digits >= NUMBER_DIGITS_MIN or (digits >= 2 and letters <= UNIT_LETTERS_MAX)
