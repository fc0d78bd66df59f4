"""Other libraries that find near-identical texts, each behind the same three methods. None is needed by Écluse.

They are given normal forms as Écluse makes them, so that they differ by method alone, and set up as is recommended for
short messages: shingles of three characters, 20 bands of 3 minima, candidates compared exactly, alike from J 0.5 on.
"""

from __future__ import annotations

import importlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from types import ModuleType
from typing import Any, NamedTuple, Protocol

SHINGLE = 3
BANDS, ROWS = 20, 3
ALIKE = 0.5


class Rival(Protocol):
    """An index of normal forms that are numbered as they come."""

    def fingerprint(self, texts: Sequence[str]) -> object:
        """Make the fingerprints of texts, and no more."""

    def add(self, texts: Sequence[str]) -> None:
        """Remember texts."""

    def ask(self, texts: Sequence[str]) -> list[int]:
        """The number of the most alike of the texts remembered, or -1."""

    def stream(self, texts: Sequence[str]) -> None:
        """Ask for each text, then remember it."""


def shingles(text: str) -> list[str]:
    """Runs of three characters; of a shorter text itself."""
    return [text[i : i + SHINGLE] for i in range(max(1, len(text) - SHINGLE + 1))]


class _Compared(ABC):
    """What all have in common: sets of shingles, by which candidates are compared."""

    def __init__(self, module: ModuleType) -> None:
        self.module = module
        self.sets: list[frozenset[str]] = []

    def best(self, text: str, candidates: Iterable[int]) -> int:
        """The candidate that is most alike, if it is alike enough."""
        own = frozenset(shingles(text))
        found = ((len(own & self.sets[i]) / len(own | self.sets[i]), -i) for i in candidates)
        alike, number = max(found, default=(0.0, 1))
        return -number if alike >= ALIKE else -1

    def add(self, texts: Sequence[str]) -> None:
        """Remember texts."""
        for text in texts:
            self.insert(text)

    def ask(self, texts: Sequence[str]) -> list[int]:
        """The number of the most alike, or -1."""
        return [self.best(text, self.candidates(text)) for text in texts]

    def stream(self, texts: Sequence[str]) -> None:
        """Ask for each text, then remember it."""
        for text in texts:
            self.best(text, self.candidates(text))
            self.insert(text)

    @abstractmethod
    def insert(self, text: str) -> None:
        """Remember a text."""

    @abstractmethod
    def candidates(self, text: str) -> Iterable[int]:
        """The numbers of the texts that it is compared with."""


class Datasketch(_Compared):
    """datasketch: MinHash and MinHashLSH."""

    def __init__(self, module: ModuleType) -> None:
        super().__init__(module)
        self.lsh = module.MinHashLSH(num_perm=BANDS * ROWS, params=(BANDS, ROWS))

    def _minhash(self, text: str) -> Any:
        minhash = self.module.MinHash(num_perm=BANDS * ROWS)
        minhash.update_batch([shingle.encode() for shingle in shingles(text)])
        return minhash

    def fingerprint(self, texts: Sequence[str]) -> object:
        """In bulk, which is the quickest that it offers."""
        sets = ([shingle.encode() for shingle in shingles(text)] for text in texts)
        return self.module.MinHash.bulk(sets, num_perm=BANDS * ROWS)

    def insert(self, text: str) -> None:
        """Remember a text."""
        self.lsh.insert(len(self.sets), self._minhash(text))
        self.sets.append(frozenset(shingles(text)))

    def candidates(self, text: str) -> Iterable[int]:
        """The numbers of texts that share a band."""
        return self.lsh.query(self._minhash(text))

    def stream(self, texts: Sequence[str]) -> None:
        """As above, with one MinHash a text."""
        for text in texts:
            minhash = self._minhash(text)
            self.best(text, self.lsh.query(minhash))
            self.lsh.insert(len(self.sets), minhash)
            self.sets.append(frozenset(shingles(text)))


class Rensa(_Compared):
    """rensa: RMinHash and RMinHashLSH."""

    def __init__(self, module: ModuleType) -> None:
        super().__init__(module)
        self.lsh = module.RMinHashLSH(ALIKE, BANDS * ROWS, BANDS)

    def _minhash(self, text: str) -> Any:
        minhash = self.module.RMinHash(BANDS * ROWS, 42)
        minhash.update(shingles(text))
        return minhash

    def fingerprint(self, texts: Sequence[str]) -> object:
        """In bulk, which is the quickest that it offers; of shingles that were made before."""
        return self.module.RMinHash.digest_matrix_from_token_sets(texts, BANDS * ROWS, 42)

    def insert(self, text: str) -> None:
        """Remember a text."""
        self.lsh.insert(len(self.sets), self._minhash(text))
        self.sets.append(frozenset(shingles(text)))

    def candidates(self, text: str) -> Iterable[int]:
        """The numbers of texts that share a band."""
        return self.lsh.query(self._minhash(text))

    def stream(self, texts: Sequence[str]) -> None:
        """As above, with one MinHash a text."""
        for text in texts:
            minhash = self._minhash(text)
            self.best(text, self.lsh.query(minhash))
            self.lsh.insert(len(self.sets), minhash)
            self.sets.append(frozenset(shingles(text)))


class Gaoya(_Compared):
    """gaoya: MinHashStringIndex, which makes shingles of its own and compares candidates by their minima."""

    def __init__(self, module: ModuleType) -> None:
        super().__init__(module)
        self.index = importlib.import_module("gaoya.minhash").MinHashStringIndex(
            32, ALIKE, BANDS, ROWS, None, "char", False, (SHINGLE, SHINGLE), "vec"
        )

    def fingerprint(self, texts: Sequence[str]) -> object:
        """It makes fingerprints only while it remembers, so that is what is done."""
        self.add(texts)
        return None

    def insert(self, text: str) -> None:
        """Remember a text."""
        self.index.insert_document(len(self.sets), text)
        self.sets.append(frozenset(shingles(text)))

    def candidates(self, text: str) -> Iterable[int]:
        """The numbers of texts that share a band and are alike by their minima."""
        return self.index.query(text)


class Installed(NamedTuple):
    """A rival that is there."""

    name: str
    make: Callable[[], Rival]


RIVALS: dict[str, type[Any]] = {"datasketch": Datasketch, "rensa": Rensa, "gaoya": Gaoya}


def installed() -> tuple[list[Installed], list[str]]:
    """The rivals that can be imported, and the names of those that can't."""
    there, missing = [], []
    for name, kind in RIVALS.items():
        try:
            module = importlib.import_module(name)
        except ImportError:
            missing.append(name)
            continue
        there.append(Installed(name, lambda kind=kind, module=module: kind(module)))
    return there, missing
