"""Spoken: on which accounts a rule spoke, how often, since when, and what the worst of those events measured."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ecluse.ledger import SIGNAL_COLUMNS, split_window
from ecluse.replay.numbering import Numbering, Runs, grown
from ecluse.terms import Rule


class Case(NamedTuple):
    """What a rule had to do with one account. times: events it spoke on. measured: of the worst, by signal."""

    rule: Rule
    times: int
    first_s: int
    last_s: int
    measured: dict[str, float]


def evidence_of(rule: Rule) -> tuple[str, ...]:
    """Signals that a rule's explanation rests on: those of its conditions, and the recipients in the same window."""
    main = rule.principal()
    _, window = split_window(main.signal)
    also = [f"recipients.{window}"] if window else []
    return tuple(dict.fromkeys([main.signal, *(c.signal for c in rule.conditions), *also]))


class Spoken:
    """One rule's cases."""

    def __init__(self, rule: Rule) -> None:
        self.rule, self.times = rule, 0
        self._main = rule.principal()
        self._sign = -1.0 if self._main.comparison in ("<", "<=") else 1.0
        self._signals = evidence_of(rule)
        self._columns = [SIGNAL_COLUMNS[name] for name in self._signals]
        self._accounts = Numbering()
        self._times = np.empty(0, np.uint32)
        self._first_s = np.empty(0, np.uint32)
        self._last_s = np.empty(0, np.uint32)
        self._worst = np.empty((0, len(self._columns)), np.float32)

    @property
    def accounts(self) -> int:
        """How many accounts it spoke on."""
        return len(self._accounts)

    def add(
        self, accounts: np.ndarray, at_s: np.ndarray, judged: np.ndarray | None, recorded: np.ndarray | None
    ) -> None:
        """Take events that it spoke on, at least one.

        accounts: numbers, at_s: seconds, both shape (n,). judged, recorded: signals, shape (n, N_SIGNALS), both or
        neither. What was recorded counts, unless the rule would not have spoken on it.
        """
        worst = np.full((len(accounts), len(self._columns)), np.nan)
        if judged is not None and recorded is not None:
            holds = self._main.holds(recorded[:, self._columns[0]])
            worst = np.where(holds[:, None], recorded[:, self._columns], judged[:, self._columns])
        self.times += len(accounts)
        runs = Runs(accounts, then=np.fmax(self._sign * worst[:, 0], -np.inf))
        slots = self._accounts.of(runs.keys)
        size = len(self._accounts)
        self._times, self._last_s = grown(self._times, size), grown(self._last_s, size)
        self._first_s = grown(self._first_s, size, np.iinfo(np.uint32).max)
        self._worst = grown(self._worst, size, np.nan)
        ordered_s = at_s[runs.order]
        self._times[slots] += runs.counts.astype(np.uint32)
        self._first_s[slots] = np.minimum(self._first_s[slots], np.minimum.reduceat(ordered_s, runs.starts))
        self._last_s[slots] = np.maximum(self._last_s[slots], np.maximum.reduceat(ordered_s, runs.starts))
        candidates, so_far = worst[runs.last], self._worst[slots]
        worse = ~(self._sign * candidates[:, 0] <= self._sign * so_far[:, 0]) & ~np.isnan(candidates[:, 0])
        self._worst[slots] = np.where(worse[:, None], candidates, so_far)

    def case(self, account: int) -> Case | None:
        """What it had to do with one account, if anything."""
        slot = self._accounts.find(account)
        if slot is None:
            return None
        measured = dict(zip(self._signals, map(float, self._worst[slot]), strict=True))
        return Case(self.rule, int(self._times[slot]), int(self._first_s[slot]), int(self._last_s[slot]), measured)
