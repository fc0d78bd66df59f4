import numpy as np
import pytest

from tests.lab.scenes import answered_share, by_account, known_share, scene, variation


@pytest.mark.parametrize(("scenario", "a_day", "days"), [("journalist", 30, 1), ("new-in-town", 8, 6)])
def test_strangers_are_written_to_day_after_day(scenario, a_day, days):
    sends = by_account(scene(scenario))
    assert len(sends) == 20
    for events in sends.values():
        asking = [event for event in events if len(event["text"]) > 40]
        first = {}
        for event in asking:
            first.setdefault(event["recipients"][0], event["at"].date())
        assert len(first) == a_day * days
        assert np.unique(list(first.values()), return_counts=True)[1].max() <= 2 * a_day
        assert variation(asking) > 0.8
    assert known_share(scene(scenario)) < 0.01


@pytest.mark.parametrize("scenario", ["journalist", "new-in-town"])
def test_strangers_answer_as_on_the_site_where_strangers_meet(scenario):
    played = scene(scenario)
    assert 0.10 <= answered_share(played, 1.0) <= 0.30  # CollegeMsg: 17 % within an hour,
    assert 0.25 <= answered_share(played, 24.0) <= 0.42  # 34 % within a day,
    assert 0.35 <= answered_share(played, 7 * 24.0) <= 0.50  # 42 % within a week
