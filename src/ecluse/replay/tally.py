"""Tally: what came of a replay, counted by outcome, account, rule, signal and time. No loop per event."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from ecluse.replay.judge import Judged
from ecluse.replay.numbering import Numbering, grown
from ecluse.replay.spoken import Case, Spoken
from ecluse.replay.spread import Spread
from ecluse.replay.timeline import Timeline
from ecluse.terms import KINDS_BY_DEFAULT, Mode, Outcome, Versions

_ACTING: Final = np.array([int(kind) for kind in KINDS_BY_DEFAULT], np.uint8)
"""Kinds whose signals tell something of an account: to be reported, or to register, is nothing that it does."""


class Affected(NamedTuple):
    """An account that felt the terms. outcomes: how many of its events had each. cases: the rules that stopped it."""

    name: str
    events: int
    outcomes: dict[Outcome, int]
    cases: list[Case]


class Tally:
    """Counts over all batches of a replay. Memory grows with accounts, not with events.

    measured: also how accounts behave as recorded, if that was asked for.
    """

    def __init__(self, versions: Versions, *, measured: bool = True) -> None:
        self.versions, self._measured = versions, measured
        self.events = self.late = self.repeated = 0
        self.timeline, self.spread = Timeline(), Spread()
        self.spoken = [Spoken(rule) for _, rule in versions.rules]
        self.told = np.zeros((len(versions.rules), len(Mode)), np.int64)
        """Events on which each rule spoke, by the mode that it ran in; shape (n_rules, n_modes)."""
        self.numbering = Numbering()
        """The numbers of accounts, by the keyed hashes of their ids."""
        self._outcomes = np.empty((0, len(Outcome)), np.uint32)
        self._names: dict[int, str] = {}
        self.first_s, self.last_s = 0, 0

    def add(self, judged: Judged) -> None:
        """Count a batch."""
        verdicts, at_s = judged.verdicts, judged.at_s
        n = len(verdicts)
        if n == 0:
            return
        outcome = verdicts.outcome
        self.events += n
        self.first_s = min(self.first_s or int(at_s[0]), int(at_s.min()))
        self.last_s = max(self.last_s, int(at_s.max()))
        self.late += int(verdicts.late.sum())
        self.repeated += int(verdicts.repeated.sum())
        accounts = self.numbering.of(judged.keys)
        self._outcomes = grown(self._outcomes, self.accounts)
        np.add.at(self._outcomes.reshape(-1), accounts * len(Outcome) + outcome, 1)
        self._name(judged, accounts, outcome)
        self.timeline.add(at_s, outcome)
        for mode in Mode:
            self.told[:, mode] += (verdicts.spoke == 1 + mode).sum(axis=0)
        enforced = verdicts.spoke == 1 + Mode.ENFORCE
        for place in np.flatnonzero(enforced.any(axis=0)):
            rows = np.flatnonzero(enforced[:, place])
            spoken, signals, recorded = self.spoken[place], None, None
            if spoken.rule.outcome >= Outcome.DELAY:  # nobody is told what a rule measured that stopped nobody
                signals, recorded = _rows(verdicts.signals, rows), _rows(judged.recorded, rows)
            spoken.add(accounts[rows], at_s[rows], signals, recorded)
        if judged.recorded is not None and self._measured:
            self.spread.add(np.where(np.isin(judged.kind, _ACTING), accounts, -1), judged.recorded)

    def _name(self, judged: Judged, accounts: np.ndarray, outcome: np.ndarray) -> None:
        """Keep the names of accounts that felt the terms: those of all others are not needed."""
        rows = np.flatnonzero(outcome >= Outcome.DELAY)
        numbers, first = np.unique(accounts[rows], return_index=True)
        for number, row in zip(numbers.tolist(), rows[first].tolist(), strict=True):
            if number not in self._names:
                self._names[number] = judged.senders[row].as_py()

    @property
    def accounts(self) -> int:
        """Accounts that did something."""
        return len(self.numbering)

    @property
    def outcomes(self) -> dict[Outcome, int]:
        """Events by outcome."""
        return dict(zip(Outcome, self._outcomes.sum(axis=0, dtype=np.int64).tolist(), strict=True))

    def accounts_with(self, outcome: Outcome) -> int:
        """Accounts of which at least one event had this outcome."""
        return int(np.count_nonzero(self._outcomes[: self.accounts, outcome]))

    @property
    def affected_accounts(self) -> int:
        """Accounts that felt the terms: of which an event was refused, reached fewer people, or was delayed."""
        return len(self._names)

    def affected(self, limit: int) -> list[Affected]:
        """The accounts most affected: most often refused first, then most often dropped from, then most delayed."""
        numbers = np.array(sorted(self._names), np.int64)
        if not len(numbers):
            return []
        counts = self._outcomes[numbers]
        felt = (Outcome.DELAY, Outcome.DROP_STRANGERS, Outcome.REFUSE)
        order = np.lexsort([-counts[:, outcome].astype(np.int64) for outcome in felt])
        return [self.account(int(number)) for number in numbers[order[:limit]]]

    @property
    def strongest(self) -> np.ndarray:
        """The strongest outcome of any event of each account, uint8, shape (accounts,)."""
        had = self._outcomes[: self.accounts] > 0
        strongest: np.ndarray = (len(Outcome) - 1 - had[:, ::-1].argmax(axis=1)).astype(np.uint8)
        return strongest

    def times(self, outcome: Outcome) -> np.ndarray:
        """How many events of each account had an outcome, uint32, shape (accounts,)."""
        times: np.ndarray = self._outcomes[: self.accounts, outcome]
        return times

    def account(self, number: int) -> Affected:
        """What an account felt, by its number: one that felt anything, or KeyError is raised."""
        counts = dict(zip(Outcome, self._outcomes[number].tolist(), strict=True))
        cases = [
            case
            for spoken in self.spoken
            if spoken.rule.outcome >= Outcome.DELAY and (case := spoken.case(number)) is not None
        ]
        cases.sort(key=lambda case: (-case.rule.outcome, -case.times))
        return Affected(self._names[number], sum(counts.values()), counts, cases)


def _rows(signals: np.ndarray | None, rows: np.ndarray) -> np.ndarray | None:
    return None if signals is None else signals[rows]
