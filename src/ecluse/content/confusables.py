"""Look-alikes: which letter of the basic Latin alphabet a character can be taken for.

The data are those of Unicode Technical Standard 39 (confusables.txt), as the package confusable-homoglyphs keeps them.
Characters that can be taken for one another through any chain of pairs are one class; ``l`` and ``i`` are one, too,
for nearly everybody who disguises one of them uses the capital ``I``.
"""

from __future__ import annotations

from typing import Final

from confusable_homoglyphs.confusables import confusables_data

_MARK: Final = "\u200e"
"""The data put left-to-right marks around characters of right-to-left scripts."""

_MERGED: Final = {"l": "i"}


def look_alikes() -> dict[str, str]:
    """The lower-case letter a to z (without ``l``) that each character can be taken for; pairs of single characters.

    >>> letters = look_alikes()
    >>> letters["а"], letters["Ρ"], letters["ⅼ"], letters["l"], "ж" in letters
    ('a', 'p', 'i', 'i', False)
    """
    parent: dict[str, str] = {}

    def root(character: str) -> str:
        while parent.setdefault(character, character) != character:
            parent[character] = parent[parent[character]]
            character = parent[character]
        return character

    for source, others in confusables_data.items():
        for other in others:
            one, two = source.strip(_MARK), other["c"].strip(_MARK)
            if len(one) == len(two) == 1:
                parent[root(one)] = root(two)
    letters = {root(letter): _letter(letter) for letter in map(chr, range(ord("A"), ord("z") + 1)) if letter.isalpha()}
    found = {character: letters[root(character)] for character in parent if root(character) in letters}
    return found | {letter: _letter(letter) for letter in map(chr, range(ord("a"), ord("z") + 1))}


def _letter(letter: str) -> str:
    lower = letter.lower()
    return _MERGED.get(lower, lower)
