"""What can be measured in any log of one-to-one messages: the figures by which made-up people are held to real ones.

A log is three arrays; each measure is a list of values, of which a table shows the mean, the percentiles or the share.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from ecluse.lab.draws import Bools, Ints
from ecluse.lab.rhythm import Floats

DAY_S = 86_400
HOUR_S = 3_600


class Log(NamedTuple):
    """One-to-one messages sorted by time, shape (n_messages,): numbers of accounts from 0, UTC seconds."""

    sender: Ints
    recipient: Ints
    at_s: Ints

    @classmethod
    def of(cls, sender: Ints, recipient: Ints, at_s: Ints) -> Log:
        """A log from arrays in any order, with any numbers for accounts."""
        order = np.argsort(at_s, kind="stable")
        _, numbers = np.unique(np.concatenate((sender[order], recipient[order])), return_inverse=True)
        return cls(numbers[: len(sender)], numbers[len(sender) :], at_s[order].astype(np.int64))

    @property
    def accounts(self) -> int:
        """One more than the highest number of an account."""
        return int(max(self.sender.max(), self.recipient.max())) + 1


class _Pairs(NamedTuple):
    """A log by pairs of accounts, each pair's messages by time."""

    sender: Ints
    at_s: Ints
    pair: Ints
    first: Ints  # the place of each pair's first message
    answered: Bools  # a message of the one who did not write first
    first_answer_s: Floats  # of each pair; infinite: never

    @classmethod
    def of(cls, log: Log) -> _Pairs:
        order = _order_by_pair(log)
        sender, at_s, key = log.sender[order], log.at_s[order], _pair_keys(log)[order]
        begins = np.concatenate(([True], key[1:] != key[:-1]))
        first, pair = np.flatnonzero(begins), np.cumsum(begins) - 1
        answered = sender != sender[first][pair]
        first_answer_s = np.full(len(first), np.inf)
        np.minimum.at(first_answer_s, pair[answered], at_s[answered])
        return cls(sender, at_s, pair, first, answered, first_answer_s)

    @property
    def wait_s(self) -> Floats:
        """From the first message of each pair to the first answer."""
        waits: Floats = self.first_answer_s - self.at_s[self.first]
        return waits

    def gaps(self) -> tuple[Ints, Bools]:
        """Gaps between neighbouring messages of a pair, and which of them are turns."""
        same = self.pair[1:] == self.pair[:-1]
        return np.diff(self.at_s)[same], (self.sender[1:] != self.sender[:-1])[same]


def _pair_keys(log: Log) -> Ints:
    return np.minimum(log.sender, log.recipient) * log.accounts + np.maximum(log.sender, log.recipient)


def _order_by_pair(log: Log) -> Ints:
    return np.argsort(_pair_keys(log), kind="stable")


def _day(at_s: Ints) -> Ints:
    return at_s // DAY_S


def sent_a_day(log: Log) -> Floats:
    """Messages of a sender on a day (UTC) with any."""
    return np.unique(_joined(log.sender, _day(log.at_s)), return_counts=True)[1].astype(np.float64)


def people_written_to(log: Log) -> Floats:
    """Different recipients of a sender in the whole log."""
    sender: Ints = np.unique(_joined(log.sender, log.recipient)) >> 32
    return np.unique(sender, return_counts=True)[1].astype(np.float64)


def people_written_to_in_month(log: Log) -> Floats:
    """Different recipients of a sender in each 30 days from the first message, of those with any."""
    month = (log.at_s - log.at_s[0]) // (30 * DAY_S)
    ties = np.unique(np.stack((month, log.sender, log.recipient)), axis=1)
    return np.unique(_joined(ties[0], ties[1]), return_counts=True)[1].astype(np.float64)


def answered_within(seconds: float) -> Callable[[Log], Floats]:
    """For each pair, 1 if the first contact got its first answer within so many seconds, else 0."""

    def answered(log: Log) -> Floats:
        return (_Pairs.of(log).wait_s <= seconds).astype(np.float64)

    return answered


