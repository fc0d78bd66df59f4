"""A newsletter service: a provider with client accounts, lists of thousands, several issues a day, hardly an answer.

Shaped after the trade of 2019: a publisher's number with 12,500 subscribers and 3 to 5 newsletters a day; lists of 256,
the manual way with a wait between them (sources: docs/lab.md).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ecluse.events import AccountKind, Chat, Kind
from ecluse.lab.draft import Draft, draft
from ecluse.lab.draws import Ints, Rng
from ecluse.lab.roster import Roster

DAY_MS, HOUR_MS = 86_400_000, 3_600_000
LIST_MAX = 256
"""Recipients of one broadcast."""

_ISSUE_MINUTES = 20  # an issue goes out within so many minutes of its usual time


@dataclass(frozen=True, slots=True, kw_only=True)
class Newsletter:
    """A provider and its clients. The first, third... client writes to each subscriber singly, the others to lists."""

    clients: int = 2
    subscribers: int = 6_000  # of all clients together
    population_share: float = 0.05  # of the population, who also subscribe to the first client
    issue_hours: tuple[int, ...] = (6, 11, 16, 19)  # UTC
    sends_a_second: float = 10.0
    list_gap_s: float = 20.0
    answer_share: float = 0.002  # of subscribers, of an issue
    new_a_day: float = 5.0  # subscribers of a client, who write first
    tool: str = "press-to-phone"
    provider: str = "provider-1"


def newsletter_traffic(
    service: Newsletter, people: Ints, roster: Roster, start_ms: int, days: int, rng: Rng
) -> list[Draft]:
    """Issues, answers and new subscribers of every client; enlists clients (`newsletter`) and readers (`reader`)."""
    long_ago_ms = start_ms - np.floor((0.5 + 3 * rng.random(service.clients)) * 365 * DAY_MS).astype(np.int64)
    clients = roster.enlist(
        "newsletter", long_ago_ms, kind=AccountKind.CLIENT, tool=service.tool, provider=service.provider
    )
    since_ms = start_ms - np.floor((0.1 + 5 * rng.random(service.subscribers)) * 365 * DAY_MS).astype(np.int64)
    readers = roster.enlist("reader", since_ms)
    also = people[rng.random(len(people)) < service.population_share]
    drafts: list[Draft] = []
    for place, client in enumerate(clients):
        subscribers = rng.permutation(np.concatenate((readers[place :: service.clients], also if place == 0 else [])))
        subscribers = subscribers.astype(np.int64)
        joined_ms = _joined(service, len(subscribers), days, rng)
        issues_ms = _issues(service, days, rng)
        send = _to_lists if place % 2 else _one_by_one
        for issue_ms in issues_ms:  # tens of issues, each thousands of recipients
            recipients = subscribers[joined_ms < issue_ms]
            drafts.append(send(service, client, recipients, int(issue_ms), rng))
            drafts.append(_answers(service, client, recipients, int(issue_ms), rng))
        drafts.extend(_welcome(client, subscribers[joined_ms >= 0], joined_ms[joined_ms >= 0]))
    return drafts


def _joined(service: Newsletter, count: int, days: int, rng: Rng) -> Ints:
    """When each subscriber joined; below 0: before the log."""
    joined_ms = np.full(count, -1, dtype=np.int64)
    new = min(int(rng.poisson(service.new_a_day * days)), count // 2)
    joined_ms[count - new :] = np.floor(rng.random(new) * days * DAY_MS)
    return joined_ms


def _issues(service: Newsletter, days: int, rng: Rng) -> Ints:
    hours = np.add.outer(np.arange(days) * 24, np.asarray(service.issue_hours)).ravel()
    issues_ms: Ints = hours * HOUR_MS + np.floor(rng.random(len(hours)) * _ISSUE_MINUTES * 60_000).astype(np.int64)
    return issues_ms


def _one_by_one(service: Newsletter, client: int, recipients: Ints, issue_ms: int, rng: Rng) -> Draft:
    """A send each, at the speed of a machine: gaps that hardly vary."""
    gaps_ms = 1_000 / service.sends_a_second * (1 + 0.05 * rng.standard_normal(len(recipients)))
    at_ms = issue_ms + np.floor(np.cumsum(np.maximum(gaps_ms, 1.0))).astype(np.int64)
    return draft(at_ms, np.full(len(recipients), client), peers=recipients)


def _to_lists(service: Newsletter, client: int, recipients: Ints, issue_ms: int, rng: Rng) -> Draft:
    """A broadcast to each list of 256, with a wait between them."""
    counts = np.diff(np.append(np.arange(0, len(recipients), LIST_MAX), len(recipients)))
    gaps_ms = service.list_gap_s * 1_000 * (1 + 0.1 * rng.standard_normal(len(counts)))
    at_ms = issue_ms + np.floor(np.cumsum(np.maximum(gaps_ms, 1.0))).astype(np.int64)
    return draft(at_ms, np.full(len(counts), client), chat=Chat.BROADCAST, peers=recipients, counts=counts)


def _answers(service: Newsletter, client: int, recipients: Ints, issue_ms: int, rng: Rng) -> Draft:
    """The few who write back within hours."""
    answering = recipients[rng.random(len(recipients)) < service.answer_share]
    after_s = len(recipients) / service.sends_a_second + rng.exponential(3_600.0, len(answering))
    return draft(issue_ms + np.floor(after_s * 1_000).astype(np.int64), answering, peers=_all(client, answering))


def _welcome(client: int, new: Ints, joined_ms: Ints) -> list[Draft]:
    """A new subscriber writes first, and is answered by a machine two seconds later."""
    return [
        draft(joined_ms, new, kind=Kind.SEND, peers=_all(client, new)),
        draft(joined_ms + 2_000, _all(client, new), kind=Kind.SEND, peers=new),
    ]


def _all(client: int, like: Ints) -> Ints:
    return np.full(len(like), client, dtype=np.int64)
