"""Made-up writing: other messages in the words of real ones, and words in every script. From a seed."""

from __future__ import annotations

import random
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise

BLOCK = 128
LETTERS_MIN = 20


def crowd(texts: Sequence[str], n: int, seed: int) -> list[str]:
    """``n`` different messages: chains of words in which every pair stands side by side in some text (Markov)."""
    rng = random.Random(seed)
    after: dict[str, list[str]] = defaultdict(list)
    for text in texts:
        words = text.split()
        for one, two in pairwise(words):
            after[one].append(two)
    starts, lengths = list(after), [len(text) for text in texts]
    made = []
    for _ in range(n):
        words, length = [rng.choice(starts)], rng.choice(lengths)
        while len(words) < 200 and sum(map(len, words)) + len(words) < length:
            words.append(rng.choice(after[words[-1]] or starts))
        made.append(" ".join(words))
    return made


def in_all_scripts(n: int) -> list[str]:
    """``n`` words, each of 2 to 8 letters and marks of one block of 128 code points, out of all of Unicode's."""
    rng = random.Random(1)
    blocks: dict[int, list[str]] = defaultdict(list)
    for point in range(0x110000):
        if unicodedata.category(chr(point))[0] in "LM":
            blocks[point // BLOCK].append(chr(point))
    kept = [letters for letters in blocks.values() if len(letters) >= LETTERS_MIN]
    return ["".join(rng.choices(rng.choice(kept), k=rng.randrange(2, 9))) for _ in range(n)]
