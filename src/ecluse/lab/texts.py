"""The texts of a made-up log: each message that has one names its place here."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from ecluse.lab.draws import Ints


class Texts:
    """Texts in the order in which they came.

    >>> texts = Texts()
    >>> texts.add(["eins", "zwei"]), texts.add(["drei"])
    (array([0, 1]), array([2]))
    """

    def __init__(self) -> None:
        self._texts: list[str] = []

    def add(self, texts: Sequence[str]) -> Ints:
        """Keep texts; return their places."""
        first = len(self._texts)
        self._texts += texts
        return np.arange(first, len(self._texts))

    def column(self) -> pa.Array:
        """All of them, as strings."""
        return pa.array(self._texts, pa.string())
