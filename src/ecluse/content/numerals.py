"""Digits: those of numbers and codes go; those that stand for letters become letters (``fr33`` is ``free``)."""

from __future__ import annotations

from typing import Final

from ecluse.compiled import leaf
from ecluse.content.folding import DIGIT

CODE_POINTS_MIN: Final = 6
"""A word at least this long, half digits, is a code (a booking, a coupon, a ticket), if one is a 2, 6, 8 or 9."""
UNIT_LETTERS_MAX: Final = 3
"""As many letters behind two or more digits are their unit: ``150ppm``, ``18yrs``."""
UNIT_DIGITS_MIN: Final = 2
NUMBER_DIGITS_MIN: Final = 4
"""As many digits at an end of a word are a number, if one is a 2, 6, 8 or 9, or the last a 0: ``win2026``.

Other digits are what letters are disguised as, and a word of vowels may have many.
"""


@leaf
def without_number(kinds, plain, start, stop, digits, letters):  # type: ignore[no-untyped-def]
    """The part [start, stop) of a word with letters that is left without its number; start = stop for a code."""
    head, tail = start, stop
    while head < stop and kinds[head] == DIGIT:
        head += 1
    while tail > head and kinds[tail - 1] == DIGIT:
        tail -= 1
    front, back = head - start, stop - tail
    if not (_is_number(plain, start, head) or (front >= UNIT_DIGITS_MIN and letters <= UNIT_LETTERS_MAX)):
        head, front = start, 0
    if not _is_number(plain, tail, stop):
        tail, back = stop, 0
    left = digits - front - back
    if tail - head >= CODE_POINTS_MIN and 2 * left >= tail - head and _has_figure(plain, head, tail):
        return start, start
    return head, tail


@leaf
def _is_number(plain, start, stop):  # type: ignore[no-untyped-def]
    return stop - start >= NUMBER_DIGITS_MIN and (plain[stop - 1] == ord("0") or _has_figure(plain, start, stop))


@leaf
def _has_figure(plain, start, stop):  # type: ignore[no-untyped-def]
    """Whether there is a digit among [start, stop) that seldom stands for a letter."""
    there = False
    for i in range(start, stop):
        there = there or plain[i] == 50 or plain[i] == 54 or plain[i] == 56 or plain[i] == 57
    return there
