from tests.lab.scenes import by_account, scene


def test_three_hundred_customers_write_first_and_are_answered_within_minutes():
    played = scene("shop")
    asked, waits = {}, []
    shops = set(by_account(played))
    for event in played.events.to_pylist():
        sender, recipients = event["sender"], event["recipients"] or [None]
        if recipients[0] in shops:
            asked.setdefault((recipients[0], sender), event["at"])
        if sender in shops and event["text"] is not None:
            waits.append((sender, recipients[0], (event["at"] - asked[sender, recipients[0]]).total_seconds()))
    first = {(shop, customer): wait for shop, customer, wait in reversed(waits)}
    assert (len(shops), len(asked)) == (10, 3_000)
    assert len(first) == 3_000
    assert sorted(first.values())[1_500] < 600
    assert {event["sender_kind"] for events in by_account(played).values() for event in events} == {"business"}
