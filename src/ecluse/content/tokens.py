"""Words: code points folded and cut into words, each with what decides how it is written out."""

from __future__ import annotations

from typing import Final

import numpy as np

from ecluse.compiled import kernel, leaf
from ecluse.content.folding import BITS, BREAK, DIGIT, DROPPED, LETTER, LOW, NO_PAGE, PAGE, SEVERAL, SPACE, SYMBOL

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
        page = folding.pages[point >> 8]
        if page == NO_PAGE:
            if filled < room:
                plain[filled] = alike[filled] = point
                kinds[filled] = LETTER
                filled += 1
            continue
        entry = folding.entries[page + (point & (PAGE - 1))]
        kind = entry >> _U(2 * BITS)
        if kind == DROPPED:
            continue
        if kind == SEVERAL:
            start = entry & _LOW
            for k in range(start, start + (entry >> _U(BITS) & _LOW)):
                filled = _put(folding.several[k], plain, alike, kinds, filled, room)
        else:
            filled = _put(entry, plain, alike, kinds, filled, room)
    return filled


@leaf
def _put(entry, plain, alike, kinds, filled, room):  # type: ignore[no-untyped-def]
    kind = entry >> _U(2 * BITS)
    if kind == SPACE or kind == BREAK:
        if filled > 0 and kinds[filled - 1] >= SPACE:
            if kind == BREAK:
                kinds[filled - 1] = BREAK
            return filled
        if filled == 0:
            return filled
    if filled < room:
        plain[filled] = entry & _LOW
        alike[filled] = entry >> _U(BITS) & _LOW
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
