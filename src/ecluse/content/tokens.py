"""Words: code points folded and cut into words, each with what decides how it is written out."""

from __future__ import annotations

from typing import Final

import numpy as np

from ecluse.compiled import kernel, leaf
from ecluse.content.folding import (
    BITS,
    BREAK,
    DIGIT,
    LETTER,
    LOW,
    NO_PAGE,
    PAGE,
    SEVERAL,
    SPACE,
    SYMBOL,
)

START: Final = 0
STOP: Final = 1
DIGITS: Final = 2
LETTERS: Final = 3
LATIN: Final = 4
"""How many of a word's letters are a to z."""
ALIKE: Final = 5
"""How many of its letters could be taken for a to z, those that are among them."""
ENDS: Final = 6
"""1 where what follows the word may end a salutation."""
WORD_FIELDS: Final = 7

_U = np.uint64
_U32 = np.uint32
_BLANK: Final = _U32(0x20)
_LOW: Final = _U(LOW)


@kernel
def fold(folding, points, count, plain, alike, kinds):  # type: ignore[no-untyped-def]
    """Fold ``points`` [0, count): what each becomes alone and in a Latin word, and its kind. Spaces are one space.

    plain, alike: uint32, kinds: uint8, of one length, which is as far as is folded. Returns how many they are.
    """
    room = len(plain)
    filled = 0
    for i in range(count):
        point = points[i]
        page = folding.pages[point >> _U32(8)]
        if page == NO_PAGE:
            entry = _U(point) | _U(point) << _U(BITS)
        else:
            entry = folding.entries[page + (point & _U32(PAGE - 1))]
        kind = entry >> _U(2 * BITS)
        if kind <= _U(SYMBOL):
            if filled < room:
                plain[filled] = entry & _LOW
                alike[filled] = entry >> _U(BITS) & _LOW
                kinds[filled] = kind
                filled += 1
        elif kind <= _U(BREAK):
            filled = _space(kind, plain, alike, kinds, filled, room)
        elif kind == _U(SEVERAL):
            start = np.int64(entry & _LOW)
            for k in range(start, start + np.int64(entry >> _U(BITS) & _LOW)):
                part = folding.several[k]
                if part >> _U(2 * BITS) > _U(SYMBOL):
                    filled = _space(part >> _U(2 * BITS), plain, alike, kinds, filled, room)
                elif filled < room:
                    plain[filled] = part & _LOW
                    alike[filled] = part >> _U(BITS) & _LOW
                    kinds[filled] = part >> _U(2 * BITS)
                    filled += 1
    return filled


@leaf
def _space(kind, plain, alike, kinds, filled, room):  # type: ignore[no-untyped-def]
    """Add a space, unless one is there or nothing stands before it; a break makes one of what is there."""
    if filled > 0 and kinds[filled - 1] >= SPACE:
        if kind == _U(BREAK):
            kinds[filled - 1] = BREAK
    elif 0 < filled < room:
        plain[filled] = alike[filled] = _BLANK
        kinds[filled] = kind
        filled += 1
    return filled


@leaf
def _is_inside(kinds, i, filled, start):  # type: ignore[no-untyped-def]
    """Whether the sign at ``i`` stands between letters or digits."""
    return i > start and i + 1 < filled and kinds[i + 1] <= DIGIT


@kernel
def cut_words(plain, alike, kinds, filled, words):  # type: ignore[no-untyped-def]
    """Cut what was folded into words. words: int64, shape (n, WORD_FIELDS). Returns how many they are."""
    count, i = 0, 0
    while i < filled and count < len(words):
        if kinds[i] > DIGIT:
            if count > 0 and (kinds[i] == BREAK or kinds[i] == SYMBOL):
                words[count - 1, ENDS] = 1
            i += 1
            continue
        start, digits, letters, latin, likes = i, 0, 0, 0, 0
        while i < filled and (kinds[i] <= DIGIT or (kinds[i] == SYMBOL and _is_inside(kinds, i, filled, start))):
            if kinds[i] == DIGIT:
                digits += 1
            elif kinds[i] == LETTER:
                letters += 1
                if 97 <= plain[i] <= 122:
                    latin += 1
                if 97 <= alike[i] <= 122:
                    likes += 1
            i += 1
        word = words[count]
        word[START], word[STOP], word[DIGITS], word[LETTERS] = start, i, digits, letters
        word[LATIN], word[ALIKE], word[ENDS] = latin, likes, 0
        count += 1
    return count
