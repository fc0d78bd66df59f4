"""The model's row signals on a real log give the table of percentiles that an independent program made."""

import csv
from collections import defaultdict

from tests.model.ledgers import WINDOWS, Ledger, Row
from tests.model.signals import row_signal

TABLE = """
recipients.1m 1 3 5 12 78
recipients.1h 2 8 24 78 96
recipients.24h 3 15 36 103 158
recipients.30d 6 48 103 189 202
strangers.1m 1 2 5 12 71
strangers.1h 1 7 20 71 93
strangers.24h 2 11 33 95 144
strangers.30d 2 21 67 140 168
new_contacts.1h 2 7 21 78 93
new_contacts.24h 3 14 36 100 144
new_contacts.30d 6 47 99 184 202
unanswered_messages.1h 3 22 59 165 205
unanswered_messages.24h 3 33 97 244 316
unanswered_messages.30d 5 62 213 603 673
"""
PERCENTILES = (0.5, 0.95, 0.99, 0.999)


def test_college_messages_give_the_table(shared_data):
    expected = {name: [int(n) for n in numbers] for name, *numbers in map(str.split, TABLE.strip().splitlines())}
    ledgers = defaultdict(lambda: Ledger(hash))
    most = defaultdict(lambda: dict.fromkeys(expected, 0.0))
    with (shared_data / "college-messages.csv").open() as log:
        for message in csv.DictReader(log):
            sender, recipient, at = message["sender"], message["recipient"], int(message["at"])
            write(ledgers[sender], recipient, at, most[sender])
            hear(ledgers[recipient], sender, at)
    assert len(most) == 1_350
    assert {name: percentiles([of[name] for of in most.values()]) for name in expected} == expected


def write(ledger, peer, at, most):
    now, late = ledger.touch(at)
    assert not late
    ledger.put(peer, ledger.rows.get(peer, Row()).written(now))
    rows = [row for row in ledger.rows.values() if row.last_wrote]
    for name, before in most.items():
        signal, window = name.split(".")
        most[name] = max(before, row_signal(signal, rows, now - WINDOWS[window]))


def hear(ledger, peer, at):
    now, _ = ledger.touch(at)
    ledger.put(peer, ledger.rows.get(peer, Row()).heard(now))


def percentiles(values):
    ranked = sorted(values)
    return [ranked[int(p * len(ranked))] for p in PERCENTILES] + [ranked[-1]]
