"""Components: which accounts are one campaign, by the links that count. SciPy finds them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from ecluse.campaigns.cold import ACCOUNT_SHARE_MIN, ACCOUNTS_MIN, cold_accounts, cold_links, weights
from ecluse.campaigns.graph import CAMPAIGNS_MAX, Graph
from ecluse.campaigns.links import NONE, Links, People
from ecluse.campaigns.sends import Sort


class Components(NamedTuple):
    """Campaigns as they are at a look, k of them, by number from 0.

    members: int64, slots of accounts, each once, and ``of_member`` the component of each. rows: rows of ``Links``, what
    the members have in common, and ``of_row``.
    """

    members: np.ndarray
    of_member: np.ndarray
    rows: np.ndarray
    of_row: np.ndarray
    count: int


def components(graph: Graph, links: Links, people: People, now_s: int) -> Components:
    """The connected components of cold accounts and cold links.

    A text makes members, and so do two things of different sorts; a domain alone only joins those who are members. Of
    more than CAMPAIGNS_MAX those are kept whose members wrote to the most strangers.
    """
    counts = cold_links(graph, links, people, now_s)[links.link] & cold_accounts(people.of(links.account), now_s)
    counts &= links.strangers >= ACCOUNT_SHARE_MIN * links.recipients
    domain_alone = (links.sorts[:, 0] == Sort.DOMAIN) & (links.sorts[:, 1] == NONE)
    makes = counts & ~domain_alone[links.link]
    member = np.zeros(len(people.strangers), np.bool_)
    member[links.account[makes]] = True
    rows = np.flatnonzero(makes | (counts & member[links.account]))
    accounts, account = np.unique(links.account[rows], return_inverse=True)
    used, link = np.unique(links.link[rows], return_inverse=True)
    n = len(accounts) + len(used)
    edges = coo_array((np.ones(len(rows), np.int8), (account, len(accounts) + link)), shape=(n, n))
    count, label = connected_components(edges, directed=False) if n else (0, np.zeros(0, np.int32))
    of_account = label[: len(accounts)]
    weight = np.bincount(of_account, weights(people, now_s)[accounts], count)
    known = np.bincount(of_account, people.campaign[accounts] > 0, count) > 0
    kept = np.flatnonzero((weight >= ACCOUNTS_MIN) | known)
    if len(kept) > CAMPAIGNS_MAX:
        strangers = np.bincount(of_account, people.strangers[accounts], count)
        kept = np.sort(kept[np.argsort(-strangers[kept], kind="stable")[:CAMPAIGNS_MAX]])
    number = np.full(count, -1)
    number[kept] = np.arange(len(kept))
    of_member, of_row = number[of_account], number[of_account[account]]
    there, row_there = of_member >= 0, of_row >= 0
    return Components(accounts[there], of_member[there], rows[row_there], of_row[row_there], len(kept))
