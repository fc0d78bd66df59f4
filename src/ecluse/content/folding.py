"""Folding: what becomes of each code point, in one table that is made once and kept in the cache folder.

A code point is folded alone, whatever stands beside it: compatibility decomposition, accents and whatever is not seen
dropped, case folded, again until nothing changes. As this decomposes and never composes, all four normal forms of a
text are folded alike (Hangul syllables stay whole, and ``tokens`` puts loose jamo together).

The table has two steps: ``pages[c >> 8]`` is where in ``entries`` the 256 entries of c's page begin. An entry is
``plain | alike << 21 | kind << 42``: the folded code point, the one that it becomes in a word with Latin letters (its
look-alike), and what kind of thing it is. Where one code point becomes several, the kind is SEVERAL, ``plain`` is
where they begin in ``several``, and ``alike`` how many there are.
"""

from __future__ import annotations

import hashlib
import sys
import unicodedata
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

from ecluse.compiled import cache_folder
from ecluse.content.confusables import look_alikes

LETTER: Final = 0
DIGIT: Final = 1
SYMBOL: Final = 2
"""A sign that stands for a letter when it is inside a word: ``c@sh``."""
SPACE: Final = 3
BREAK: Final = 4
"""A space that may end a salutation: comma, colon, exclamation mark, new line..."""
DROPPED: Final = 5
SEVERAL: Final = 6
UNSEEN: Final = 7
"""Dropped before anything else, links too: zero-width and bidirectional characters, joiners, controls."""

PAGE: Final = 256
POINTS: Final = sys.maxunicode + 1
BITS: Final = 21
LOW: Final = (1 << BITS) - 1

_FOLDED_ANEW_MAX: Final = 8
_IOTA_BELOW: Final = "\u0345"
"""Under a small letter, and a letter of its own beside a capital: so it is one."""
_SKIPPED: Final = ((0x3400, 0x4DC0), (0x4E00, 0xA000), (0xAC00, 0xD7A4), (0x20000, 0x2F800), (0x30000, 0xE0000),
                   (0xE1000, POINTS))  # fmt: skip
"""Han, Hangul, what is unassigned or private: letters that stay as they are."""
_NO_TEXT: Final = (0xD800, 0xE000)
_IGNORABLE: Final = frozenset(
    [0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2065, 0x3164, 0xFFA0, *range(0x180B, 0x1810), *range(0xFE00, 0xFE10),
     *range(0xFFF0, 0xFFF9), *range(0xE0000, 0xE1000)]
)  # fmt: skip
"""Default_Ignorable_Code_Point that is not of category Cf (DerivedCoreProperties.txt)."""
_VIRAMA: Final = 9
_LEET_DIGITS: Final = dict(zip("0123456789", "oizeasgtbg", strict=True))
_LEET_SIGNS: Final = {"@": "a", "$": "s", "€": "e", "£": "e", "!": "i", "¡": "i", "|": "i"}
_BREAKS: Final = frozenset(",;:!?\n\r\x0b\x0c\x85\u2028\u2029،؛؟、。，；：！？।-–—")


class Folding(NamedTuple):
    """The table. All arrays are read-only.

    pages: uint32, shape (4352,). entries: uint64, shape (n_pages * 256,). several: uint64, shape (m,), entries.
    light: uint32, shape (n_pages * 256,), for addresses: NFKC and case fold where that is one code point.
    """

    pages: np.ndarray
    entries: np.ndarray
    several: np.ndarray
    light: np.ndarray


def _is_unseen(character: str) -> bool:
    category = unicodedata.category(character)
    return category == "Cf" or ord(character) in _IGNORABLE or (category == "Cc" and not character.isspace())


def _is_dropped(character: str) -> bool:
    category = unicodedata.category(character)
    accent = category == "Mn" and unicodedata.combining(character) not in (0, _VIRAMA)
    return accent or category == "Me" or _is_unseen(character)


def fold_alone(character: str) -> str:
    r"""What one character becomes when nothing is known of its word. Idempotent.

    >>> fold_alone("É"), fold_alone("ﬁ"), fold_alone("Ⅷ"), fold_alone("\u200d"), fold_alone("٣"), fold_alone("한")
    ('e', 'fi', 'viii', '', '3', '한')
    """
    folded = character
    for _ in range(_FOLDED_ANEW_MAX):
        parts = "".join(part if "가" <= part <= "힣" else unicodedata.normalize("NFKD", part) for part in folded)
        lower = "".join(part for part in parts if part == _IOTA_BELOW or not _is_dropped(part)).casefold()
        again = "".join(_digit(part) for part in lower)
        if again == folded:
            break
        folded = again
    return folded


