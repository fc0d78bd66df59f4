from tests.lab.scenes import by_account, known_share, scene, variation


def test_an_old_account_writes_to_all_of_its_real_contacts_like_a_machine():
    played = scene("hacked")
    sends = by_account(played)
    assert len(sends) == 10
    for account, events in sends.items():
        assert account.startswith("personal-")
        assert len({event["recipients"][0] for event in events}) == 120
        assert (events[0]["at"] - events[0]["registered_at"]).days > 400
        assert variation(events) < 0.15
    assert known_share(played) == 1.0
    assert len(played.wanted) == 0


def test_it_comes_from_a_network_where_the_owner_never_was():
    played = scene("hacked")
    sends = by_account(played)
    (network,) = {event["network"] for events in sends.values() for event in events}
    elsewhere = [event["network"] for event in played.events.to_pylist() if event["sender"] in sends]
    assert 0 < elsewhere.count(network) < len(elsewhere)
