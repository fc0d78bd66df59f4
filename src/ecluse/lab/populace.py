"""A population and all that it does among itself: talks, forwards, groups, blocks, registrations."""

from __future__ import annotations

import numpy as np

from ecluse.events import Kind
from ecluse.lab.conversations import hold_talks, make_talks
from ecluse.lab.draft import Draft, draft
from ecluse.lab.draws import Ints, Rng
from ecluse.lab.forwards import blocked_strangers, written
from ecluse.lab.groups import creations, group_messages, make_groups
from ecluse.lab.habits import Habits
from ecluse.lab.population import People, make_people, make_ties
from ecluse.lab.rhythm import Clock
from ecluse.lab.roster import Roster, home_networks

DAY_MS = 86_400_000

_PARTS = ("people", "ties", "talks", "messages", "forwards", "groups", "blocks", "registered", "newsletter", "spammer")
_LATER_PARTS = ("networks",)  # further ones go here: the order is part of what a seed means


def generators(seed: int) -> dict[str, Rng]:
    """A generator for each part of the traffic, so that leaving one out changes nothing in the others."""
    parts = (*_PARTS, *_LATER_PARTS)
    return dict(zip(parts, np.random.default_rng(seed).spawn(len(parts)), strict=True))


def populate(
    count: int, habits: Habits, clock: Clock, roster: Roster, start_ms: int, rng: dict[str, Rng]
) -> tuple[Ints, list[Draft]]:
    """Enlist ``count`` people (`personal`) who live by ``habits``. Returns their numbers and what they do."""
    people = make_people(count, habits, clock, rng["people"])
    networks = rng["networks"].integers(0, home_networks(count), count)
    members = roster.enlist("personal", start_ms + _registered(people, clock, rng["registered"]), networks=networks)
    return members, _doings(people, habits, clock, rng)


def _doings(people: People, habits: Habits, clock: Clock, rng: dict[str, Rng]) -> list[Draft]:
    ties = make_ties(people, habits, clock, rng["ties"])
    talks, answered = make_talks(people, ties, habits, clock, rng["talks"])
    messages = hold_talks(people, talks, habits, clock, rng["messages"])
    groups = make_groups(people, habits, clock, rng["groups"])
    in_groups = int(len(messages.at_s) * habits.group_share / (1 - habits.group_share))
    first_ms = np.floor(clock.to_real(ties.first_s) * 1_000).astype(np.int64)
    unanswered = ties.stranger & ~answered & (ties.first_s >= 0)
    return [
        written(messages, len(people.activity), habits, clock, rng["forwards"]),
        creations(groups, clock),
        group_messages(people, groups, in_groups, habits, clock, rng["groups"]),
        blocked_strangers(unanswered, first_ms, ties.opener, ties.other, habits.block_share, rng["blocks"]),
    ]


def _registered(people: People, clock: Clock, rng: Rng) -> Ints:
    """When people registered, in ms since the start: newcomers when they join, the others up to six years before."""
    before_ms = -np.floor((0.1 + 6 * rng.random(len(people.joined_s))) * 365 * DAY_MS)
    joined_ms = np.floor(clock.to_real(people.joined_s) * 1_000)
    return np.where(people.newcomer, joined_ms, before_ms).astype(np.int64)


def registrations(roster: Roster, start_ms: int) -> Draft:
    """``register`` for each account that joins during the log, or later."""
    at_ms = roster.registered_ms - start_ms
    new = np.flatnonzero(at_ms >= 0)
    return draft(at_ms[new], new, kind=Kind.REGISTER)
