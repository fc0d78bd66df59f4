"""How true a claim is said to be, from 0 (false) to 1 (true), by a rating's numbers or by its words."""

from __future__ import annotations

import math
import unicodedata
from typing import Final

FALSE, MOSTLY_FALSE, MIXED, MOSTLY_TRUE, TRUE = 0.0, 0.25, 0.5, 0.75, 1.0

_WORDS: Final[dict[float, tuple[str, ...]]] = {
    FALSE: (
        "false",
        "fake",
        "incorrect",
        "fabricated",
        "hoax",
        "pants on fire",
        "falso",
        "falsa",
        "fraude",
        "faux",
        "fausse",
        "bulo",
        "mentira",
        "गलत",
        "झूठ",
        "फर्जी",
    ),
    MOSTLY_FALSE: ("mostly false", "misleading", "enganoso", "enganosa", "enganoso", "engañoso", "trompeur", "भ्रामक"),
    MIXED: ("mixed", "mixture", "half true", "partly false", "partly true", "parcialmente falso", "आंशिक रूप से गलत"),
    MOSTLY_TRUE: ("mostly true", "plutôt vrai", "quase verdade", "mayormente cierto"),
    TRUE: ("true", "correct", "verdadeiro", "verdade", "verdadero", "cierto", "vrai", "सच", "सही"),
}


def _plain(words: str) -> str:
    folded = unicodedata.normalize("NFC", words).casefold()
    return " ".join("".join(" " if unicodedata.category(sign)[0] in "PSZ" else sign for sign in folded).split())


_TRUTHS: Final = {_plain(words): truth for truth, all_words in _WORDS.items() for words in all_words}


def truth_of_words(words: str) -> float | None:
    """How true a verdict in words is; None for words that are not known.

    >>> truth_of_words("FALSO!"), truth_of_words("Mostly false"), truth_of_words("needs context")
    (0.0, 0.25, None)
    """
    return _TRUTHS.get(_plain(words))


def truth_of_number(value: float, worst: float, best: float) -> float | None:
    """Where a value lies between worst and best; None if it does not: -1 and the like stand for "no number".

    >>> truth_of_number(2, 1, 5), truth_of_number(-1, 1, 5)
    (0.25, None)
    """
    if not all(map(math.isfinite, (value, worst, best))) or worst == best:
        return None
    truth = (value - worst) / (best - worst)
    return truth if 0 <= truth <= 1 else None