def first_answer_minutes(log: Log) -> Floats:
    """Minutes from the first message of a pair to the first answer, where there is one."""
    wait_s = _Pairs.of(log).wait_s
    return wait_s[np.isfinite(wait_s)] / 60


def opening_messages(log: Log) -> Floats:
    """Messages of a pair before the first answer, answered or not."""
    pairs = _Pairs.of(log)
    opening = ~pairs.answered & (pairs.at_s < pairs.first_answer_s[pairs.pair])
    return np.bincount(pairs.pair[opening], minlength=len(pairs.first)).astype(np.float64)


def answer_minutes(log: Log) -> Floats:
    """Minutes between neighbouring messages of a pair where the writer changes."""
    gaps_s, turns = _Pairs.of(log).gaps()
    minutes: Floats = gaps_s / 60.0
    of_turns: Floats = minutes[turns]
    return of_turns


def turns(log: Log) -> Floats:
    """For each gap between neighbouring messages of a pair, 1 if the writer changes."""
    return _Pairs.of(log).gaps()[1].astype(np.float64)


def own_gap_minutes(log: Log) -> Floats:
    """Minutes between neighbouring messages of one sender, whoever gets them."""
    order = np.argsort(log.sender, kind="stable")
    sender, at_s = log.sender[order], log.at_s[order]
    minutes: Floats = np.diff(at_s) / 60.0
    own: Floats = minutes[sender[1:] == sender[:-1]]
    return own


def new_contacts_a_day(log: Log) -> Floats:
    """For each sender and day with any message: pairs whose first message it sent that day."""
    pairs = _Pairs.of(log)
    active = np.unique(_joined(log.sender, _day(log.at_s)))
    begun = _joined(pairs.sender[pairs.first], _day(pairs.at_s[pairs.first]))
    return np.bincount(np.searchsorted(active, begun), minlength=len(active)).astype(np.float64)


def best_friend_percent(log: Log) -> Floats:
    """Share in percent of a sender's messages that go to the one written to most; senders of ten messages or more."""
    ties, counts = np.unique(_joined(log.sender, log.recipient), return_counts=True)
    sender = ties >> 32
    total, most = np.zeros(log.accounts), np.zeros(log.accounts)
    np.add.at(total, sender, counts)
    np.maximum.at(most, sender, counts)
    percent: Floats = 100 * most[total >= 10] / total[total >= 10]
    return percent


def mutual_ties(log: Log) -> Floats:
    """For each pair, 1 if both ever wrote."""
    return np.isfinite(_Pairs.of(log).first_answer_s).astype(np.float64)


def messages_of_mutual_ties(log: Log) -> Floats:
    """For each message, 1 if both of its pair ever wrote."""
    pairs = _Pairs.of(log)
    mutual = np.isfinite(pairs.first_answer_s).astype(np.float64)
    of_messages: Floats = mutual[pairs.pair]
    return of_messages


def sent_in_hour(hour: int) -> Callable[[Log], Floats]:
    """For each message, 1 if it was sent in that hour of the day, UTC."""

    def sent(log: Log) -> Floats:
        hours: Ints = log.at_s // HOUR_S % 24
        return np.equal(hours, hour).astype(np.float64)

    return sent


def _joined(high: Ints, low: Ints) -> Ints:
    return (high << 32) | low


def talks_a_day(log: Log) -> Floats:
    """For each account with any message: talks a day that it takes part in; an hour of silence ends a talk."""
    pairs = _Pairs.of(log)
    silent = np.concatenate(([True], (np.diff(pairs.at_s) >= HOUR_S) | (np.diff(pairs.pair) > 0)))
    ends = np.stack((log.sender, log.recipient))[:, _order_by_pair(log)][:, silent].ravel()
    days = (int(log.at_s[-1]) - int(log.at_s[0])) / DAY_S
    counts = np.bincount(ends, minlength=log.accounts)
    each: Floats = counts[counts > 0] / max(days, 1.0)
    return each
