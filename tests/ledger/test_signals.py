"""The catalogue of signals: their columns never change, for logs and rules know them by these."""

from ecluse.ledger import N_SIGNALS, SIGNAL_COLUMNS, SIGNALS, WINDOWS

WINDOWED = """
recipients strangers new_contacts reply_ratio unanswered_messages reach messages groups_created group_additions
reports blocks refused_attempts gap_regularity peer_wrote_within forward_chats
"""


def test_windows_are_in_seconds():
    assert WINDOWS == {"1m": 60, "1h": 3_600, "24h": 86_400, "30d": 30 * 86_400}


def test_each_signal_has_its_column():
    names = [f"{name}.{window}" for name in WINDOWED.split() for window in WINDOWS]
    names += ["account_age", "forward_hops", "forward_token_fault", "recipients_of_this_send", "reach_of_this_send"]
    assert [signal.name for signal in SIGNALS] == names
    assert [signal.column for signal in SIGNALS] == list(range(N_SIGNALS)) == list(range(65))
    assert list(SIGNAL_COLUMNS.items()) == [(name, column) for column, name in enumerate(names)]


def test_each_signal_says_what_it_is():
    for signal in SIGNALS:
        assert signal.window_s == WINDOWS.get(signal.name.partition(".")[2])
        assert signal.unit
        assert signal.doc.endswith(".")
