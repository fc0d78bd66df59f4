"""Code points from UTF-8 and back, without trust: whatever bytes come, there is an answer."""

from __future__ import annotations

from typing import Final

import numpy as np

from ecluse.compiled import kernel

REPLACEMENT: Final = 0xFFFD
"""What stands for bytes that are not UTF-8; a space to everything here."""

_U32 = np.uint32


@kernel
def decode(data, start, stop, points):  # type: ignore[no-untyped-def]
    """Decode bytes [start, stop) of ``data`` into ``points`` as far as there is room. Returns how many they are.

    A byte that does not belong to well-formed UTF-8 (Unicode, table 3-7) becomes one REPLACEMENT; so each of a lone
    surrogate's three does.
    """
    count, at = 0, start
    room = len(points)
    while at < stop and count < room:
        lead = np.int64(data[at])
        if lead < 0x80:
            points[count] = _U32(lead)
            count += 1
            at += 1
            continue
        more, point, least = 0, 0, 0
        if 0xC2 <= lead < 0xE0:
            more, point, least = 1, lead & 0x1F, 0x80
        elif 0xE0 <= lead < 0xF0:
            more, point, least = 2, lead & 0x0F, 0x800
        elif 0xF0 <= lead < 0xF5:
            more, point, least = 3, lead & 0x07, 0x10000
        well = more > 0 and at + more < stop
        if well:
            for k in range(1, more + 1):
                trail = np.int64(data[at + k])
                if trail & 0xC0 != 0x80:
                    well = False
                    break
                point = point << 6 | trail & 0x3F
        if well and least <= point < 0x110000 and not 0xD800 <= point < 0xE000:
            points[count] = _U32(point)
            at += more + 1
        else:
            points[count] = _U32(REPLACEMENT)
            at += 1
        count += 1
    return count


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
