"""The texts that benchmarks of content disguise and ask for: those of ``../shared/data``."""

from __future__ import annotations

import csv
import random
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from ecluse.content import normalise

DATA = Path(__file__).parents[2] / "shared" / "data"
POINTS_MIN, POINTS_MAX = 25, 1_000
"""Lengths of the normal forms of the texts that are disguised."""
SEEDS, STORED, OTHERS = 300, 1_500, 1_500


class Corpus(NamedTuple):
    """Texts of one language: those to be disguised, those that are stored besides, and those that are asked about."""

    name: str
    seeds: list[str]
    stored: list[str]
    others: list[str]


def text_column(name: str, where: dict[str, str] | None = None) -> list[str]:
    """The column ``text`` of a file, of the rows that have what ``where`` says."""
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        return [row["text"] for row in rows if all(row[k] == v for k, v in (where or {}).items())]


def corpora() -> list[Corpus]:
    """Texts of 25 to 1,000 characters of normal form, in an order drawn from a seed."""
    english = text_column("sms-spam.csv", {"label": "spam"}), text_column("sms-spam.csv", {"label": "ham"})
    spam, ham = (_usable(texts) for texts in english)
    chains = _usable(text_column("whatsapp-2018-viral.csv"))
    return [
        Corpus("English", spam[:SEEDS], ham[:STORED], ham[STORED : STORED + OTHERS]),
        Corpus("Portuguese", chains[:SEEDS], chains[SEEDS : SEEDS + STORED], chains[SEEDS + STORED :][:OTHERS]),
    ]


def _usable(texts: Sequence[str]) -> list[str]:
    normal = normalise(texts).to_pylist()
    usable = [text for text, form in zip(texts, normal, strict=True) if POINTS_MIN <= len(form) <= POINTS_MAX]
    random.Random(1).shuffle(usable)
    return usable
