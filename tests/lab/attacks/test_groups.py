from tests.lab.scenes import by_account, scene


def test_strangers_are_added_to_ten_groups_twenty_at_a_time():
    for events in by_account(scene("group-adding")).values():
        created = [event for event in events if event["kind"] == "create_group"]
        added = [event for event in events if event["kind"] == "add_to_group"]
        written = [event for event in events if event["kind"] == "send"]
        assert (len(created), len(added), len(written)) == (10, 100, 30)
        assert {len(event["recipients"]) for event in added} == {10, 20}
        people = [person for event in (*created, *added) for person in event["recipients"]]
        assert len(people) == len(set(people)) == 2_000
        assert {event["members"] for event in written} == {201}
        assert {event["group"] for event in written} == {event["group"] for event in created}


def test_thirty_groups_are_created_in_a_row():
    for events in by_account(scene("group-series")).values():
        assert [event["kind"] for event in events] == ["create_group", "send"] * 30
        assert len({event["group"] for event in events}) == 30
        assert (events[-1]["at"] - events[0]["at"]).total_seconds() < 2_400


def test_the_size_of_a_group_is_what_was_put_into_it():
    for events in by_account(scene("group-adding")).values():
        sizes = {}
        for event in events:
            if event["kind"] != "send":
                sizes[event["group"]] = sizes.get(event["group"], 1) + len(event["recipients"])
            assert event["members"] == sizes[event["group"]]
