"""How mass senders disguise one message as many: each disguise is a function of a text and a source of chance."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

Disguise = Callable[[str, random.Random], str]

NAMES = ("Ana", "João", "Mary", "John", "Fatima", "Wei", "Priya", "Carlos", "Olga", "Kofi")
ZERO_WIDTH = "\u200b\u200c\u200d\u2060\ufeff"
HOMOGLYPHS = dict(zip("aceopxyisjhABCEHIKMOPTXYl", "асеорхуіѕјһΑΒСΕΗΙΚΜΟΡΤХҮⅼ", strict=True))
LEET = dict(zip("aeiostAEIOST", "431057431057", strict=True))
TAIL = "abcdefghijklmnopqrstuvwxyz0123456789"
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def _each(text: str, rng: random.Random, share: float, change: Callable[[str], str]) -> str:
    return "".join(change(letter) if rng.random() < share else letter for letter in text)


def capitals(text: str, rng: random.Random, share: float = 0.3) -> str:
    """Some letters in the other case."""
    return _each(text, rng, share, str.swapcase)


def zero_width(text: str, rng: random.Random, share: float = 0.2) -> str:
    """Characters that nobody sees, behind some characters."""
    return _each(text, rng, share, lambda letter: letter + rng.choice(ZERO_WIDTH))


def homoglyphs(text: str, rng: random.Random, share: float = 0.3) -> str:
    """Some letters in another script, where one looks the same."""
    return _each(text, rng, share, lambda letter: HOMOGLYPHS.get(letter, letter))


def name_in_front(text: str, rng: random.Random) -> str:
    """A salutation."""
    return f"{rng.choice(('Hi', 'Dear', 'Olá', 'Oi'))} {rng.choice(NAMES)}, {text}"


def tail(text: str, rng: random.Random) -> str:
    """Eight characters of nothing at the end."""
    return text + " " + "".join(rng.choices(TAIL, k=8))


def other_numbers(text: str, rng: random.Random) -> str:
    """Every digit another."""
    return "".join(rng.choice("0123456789") if letter.isdigit() else letter for letter in text)


def leet(text: str, rng: random.Random, share: float = 0.4) -> str:
    """Some letters as digits."""
    return _each(text, rng, share, lambda letter: LEET.get(letter, letter))


def typos(text: str, rng: random.Random, share: float) -> str:
    """At some characters one is another, missing, one too many, or changes places with the next."""
    letters, i = list(text), 0
    while i < len(letters):
        if rng.random() < share:
            kind = rng.randrange(4)
            if kind == 0:
                letters[i] = rng.choice(LETTERS)
            elif kind == 1:
                del letters[i]
            elif kind == 2:
                letters.insert(i, rng.choice(LETTERS))
                i += 1
            elif i + 1 < len(letters):
                letters[i], letters[i + 1] = letters[i + 1], letters[i]
                i += 1
        i += 1
    return "".join(letters)


def other_words(text: str, rng: random.Random, share: float, vocabulary: Sequence[str]) -> str:
    """Some words replaced by others that somebody used."""
    return " ".join(rng.choice(vocabulary) if rng.random() < share else word for word in text.split(" "))


def six_at_once(text: str, rng: random.Random, vocabulary: Sequence[str]) -> str:
    """Every tenth word another, other numbers, leet, homoglyphs, capitals and zero-width characters."""
    text = other_numbers(other_words(text, rng, 0.1, vocabulary), rng)
    return zero_width(capitals(homoglyphs(leet(text, rng), rng), rng), rng)


class Named(NamedTuple):
    """A disguise, and the best recall that others reach with it at J 0.5 (``docs/benchmarks.md``)."""

    name: str
    disguise: Disguise
    best: float


def disguises(vocabulary: Sequence[str]) -> list[Named]:
    """All of them. vocabulary: words that replace others."""
    return [
        Named("capitals 30 %", capitals, 1.0),
        Named("zero-width 20 %", zero_width, 1.0),
        Named("homoglyphs 30 %", homoglyphs, 1.0),
        Named("name in front", name_in_front, 1.0),
        Named("8-character tail", tail, 1.0),
        Named("other numbers", other_numbers, 1.0),
        Named("leet 40 %", leet, 1.0),
        Named("typos 4 %", partial(typos, share=0.04), 1.0),
        Named("typos 10 %", partial(typos, share=0.1), 0.95),
        Named("words 10 %", partial(other_words, share=0.1, vocabulary=vocabulary), 0.98),
        Named("words 25 %", partial(other_words, share=0.25, vocabulary=vocabulary), 0.65),
        Named("words 40 %", partial(other_words, share=0.4, vocabulary=vocabulary), 0.18),
        Named("six at once", partial(six_at_once, vocabulary=vocabulary), 0.9),
    ]
