"""A spammer: a fresh account that writes to strangers in one burst; a few answer, some report it, some block it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ecluse.events import Kind
from ecluse.lab.draft import Draft, draft
from ecluse.lab.draws import Ints, Rng
from ecluse.lab.roster import Roster

DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Spammer:
    """Accounts of one spammer, each made for one burst, spread over the days of the log."""

    accounts: int = 3
    targets: int = 1_200  # of each account; fewer if there are fewer people
    waits_minutes: float = 10.0  # from registration to the burst
    gap_s: float = 3.0  # between two sends, give or take a tenth
    answer_share: float = 0.01
    report_share: float = 0.02
    block_share: float = 0.04
    reaction_minutes: float = 15.0  # until somebody answers, reports or blocks: exponential


def spammer_traffic(spammer: Spammer, targets: Ints, roster: Roster, start_ms: int, days: int, rng: Rng) -> list[Draft]:
    """The bursts of each account and what people do about them; enlists the accounts (`spammer`)."""
    day = (np.arange(spammer.accounts) + 0.3 + 0.4 * rng.random(spammer.accounts)) * days / max(spammer.accounts, 1)
    hour = 8 + 10 * rng.random(spammer.accounts)
    registered_ms = np.floor((np.floor(day) + hour / 24) * DAY_MS).astype(np.int64)
    accounts = roster.enlist("spammer", start_ms + registered_ms)
    drafts: list[Draft] = []
    for account, since_ms in zip(accounts, registered_ms, strict=True):
        reached = rng.choice(targets, min(spammer.targets, len(targets)), replace=False)
        gaps_s = spammer.gap_s * (1 + 0.1 * rng.standard_normal(len(reached)))
        at_s = spammer.waits_minutes * 60 + np.cumsum(np.maximum(gaps_s, 0.001))
        at_ms = since_ms + np.floor(at_s * 1_000).astype(np.int64)
        drafts.append(draft(at_ms, _all(account, reached), peers=reached))
        for kind, share in (
            (Kind.SEND, spammer.answer_share),
            (Kind.REPORT, spammer.report_share),
            (Kind.BLOCK, spammer.block_share),
        ):
            some = rng.random(len(reached)) < share
            after_ms = rng.exponential(spammer.reaction_minutes * 60_000, int(some.sum()))
            drafts.append(_reaction(kind, at_ms[some] + np.floor(after_ms).astype(np.int64), reached[some], account))
    return drafts


def _reaction(kind: Kind, at_ms: Ints, people: Ints, account: int) -> Draft:
    about = _all(account, people)
    if kind == Kind.SEND:
        return draft(at_ms, people, peers=about)
    return draft(at_ms, people, kind=kind, subject=about)


def _all(account: int, like: Ints) -> Ints:
    return np.full(len(like), account, dtype=np.int64)
