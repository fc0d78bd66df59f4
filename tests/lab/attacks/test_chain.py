from collections import Counter

from tests.lab.scenes import by_account, own, scene


def test_a_message_goes_through_four_levels_five_chats_at_a_time():
    forwards = by_account(scene("forward-chain"))
    assert Counter(events[0]["hops"] for events in forwards.values()) == {1: 1, 2: 3, 3: 9, 4: 27}
    for events in forwards.values():
        assert {event["kind"] for event in events} == {"forward"}
        assert max(len(event["recipients"]) for event in events) == 5
        people = [person for event in events for person in event["recipients"]]
        assert len(people) == len(set(people)) in (50, 53)


def test_it_is_one_message_from_one_origin():
    assert len({(event["text"], event["origin"]) for event in own(scene("forward-chain"))}) == 1


def test_whoever_passes_it_on_has_got_it_from_a_level_above():
    hops = {account: events[0]["hops"] for account, events in by_account(scene("forward-chain")).items()}
    got = {person: event["hops"] for event in own(scene("forward-chain")) for person in event["recipients"]}
    for account, hop in hops.items():
        assert got.get(account, 0) == hop - 1
