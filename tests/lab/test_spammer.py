from datetime import timedelta

import pytest

from ecluse.lab import Newsletter, Spammer, TrafficOptions, make_traffic

SPAMMER = Spammer(accounts=2, targets=500)


@pytest.fixture(scope="module")
def events():
    options = TrafficOptions(people=100, days=4, newsletter=Newsletter(subscribers=900, clients=1), spammer=SPAMMER)
    return make_traffic(options).events.to_pylist()


@pytest.mark.parametrize("account", ["spammer-1", "spammer-2"])
def test_a_fresh_account_writes_to_strangers_in_one_burst(events, account):
    own = [e for e in events if e["sender"] == account]
    register, sends = own[0], own[1:]
    assert (register["kind"], register["at"]) == ("register", register["registered_at"])
    assert [e["kind"] for e in sends] == ["send"] * 500
    assert len({e["recipients"][0] for e in sends}) == 500
    wait, burst = sends[0]["at"] - register["at"], sends[-1]["at"] - sends[0]["at"]
    assert timedelta(minutes=10) <= wait < timedelta(minutes=11)
    assert burst.total_seconds() == pytest.approx(499 * SPAMMER.gap_s, rel=0.05)


def test_some_of_those_reached_report_or_block_it_after_it_wrote(events):
    reached = {
        (e["sender"], e["recipients"][0]): e["at"]
        for e in events
        if e["sender"].startswith("spammer") and e["recipients"]
    }
    reactions = [e for e in events if (e["subject"] or "").startswith("spammer")]
    assert {e["kind"] for e in reactions} == {"report", "block"}
    assert 30 < len(reactions) < 100
    for e in reactions:
        assert e["at"] >= reached[e["subject"], e["sender"]]
