"""The stage: what a scenario is given to act on, a population, a roster, a clock and chance; and what it gives back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

import numpy as np

from ecluse.errors import InputError
from ecluse.lab.draft import Draft, draft
from ecluse.lab.draws import Ints, Rng, running_sums, spread
from ecluse.lab.habits import Spread
from ecluse.lab.rhythm import Clock, Floats
from ecluse.lab.roster import Roster, home_networks
from ecluse.lab.texts import Texts

DAY_MS, HOUR_MS, MINUTE_MS = 86_400_000, 3_600_000, 60_000

_FIRST_GROUP = 1_000_000  # groups of scenarios, clear of the population's


class Played(NamedTuple):
    """What a scenario does. actors: whose sends are measured. wanted: the people who asked for what they are sent."""

    actors: Ints
    drafts: list[Draft]
    wanted: Ints


class Part(Protocol):
    """The parameters of a scenario, and how it is played."""

    def play(self, stage: Stage) -> Played:
        """Enlist accounts, draw what they do and what is done about it."""


@dataclass(slots=True)
class Stage:
    """A population and what else a scenario needs. Times are ms since the start of the log; before it, below 0.

    members: the population, by number. days: of the log.
    """

    members: Ints
    roster: Roster
    texts: Texts
    clock: Clock
    start_ms: int
    days: int
    rng: Rng
    _messages: int = 0
    _groups: int = field(default=_FIRST_GROUP)

    def enlist(self, role: str, registered_ms: Ints, *, networks: int | None = None, **rest: Any) -> Ints:
        """Enlist accounts that registered at these times. networks: how many they share, None: one each. rest: as of
        ``Roster.enlist``.
        """
        count = len(registered_ms)
        places = np.arange(count) if networks is None else np.arange(count) % max(networks, 1)
        networks_of = self.rng.integers(1 << 24, 1 << 28) + places
        return self.roster.enlist(role, self.start_ms + registered_ms, networks=networks_of, **rest)

    def grown(self, role: str, count: int, age_days: float, **rest: Any) -> Ints:
        """Enlist accounts that are so many days old at the start, give or take a fifth."""
        age_ms = age_days * DAY_MS * (1 + 0.2 * (2 * self.rng.random(count) - 1))
        return self.enlist(role, whole_ms(-age_ms), **rest)

    def neighbours(self, role: str, count: int, age_days: float) -> Ints:
        """As ``grown``, on networks of the population's homes."""
        age_ms = age_days * DAY_MS * (1 + 0.2 * (2 * self.rng.random(count) - 1))
        networks = self.rng.integers(home_networks(len(self.members)), size=count)
        return self.roster.enlist(role, self.start_ms + whole_ms(-age_ms), networks=networks)

    def bystanders(self, count: int, days: float = 0) -> Ints:
        """Enlist people who are there to be written to: what they do among themselves is not made.

        days: since when they have been there, at the least.
        """
        ages_ms = days * DAY_MS + (0.1 + 6 * self.rng.random(count)) * 365 * DAY_MS
        return self.enlist("bystander", whole_ms(-ages_ms))

    def strangers(self, count: int, *, but: Sequence[int] = (), days: float = 0) -> Ints:
        """``count`` different people who have been there for so many days: up to half of the population, for the rest
        bystanders. but: not these.
        """
        there = self.rng.permutation(np.setdiff1d(self._settled(days), but))
        members = there[: min(count, len(there) // 2)]
        return self.rng.permutation(np.concatenate((members, self.bystanders(count - len(members), days))))

    def residents(self, count: int, *, days: float = 60) -> Ints:
        """``count`` members who have been there for so many days. Raises InputError if the population has too few."""
        settled = self._settled(days)
        if count > len(settled):
            enough = f"enough: {count} are needed who have been there for {days:g} days, and {len(settled)} have"
            raise InputError("people", len(self.members), enough)
        return np.sort(self.rng.choice(settled, count, replace=False))

    def _settled(self, days: float) -> Ints:
        return self.members[self.roster.registered_ms[self.members] < self.start_ms - days * DAY_MS]

    def send(self, at_ms: Ints, sender: Ints | int, **fields: Any) -> Draft:
        """A draft of messages that are numbered, so that others may come because of them."""
        numbers = np.arange(self._messages, self._messages + len(at_ms))
        self._messages += len(at_ms)
        return draft(at_ms, sender, message=numbers, **fields)

    def group(self) -> int:
        """The number of a new group."""
        self._groups += 1
        return self._groups

    def by_hand(self, start_ms: int, count: int, gap_s: Spread) -> Ints:
        """Times of ``count`` messages by a person, from ``start_ms`` (in the log) on; gaps grow long at night."""
        gaps_s = spread(self.rng, gap_s, count)
        return self.awake(np.full(1, start_ms).repeat(count), running_sums(gaps_s, np.array([count])))

    def awake(self, since_ms: Ints, after_s: Floats) -> Ints:
        """``since_ms``, and so many waking seconds later; at or after the end of the log if it takes that long."""
        waking_s = self.clock.to_waking(since_ms / 1_000) + after_s
        return whole_ms(self.clock.to_real(waking_s) * 1_000)


def by_machine(rng: Rng, start_ms: int, count: int, gap_s: float, jitter: float) -> Ints:
    """Times of ``count`` messages by a machine: gaps of ``gap_s``, log-normal about it with sigma ``jitter``.

    The coefficient of variation of the gaps is sqrt(exp(jitter^2) - 1).
    """
    gaps_s = gap_s * np.exp(jitter * rng.standard_normal(count))
    return start_ms + whole_ms(np.cumsum(np.maximum(gaps_s, 0.001)) * 1_000)


def whole_ms(times_ms: Floats) -> Ints:
    """Times rounded down to the millisecond.

    >>> whole_ms(np.array([1.9, -0.5]))
    array([ 1, -1])
    """
    return np.asarray(np.floor(times_ms), dtype=np.int64)


def at(day: float, hour: float) -> int:
    """An hour, UTC, of a day of the log, in ms."""
    return int(day * DAY_MS + hour * HOUR_MS)
