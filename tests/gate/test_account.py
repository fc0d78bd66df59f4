"""One account as the gate sees it; being looked at changes nothing."""

import pytest

from ecluse.ledger import SIGNAL_COLUMNS
from tests.gate.making import DAY, HOUR, T, crowd, gate, rule, same_state, send

RULES = (rule("refuse", "strangers.1h > 3", "reply_ratio.24h < 0.2"), rule("delay", "account_age < 7d"))


@pytest.fixture
def small():
    small = gate(*RULES)
    small.decide(
        [
            send(T, "bob", "cem", sender_kind="business", registered_at=1_000 * (T - 8 * DAY)),
            send(T + 10, "ada", sender="cem"),
            send(T + 20, "dan"),
            send(T + 30, group="g", members=40),
        ]
    )
    return small


def test_its_ledger_and_header(small):
    ada = small.account("ada")
    assert (ada.known, ada.at_s, ada.kind) == (True, T + 30, "business")
    assert (ada.registered_s, ada.last_send_s) == (T - 8 * DAY, T + 30)
    assert [max(row["last_wrote_s"], row["last_heard_s"]) - T for row in ada.rows] == [30, 20, 10, 0]
    assert [int(row["kind"]) >> 4 for row in ada.rows] == [40, 1, 1, 1]


def test_its_signals_as_they_stand(small):
    signals = small.account("ada").signals
    assert list(signals) == list(SIGNAL_COLUMNS)
    given = {name: signals[name] for name in ("recipients.1m", "strangers.1h", "reach.24h", "messages.1m")}
    assert given == {"recipients.1m": 4, "strangers.1h": 3, "reach.24h": 43, "messages.1m": 3}
    assert (signals["reply_ratio.1h"], signals["account_age"]) == (0.25, 8 * DAY + 30)
    assert (signals["gap_regularity.1h"], signals["peer_wrote_within.24h"]) == (None, None)
    assert (signals["forward_hops"], signals["recipients_of_this_send"]) == (0, 0)


def test_how_far_each_rule_is_from_its_limit(small):
    assert [tuple(limit)[:6] for limit in small.account("ada").limits] == [
        ("refuse-0", "strangers.1h", ">", 3.0, 3.0, False),
        ("refuse-0", "reply_ratio.24h", "<", 0.2, 0.25, False),
        ("delay-1", "account_age", "<", 7.0 * DAY, 8.0 * DAY + 30, False),
    ]


def test_unknown_is_never_within_a_limit(small):
    bob = small.account("bob")
    assert [(limit.value, limit.holds) for limit in bob.limits] == [(0.0, False), (None, False), (None, False)]


def test_it_can_be_looked_at_later(small):
    later = small.account("ada", T + HOUR + 15)
    assert later.at_s == T + HOUR + 15
    assert (later.signals["recipients.1h"], later.signals["recipients.24h"]) == (2, 4)
    assert small.account("ada", T + 31 * DAY).signals["recipients.30d"] == 0


def test_what_retention_has_ended_is_not_shown(small):
    rows = small.account("ada", T + 31 * DAY).rows
    assert rows["last_heard_s"].tolist() == [T + 10]


def test_a_little_earlier_is_its_latest_second(small):
    assert small.account("ada", T).at_s == small.account("ada", T + 30).at_s == T + 30
    assert small.account("ada", T - 31).at_s == T - 31


def test_an_account_that_nobody_knows(small):
    nobody = small.account("nobody", T)
    assert (nobody.known, nobody.at_s, nobody.kind, len(nobody.rows)) == (False, T, "personal", 0)
    assert set(nobody.signals.values()) == {None}
    assert [limit.holds for limit in nobody.limits] == [False] * 3
    assert small.account("g").known is False  # a group is no account


def test_looking_changes_nothing():
    looked_at, left_alone = gate(*RULES), gate(*RULES)
    for world in (looked_at, left_alone):
        world.decide([send(T, *crowd(300)), send(T + 5, "ada", sender="bob"), send(T + 10, "bob")])
    for name in ("ada", "bob", "nobody"):
        for at_s in (None, 0, T - 5, T + 7, T + 31 * DAY, T + 500 * DAY):
            looked_at.account(name, at_s)
    assert same_state(looked_at, left_alone)
