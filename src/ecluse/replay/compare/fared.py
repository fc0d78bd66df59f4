"""Fared: how each account fared under one terms: when it first felt them, and how far it had got before."""

from __future__ import annotations

from typing import Final

import numpy as np

from ecluse.ledger import SIGNAL_COLUMNS
from ecluse.replay.judge import Judged
from ecluse.replay.numbering import grown
from ecluse.terms import Outcome

REACH: Final = "reach.30d"
"""What reach is read from: people behind the peers written to; a group counts its members."""

_NEVER: Final = np.iinfo(np.int64).max


class Fared:
    """What became of accounts, by their number.

    A refusal is ``refuse``; to be touched is to be refused, kept from strangers, or delayed. Reach before the first
    refusal is the most people that an account reached within 30 days by events let through whole.
    """

    def __init__(self) -> None:
        self._events = 0
        self._touched_s = np.empty(0, np.int64)
        self._refused_at = np.empty(0, np.int64)  # the event, counted from 0
        self._reached = np.empty(0, np.float32)

    def add(self, accounts: np.ndarray, judged: Judged) -> None:
        """Take a batch. accounts: the numbers of its senders, shape (n,)."""
        outcome, signals = judged.verdicts.outcome, judged.verdicts.signals
        assert signals is not None
        n = len(accounts)
        size = int(accounts.max(initial=-1)) + 1
        self._touched_s = grown(self._touched_s, size, _NEVER)
        self._refused_at = grown(self._refused_at, size, _NEVER)
        self._reached = grown(self._reached, size)
        place = np.arange(self._events, self._events + n)
        self._events += n
        touched, refused = outcome >= Outcome.DELAY, outcome == Outcome.REFUSE
        np.minimum.at(self._touched_s, accounts[touched], judged.at_s[touched])
        np.minimum.at(self._refused_at, accounts[refused], place[refused])
        reach = signals[:, SIGNAL_COLUMNS[REACH]]
        let = (place < self._refused_at[accounts]) & (outcome < Outcome.DROP_STRANGERS) & ~np.isnan(reach)
        np.maximum.at(self._reached, accounts[let], reach[let].astype(np.float32))

    def touched_s(self, accounts: int) -> np.ndarray:
        """When each account was first touched: epoch seconds, int64, shape (accounts,); 0 for never."""
        first = grown(self._touched_s, accounts, _NEVER)[:accounts]
        return np.where(first == _NEVER, 0, first)

    def reached(self, accounts: int) -> np.ndarray:
        """People that each account reached before its first refusal, float64, shape (accounts,); NaN: never refused."""
        at = grown(self._refused_at, accounts, _NEVER)[:accounts]
        reached = grown(self._reached, accounts)[:accounts].astype(np.float64)
        return np.where(at == _NEVER, np.nan, reached)
