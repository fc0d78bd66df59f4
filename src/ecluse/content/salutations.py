"""Salutations: ``Dear Mary,`` at the beginning goes, for it is what a mass message changes first."""

from __future__ import annotations

from typing import Final

import numpy as np

from ecluse.compiled import kernel, leaf
from ecluse.content.confusables import look_alikes
from ecluse.content.folding import fold_alone
from ecluse.content.tokens import ENDS, LATIN, START, STOP

NAME_WORDS_MAX: Final = 4
"""Words between a greeting and the sign that ends it."""
GREETINGS: Final = (
    "hi", "hello", "hey", "hiya", "dear", "greetings", "good day", "good morning", "good afternoon", "good evening",
    "olá", "oi", "oie", "caro", "cara", "prezado", "prezada", "querido", "querida", "bom dia", "boa tarde", "boa noite",
    "hola", "estimado", "estimada", "buenos días", "buen día", "buenas tardes", "buenas noches",
    "bonjour", "bonsoir", "salut", "coucou", "cher", "chère", "ciao", "buongiorno", "buonasera", "gentile",
    "hallo", "guten tag", "guten morgen", "guten abend", "liebe", "lieber", "sehr geehrte", "sehr geehrter",
    "привет", "здравствуйте", "дорогой", "дорогая", "уважаемый", "уважаемая", "добрый день", "добрый вечер",
    "नमस्ते", "namaste", "प्रिय", "مرحبا", "السلام عليكم", "merhaba", "sayın", "halo", "selamat pagi", "habari", "jambo",
)  # fmt: skip
"""Greetings of one or two words; a case or accent more or less does not matter."""

_U = np.uint64
_BASIS: Final = _U(0xCBF29CE484222325)
_PRIME: Final = _U(0x100000001B3)
_SPACE: Final = 32


def _hash_of(phrase: str, letters: dict[str, str]) -> int:
    state = int(_BASIS)
    for word in phrase.split():
        folded = "".join(fold_alone(character) for character in word)
        if any("a" <= character <= "z" for character in folded):
            folded = "".join(letters.get(character, character) for character in folded)
        for character in [*folded, " "]:
            state = (state ^ ord(character)) * int(_PRIME) & 0xFFFFFFFFFFFFFFFF
    return state


def _hashes() -> np.ndarray:
    letters = look_alikes()
    return np.array([_hash_of(phrase, letters) for phrase in GREETINGS], np.uint64)


_GREETINGS: Final = _hashes()


@leaf
def _with_word(state, plain, alike, word):  # type: ignore[no-untyped-def]
    for i in range(word[START], word[STOP]):
        state = (state ^ _U(alike[i] if word[LATIN] else plain[i])) * _PRIME
    return (state ^ _U(_SPACE)) * _PRIME


@leaf
def _is_greeting(state):  # type: ignore[no-untyped-def]
    is_one = False
    for greeting in _GREETINGS:
        is_one = is_one or state == greeting
    return is_one


@kernel
def after_salutation(plain, alike, words, count):  # type: ignore[no-untyped-def]
    """How many of the first words are a salutation; 0 if nothing would be left."""
    if count < 2:
        return 0
    state = _with_word(_BASIS, plain, alike, words[0])
    greeting = 1 if _is_greeting(state) else 0
    if not words[0, ENDS] and _is_greeting(_with_word(state, plain, alike, words[1])):
        greeting = 2
    if greeting == 0:
        return 0
    for k in range(greeting - 1, min(greeting + NAME_WORDS_MAX, count - 1)):
        if words[k, ENDS]:
            return k + 1
    return 0
