"""Groups: who is in which, who writes there when. A group message is one event to one peer, the group."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ecluse.events import Chat, Kind
from ecluse.lab.draft import Draft, draft
from ecluse.lab.draws import Ints, Rng, more, pick, repeat_rows, running_sums, spread
from ecluse.lab.habits import Habits, Spread
from ecluse.lab.population import People
from ecluse.lab.rhythm import Clock, Floats

SIZE_MIN, SIZE_MAX = 3, 256
_GAP_S = Spread(60.0, 1.3)  # between two messages of one burst
_MORE, _BURST_MAX = 0.85, 100  # chance of one more message in a burst: six or seven on average
_LIVELINESS_SIGMA = 1.3  # how unequal groups of one size are


class Groups(NamedTuple):
    """Groups and their members: group g has the ``sizes[g]`` members that follow those of the groups before it."""

    sizes: Ints  # shape (n_groups,)
    born_s: Floats  # waking seconds; below 0: before the log
    members: Ints  # shape (n_memberships,), the founder first


def make_groups(people: People, habits: Habits, clock: Clock, rng: Rng) -> Groups:
    """Draw groups: sizes by a power law, an exponential number of them a person."""
    count = len(people.activity)
    wanted = habits.groups_mean * count
    sizes_all = np.arange(SIZE_MIN, max(SIZE_MIN, min(SIZE_MAX, count // 2)) + 1)
    chances = sizes_all.astype(np.float64) ** -habits.group_size_exponent
    mean_size = float((sizes_all * chances).sum() / chances.sum())
    sizes = sizes_all[pick(rng, chances, int(wanted / mean_size))]
    sociable = rng.exponential(1.0, count) * ~people.newcomer + 1e-9
    drawn = repeat_rows(sizes) * count + pick(rng, sociable, int(sizes.sum()))
    memberships = rng.permutation(np.unique(drawn))  # nobody twice in a group; the founder is any of them
    memberships = memberships[np.argsort(memberships // count, kind="stable")]
    sizes = np.bincount(memberships // count, minlength=len(sizes))
    born_s = np.where(rng.random(len(sizes)) < habits.groups_born_share, rng.random(len(sizes)) * clock.end_s, -1.0)
    return Groups(sizes, born_s, memberships % count)


def creations(groups: Groups, clock: Clock) -> Draft:
    """``create_group`` for each group that is born during the log, with all of its first members."""
    born = (groups.born_s >= 0) & (groups.sizes > 1)
    starts = np.cumsum(groups.sizes) - groups.sizes
    added = np.repeat(born, groups.sizes)
    added[starts[groups.sizes > 0]] = False  # the founder adds the others
    return draft(
        at_ms=np.floor(clock.to_real(groups.born_s[born]) * 1000).astype(np.int64),
        sender=groups.members[starts[born]],
        kind=Kind.CREATE_GROUP,
        peers=groups.members[added],
        counts=groups.sizes[born] - 1,
        group=np.flatnonzero(born),
        members=groups.sizes[born],
    )


def group_messages(people: People, groups: Groups, wanted: int, habits: Habits, clock: Clock, rng: Rng) -> Draft:
    """About ``wanted`` sends to groups in bursts; larger groups and busier members write more."""
    places = np.flatnonzero(groups.sizes > 1)
    if not len(places):
        return draft(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))
    lively = np.sqrt(groups.sizes[places]) * np.exp(_LIVELINESS_SIGMA * rng.standard_normal(len(places)))
    bursts = rng.poisson(wanted * (1 - _MORE))
    group = places[pick(rng, lively, bursts)]
    begin_s = np.maximum(groups.born_s[group], 0.0)
    start_s = begin_s + rng.random(bursts) * (clock.end_s - begin_s)
    counts = 1 + more(rng, _MORE, bursts, _BURST_MAX)
    at_s = np.repeat(start_s, counts) + running_sums(spread(rng, _GAP_S, int(counts.sum())), counts)
    group = np.repeat(group, counts)
    at_ms = np.floor(clock.to_real(at_s) * 1000).astype(np.int64)
    in_time = at_s < clock.end_s
    group, at_ms = group[in_time], at_ms[in_time]
    forwarded = rng.random(len(group)) < habits.forward_share
    hops = 1 + more(rng, habits.forward_more, len(group), 20)
    return draft(
        at_ms=at_ms,
        sender=_writers(people, groups, group, rng),
        kind=np.where(forwarded, Kind.FORWARD, Kind.SEND),
        chat=Chat.GROUP,
        group=group,
        members=groups.sizes[group],
        hops=np.where(forwarded, hops, -1),
    )


def _writers(people: People, groups: Groups, group: Ints, rng: Rng) -> Ints:
    """A member of each group, as likely as its activity."""
    sums = np.concatenate(([0.0], np.cumsum(people.activity[groups.members])))
    starts = np.cumsum(groups.sizes) - groups.sizes
    low, high = sums[starts[group]], sums[starts[group] + groups.sizes[group]]
    places = np.searchsorted(sums, low + rng.random(len(group)) * (high - low), side="right") - 1
    writers: Ints = groups.members[np.clip(places, starts[group], starts[group] + groups.sizes[group] - 1)]
    return writers
