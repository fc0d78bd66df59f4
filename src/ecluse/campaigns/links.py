"""Links: what two accounts of a campaign may have in common. Read from the graph for one look.

A link is a thing, or two things of different sorts together: an account has a link if it has a tie to each of its
things. Which links count is told in ``cold``.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np

from ecluse.campaigns.graph import AT_S, RIPE_S, WINDOW_S, Graph
from ecluse.campaigns.sends import Sort
from ecluse.compiled import kernel
from ecluse.content.slots import USED, find

NONE: Final = 0xFF
"""No second thing."""

TIES_OF_SORT_MAX: Final = 4
"""Ties of an account to things of one sort that are paired with others: the newest. More would be work for nothing."""

PAIRS: Final[tuple[tuple[Sort, Sort], ...]] = (
    (Sort.DOMAIN, Sort.PROVIDER),
    (Sort.DOMAIN, Sort.NETWORK),
    (Sort.DOMAIN, Sort.RHYTHM),
    (Sort.PROVIDER, Sort.RHYTHM),
    (Sort.NETWORK, Sort.RHYTHM),
)
"""Sorts that together can tell what one alone can't. Provider and network are as good as one sort: all that a provider
sends comes from its network.
"""


class People(NamedTuple):
    """What is known of each account's slot at the look, columns of as many rows as there are used slots.

    ripe: strangers who had an hour or more to answer; the rest as in ACCOUNT, and last_s of the slot.
    """

    recipients: np.ndarray
    strangers: np.ndarray
    ripe: np.ndarray
    answers: np.ndarray
    registered_s: np.ndarray
    kind: np.ndarray
    campaign: np.ndarray
    last_s: np.ndarray

    def of(self, which: np.ndarray) -> People:
        """Some of the accounts."""
        return People(*(column[which] for column in self))


class Ties(NamedTuple):
    """Ties within the window whose account and thing are remembered: slots of both, counts, times, sort."""

    account: np.ndarray
    thing: np.ndarray
    recipients: np.ndarray
    strangers: np.ndarray
    first_s: np.ndarray
    last_s: np.ndarray
    sort: np.ndarray

    def of(self, which: np.ndarray) -> Ties:
        """Some of the ties."""
        return Ties(*(column[which] for column in self))


class Links(NamedTuple):
    """Links, m of them, and who has them, n rows.

    link, account: int64, shape (n,), number of the link and slot of the account. recipients, strangers, first_s,
    last_s: of each row. sorts: uint8, shape (m, 2), the second NONE for a single thing. things: int64, shape (m, 2),
    slots, -1 for none. all_recipients, all_strangers: of each link, from everybody who has it.
    """

    link: np.ndarray
    account: np.ndarray
    recipients: np.ndarray
    strangers: np.ndarray
    first_s: np.ndarray
    last_s: np.ndarray
    sorts: np.ndarray
    things: np.ndarray
    all_recipients: np.ndarray
    all_strangers: np.ndarray


def read_people(graph: Graph) -> People:
    """The accounts, as they stand at the graph's latest second."""
    used = int(graph.accounts.control[USED])
    people = People(*(np.empty(used, np.int64) for _ in People._fields))
    _read_people(graph.accounts.rows, int(graph.control[AT_S]) // RIPE_S, people)
    return people


@kernel
def _read_people(rows: Any, now_h: int, people: Any) -> None:
    """Fill the columns in one pass. now_h: the hour."""
    for slot in range(len(people.last_s)):
        row = rows[slot]
        since = now_h - np.int64(row.hour)
        people.ripe[slot] = row.strangers if since >= 2 else row.earlier if since == 1 else row.before
        people.recipients[slot], people.strangers[slot] = row.recipients, row.strangers
        people.answers[slot], people.registered_s[slot] = row.answers, row.registered_s
        people.kind[slot], people.campaign[slot], people.last_s[slot] = row.kind, row.campaign, row.last_s


def read_ties(graph: Graph) -> Ties:
    """All ties of the last 30 days. Cost: about 50 ns a tie."""
    return read_ties_at(graph, np.arange(int(graph.ties.control[USED])))


def read_ties_at(graph: Graph, slots: np.ndarray) -> Ties:
    """Those of the ties at these slots that are of the last 30 days and whose ends are remembered."""
    account, thing = np.empty(len(slots), np.int64), np.empty(len(slots), np.int64)
    _find_ends(graph, slots, account, thing)
    since = int(graph.control[AT_S]) - WINDOW_S
    last_s = graph.ties.last_s[slots].astype(np.int64)
    there = np.flatnonzero((account >= 0) & (thing >= 0) & (last_s > since))
    rows = graph.ties.rows[slots[there]]
    recipients, strangers, first_s = (rows[name].astype(np.int64) for name in ("recipients", "strangers", "first_s"))
    return Ties(account[there], thing[there], recipients, strangers, first_s, last_s[there], rows["sort"])


@kernel
def _find_ends(graph: Any, slots: Any, account: Any, thing: Any) -> None:
    for i in range(len(slots)):
        tie = graph.ties.rows[slots[i]]
        account[i] = tie.account_slot
        if graph.accounts.rows[tie.account_slot].key != tie.account:
            account[i] = find(graph.accounts, tie.account)
        thing[i] = tie.thing_slot
        if graph.things.rows[tie.thing_slot].key != tie.thing:
            thing[i] = find(graph.things, tie.thing)


def read_links(graph: Graph, ties: Ties) -> Links:
    """Links of one thing (content, domain) and of two."""
    singles = ties.of((ties.sort == Sort.CONTENT) | (ties.sort == Sort.DOMAIN))
    slots, link = np.unique(singles.thing, return_inverse=True)
    counted = graph.things.rows[slots]
    parts = [
        Links(
            link=link.astype(np.int64),
            account=singles.account,
            recipients=singles.recipients,
            strangers=singles.strangers,
            first_s=singles.first_s,
            last_s=singles.last_s,
            sorts=np.stack((counted["sort"], np.full(len(slots), NONE, np.uint8)), 1),
            things=np.stack((slots, np.full(len(slots), -1)), 1).astype(np.int64),
            all_recipients=counted["recipients"].astype(np.int64),
            all_strangers=counted["strangers"].astype(np.int64),
        )
    ]
    newest: dict[Sort, Ties] = {sort: _newest(ties.of(ties.sort == sort)) for sort in Sort if sort != Sort.CONTENT}
    parts += [_pair(newest[one], newest[other], one, other) for one, other in PAIRS]
    return _joined(parts)


def _newest(ties: Ties) -> Ties:
    """Of each account at most TIES_OF_SORT_MAX, the newest, by account."""
    order = np.lexsort((ties.thing, -ties.last_s, ties.account))
    account = ties.account[order]
    starts = np.flatnonzero(np.concatenate(([True], account[1:] != account[:-1]))) if len(order) else order
    rank = np.arange(len(order)) - np.repeat(starts, np.diff(np.append(starts, len(order))))
    return ties.of(order[rank < TIES_OF_SORT_MAX])


def _pair(one: Ties, other: Ties, sort: Sort, with_sort: Sort) -> Links:
    """Every two ties of an account, one of each sort; counts are those of the first."""
    low = np.searchsorted(other.account, one.account, "left")
    many = np.searchsorted(other.account, one.account, "right") - low
    mine = np.repeat(np.arange(len(low)), many)
    its = np.arange(len(mine)) - np.repeat(np.cumsum(many) - many, many) + np.repeat(low, many)
    both = np.stack((one.thing[mine], other.thing[its]), 1)
    things, link = np.unique(both, axis=0, return_inverse=True) if len(both) else (both.reshape(0, 2), mine)
    link = link.reshape(-1).astype(np.int64)
    recipients, strangers = one.recipients[mine], one.strangers[mine]
    return Links(
        link=link,
        account=one.account[mine],
        recipients=recipients,
        strangers=strangers,
        first_s=np.maximum(one.first_s[mine], other.first_s[its]),
        last_s=np.minimum(one.last_s[mine], other.last_s[its]),
        sorts=np.tile(np.array([sort, with_sort], np.uint8), (len(things), 1)),
        things=things.astype(np.int64),
        all_recipients=_sums(link, recipients, len(things)),
        all_strangers=_sums(link, strangers, len(things)),
    )


def _sums(link: np.ndarray, counts: np.ndarray, n: int) -> np.ndarray:
    return np.bincount(link, counts, n).astype(np.int64)


def _joined(parts: list[Links]) -> Links:
    """Links of several parts, numbered one after another."""
    before = np.cumsum([0, *(len(part.things) for part in parts)])[:-1]
    parts = [part._replace(link=part.link + int(first)) for part, first in zip(parts, before, strict=True)]
    return Links(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))
