"""Parameters of links that say who sent the link or where it was clicked, and nothing of what it leads to."""

from __future__ import annotations

from typing import Final

import numpy as np

from ecluse.compiled import kernel, leaf

TRACKING: Final = (
    "_ga", "_gl", "_hsenc", "_hsmi", "dclid", "ef_id", "fbclid", "gad_source", "gbraid", "gclid", "gclsrc", "igsh",
    "igshid", "mc_cid", "mc_eid", "mkt_tok", "msclkid", "ref_src", "ref_url", "s_cid", "share_id", "si", "srsltid",
    "ttclid", "twclid", "vero_id", "wbraid", "yclid",
)  # fmt: skip
"""Names that are left out, besides all that begin with ``utm_``."""

_U = np.uint64
_PRIME: Final = _U(0x100000001B3)
_BASIS: Final = _U(0xCBF29CE484222325)
_QUESTION, _AND, _EQUALS, _FRAGMENT = (np.uint32(ord(sign)) for sign in "?&=#")
_UTM: Final = np.array([ord(letter) for letter in "utm_"], np.uint32)


def _hash_of(name: str) -> int:
    state = int(_BASIS)
    for letter in name:
        state = (state ^ ord(letter)) * int(_PRIME) & 0xFFFFFFFFFFFFFFFF
    return state


_NAMES: Final = np.array(sorted(_hash_of(name) for name in TRACKING), np.uint64)


@leaf
def _is_tracking(points, start, stop):  # type: ignore[no-untyped-def]
    if stop - start >= 4:
        same = True
        for k in range(4):
            same = same and points[start + k] == _UTM[k]
        if same:
            return True
    state = _BASIS
    for i in range(start, stop):
        state = (state ^ _U(points[i])) * _PRIME
    is_one = False
    for known in _NAMES:
        is_one = is_one or known == state
    return is_one


@kernel
def cleaned(points, start, stop, out, at):  # type: ignore[no-untyped-def]
    """Copy a link, ``points`` [start, stop), to ``out`` from ``at`` on, without tracking parameters and fragment.

    Returns where it ends. What is left keeps its order; a question mark with nothing behind it goes, too.
    """
    i = start
    while i < stop and points[i] != _QUESTION and points[i] != _FRAGMENT:
        out[at] = points[i]
        at += 1
        i += 1
    first = True
    while i < stop and points[i] != _FRAGMENT:
        i += 1  # past the question mark or the ampersand
        end, name = i, i
        while end < stop and points[end] != _AND and points[end] != _FRAGMENT:
            end += 1
        while name < end and points[name] != _EQUALS:
            name += 1
        if end > i and not _is_tracking(points, i, name):
            out[at] = _QUESTION if first else _AND
            at += 1
            first = False
            for k in range(i, end):
                out[at] = points[k]
                at += 1
        i = end
    return at
