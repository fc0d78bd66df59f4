"""The catalogue of signals: their columns never change, for logs and rules know them by these."""

import doctest

from ecluse.ledger import N_SIGNALS, SHARED_WINDOWS, SIGNAL_COLUMNS, SIGNALS, WINDOWS, signals

WINDOWED = """
recipients strangers new_contacts reply_ratio unanswered_messages reach messages groups_created group_additions
reports blocks refused_attempts gap_regularity peer_wrote_within forward_chats
"""
SHARED = """
content.senders content.recipients content.strangers_share content.regions content.providers
domain.senders domain.recipients domain.strangers_share provider.senders provider.recipients provider.strangers_share
network.accounts_registered
"""


def test_windows_are_in_seconds():
    assert WINDOWS == {"1m": 60, "1h": 3_600, "24h": 86_400, "30d": 30 * 86_400}


def test_each_signal_has_its_column():
    names = [f"{name}.{window}" for name in WINDOWED.split() for window in WINDOWS]
    names += ["account_age", "forward_hops", "forward_token_fault", "recipients_of_this_send", "reach_of_this_send"]
    names += [f"{name}.{window}" for name in SHARED.split() for window in SHARED_WINDOWS]
    names += ["content.hops", "content.age", "content.growth", "content.fact_checked", "content.truth"]
    names += ["campaign.accounts", "campaign.recipients", "campaign.strangers_share"]
    assert [signal.name for signal in SIGNALS] == names
    assert [signal.column for signal in SIGNALS] == list(range(N_SIGNALS)) == list(range(109))
    assert list(SIGNAL_COLUMNS.items()) == [(name, column) for column, name in enumerate(names)]


def test_each_signal_says_what_it_is():
    for signal in SIGNALS:
        assert signal.window_s == WINDOWS.get(signal.window)
        assert signal.name == (f"{signal.base}.{signal.window}" if signal.window else signal.base)
        assert signal.unit
        assert signal.doc.endswith(".")


def test_examples():
    assert doctest.testmod(signals).failed == 0
