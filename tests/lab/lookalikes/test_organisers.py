import pytest

from tests.lab.scenes import answered_share, by_account, known_share, own, scene, variation


@pytest.mark.parametrize(
    ("scenario", "people", "days"), [("class-representative", 24, 2), ("treasurer", 60, 2), ("family-organiser", 20, 3)]
)
def test_the_same_people_are_written_to_one_by_one_on_some_days(scenario, people, days):
    played = scene(scenario)
    planned = by_account(played)
    assert len(planned) == 20
    for events in planned.values():
        single = [event for event in events if event["chat"] == "direct"]
        assert len({event["recipients"][0] for event in single}) == people
        assert len(single) >= people * days
        assert variation(single[:people]) > 0.6


def test_groups_are_written_to_and_members_answer_there():
    played = scene("family-organiser")
    group = next(event["group"] for event in own(played) if event["kind"] == "create_group")
    senders = {event["sender"] for event in played.events.to_pylist() if event["group"] == group}
    assert len(senders) > 2
    created = [e for events in by_account(played).values() for e in events if e["kind"] == "create_group"]
    assert len(created) == 20 * 4
    assert {len(event["recipients"]) for event in created} == {14}


def test_who_is_known_and_who_answers():
    assert known_share(scene("class-representative")) == 1.0
    assert known_share(scene("treasurer")) == pytest.approx(0.5, abs=0.04)  # some are treasurers of each other
    assert 0.85 <= answered_share(scene("class-representative")) <= 0.97
    assert 0.4 <= answered_share(scene("treasurer")) <= 0.6
