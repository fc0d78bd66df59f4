"""Public suffixes: where in a host's name the part begins that somebody registered.

The list is publicsuffix.org's, as the package publicsuffixlist ships it; nothing is fetched. Its rules lie in a hash
table by the hash of their labels, which is computed from the right, so that a host is looked up in one pass.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
import publicsuffixlist

from ecluse.compiled import kernel, leaf

RULE: Final = 1
WILDCARD: Final = 2
"""Any one label before this is part of the suffix: ``*.ck`` is kept at ``ck``."""
EXCEPTION: Final = 4
COMMON: Final = 8
"""An ending so common for addresses that a host with it is one even where nothing else says so."""

_COMMON: Final = ("com", "net", "org", "info", "biz", "xyz", "online", "site", "shop", "club", "top", "link", "click")
_LOAD: Final = 3
_U = np.uint64
_BASIS: Final = _U(0xCBF29CE484222325)
_PRIME: Final = _U(0x9E3779B97F4A7C15)
_DOT: Final = ord(".")


class Suffixes(NamedTuple):
    """The rules by the hash of their labels, open addressing. Read-only arrays of one power of two.

    hashes: uint64, 0 = empty. flags: uint8.
    """

    hashes: np.ndarray
    flags: np.ndarray


@leaf
def _mixed(state, point):  # type: ignore[no-untyped-def]
    state = (state ^ _U(point)) * _PRIME
    return state ^ state >> _U(29)


def _hash_of(name: str) -> int:
    state = int(_BASIS)
    for character in reversed(name):
        state = (state ^ ord(character)) * int(_PRIME) & 0xFFFFFFFFFFFFFFFF
        state ^= state >> 29
    return state


def _rules() -> dict[str, int]:
    """Every rule's labels, as they are written and as they are in the domain name system, with its flags."""
    rules: dict[str, int] = dict.fromkeys(_COMMON, COMMON)
    lines = (Path(publicsuffixlist.__file__).parent / "public_suffix_list.dat").read_text("utf-8").splitlines()
    for line in lines:
        rule = line.split(maxsplit=1)[0] if line.strip() and not line.startswith("//") else ""
        if not rule:
            continue
        flag = EXCEPTION if rule[0] == "!" else WILDCARD if rule.startswith("*.") else RULE
        name = rule.removeprefix("!").removeprefix("*.")
        for spelt in {name, name.encode("idna").decode()}:
            rules[spelt] = rules.get(spelt, 0) | flag
    return rules


@cache
def suffixes() -> Suffixes:
    """The table, made from the shipped list: about 50 ms, once a process."""
    rules = _rules()
    slots = 1 << (_LOAD * len(rules)).bit_length()
    hashes, flags = np.zeros(slots, np.uint64), np.zeros(slots, np.uint8)
    for name, flag in rules.items():
        digest = _hash_of(name)
        slot = digest & slots - 1
        while hashes[slot]:
            slot = slot + 1 & slots - 1
        hashes[slot], flags[slot] = digest, flag
    hashes.flags.writeable = flags.flags.writeable = False
    return Suffixes(hashes, flags)


@leaf
def _flags(table, digest):  # type: ignore[no-untyped-def]
    mask = len(table.hashes) - 1
    slot = np.int64(digest & _U(mask))
    while table.hashes[slot] != _U(0):
        if table.hashes[slot] == digest:
            return np.int64(table.flags[slot])
        slot = slot + 1 & mask
    return 0


@kernel
def registered(table, points, start, stop):  # type: ignore[no-untyped-def]
    """Where the registered part of the host in ``points`` [start, stop) begins, and what speaks for its being one.

    Returns (where, known): ``known`` is 0 for a host whose ending is in no rule (then its last label is taken as the
    suffix), 1 for one in the list, 2 for one whose ending is common or of several labels. A host that is a suffix
    itself, or an address in numbers, is its own registered part.
    """
    if stop > start and ord("0") <= points[stop - 1] <= ord("9"):
        return start, 0
    state = _BASIS
    suffix, labels, ending, before_flags = stop, 0, 0, 0
    known, common = False, False
    at = stop
    previous = stop  # where the label to the right of the present one begins
    while at > start:
        at -= 1
        if points[at] != _DOT:
            state = _mixed(state, points[at])
        if at == start or points[at - 1] == _DOT:
            labels += 1
            flags = _flags(table, state)
            if flags & COMMON:
                common = True
            if flags & EXCEPTION:
                suffix, ending = previous, labels - 1
                break
            if flags & RULE or before_flags & WILDCARD:
                suffix, ending, known = at, labels, True
            elif labels == 1:
                suffix, ending = at, 1
            before_flags = flags
            previous = at
            if at > start:
                at -= 1
                state = _mixed(state, _DOT)
    if suffix <= start:
        return start, 0 if not known else 1
    begin = suffix - 1
    while begin > start and points[begin - 1] != _DOT:
        begin -= 1
    return begin, 0 if not known else 2 if common or ending > 1 else 1
