import numpy as np
import pytest

from ecluse.lab import Newsletter, TrafficOptions, make_traffic

SERVICE = Newsletter(subscribers=2_000, new_a_day=10.0)
OPTIONS = TrafficOptions(people=100, days=3, newsletter=SERVICE, spammer=None)


@pytest.fixture(scope="module")
def traffic():
    return make_traffic(OPTIONS)


def rows(traffic, **fields):
    events = traffic.events.to_pylist()
    return [event for event in events if all(event[name] == value for name, value in fields.items())]


def test_a_client_is_known_by_its_kind_its_tool_and_its_provider(traffic):
    for client in ("newsletter-1", "newsletter-2"):
        known = {(e["sender_kind"], e["tool"], e["provider"]) for e in rows(traffic, sender=client)}
        assert known == {("client", "press-to-phone", "provider-1")}


def test_one_client_writes_to_each_singly_at_the_speed_of_a_machine(traffic):
    sends = rows(traffic, sender="newsletter-1")
    assert {len(e["recipients"]) for e in sends} == {1}
    issues = OPTIONS.days * len(SERVICE.issue_hours)
    assert len(sends) == pytest.approx(issues * 1_000, rel=0.05)
    gaps_s = np.diff([e["at"].timestamp() for e in sends])
    within = gaps_s[gaps_s < 1]
    assert np.median(within) == pytest.approx(0.1, rel=0.05)
    assert within.std() / within.mean() < 0.2


def test_the_other_writes_to_lists_of_at_most_256(traffic):
    broadcasts = rows(traffic, sender="newsletter-2", chat="broadcast")
    sizes = [len(e["recipients"]) for e in broadcasts]
    assert max(sizes) == 256
    assert sum(sizes) == pytest.approx(12 * 1_000, rel=0.05)


def test_readers_hardly_ever_write_and_only_to_the_newsletter(traffic):
    to_clients = [e for e in traffic.events.to_pylist() if (e["recipients"] or [""])[0].startswith("newsletter")]
    from_readers = [e for e in traffic.events.to_pylist() if e["sender"].startswith("reader")]
    assert {e["recipients"][0] for e in from_readers} == {"newsletter-1", "newsletter-2"}
    assert 0 < len(to_clients) < 0.01 * 2 * 12 * 1_000


def test_new_subscribers_write_first_and_are_welcomed(traffic):
    for client in ("newsletter-1", "newsletter-2"):
        heard = {e["sender"]: e["at"] for e in reversed(traffic.events.to_pylist()) if e["recipients"] == [client]}
        welcomed = [e for e in rows(traffic, sender=client, chat="direct") if heard.get(e["recipients"][0]) is not None]
        answers = [e for e in welcomed if (e["at"] - heard[e["recipients"][0]]).total_seconds() == 2]
        assert len(answers) >= 10
