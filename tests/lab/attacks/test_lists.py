from tests.lab.scenes import by_account, known_share, scene


def test_eight_lists_of_256_go_out_within_an_hour_or_so():
    for events in by_account(scene("broadcast-lists")).values():
        assert [(event["chat"], len(event["recipients"])) for event in events] == [("broadcast", 256)] * 8
        assert len({person for event in events for person in event["recipients"]}) == 2_048
        assert (events[-1]["at"] - events[0]["at"]).total_seconds() < 7_200


def test_some_on_the_lists_know_the_sender():
    assert known_share(scene("broadcast-lists")) == 60 / 2_048
    assert len(scene("broadcast-lists").wanted) == 5 * 60
