from tests.lab.scenes import answered_share, by_account, known_share, scene, variation


def test_a_number_an_hour_old_writes_to_two_hundred_contacts_by_hand():
    sends = by_account(scene("new-number"))
    assert len(sends) == 20
    for events in sends.values():
        assert 3_600 <= (events[0]["at"] - events[0]["registered_at"]).total_seconds() < 7_200
        notices = [event for event in events if "neue Nummer" in event["text"]]
        assert len(notices) == len({event["recipients"][0] for event in notices}) == 200
        assert variation(notices) > 0.7


def test_contacts_are_imported_first_and_none_wrote_to_that_number_before():
    played = scene("new-number")
    kinds = [event["kind"] for event in played.events.to_pylist() if event["sender"] == "new-number-1"]
    assert kinds[:3] == ["register", "import_contacts", "send"]
    assert known_share(played) == 0.0


def test_most_say_thanks():
    assert 0.6 <= answered_share(scene("new-number")) <= 0.75
