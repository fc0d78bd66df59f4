"""Which links count. A crowd writes to its friends, and they answer; a campaign writes to strangers, who don't.

A link is **cold** if enough accounts have it, it reaches many people, nearly all of them strangers to who writes with
it, and of the strangers of these accounts who had an hour to answer hardly any did, against what strangers of all other
accounts do, but for those in a campaign. Where it goes too fast for answers, many fresh accounts tell, if accounts are
not mostly fresh. An account is **cold** if most whom it writes to are strangers, and these hardly answer. A member of a
campaign is a cold account with a tie of its own to strangers in a cold link.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from ecluse.campaigns.graph import WINDOW_S, Graph
from ecluse.campaigns.links import NONE, Links, People
from ecluse.campaigns.sends import Sort
from ecluse.compiled import kernel
from ecluse.events.vocabulary import AccountKind

STRANGERS_MIN: Final = 0.7
"""Share of strangers among all whom a link reaches, whoever sends, from which on it may be cold."""

PEOPLE_MIN: Final = 16
"""Bits of 64 that the people reached have set, from which on they are many: 16 are 18 people or so. Votes and orders
that thousands send to one number set one."""

ANSWERED_MAX: Final = 0.08
"""Share of strangers who answered, up to which a link may be cold..."""
ANSWERED_OF_USUAL_MAX: Final = 0.2
"""...and that share as a part of what all other accounts' strangers do..."""
EXPECTED_MIN: Final = 10.0
"""...if so many of the link's had answered by now, were they as the others'."""
USUAL_PRIOR: Final = 0.3
USUAL_PRIOR_STRANGERS: Final = 50.0
"""What strangers of others do before there are others: as if so many had been written to."""

FRESH_S: Final = 30 * 86_400
"""An account is fresh if it registered in the last 30 days, by what the service says."""
WEIGHT_OLD: Final = 0.25
"""What an account counts that is not known to be fresh; a fresh one counts 1, a business that is not fresh nothing."""
ACCOUNTS_MIN: Final = 5.0
"""Accounts, so counted, from which on they are many: 5 fresh ones, or 20 others."""
ACCOUNTS_LEAST: Final = 5
"""How many have to share a thing at the least, for they count 1 at most."""

FAST_ACCOUNTS_MIN: Final = 20
FAST_STRANGERS_MIN: Final = 100
FAST_SHARE_MIN: Final = 0.9
"""Without an hour for answers: so many accounts, strangers, and shares of fresh accounts and strangers..."""
FAST_USUAL_FRESH_MAX: Final = 0.3
"""...if at most this share of the other accounts that wrote to strangers is fresh."""

ACCOUNT_SHARE_MIN: Final = 0.5
"""Share of strangers among an account's recipients, in all and by the tie, from which on it may be cold."""
ACCOUNT_ANSWERED_MAX: Final = 0.2
OLD_STRANGERS_MIN: Final = 2
"""Strangers that an account that is not fresh has to have written to: one is what happens to anybody."""

STAYS: Final = 2.0
"""What is cold stays so until answers are over twice these limits..."""
STAYS_STRANGERS_MIN: Final = 0.5
"""...or strangers under half."""


def weights(people: People, now_s: int) -> np.ndarray:
    """What each account counts."""
    fresh = is_fresh(people, now_s)
    settled_business = ~fresh & (people.kind == AccountKind.BUSINESS)
    return np.where(fresh, 1.0, np.where(settled_business, 0.0, WEIGHT_OLD))


def is_fresh(people: People, now_s: int) -> np.ndarray:
    """Which accounts are fresh."""
    return (people.registered_s > 0) & (people.registered_s > now_s - FRESH_S)


def cold_accounts(people: People, now_s: int) -> np.ndarray:
    """Which accounts may be members."""
    was = people.campaign > 0
    share = np.where(was, STAYS_STRANGERS_MIN / 2, ACCOUNT_SHARE_MIN)
    answered = np.where(was, STAYS, 1.0) * ACCOUNT_ANSWERED_MAX
    silent = people.answers <= answered * people.strangers
    mostly = people.strangers >= share * people.recipients
    enough = (people.strangers >= OLD_STRANGERS_MIN) | is_fresh(people, now_s) | was
    return silent & mostly & enough & (weights(people, now_s) > 0) & (people.last_s > now_s - WINDOW_S)


