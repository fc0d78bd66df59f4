"""Who can forward to whom: contact lists and groups, as arrays that a kernel walks.

Laws and figures: the reference run of docs/simulation.md. Contacts are log-normal and mutual; the groups of a person
follow a power law, the members of a group a log-normal one with an end.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple

import numpy as np

from ecluse.errors import InputError
from ecluse.lab.draws import Ints, Rng, pick, repeat_rows, spread
from ecluse.lab.habits import Spread
from ecluse.lab.population import CONTACTS_MAX

PEOPLE_MAX: Final = 1_000_000
"""What fits into memory: near 2 KB a person while the network is drawn."""

CONTACTS: Final = Spread(25.0, 1.0)
"""Contacts of a person: median, and sigma of the logarithm."""

MEMBERSHIPS_EXPONENT: Final = 2.1
MEMBERSHIPS_MAX: Final = 20
"""Groups of a person: k with chance ~ k ** -2.1, from 1 to 20: 65 % are in one, 7 % in more than five."""

MEMBERS: Final = Spread(41.0, 0.74)
MEMBERS_MAX: Final = 256
"""How much room each group has. People come by chance, so a few have some more members than room."""

PEOPLE_A_GROUP: Final = 20_000 / 782

NETWORK_SEED: Final = 50
"""Of the seeds up to 400 the one whose groups have the reference run's very figures: median 41, at most 277 members."""


class Chats(StrEnum):
    """Where a message can be forwarded to."""

    GROUPS = "groups"
    CONTACTS = "contacts"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class NetworkOptions:
    """What network to draw.

    people: 2 to PEOPLE_MAX. groups: 1 to people; None: as many for each person as in the reference run (782 for
    20,000). seed: 0 or more; the same options and seed give the same network.
    Raises InputError.
    """

    people: int = 20_000
    chats: Chats = Chats.BOTH
    groups: int | None = None
    seed: int = NETWORK_SEED

    def __post_init__(self) -> None:
        if not 2 <= self.people <= PEOPLE_MAX:
            raise InputError("people", self.people, f"2 to {PEOPLE_MAX:,}")
        if self.groups is not None and not 1 <= self.groups <= self.people:
            raise InputError("groups", self.groups, "1 to the number of people")
        if self.seed < 0:
            raise InputError("seed", self.seed, "0 or more")


class Rows(NamedTuple):
    """Lists of numbers in one array: row i is ``items[starts[i]:starts[i + 1]]``.

    starts: int64, shape (n_rows + 1,). items: int32, shape (starts[-1],).
    """

    starts: np.ndarray
    items: np.ndarray

    @property
    def counts(self) -> Ints:
        """Items in each row, shape (n_rows,)."""
        counts: Ints = np.diff(self.starts)
        return counts


class Network(NamedTuple):
    """People 0 to n - 1 and their chats. What ``chats`` leaves out has empty rows."""

    contacts: Rows  # of each person, people; mutual, nobody has oneself
    groups: Rows  # of each person, groups
    members: Rows  # of each group, people

    @property
    def people(self) -> int:
        """How many people there are."""
        return len(self.contacts.starts) - 1


def make_network(options: NetworkOptions) -> Network:
    """Draw a network.

    >>> network = make_network(NetworkOptions(people=500, seed=1))
    >>> network.people, len(network.members.counts), int(network.contacts.counts.max()) < 500
    (500, 20, True)
    """
    n = options.people
    tie_rng, group_rng = (np.random.default_rng([options.seed, part]) for part in range(2))
    contacts = _rows(*(_ties(n, tie_rng) if options.chats is not Chats.GROUPS else _NOTHING), n)
    n_groups = options.groups or max(1, round(n / PEOPLE_A_GROUP))
    person, group = _memberships(n, n_groups, group_rng) if options.chats is not Chats.CONTACTS else _NOTHING
    return Network(contacts, _rows(person, group, n), _rows(group, person, n_groups))


_NOTHING: Final = (np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))


def _ties(n: int, rng: Rng) -> tuple[Ints, Ints]:
    """Pairs, each from both sides. Everybody holds out as many hands as wants contacts; two by two they are joined."""
    wanted = np.clip(np.rint(spread(rng, CONTACTS, n)), 1, min(CONTACTS_MAX, n - 1)).astype(np.int64)
    hands = rng.permutation(repeat_rows(wanted))
    hands = hands[: len(hands) // 2 * 2].reshape(-1, 2)
    low, high = hands.min(axis=1), hands.max(axis=1)
    pairs = np.unique((low * n + high)[low != high])
    low, high = pairs // n, pairs % n
    return np.concatenate([low, high]), np.concatenate([high, low])


def _memberships(n: int, n_groups: int, rng: Rng) -> tuple[Ints, Ints]:
    """Person and group of each membership, nobody twice in a group."""
    most = min(MEMBERSHIPS_MAX, n_groups)
    chances = np.arange(1, most + 1, dtype=np.float64) ** -MEMBERSHIPS_EXPONENT
    person = repeat_rows(pick(rng, chances, n) + 1)
    room = np.minimum(spread(rng, MEMBERS, n_groups), MEMBERS_MAX)
    pairs = np.unique(person * n_groups + pick(rng, room, len(person)))
    return pairs // n_groups, pairs % n_groups


def _rows(row: Ints, item: Ints, n_rows: int) -> Rows:
    """Items by their row, ascending in it."""
    starts = np.zeros(n_rows + 1, dtype=np.int64)
    np.cumsum(np.bincount(row, minlength=n_rows), out=starts[1:])
    return Rows(starts, item[np.lexsort((item, row))].astype(np.int32))
