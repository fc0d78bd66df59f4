"""What a campaign's messages carry: one text, or one made different for everybody; one image, or almost that image."""

from __future__ import annotations

from typing import Final, Literal

import numpy as np

from ecluse.lab.draws import Ints, Rng
from ecluse.lab.stage import Stage
from ecluse.lab.wording import LOAN, SALE, disguised, reworded, same, spun, tracked

Content = Literal["same", "tracked", "spun", "reworded", "homoglyphs", "image"]
"""same: one text with one link. tracked: each with a link of its own. spun: each with words of its own, too.
reworded: as spun, and a quarter of the words are others. homoglyphs: as tracked, with letters that only look alike and
characters without width. image: no text, a fingerprint.
"""

REWORDED_SHARE: Final = 0.25
"""Words of a reworded text that are others, each message's its own."""

FLIPPED_MAX: Final = 3
"""Bits of an image's fingerprint in which a copy, cut or pressed anew, differs from the first."""


def content(stage: Stage, kind: Content, count: int, site: str) -> dict[str, Ints]:
    """The fields of ``count`` messages: ``text`` or ``fingerprint``. site: where links lead."""
    rng = stage.rng
    if kind == "image":
        return {"fingerprint": copies(rng, int(rng.integers(1 << 62)), count)}
    if kind == "spun":
        texts = spun(rng, LOAN, count, site)
    elif kind == "reworded":
        texts = reworded(rng, LOAN, count, site, REWORDED_SHARE)
    elif kind == "same":
        texts = same(rng, SALE, count, site)
    else:
        texts = tracked(rng, SALE, count, site)
    return {"text": stage.texts.add(disguised(rng, texts) if kind == "homoglyphs" else texts)}


def copies(rng: Rng, fingerprint: int, count: int) -> Ints:
    """Fingerprints of ``count`` copies of an image: up to ``FLIPPED_MAX`` of 62 bits differ."""
    flips = np.int64(1) << rng.integers(62, size=(count, FLIPPED_MAX))
    flips[rng.random((count, FLIPPED_MAX)) < 0.5] = 0
    return np.asarray(np.int64(fingerprint) ^ np.bitwise_xor.reduce(flips, axis=1), dtype=np.int64)
