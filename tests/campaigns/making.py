"""Small worlds for campaigns: crowds of accounts as columns of sends, and people about them whom strangers answer."""

import numpy as np

from ecluse.campaigns import Campaigns, Sends, Sort
from ecluse.events import AccountKind

NOW_S = 1_600_000_000
DAY_S = 86_400
MEMORY_BYTES = 1 << 20
ROWS = 16
TEXT, SITE, TOOL, HOME = 101, 102, 103, 104


def crowd(
    accounts=30,
    *,
    first=1,
    sends=6,
    known=0,
    answers=0.0,
    after_s=1_800,
    age_days=4.0,
    kind=AccountKind.PERSONAL,
    start_s=0,
    over_s=6 * 3_600,
    step_s=None,
    numbers=64,
    seed=1,
    **things,
):
    """Each of the accounts writes to ``sends`` strangers and ``known`` others; that share of the strangers answers.

    numbers: different people they write to, up to 64. step_s: all accounts send in step, so many seconds apart;
    else at random within ``over_s``. things: a key by name of the sort, or a list of keys of which each send has one.
    """
    rng = np.random.default_rng(seed)
    rows = []
    for account in range(first, first + accounts):
        n = sends + known
        at_s = np.sort(rng.integers(0, over_s, n)) if step_s is None else step_s * np.arange(n)
        strange = rng.permutation(n) < sends
        for at, stranger in zip((NOW_S + start_s + at_s).tolist(), strange.tolist(), strict=True):
            bit = stranger << int(rng.integers(numbers))
            shared = [_one(rng, things.get(sort.word, 0)) for sort in list(Sort)[:4]]
            rows.append((account, at, 1, int(stranger), 0, NOW_S - int(age_days * DAY_S), kind, shared, bit))
            if stranger and rng.random() < answers:
                rows.append((account, at + after_s, 0, 0, 1, 0, 255, [0] * 4, 0))
    return rows


def _one(rng, keys):
    return keys if isinstance(keys, int) else keys[int(rng.integers(len(keys)))]


def people(accounts=60, **rest):
    """Everybody else: each writes to a few strangers, of whom half answer."""
    return crowd(accounts, **{"first": 10_000, "answers": 0.5, "age_days": 700, "seed": 2, "sends": 4, **rest})


def together(*parts):
    """Sends by time."""
    rows = sorted((row for part in parts for row in part), key=lambda row: row[1])
    columns = list(zip(*rows, strict=True))
    return Sends(*(np.array(column, like.dtype) for column, like in zip(columns, Sends.empty(0), strict=True)))


def found(*parts, memory_bytes=MEMORY_BYTES):
    """The campaigns of what the parts send together, a look at the end."""
    campaigns = Campaigns(memory_bytes)
    campaigns.add(together(*parts))
    campaigns.look()
    return campaigns.all()


def members(campaign):
    """Members of a campaign, in order."""
    return sorted(campaign.members.tolist())
