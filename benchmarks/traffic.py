"""Made-up one-to-one traffic, drawn from a seed: who writes to whom, when.

Accounts stand on a ring and mostly know their neighbours, so circles are small and overlap; ids are hashed, so
neighbours lie nowhere near each other in memory.

- Every account opens one conversation; the others are opened in proportion to activity, log-normal (sigma 1.2).
- A circle has 6 contacts in the median (log-normal, sigma 0.8, 1 to 150), some far closer than others (the square of
  an even draw); 85 % of them live within three circles' width, the others anywhere.
- A conversation has messages in a geometric number (mean 2.5); after each the other side has the word with chance 0.55.
  Gaps are log-normal (median 40 s, sigma 1.5). Conversations begin on any of 35 days, most of them in the evening.
- One event in about seventy is of a mass sender: a campaign to a log-normal number of random accounts (median 60,
  sigma 0.8, 20 to 600), one every 4 s (log-normal, sigma 0.5).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ecluse.lab.draws import Ints, Rng, noise, pick, repeat_rows, running_sums, within_rows

START_S = 1_700_000_000 // 86_400 * 86_400
DAYS = 35
ACTIVITY_SIGMA = 1.2
CONTACTS, CONTACTS_SIGMA, CONTACTS_MAX = 6, 0.8, 150
FAR_SHARE = 0.15
MESSAGES_MEAN = 2.5
TURN_CHANCE = 0.55
GAP_S, GAP_SIGMA = 40.0, 1.5
EVENTS_A_CAMPAIGN = 5_000
"""Events of all the traffic to each campaign in it."""
TARGETS, TARGETS_SIGMA, TARGETS_MIN, TARGETS_MAX = 60, 0.8, 20, 600
CAMPAIGN_GAP_S, CAMPAIGN_GAP_SIGMA = 4.0, 0.5
BY_HOUR = np.array([2, 1, 1, 1, 1, 2, 4, 6, 7, 8, 8, 8, 9, 9, 8, 8, 9, 10, 12, 14, 15, 14, 10, 5], np.float64)


class Stream(NamedTuple):
    """Messages in their order. at_s: int64 epoch seconds, ascending; sender, peer: int64 numbers of accounts."""

    at_s: Ints
    sender: Ints
    peer: Ints

    def between(self, start: int, stop: int) -> Stream:
        """Messages [start, stop)."""
        return Stream(self.at_s[start:stop], self.sender[start:stop], self.peer[start:stop])


def draw(events: int, accounts: int, seed: int = 5) -> Stream:
    """Draw ``events`` messages of ``accounts`` accounts, each of which sends at least one. Same seed, same messages."""
    rng = np.random.default_rng(seed)
    campaigns = _campaigns(events // EVENTS_A_CAMPAIGN, accounts, rng)
    talks = _talks(events - len(campaigns.at_s), accounts, rng)
    at_s, sender, peer = (np.concatenate(pair) for pair in zip(talks, campaigns, strict=True))
    order = np.argsort(at_s, kind="stable")
    return Stream(at_s[order], sender[order], peer[order])


def _talks(events: int, accounts: int, rng: Rng) -> Stream:
    activity = np.exp(ACTIVITY_SIGMA * rng.standard_normal(accounts))
    circle = np.exp(CONTACTS_SIGMA * rng.standard_normal(accounts)) * CONTACTS
    circle = np.clip(circle, 1, CONTACTS_MAX).astype(np.int64)
    more = max(0, int(events / MESSAGES_MEAN * 1.05) - accounts)
    opener = np.concatenate([np.arange(accounts), pick(rng, activity, more)])
    contact = (circle[opener] * rng.random(len(opener)) ** 2).astype(np.int64)
    other = (opener + _steps(opener, contact, circle[opener], accounts)) % accounts
    lengths = rng.geometric(1 / MESSAGES_MEAN, len(opener))
    talk = repeat_rows(lengths)
    gaps = GAP_S * np.exp(GAP_SIGMA * rng.standard_normal(len(talk)))
    after_s = running_sums(gaps, lengths)
    turns = running_sums((rng.random(len(talk)) < TURN_CHANCE).astype(np.float64), lengths)
    turns -= turns[np.cumsum(lengths) - lengths][talk]  # the opener has the first word
    answering = turns.astype(np.int64) % 2 == 1
    at_s = _moments(len(opener), rng)[talk] + after_s.astype(np.int64)
    sender = np.where(answering, other[talk], opener[talk])
    peer = np.where(answering, opener[talk], other[talk])
    first = np.argsort(within_rows(lengths) > 0, kind="stable")  # a talk's opening comes before all that may be cut off
    kept = first[:events]
    return Stream(at_s[kept], sender[kept], peer[kept])


def _steps(opener: Ints, contact: Ints, circle: Ints, accounts: int) -> Ints:
    """How far along the ring each contact lives: always the same for the same pair, never 0."""
    place, side = noise(11, opener, contact), noise(12, opener, contact) < 0.5
    reach = np.minimum(1 + (3 * circle * place).astype(np.int64), accounts - 1)
    near = np.where(side, reach, accounts - reach)
    far = 1 + (place * (accounts - 1)).astype(np.int64)
    return np.where(noise(13, opener, contact) < FAR_SHARE, far, near)


def _campaigns(campaigns: int, accounts: int, rng: Rng) -> Stream:
    sizes = TARGETS * np.exp(TARGETS_SIGMA * rng.standard_normal(campaigns))
    sizes = np.clip(sizes, TARGETS_MIN, TARGETS_MAX).astype(np.int64)
    who = rng.integers(0, accounts, campaigns)
    campaign = repeat_rows(sizes)
    gaps = CAMPAIGN_GAP_S * np.exp(CAMPAIGN_GAP_SIGMA * rng.standard_normal(len(campaign)))
    at_s = _moments(campaigns, rng)[campaign] + running_sums(gaps, sizes).astype(np.int64)
    sender = who[campaign]
    return Stream(at_s, sender, (sender + rng.integers(1, accounts, len(campaign))) % accounts)


def _moments(count: int, rng: Rng) -> Ints:
    hour = pick(rng, BY_HOUR, count)
    return START_S + (rng.integers(0, DAYS, count) * 24 + hour) * 3_600 + rng.integers(0, 3_600, count)
