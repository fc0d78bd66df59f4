"""Code points from UTF-8 and back, without trust: whatever bytes come, there is an answer."""

from __future__ import annotations

from typing import Final

import numpy as np

from ecluse.compiled import kernel, leaf
from ecluse.content.folding import BITS, NO_PAGE, PAGE, UNSEEN
from ecluse.ledger.siphash import _V0, _V1, _V2, _V3
from ecluse.ledger.siphash import _round as sip_round

REPLACEMENT: Final = 0xFFFD
"""What stands for bytes that are not UTF-8; a space to everything here."""

_U = np.uint64
_U32 = np.uint32
_KIND: Final = _U(2 * BITS)


@kernel
def decode(folding, data, start, stop, points):  # type: ignore[no-untyped-def]
    """Decode bytes [start, stop) of ``data`` into ``points`` as far as there is room, without what nobody sees.

    A byte that does not belong to well-formed UTF-8 (Unicode, table 3-7) becomes one REPLACEMENT; so each of a lone
    surrogate's three does. Returns (how many points, how many of them stand behind a dot as in an address).
    """
    count, at, dotted = 0, start, 0
    room = len(points)
    behind_dot = False
    while at < stop and count < room:
        lead = _U32(data[at])
        point, more = lead, 0
        if lead >= 0x80:
            point, more = _several(data, at, stop, lead)
            page = folding.pages[point >> _U32(8)]
            if page != NO_PAGE and folding.entries[page + (point & _U32(PAGE - 1))] >> _KIND == UNSEEN:
                at += more + 1
                continue
        elif (lead < 0x20 or lead == 0x7F) and not (9 <= lead <= 13 or 0x1C <= lead <= 0x1F):
            at += 1
            continue
        points[count] = point
        count += 1
        at += more + 1
        is_dot = is_a_dot(point)
        dotted += behind_dot and not is_dot and point > 0x20
        behind_dot = is_dot
    return count, dotted


@leaf
def is_a_dot(point):  # type: ignore[no-untyped-def]
    """Whether a code point parts the labels of a host: a full stop, or one of those that RFC 3490 takes for one."""
    return point == 0x2E or point == 0x3002 or point == 0xFF0E or point == 0xFF61


@leaf
def _several(data, at, stop, lead):  # type: ignore[no-untyped-def]
    """The code point of a sequence of several bytes, and how many follow the first; 0 if it is not well-formed."""
    more, point, least = 0, _U32(0), _U32(0)
    if 0xC2 <= lead < 0xE0:
        more, point, least = 1, lead & _U32(0x1F), _U32(0x80)
    elif 0xE0 <= lead < 0xF0:
        more, point, least = 2, lead & _U32(0x0F), _U32(0x800)
    elif 0xF0 <= lead < 0xF5:
        more, point, least = 3, lead & _U32(0x07), _U32(0x10000)
    if more == 0 or at + more >= stop:
        return _U32(REPLACEMENT), 0
    for k in range(1, more + 1):
        trail = _U32(data[at + k])
        if trail & _U32(0xC0) != 0x80:
            return _U32(REPLACEMENT), 0
        point = point << _U32(6) | trail & _U32(0x3F)
    if least <= point < 0x110000 and not 0xD800 <= point < 0xE000:
        return point, more
    return _U32(REPLACEMENT), 0


@kernel
def encode(points, start, stop, data, at):  # type: ignore[no-untyped-def]
    """Write points [start, stop) to ``data`` from ``at`` on as UTF-8, at most 4 bytes each. Returns where it ends."""
    for i in range(start, stop):
        point = points[i]
        if point < 0x80:
            data[at] = point
            at += 1
        elif point < 0x800:
            data[at] = 0xC0 | point >> 6
            data[at + 1] = 0x80 | point & 0x3F
            at += 2
        elif point < 0x10000:
            data[at] = 0xE0 | point >> 12
            data[at + 1] = 0x80 | point >> 6 & 0x3F
            data[at + 2] = 0x80 | point & 0x3F
            at += 3
        else:
            data[at] = 0xF0 | point >> 18
            data[at + 1] = 0x80 | point >> 12 & 0x3F
            data[at + 2] = 0x80 | point >> 6 & 0x3F
            data[at + 3] = 0x80 | point & 0x3F
            at += 4
    return at


@kernel
def hash_points(points, start, stop, k0, k1):  # type: ignore[no-untyped-def]
    """SipHash-2-4 of code points, three to a word of 64 bits, their number last. Never 0.

    Source: see ``ecluse.ledger.siphash``, whose rounds these are; it hashes bytes.
    """
    v0, v1, v2, v3 = k0 ^ _V0, k1 ^ _V1, k0 ^ _V2, k1 ^ _V3
    at = start
    while at < stop:
        word = _U(points[at])
        if at + 2 < stop:
            word |= _U(points[at + 1]) << _U(21) | _U(points[at + 2]) << _U(42)
        elif at + 1 < stop:
            word |= _U(points[at + 1]) << _U(21)
        v0, v1, v2, v3 = _absorb(v0, v1, v2, v3, word)
        at += 3
    v0, v1, v2, v3 = _absorb(v0, v1, v2, v3, _U(stop - start))
    v2 ^= _U(0xFF)
    for _ in range(4):
        v0, v1, v2, v3 = sip_round(v0, v1, v2, v3)
    digest = v0 ^ v1 ^ v2 ^ v3
    return digest if digest != _U(0) else _U(1)


@leaf
def _absorb(v0, v1, v2, v3, word):  # type: ignore[no-untyped-def]
    v3 ^= word
    v0, v1, v2, v3 = sip_round(v0, v1, v2, v3)
    v0, v1, v2, v3 = sip_round(v0, v1, v2, v3)
    return v0 ^ word, v1, v2, v3
