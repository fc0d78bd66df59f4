"""A campaign, as it is shown."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from ecluse.campaigns.graph import Graph
from ecluse.campaigns.links import Ties, read_ties
from ecluse.campaigns.sends import Sort

EVIDENCE_MAX: Final = 16
"""Things that a campaign shows, those that most members share."""
SHARED_MIN: Final = 2


class Evidence(NamedTuple):
    """A thing that members of a campaign share. thing: the key that came with the sends; a rhythm's is our own.
    accounts: members that share it, at least SHARED_MIN. recipients, strangers: whom they wrote to with it.
    """

    sort: Sort
    thing: int
    accounts: int
    recipients: int
    strangers: int


class Campaign(NamedTuple):
    """Accounts that are as one sender.

    id: 64 bits, never 0. found_s: when it was found. first_s, last_s: of what its members share. accounts, recipients,
    strangers: members, and whom they reached, also since the last look. members: uint64, keyed hashes, in the order in
    which they first wrote with what they share: joined_s, uint32. evidence: what most share first.
    """

    id: int
    found_s: int
    first_s: int
    last_s: int
    accounts: int
    recipients: int
    strangers: int
    members: np.ndarray
    joined_s: np.ndarray
    evidence: tuple[Evidence, ...]

    @property
    def strangers_share(self) -> float:
        """The share of strangers among those reached."""
        return self.strangers / self.recipients if self.recipients else 0.0


class Sharing(NamedTuple):
    """Who of a campaign shares what, a row for each: columns. member: uint64, a keyed hash. sort: of ``Sort``, uint8.
    thing: uint64. recipients, strangers: whom the member wrote to with it, int64. first_s, last_s: int64.
    """

    member: np.ndarray
    sort: np.ndarray
    thing: np.ndarray
    recipients: np.ndarray
    strangers: np.ndarray
    first_s: np.ndarray
    last_s: np.ndarray


def shared(graph: Graph, number: int, campaign: Campaign) -> Sharing:
    """Who of a campaign shares what of its evidence, in the order of its members. Cost: about 0.1 µs a tie."""
    ties = read_ties(graph)
    mine = ties.of(graph.accounts.rows["campaign"][ties.account].astype(np.int64) == number)
    told = np.array([line.thing for line in campaign.evidence], np.uint64)
    mine = mine.of(np.isin(graph.things.rows["thing"][mine.thing], told))
    row, member = graph.things.rows[mine.thing], graph.accounts.keys[mine.account]
    place = {key: k for k, key in enumerate(campaign.members.tolist())}
    known = np.array([place.get(key, len(place)) for key in member.tolist()], np.int64)
    order = np.lexsort((row["thing"], row["sort"], known))
    columns = row["sort"], row["thing"], mine.recipients, mine.strangers, mine.first_s, mine.last_s
    kinds = np.uint8, np.uint64, np.int64, np.int64, np.int64, np.int64
    return Sharing(member[order], *(column[order].astype(kind) for column, kind in zip(columns, kinds, strict=True)))


def show(graph: Graph, numbers: np.ndarray) -> list[Campaign]:
    """Campaigns by their numbers. Cost: about 0.1 µs a tie of the graph."""
    ties = read_ties(graph)
    of_tie = graph.accounts.rows["campaign"][ties.account].astype(np.int64)
    made = []
    for number in numbers.tolist():
        mine = ties.of(of_tie == number)
        evidence = _evidence(graph, mine)
        members, joined_s = _members(graph, mine, evidence)
        row = graph.campaign[number]
        counts = {name: int(row[name]) for name in Campaign._fields[:7]}
        made.append(Campaign(**counts, members=members, joined_s=joined_s, evidence=tuple(evidence)))
    return made


def _evidence(graph: Graph, mine: Ties) -> list[Evidence]:
    things, which, accounts = np.unique(mine.thing, return_inverse=True, return_counts=True)
    recipients = np.bincount(which, mine.recipients, len(things)).astype(np.int64)
    strangers = np.bincount(which, mine.strangers, len(things)).astype(np.int64)
    row = graph.things.rows[things]
    order = np.lexsort((row["thing"], row["sort"], -accounts))
    kept = [k for k in order[:EVIDENCE_MAX].tolist() if accounts[k] >= SHARED_MIN]
    columns = row["thing"], accounts, recipients, strangers
    return [Evidence(Sort(int(row["sort"][k])), *(int(column[k]) for column in columns)) for k in kept]


def _members(graph: Graph, mine: Ties, evidence: list[Evidence]) -> tuple[np.ndarray, np.ndarray]:
    shared = np.isin(graph.things.rows["thing"][mine.thing], np.array([line.thing for line in evidence], np.uint64))
    first_s = np.where(shared, mine.first_s, np.iinfo(np.uint32).max)
    slots, which = np.unique(mine.account, return_inverse=True)
    joined_s = np.full(len(slots), np.iinfo(np.uint32).max)
    np.minimum.at(joined_s, which, first_s)
    keys = graph.accounts.keys[slots]
    order = np.lexsort((keys, joined_s))
    return keys[order], joined_s[order].astype(np.uint32)
