"""Links in a text: found, cut out, and known by their registered domain.

A link is what has a scheme (``https://...``), begins with ``www.``, or is a host whose ending is a public suffix and
that is followed by a path, or whose ending is common for addresses (``.com``, ``.co.uk``). Mail addresses are cut out,
too, but give no domain: everybody's provider would be everybody's link.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from ecluse.compiled import kernel, leaf
from ecluse.content.folding import BITS, LETTER, NO_PAGE, PAGE
from ecluse.content.points import is_a_dot
from ecluse.content.suffixes import registered
from ecluse.content.tracking import cleaned

LINKS_MAX: Final = 16
"""Links of one text that are looked at; the others stay in the text as words."""
HOST_POINTS_MAX: Final = 253

_SPACE: Final = np.uint32(ord(" "))
_DOT, _HYPHEN, _COLON, _SLASH, _AT = (ord(sign) for sign in ".-:/@")
_PUNCTUATION: Final = np.array([ord(sign) for sign in ".,;:!?)]}>'\"*_~»”’…"], np.uint32)


@leaf
def lightly(folding, point):  # type: ignore[no-untyped-def]
    """A code point as addresses are compared: NFKC and case fold, one for one; every dot of IDNA is a dot."""
    if point < 0x80:
        return point + np.uint32(32) if 65 <= point <= 90 else point
    if is_a_dot(point):
        return np.uint32(_DOT)
    page = folding.pages[point >> 8]
    return point if page == NO_PAGE else folding.light[page + (point & (PAGE - 1))]


@leaf
def _is_alnum(folding, point):  # type: ignore[no-untyped-def]
    if point < 0x80:
        return 97 <= point <= 122 or 48 <= point <= 57 or 65 <= point <= 90
    page = folding.pages[point >> 8]
    return page == NO_PAGE or folding.entries[page + (point & (PAGE - 1))] >> np.uint64(2 * BITS) == LETTER


@leaf
def _is_host(folding, point):  # type: ignore[no-untyped-def]
    return point in (_DOT, _HYPHEN) or _is_alnum(folding, point)


@leaf
def _is_blank(point):  # type: ignore[no-untyped-def]
    return point <= 32 or point == 0xA0 or 0x2000 <= point <= 0x200A or point == 0x2028 or point == 0x3000


@leaf
def _scheme(points, start, stop):  # type: ignore[no-untyped-def]
    """Where ``://`` stands in [start, stop), or ``stop``."""
    for i in range(start, stop - 2):
        if points[i] == _COLON and points[i + 1] == _SLASH and points[i + 2] == _SLASH:
            return i
    return stop


@leaf
def _is_www(points, start, stop):  # type: ignore[no-untyped-def]
    return stop - start > 4 and points[start] == points[start + 1] == points[start + 2] == 119 and (
        points[start + 3] == _DOT
    )  # fmt: skip


@kernel
def cut_links(folding, suffixes, points, count, light, found):  # type: ignore[no-untyped-def]
    """Find the links among ``points`` [0, count), and overwrite them there with spaces.

    light: uint32, at least ``count``: becomes the points as addresses are compared. found: int64, shape
    (LINKS_MAX, 4): for each link (start, stop, start and stop of its registered domain) in ``light``; the last two
    are 0 for a mail address. Returns how many were found.
    """
    for i in range(count):
        light[i] = lightly(folding, points[i])
    links, at = 0, 0
    while at < count and links < LINKS_MAX:
        while at < count and _is_blank(light[at]):
            at += 1
        start = at
        has_dot = False
        while at < count and not _is_blank(light[at]):
            has_dot = has_dot or light[at] == _DOT
            at += 1
        stop = at
        while stop > start and _is_punctuation(light[stop - 1]):
            stop -= 1
        while has_dot and start < stop and links < LINKS_MAX:
            begin, end, domain, domain_end = _next_link(folding, suffixes, light, start, stop)
            if end == begin:
                break
            found[links, 0], found[links, 1], found[links, 2], found[links, 3] = begin, end, domain, domain_end
            links += 1
            for i in range(begin, end):
                points[i] = _SPACE
            start = end
    return links


@leaf
def _is_punctuation(point):  # type: ignore[no-untyped-def]
    is_one = False
    for sign in _PUNCTUATION:
        is_one = is_one or point == sign
    return is_one


@kernel
def _next_link(folding, suffixes, light, start, stop):  # type: ignore[no-untyped-def]
    """The first link in [start, stop), which has no blanks: (start, stop, its domain's start and stop).

    Start and stop are the same if there is none; the domain's are 0 for a mail address.
    """
    colon = _scheme(light, start, stop)
    if colon < stop:
        begin = colon
        while begin > start and 97 <= light[begin - 1] <= 122:
            begin -= 1
        host = colon + 3
        end = host
        while end < stop and light[end] != _SLASH and light[end] != ord("?") and light[end] != ord("#"):
            end += 1
        for i in range(host, end):  # a name and a password before the host
            if light[i] == _AT:
                host = i + 1
        last = host
        while last < end and _is_host(folding, light[last]):
            last += 1
        while last > host and light[last - 1] == _DOT:
            last -= 1
        if begin < colon and host < last <= host + HOST_POINTS_MAX:
            return begin, stop, registered(suffixes, light, host, last)[0], last
    at = start
    while at < stop:
        while at < stop and not _is_alnum(folding, light[at]):
            at += 1
        begin = at
        while at < stop and _is_host(folding, light[at]):
            at += 1
        last = at
        while last > begin and (light[last - 1] == _DOT or light[last - 1] == _HYPHEN):
            last -= 1
        if not 3 < last - begin <= HOST_POINTS_MAX or not _has_dot(light, begin, last):
            continue
        domain, known = registered(suffixes, light, begin, last)
        if begin > start and light[begin - 1] == _AT:
            name = begin - 1
            while name > start and (
                _is_host(folding, light[name - 1]) or light[name - 1] == 95 or light[name - 1] == 43
            ):
                name -= 1
            if name < begin - 1 and known:
                return name, last, 0, 0
            continue
        more = last == at and at < stop and (light[at] == _SLASH or light[at] == ord("?") or light[at] == _COLON)
        if _is_www(light, begin, last) or known == 2 or (known and more and light[at] == _SLASH):
            return begin, stop if more else last, domain, last
    return start, start, 0, 0


@leaf
def _has_dot(light, start, stop):  # type: ignore[no-untyped-def]
    dots, doubled = False, False
    for i in range(start, stop):
        if light[i] == _DOT:
            dots = True
            doubled = doubled or light[i - 1] == _DOT
    return dots and not doubled


@kernel
def write_link(light, found, out, at):  # type: ignore[no-untyped-def]
    """Copy a found link to ``out`` from ``at`` on, without what tracks: see ``tracking``. Returns where it ends."""
    return cleaned(light, found[0], found[1], out, at)
