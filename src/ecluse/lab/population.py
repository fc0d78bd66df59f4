"""The people: when they come and go, how often they look at the messenger, how much they write, whom they know."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ecluse.lab.draws import Bools, Ints, Rng, more, noise, pick, repeat_rows, select, spread, stack
from ecluse.lab.habits import DAY_S, Habits
from ecluse.lab.rhythm import Clock, Floats

CONTACTS_MAX = 1_000  # a person; a log-normal tail has no end of its own
FIRST_CONTACTS_MAX = 120  # a person in 30 days: the college log's own maximum of `new_contacts.30d` is 202
_WAITING = 0.5  # chance that one more chat is read first


class People(NamedTuple):
    """One row a person, shape (n_people,). Seconds are waking seconds since the start of the log."""

    joined_s: Floats  # 0 for people who were there before
    left_s: Floats
    newcomer: Bools
    activity: Floats  # mean 1
    popularity: Floats
    silent: Bools  # write to no stranger and answer none
    answering: Floats  # chance to answer a stranger
    look_every_s: Floats
    key: int

    def next_look(self, person: Ints, after_s: Floats) -> Floats:
        """When each person looks at the messenger next, at or after a second: shape of ``person``.

        A person's looks are one in each stretch of ``look_every_s``, at a place in it that is always the same. They
        are worked out anew, never stored; so all that a person does at one look comes together.
        """
        width_s = self.look_every_s[person]
        stretch = np.floor(after_s / width_s).astype(np.int64)
        look_s = (stretch + noise(self.key, person, stretch)) * width_s
        later_s = (stretch + 1 + noise(self.key, person, stretch + 1)) * width_s
        return np.where(look_s >= after_s, look_s, later_s)


class Ties(NamedTuple):
    """One row a pair of people in touch, shape (n_ties,). The opener writes first."""

    opener: Ints
    other: Ints
    first_s: Floats  # when the first message is due, in waking seconds; below 0: they wrote before the log began
    closeness: Floats  # of ties from before: the share of all talks, sums to 1; else 0
    stranger: Bools


def make_people(count: int, habits: Habits, clock: Clock, rng: Rng) -> People:
    """Draw ``count`` people who live by ``habits``."""
    newcomer = rng.random(count) < habits.newcomers_share
    days = clock.end_s / DAY_S
    joined_s = np.where(newcomer, rng.random(count) ** 2 * min(habits.joining_days, days) * DAY_S, 0.0)
    stay_s = spread(rng, habits.stay_days, count) * DAY_S
    style = rng.standard_normal((2, count))
    activity = np.exp(habits.activity_sigma * style[0])
    silent = rng.random(count) < habits.silent_share
    return People(
        joined_s=joined_s,
        left_s=np.where(newcomer, joined_s + stay_s, np.inf),
        newcomer=newcomer,
        activity=activity / activity.mean(),
        popularity=np.exp(habits.popularity_sigma * (0.6 * style[0] + 0.8 * style[1])),
        silent=silent,
        answering=np.where(silent, 0.0, rng.beta(*habits.answering, count)),
        look_every_s=np.maximum(spread(rng, habits.openings_gap_s, count) * np.exp(-0.5 * style[0]), 60.0),
        key=int(rng.integers(1 << 62)),
    )


def make_ties(people: People, habits: Habits, clock: Clock, rng: Rng) -> Ties:
    """Who is in touch with whom: contacts from before the log, then first contacts during it; each pair once."""
    before = _contacts(people, habits, rng)
    during = _first_contacts(people, habits, clock, rng)
    both = stack(Ties, [before, during])
    low, high = np.minimum(both.opener, both.other), np.maximum(both.opener, both.other)
    _, first = np.unique(low * len(people.activity) + high, return_index=True)
    first.sort()
    first = first[both.opener[first] != both.other[first]]
    ties = select(Ties, both, first)
    total = ties.closeness.sum()
    return ties._replace(closeness=ties.closeness / total) if total > 0 else ties


def _contacts(people: People, habits: Habits, rng: Rng) -> Ties:
    """Half of a contact list is drawn by its owner, the other half by those who have the owner in theirs."""
    wanted = spread(rng, habits.contacts, len(people.activity)) / 2
    wanted[people.newcomer] = 0
    counts = rng.poisson(np.minimum(wanted, min(CONTACTS_MAX, len(wanted)) / 2))
    opener = repeat_rows(counts)
    other = pick(rng, wanted, len(opener)) if len(opener) else opener
    closeness = np.exp(habits.closeness_sigma * rng.standard_normal(len(opener)))
    closeness *= np.sqrt(people.activity[opener] * people.activity[other])
    stranger = np.zeros(len(opener), dtype=np.bool_)
    return Ties(opener, other, np.full(len(opener), -1.0), closeness, stranger)


def _first_contacts(people: People, habits: Habits, clock: Clock, rng: Rng) -> Ties:
    stay_s = np.minimum(people.left_s, clock.end_s) - people.joined_s
    wanted = spread(rng, habits.new_contacts, len(stay_s)) * people.activity**habits.new_contacts_activity
    months = np.maximum(stay_s / (30 * DAY_S), 0.0)
    counts = rng.poisson(np.minimum(wanted, FIRST_CONTACTS_MAX) * months * ~people.silent)
    sprees = 1 + rng.poisson(habits.sprees_per_contact * counts)
    opener = repeat_rows(counts)
    spree = np.floor(sprees[opener] * rng.random(len(opener))).astype(np.int64)
    place = noise(people.key ^ 1, opener, spree) ** habits.earliness
    first_s = people.next_look(opener, people.joined_s[opener] + place * stay_s[opener])
    first_s += reading(rng, opener, habits)
    other = pick(rng, people.popularity, len(opener))
    stranger = rng.random(len(opener)) < habits.stranger_share
    return Ties(opener, other, first_s, np.zeros(len(opener)), stranger)


def reading(rng: Rng, people: Ints, habits: Habits) -> Floats:
    """Seconds from a look at the messenger to the message, one for each of ``people``."""
    return spread(rng, habits.reading_s, len(people)) * (1 + more(rng, _WAITING, len(people), 20))
