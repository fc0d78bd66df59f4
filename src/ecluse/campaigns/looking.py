"""A look: campaigns are found anew, and each keeps its id."""

from __future__ import annotations

import numpy as np

from ecluse.campaigns.components import Components, components
from ecluse.campaigns.graph import ASKED, AT_S, LOOKED_S, LOOKS, NOTED, SERIAL, SINCE, Graph
from ecluse.campaigns.identity import heirs
from ecluse.campaigns.links import Links, read_links, read_people
from ecluse.campaigns.rhythm import mix
from ecluse.campaigns.shared_ties import read_shared_ties
from ecluse.content.slots import USED

_U = np.uint64


def look(graph: Graph) -> np.ndarray:
    """Look for campaigns as things stand, and write into the graph what was found.

    Returns the ids that ended in another and that other, uint64, shape (n, 2). It depends on the graph alone. Cost:
    about 0.5 ms, and 20 ns a tie; more for those to things that many share.
    """
    control = graph.control
    now_s = int(control[AT_S])
    control[SINCE], control[NOTED], control[ASKED], control[LOOKED_S] = 0, 0, 0, now_s
    control[LOOKS] += 1
    people, links = read_people(graph), read_links(graph, read_shared_ties(graph))
    found = components(graph, links, people, now_s)
    old = graph.campaign.copy()
    key = graph.accounts.keys[found.members]
    former = people.campaign[found.members] - 1
    inherited = heirs(found.of_member, former, key, old["serial"][1:].astype(np.int64), found.count)
    numbers = _numbers(inherited.inherits, old)
    new = np.zeros_like(old)
    kept = inherited.inherits >= 0
    for name in ("id", "serial", "found_s"):
        new[name][numbers[kept]] = old[name][inherited.inherits[kept] + 1]
    _describe(new, numbers, links, found)
    _name(graph, new, numbers[~kept], now_s, found, links, numbers)
    graph.campaign[:] = new
    _mark(graph, found, links, numbers, np.flatnonzero(people.campaign))
    ended = inherited.ended
    return np.stack((old["id"][ended[:, 0] + 1], new["id"][numbers[ended[:, 1]]]), 1)


def _numbers(inherits: np.ndarray, old: np.ndarray) -> np.ndarray:
    """The number of each component: that of the campaign that it inherits, else the least free ones."""
    taken = np.zeros(len(old), np.bool_)
    taken[0] = True
    taken[inherits[inherits >= 0] + 1] = True
    free = np.flatnonzero(~taken)
    numbers = inherits + 1
    fresh = np.flatnonzero(inherits < 0)
    numbers[fresh] = free[: len(fresh)]
    return numbers


def _describe(new: np.ndarray, numbers: np.ndarray, links: Links, found: Components) -> None:
    """What is known of each component: members, reach, first and last."""
    new["accounts"][numbers] = np.bincount(found.of_member, minlength=found.count)
    first = np.full(found.count, np.iinfo(np.uint32).max)
    np.minimum.at(first, found.of_row, links.first_s[found.rows])
    last = np.zeros(found.count, np.int64)
    np.maximum.at(last, found.of_row, links.last_s[found.rows])
    new["first_s"][numbers], new["last_s"][numbers] = first, last
    for name in ("recipients", "strangers"):
        new[name][numbers] = _reach(getattr(links, name), links, found)


def _reach(counts: np.ndarray, links: Links, found: Components) -> np.ndarray:
    """Of each component, whom its members reached: by each member's texts, or its domains... whichever were more."""
    rows = found.rows
    account, link = links.account[rows], links.link[rows]
    thing, sort = links.things[link, 0], links.sorts[link, 0].astype(np.int64)
    _, once = np.unique(np.stack((account, thing), 1), axis=0, return_index=True)
    by_sort, which = np.unique(np.stack((account[once], sort[once]), 1), axis=0, return_inverse=True)
    sums = np.bincount(which.reshape(-1), counts[rows][once], len(by_sort)).astype(np.int64)
    order = np.argsort(found.members)
    most = np.zeros(len(found.members), np.int64)
    np.maximum.at(most, order[np.searchsorted(found.members[order], by_sort[:, 0])], sums)
    return np.bincount(found.of_member, most, found.count).astype(np.uint64)


def _name(
    graph: Graph,
    new: np.ndarray,
    fresh: np.ndarray,
    now_s: int,
    found: Components,
    links: Links,
    numbers: np.ndarray,
) -> None:
    """Give new campaigns their ids and serials, in the order of their earliest members."""
    keys = graph.accounts.keys[links.account[found.rows]]
    order = np.lexsort((keys, links.first_s[found.rows]))
    component, first = np.unique(found.of_row[order], return_index=True)
    earliest = order[first][np.searchsorted(component, np.flatnonzero(np.isin(numbers, fresh)))]
    ids = set(new["id"].tolist())
    rows = sorted(earliest.tolist(), key=lambda row: (int(links.first_s[found.rows[row]]), int(keys[row])))
    for row in rows:
        id_ = int(mix(keys[row], _U(links.first_s[found.rows[row]])))
        while id_ in ids:
            id_ = int(mix(_U(id_), _U(now_s)))
        ids.add(id_)
        number = numbers[found.of_row[row]]
        graph.control[SERIAL] += 1
        new["id"][number], new["serial"][number] = id_, graph.control[SERIAL]
        new["found_s"][number] = now_s


def _mark(graph: Graph, found: Components, links: Links, numbers: np.ndarray, former: np.ndarray) -> None:
    """Write to accounts and things which campaign they belong to. former: accounts that belonged to one."""
    graph.accounts.rows["campaign"][former] = 0
    graph.accounts.rows["campaign"][found.members] = numbers[found.of_member]
    graph.things.rows["campaign"][: int(graph.things.control[USED])] = 0
    link = links.link[found.rows]
    single = links.things[link, 1] < 0
    graph.things.rows["campaign"][links.things[link[single], 0]] = numbers[found.of_row[single]]