def _digit(character: str) -> str:
    value = unicodedata.decimal(character, None)
    return character if value is None else str(int(value))


def _entry(character: str, source: str, letters: dict[str, str]) -> int:
    """The entry of ``character``, a part of what ``source`` is folded to."""
    if character.isdigit() and character.isascii():
        kind, alike = DIGIT, _LEET_DIGITS[character]
    else:
        category = unicodedata.category(character)
        alike = letters.get(source) or letters.get(character) or _LEET_SIGNS.get(character) or ""
        if character in _BREAKS and not alike:
            kind = BREAK
        elif category[0] in "LM" or category in ("Cn", "Co"):
            kind = LETTER
        else:
            kind = SYMBOL if alike else SPACE
    if kind == SPACE and character in _BREAKS:
        kind = BREAK
    return ord(character) | ord(alike or character) << BITS | kind << 2 * BITS


def make_folding() -> Folding:
    """Make the table: about a second, so ``folding`` keeps it."""
    letters = look_alikes()
    entries = np.arange(POINTS, dtype=np.uint64)
    entries |= entries << np.uint64(BITS)
    light = np.arange(POINTS, dtype=np.uint32)
    entries[slice(*_NO_TEXT)] |= np.uint64(SPACE << 2 * BITS)
    several: list[int] = []
    skipped = dict((*_SKIPPED, _NO_TEXT))
    point = 0
    while point < POINTS:
        if point in skipped:
            point = skipped[point]
            continue
        character = chr(point)
        address = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", character).casefold())
        if len(address) == 1:
            light[point] = ord(address)
        folded = fold_alone(character)
        if not folded:
            entries[point] = (UNSEEN if _is_unseen(character) else DROPPED) << 2 * BITS
        elif len(folded) == 1:
            entries[point] = _entry(folded, character, letters)
        else:
            entries[point] = len(several) | len(folded) << BITS | SEVERAL << 2 * BITS
            several += [_entry(part, part, letters) for part in folded]
        point += 1
    return _paged(entries, light, np.array(several, np.uint64))


def _paged(entries: np.ndarray, light: np.ndarray, several: np.ndarray) -> Folding:
    """Keep each page that differs from what its code points are by themselves; the others are made from the point."""
    both = np.concatenate([entries.reshape(-1, PAGE), light.reshape(-1, PAGE).astype(np.uint64)], axis=1)
    themselves = np.arange(POINTS, dtype=np.uint64).reshape(-1, PAGE)
    plain = np.concatenate([themselves | themselves << np.uint64(BITS), themselves], axis=1)
    kept = np.flatnonzero((both != plain).any(axis=1))
    pages = np.full(POINTS // PAGE, NO_PAGE, np.uint32)
    pages[kept] = np.arange(len(kept)) * PAGE
    return Folding(
        pages,
        entries.reshape(-1, PAGE)[kept].ravel(),
        several,
        light.reshape(-1, PAGE)[kept].ravel(),
    )


NO_PAGE: Final = 0xFFFFFFFF
"""In ``pages``: every code point of the page is a letter that stays as it is."""


def folding_name() -> str:
    """What the table depends on: Unicode's version in this Python, the look-alikes, and this code.

    Fingerprints made with tables of different names may differ; whoever keeps fingerprints keeps the name with them.
    """
    digest = hashlib.blake2b(digest_size=8)
    for name in ("folding.py", "confusables.py"):
        digest.update(Path(__file__).with_name(name).read_bytes())
    return f"{unicodedata.unidata_version}-{version('confusable-homoglyphs')}-{digest.hexdigest()}"


@cache
def folding() -> Folding:
    """The table, from the cache folder if it is there; made and put there if not."""
    path = cache_folder() / "content" / f"folding-{folding_name()}.npz"
    try:
        with np.load(path) as kept:
            table = Folding(*(kept[name] for name in Folding._fields))
    except (OSError, KeyError, ValueError):
        table = make_folding()
        _keep(table, path)
    for array in table:
        array.flags.writeable = False
    return table


def _keep(table: Folding, path: Path) -> None:
    """Write the table beside its place, then move it there; without a place to write it is made anew each time."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_suffix(f".{id(table)}.npz")
        np.savez_compressed(beside, **table._asdict())
        beside.replace(path)
    except OSError:
        pass
