"""Folding: what a text is compared by, so that case, accents and width do not matter, in every database alike."""

from __future__ import annotations

import unicodedata
from typing import Final

WORDS_MAX: Final = 8
"""Words of a search that are looked for."""
SEARCH_CHARACTERS_MAX: Final = 200


def fold(text: str) -> str:
    r"""A text without case, accents, and what is not seen; each run of white space is one space.

    >>> fold("  Ärger im\nCAFÉ "), fold("ＮＥＷＳ"), fold("Straße")
    ('arger im cafe', 'news', 'strasse')
    """
    split = unicodedata.normalize("NFKD", text).casefold()
    kept = (part for part in unicodedata.normalize("NFKD", split) if unicodedata.category(part) not in ("Mn", "Cf"))
    return " ".join("".join(part for part in kept if part.isprintable() or part.isspace()).split())


def fold_keyword(text: str) -> str:
    """What a keyword is known by: folded, without what stands around words.

    >>> fold_keyword("«Stop!»"), fold_keyword("Arrêt."), fold_keyword("/menu"), fold_keyword("???")
    ('stop', 'arret', 'menu', '')
    """
    folded = fold(text)
    start, end = 0, len(folded)
    while start < end and not folded[start].isalnum():
        start += 1
    while end > start and not folded[end - 1].isalnum():
        end -= 1
    return folded[start:end]


def search_words(search: str) -> list[str]:
    """The words that are looked for, folded; at most WORDS_MAX of them.

    >>> search_words("Zoë  NEWS news")
    ['zoe', 'news']
    """
    return list(dict.fromkeys(fold(search[:SEARCH_CHARACTERS_MAX]).split()))[:WORDS_MAX]
