"""What the shipped terms do to a real log: how many are ever refused a send, and each of them as the page lists it."""

from collections import Counter
from pathlib import Path

import pytest

from ecluse.gate import Gate
from ecluse.replay import REPLAY_SECRET, Logs
from ecluse.terms import SHIPPED, Outcome, Versions, load_terms, parse_terms

PAGE = (Path(__file__).parents[2] / "docs" / "terms-measured.md").read_text()
SENDERS, REFUSED_MAX = 1_350, 6
"""At most 0.5 % of the senders."""

EVERYWHERE = load_terms("election").source.replace(
    "regions: [BR], from: 2022-08-16T03:00:00Z, until: 2022-10-31T03:00:00Z", "chats: [direct]"
)
"""The election's terms as if the whole log lay in the campaign."""


def refused(path, versions):
    """For each account that was ever refused a send: how many, of how many, and what its first refusal rests on."""
    gate = Gate(versions, secret=REPLAY_SECRET, memory_bytes=1 << 26)
    sends, counts, first = Counter(), Counter(), {}
    for batch in Logs([path]):
        senders = [str(sender) for sender in batch.events.column("sender").to_pylist()]
        sends.update(senders)
        verdicts = gate.decide(batch.events)
        for place in (verdicts.outcome == Outcome.REFUSE).nonzero()[0]:
            counts[senders[place]] += 1
            first.setdefault(senders[place], verdicts[int(place)])
    assert len(sends) == SENDERS
    return {account: (counts[account], sends[account], reasons(verdict)) for account, verdict in first.items()}


def reasons(verdict):
    spoken = (
        f"`{rule.rule}`: " + ", ".join(f"{m.signal} {m.value:.3g}" for m in rule.measures) for rule in verdict.rules
    )
    return "; ".join(spoken)


def row(terms, account, found):
    count, sends, why = found
    return f"| {terms} | {account} | {count} | {sends:,} | {why} |"


@pytest.mark.parametrize("terms", SHIPPED)
def test_at_most_half_a_per_cent_are_ever_refused_and_the_page_lists_each(terms, shared_data):
    found = refused(shared_data / "college-messages.csv", Versions.always(load_terms(terms)))
    assert len(found) <= REFUSED_MAX
    rows = [row(terms, account, found[account]) for account in sorted(found, key=int)]
    assert rows == [line for line in PAGE.splitlines() if line.startswith(f"| {terms} | ") and line.count("|") == 6]


def test_the_page_says_how_many_a_campaign_would_touch(shared_data):
    found = refused(shared_data / "college-messages.csv", Versions.always(parse_terms(EVERYWHERE)))
    assert f"it would be {len(found)} of 1,350" in PAGE