def cold_links(graph: Graph, links: Links, people: People, now_s: int) -> np.ndarray:
    """Which links are cold, shape (m,)."""
    m, mine = len(links.things), people.of(links.account)

    def over(values: np.ndarray) -> np.ndarray:
        return np.bincount(links.link, values, m)

    def of_others(of_all: int, counts: np.ndarray) -> np.ndarray:
        """The sum of all other accounts, but for those that a campaign was found to have: they are not usual."""
        return np.asarray(of_all - over(np.where(alive & (mine.campaign == 0), counts, 0)))

    alive, fresh = mine.last_s > now_s - WINDOW_S, is_fresh(mine, now_s)
    all_answers, all_ripe, all_fresh, all_alive = _sum_usual(people, now_s)
    ripe, answers, accounts = over(mine.ripe), over(mine.answers), over(alive.astype(np.int64))
    usual = _share(
        of_others(all_answers, mine.answers) + USUAL_PRIOR * USUAL_PRIOR_STRANGERS,
        of_others(all_ripe, mine.ripe) + USUAL_PRIOR_STRANGERS,
    )
    was = _was(graph, links)
    least = np.where(was, STAYS_STRANGERS_MIN, STRANGERS_MIN)
    people_reached = np.bitwise_count(graph.things.rows["peers"][links.things[:, 0]])
    mostly = links.all_strangers >= least * links.all_recipients
    strange = (people_reached >= PEOPLE_MIN) & mostly & _domain_is_strange(graph, links)
    most = np.where(was, STAYS, 1.0) * np.minimum(ANSWERED_MAX, ANSWERED_OF_USUAL_MAX * usual)
    silent = (answers <= most * ripe) & ((usual * ripe >= EXPECTED_MIN) | was)
    many = (over(weights(mine, now_s)) >= ACCOUNTS_MIN) | was

    freshly = over((fresh & alive).astype(np.int64))
    usually_fresh = _share(of_others(all_fresh, fresh), np.maximum(of_others(all_alive, alive), 1))
    strangers = _sum_of(links, m)
    fast = (
        (freshly >= np.maximum(FAST_ACCOUNTS_MIN, FAST_SHARE_MIN * accounts))
        & (strangers >= FAST_STRANGERS_MIN)
        & (links.all_strangers >= FAST_SHARE_MIN * links.all_recipients)
        & (usually_fresh <= FAST_USUAL_FRESH_MAX)
        & (answers <= ANSWERED_MAX * strangers)
    )
    return np.asarray(strange & many & (silent | fast))


@kernel
def _sum_usual(people: Any, now_s: int) -> tuple[int, int, int, int]:
    """Of all accounts within the window that are in no campaign: answers, ripe strangers, the fresh ones, and all."""
    answers, ripe, fresh, alive = 0, 0, 0, 0
    for slot in range(len(people.last_s)):
        if people.last_s[slot] > now_s - WINDOW_S and people.campaign[slot] == 0:
            answers += people.answers[slot]
            ripe += people.ripe[slot]
            fresh += people.registered_s[slot] > max(0, now_s - FRESH_S)
            alive += 1
    return answers, ripe, fresh, alive


def _sum_of(links: Links, m: int) -> np.ndarray:
    return np.bincount(links.link, links.strangers, m)


def _share(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    return np.asarray(part / whole)


def _was(graph: Graph, links: Links) -> np.ndarray:
    """Which links were in a campaign at the look before: single ones; pairs have to tell anew."""
    single = links.sorts[:, 1] == NONE
    return single & (graph.things.rows["campaign"][links.things[:, 0]] > 0)


def _domain_is_strange(graph: Graph, links: Links) -> np.ndarray:
    """Whether everybody's use of a link's domain is mostly with strangers; true where there is no domain."""
    thing = graph.things.rows[links.things[:, 0]]
    return (links.sorts[:, 0] != Sort.DOMAIN) | (thing["strangers"] >= STRANGERS_MIN * thing["recipients"])
