"""Spread: for each account one telling number of each signal, as the log has it, to see how they are distributed."""

from __future__ import annotations

from enum import Enum
from typing import Final

import numpy as np

from ecluse.ledger import N_SIGNALS, SIGNALS, Signal
from ecluse.replay.numbering import Runs, grown


class Telling(Enum):
    """Which of an account's values is the telling one."""

    HIGHEST = "highest"
    LOWEST = "lowest"
    MEAN = "mean"


_NOT_HIGHEST: Final = {
    "gap_regularity": Telling.LOWEST,
    "account_age": Telling.LOWEST,
    "reply_ratio": Telling.MEAN,
    "peer_wrote_within": Telling.MEAN,
}


def telling(signal: Signal) -> Telling:
    """Of counts the highest value, of regularity and age the lowest, of shares (0 at a first send) the mean."""
    return _NOT_HIGHEST.get(signal.name.partition(".")[0], Telling.HIGHEST)


_SIGN: Final = np.array([-1.0 if telling(signal) is Telling.LOWEST else 1.0 for signal in SIGNALS])
_MEANS: Final = np.array([signal.column for signal in SIGNALS if telling(signal) is Telling.MEAN])


class Spread:
    """The telling values of all accounts. About 300 bytes an account; counts are exact up to 2**24."""

    def __init__(self) -> None:
        self._extreme = np.empty((0, N_SIGNALS), np.float32)
        self._sum = np.empty((0, len(_MEANS)), np.float32)
        self._known = np.empty((0, len(_MEANS)), np.uint32)

    def add(self, accounts: np.ndarray, signals: np.ndarray) -> None:
        """Take the signals of events. accounts: numbers, shape (n,). signals: float64, shape (n, N_SIGNALS)."""
        if not len(accounts):
            return
        runs = Runs(accounts)
        size = int(runs.keys[-1]) + 1
        self._extreme = grown(self._extreme, size, np.nan)
        self._sum, self._known = grown(self._sum, size), grown(self._known, size)
        ordered = signals[runs.order]
        shares = ordered[:, _MEANS]
        known = ~np.isnan(shares)
        self._sum[runs.keys] += np.add.reduceat(np.where(known, shares, 0.0), runs.starts)
        self._known[runs.keys] += np.add.reduceat(known, runs.starts, dtype=np.uint32)
        ordered *= _SIGN
        self._extreme[runs.keys] = np.fmax(self._extreme[runs.keys], np.fmax.reduceat(ordered, runs.starts))

    def values(self, signal: Signal) -> np.ndarray:
        """The telling value of each account that has one, ascending, float64."""
        values = self.of_accounts(signal, len(self._extreme))
        return np.sort(values[~np.isnan(values)]) + 0.0

    def of_accounts(self, signal: Signal, accounts: int) -> np.ndarray:
        """The telling value of each account by its number, float64, shape (accounts,); NaN where there is none."""
        values = np.full(accounts, np.nan)
        size = min(accounts, len(self._extreme))
        if telling(signal) is Telling.MEAN:
            at = int(np.flatnonzero(signal.column == _MEANS)[0])
            known = np.flatnonzero(self._known[:size, at])
            values[known] = self._sum[known, at].astype(np.float64) / self._known[known, at]
        else:
            values[:size] = self._extreme[:size, signal.column].astype(np.float64) * _SIGN[signal.column]
        return values
