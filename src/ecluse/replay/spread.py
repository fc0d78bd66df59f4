"""Spread: for each account one telling number of each signal, as the log has it, to see how they are distributed."""

from __future__ import annotations

from enum import Enum
from typing import Final

import numpy as np

from ecluse.compiled import kernel
from ecluse.ledger import N_SIGNALS, SIGNALS, Signal
from ecluse.replay.numbering import grown


class Telling(Enum):
    """Which of an account's values is the telling one."""

    HIGHEST = "highest"
    LOWEST = "lowest"
    MEAN = "mean"


_NOT_HIGHEST: Final = {
    "gap_regularity": Telling.LOWEST,
    "account_age": Telling.LOWEST,
    "content.age": Telling.LOWEST,
    "content.strangers_share": Telling.MEAN,
    "domain.strangers_share": Telling.MEAN,
    "provider.strangers_share": Telling.MEAN,
    "reply_ratio": Telling.MEAN,
    "peer_wrote_within": Telling.MEAN,
}


def telling(signal: Signal) -> Telling:
    """Of counts the highest value, of regularity and age the lowest, of shares (0 at a first send) the mean."""
    return _NOT_HIGHEST.get(signal.base, Telling.HIGHEST)


_SIGN: Final = np.array([-1.0 if telling(signal) is Telling.LOWEST else 1.0 for signal in SIGNALS])
_MEANS: Final = np.array([signal.column for signal in SIGNALS if telling(signal) is Telling.MEAN])


class Spread:
    """The telling values of all accounts. About 330 bytes an account; counts are exact up to 2**24."""

    def __init__(self) -> None:
        self._extreme = np.empty((0, N_SIGNALS), np.float32)
        self._sum = np.empty((0, len(_MEANS)), np.float64)
        self._known = np.empty((0, len(_MEANS)), np.uint32)

    def add(self, accounts: np.ndarray, signals: np.ndarray) -> None:
        """Take the signals of events.

        accounts: numbers, int64, shape (n,); -1: leave that event out. signals: float64, shape (n, N_SIGNALS).
        """
        size = int(accounts.max(initial=-1)) + 1
        self._extreme = grown(self._extreme, size, np.nan)
        self._sum, self._known = grown(self._sum, size), grown(self._known, size)
        _take(accounts, signals, _SIGN, _MEANS, self._extreme, self._sum, self._known)

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


@kernel
def _take(accounts, signals, sign, means, extreme, total, known):  # type: ignore[no-untyped-def]
    """Fold signals into what is known of accounts: the highest of each, with its sign, and sums and counts of means."""
    for i in range(len(accounts)):
        account = accounts[i]
        if account < 0:
            continue
        for k in range(signals.shape[1]):
            value = sign[k] * signals[i, k]
            if value == value and not value <= extreme[account, k]:  # neither is true of NaN
                extreme[account, k] = value
        for k in range(len(means)):
            value = signals[i, means[k]]
            if value == value:
                total[account, k] += value
                known[account, k] += 1
