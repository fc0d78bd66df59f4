import numpy as np
import pytest

from tests.lab.scenes import answered_share, by_account, known_share, scene, variation


@pytest.mark.parametrize("scenario", ["newsletter", "newsletter-opted-in"])
def test_a_client_sends_six_issues_to_its_list_like_clockwork(scenario):
    sends = by_account(scene(scenario))
    assert list(sends) == ["client-1", "client-2", "client-3"]
    for events in sends.values():
        people, times = np.unique([event["recipients"][0] for event in events], return_counts=True)
        assert (len(people), set(times.tolist())) == (1_000, {6})
        assert variation(events[:1_000]) < 0.1
        assert {(e["sender_kind"], e["provider"], e["tool"]) for e in events} == {
            ("client", "provider-1", "press-to-phone")
        }
    assert answered_share(scene(scenario), within_h=6) < 0.01


def test_subscribers_once_wrote_first_and_those_on_a_bought_list_never():
    assert known_share(scene("newsletter-opted-in")) == 1.0
    assert known_share(scene("newsletter")) == 0.0
    assert len(scene("newsletter-opted-in").wanted) == 3_000
    assert len(scene("newsletter").wanted) == 0
    first = {}
    for event in scene("newsletter-opted-in").events.slice(0, scene("newsletter-opted-in").begin).to_pylist():
        pair = frozenset((event["sender"], event["recipients"][0]))
        first.setdefault(pair, event["sender"])
    assert len(first) == 3_000
    assert not any(sender.startswith("client") for sender in first.values())
