"""The 109 signals by their definitions, each worked out on its own over all rows. NaN = unknown."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from tests.model import content
from tests.model.ledgers import METERS, ROWS_MAX, WINDOWS, Ledger, Peer, Row, meter_value

NAN = math.nan

ROW_SIGNALS = ("recipients", "strangers", "new_contacts", "reply_ratio", "unanswered_messages", "reach")
PLAIN = ("account_age", "forward_hops", "forward_token_fault", "recipients_of_this_send", "reach_of_this_send")
WINDOWED = (*ROW_SIGNALS, *METERS, "gap_regularity", "peer_wrote_within", "forward_chats")
CAMPAIGN = ("campaign.accounts", "campaign.recipients", "campaign.strangers_share")
"""Of campaigns, which five people can't make: always unknown here. ``tests/campaigns`` and ``tests/gate`` have them."""
NAMES = tuple(f"{name}.{window}" for name in WINDOWED for window in WINDOWS) + PLAIN + content.NAMES + CAMPAIGN


@dataclass
class Seen:
    """What is judged: a ledger with the event counted in it, at its second, and what only the event says.

    peers: of a send or forward. named: the number of peers, or of people put into a group. chats: when the message
    was last forwarded to each chat, this event counted; empty if it is no forward. shared: what a message has in common
    with other events.
    """

    ledger: Ledger
    now: int
    peers: list[Peer] = field(default_factory=list)
    named: int = 0
    hops: int = 0
    chats: dict[Peer, int] = field(default_factory=dict)
    shared: content.Shared | None = None


def measure(seen: Seen, names: Collection[str] = NAMES) -> dict[str, float]:
    """The signals ``names``."""
    return {name: _measure(seen, name) for name in names}


def unknown() -> dict[str, float]:
    """The signals of an event that is not judged."""
    return dict.fromkeys(NAMES, NAN)


def _measure(seen: Seen, name: str) -> float:
    if name == "account_age":
        registered = seen.ledger.registered
        return float(max(seen.now - registered, 0)) if registered else NAN
    if name == "forward_hops":
        return float(seen.hops)
    if name == "forward_token_fault":
        return 0.0  # no hop token is looked at
    if name == "recipients_of_this_send":
        return float(seen.named)
    if name == "reach_of_this_send":
        return float(sum(seen.ledger.rows[peer].members for peer in seen.peers))
    if name in CAMPAIGN:
        return NAN
    if name in content.NAMES:
        return NAN if seen.shared is None else seen.shared.value(name)
    signal, window_name = name.split(".")
    window = WINDOWS[window_name]
    if signal in METERS:
        return float(meter_value(seen.ledger.meters[signal], seen.now, window))
    if signal == "gap_regularity":
        run = seen.ledger.runs[window_name]
        if run.count < 8:
            return NAN
        return math.sqrt(run.variance) / run.mean if run.mean else 0.0
    if signal == "forward_chats":
        return float(min(sum(at > seen.now - window for at in seen.chats.values()), ROWS_MAX))
    if signal == "peer_wrote_within":
        heard = [seen.ledger.rows[peer].last_heard > seen.now - window for peer in seen.peers]
        return sum(heard) / len(heard) if heard else NAN
    return row_signal(signal, list(seen.ledger.rows.values()), seen.now - window)


def row_signal(signal: str, rows: list[Row], since: int) -> float:
    """A signal over the rows of one ledger, for the window (since, now]."""
    if signal == "new_contacts":
        return float(min(sum(row.first_wrote > since for row in rows), ROWS_MAX))
    recipients = _recipients(rows, since)
    if signal == "recipients":
        return float(min(sum(1 for _ in recipients), ROWS_MAX))
    if signal == "strangers":
        return float(min(sum(row.last_heard == 0 for row in recipients), ROWS_MAX))
    if signal == "unanswered_messages":
        return float(sum(row.unanswered for row in recipients))
    if signal == "reach":
        return float(sum(row.members for row in recipients))
    assert signal == "reply_ratio"
    answered = [row.last_heard > 0 and row.last_heard >= row.first_wrote for row in recipients]
    return sum(answered) / len(answered) if answered else NAN


def _recipients(rows: list[Row], since: int) -> Iterator[Row]:
    return (row for row in rows if row.last_wrote > since)
