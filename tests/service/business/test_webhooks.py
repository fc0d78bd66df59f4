"""Webhooks: signed, in order in each conversation, none lost and none twice, over the stops of either side."""

import threading
import time
from pathlib import Path

import httpx

from tests.service.business.world import (
    Receiver,
    Shop,
    User,
    business_gate,
    open_shop,
    receiving,
    subscribe,
    text,
    wait_for,
)
from tests.service.running import Running

PEOPLE, EACH = 20, 50


def test_a_thousand_webhooks_over_a_restart_of_the_receiver(gate: Running, shop: Shop) -> None:
    """It stops after a third, is away while the rest comes, and answers 503 for a while when it is back."""
    receiver = Receiver()
    subscribe(gate, shop, receiver.url)
    users = [User(gate, f"3391{n:05}") for n in range(PEOPLE)]
    receiver.answer = lambda _: 200 if len(receiver.received) < PEOPLE * EACH // 3 else 503
    for n in range(EACH // 2):
        for user in users:
            user.write(shop.number, f"{n}")
    wait_for(lambda: len(receiver.received) >= PEOPLE * EACH // 3)
    receiver.close()
    for n in range(EACH // 2, EACH):
        for user in users:
            user.write(shop.number, f"{n}")
    again = Receiver(receiver.port)
    again.answer = lambda _: 503 if len(again.tried) <= PEOPLE else 200
    wait_for(lambda: len(receiver.received) + len(again.received) >= PEOPLE * EACH, 120)
    time.sleep(1.0)
    again.close()
    taken = receiver.received + again.received
    messages = [got.value["messages"][0] for got in taken]
    assert len(messages) == len({message["id"] for message in messages}) == PEOPLE * EACH
    for user in users:
        mine = [message["text"]["body"] for message in messages if message["from"] == user.account]
        assert mine == [str(n) for n in range(EACH)]
    assert all(got.is_signed(shop.secret) for got in taken)
    bodies = [got.body for got in [*receiver.tried, *again.tried]]
    assert len(set(bodies)) == PEOPLE * EACH, "a webhook was not sent with the same bytes again"


def test_what_waits_goes_on_after_a_restart_of_the_service(tmp_path: Path) -> None:
    receiver = Receiver()
    receiver.answer = lambda _: 500
    with business_gate(tmp_path / "data") as gate:
        shop = open_shop(gate)
        subscribe(gate, shop, receiver.url)
        user = User(gate, "339200001")
        for n in range(40):
            user.write(shop.number, str(n))
        wait_for(lambda: receiver.tried)
    receiver.answer = lambda _: 200
    with business_gate(tmp_path / "data") as gate:
        wait_for(lambda: len(receiver.received) == 40)
        assert [message["text"]["body"] for message in receiver.of("messages")] == [str(n) for n in range(40)]
        with shop.api(gate) as api:  # and the window is what it was: the gate remembers who wrote
            User(gate, "339200001")
            assert api.post(f"{shop.phone}/messages", json=text("339200001")).status_code == 200
    receiver.close()


def test_a_receiver_that_hangs_keeps_nobody_else_waiting(gate: Running, shop: Shop) -> None:
    slow = open_shop(gate, "Slow")
    over = threading.Event()
    with receiving(gate, slow) as hanging, receiving(gate, shop) as quick:
        hanging.answer = lambda _: 200 if over.wait(300) else 500
        users = [User(gate, f"3393{n:05}") for n in range(60)]
        for user in users:
            user.write(slow.number)
        wait_for(lambda: hanging.tried)
        users[0].write(shop.number)
        wait_for(lambda: quick.received)
        tried = [got.body for got in hanging.tried]
        assert len(tried) == len(set(tried)), "it waited until the other's were given up and tried again"
        over.set()


def test_an_address_must_give_back_the_word(gate: Running, shop: Shop) -> None:
    receiver = Receiver()
    base = {"object": "whatsapp_business_account", "access_token": shop.token}
    cases = [
        ({"callback_url": receiver.url, "verify_token": "wrong"}, "did not give back"),
        ({"callback_url": "http://192.168.0.1/", "verify_token": "word"}, "not https"),
        ({"callback_url": "https://192.168.0.1/", "verify_token": "word"}, "not a public address"),
        ({"callback_url": "https://169.254.169.254/latest", "verify_token": "word"}, "not a public address"),
        ({"callback_url": "https://[::ffff:10.0.0.1]/", "verify_token": "word"}, "not a public address"),
        ({"callback_url": "https://example.org:22/", "verify_token": "word"}, "port"),
        ({"callback_url": "https://user:pass@example.org/", "verify_token": "word"}, "user or password"),
        ({"callback_url": "gopher://example.org/", "verify_token": "word"}, "not an https URL"),
        ({"callback_url": receiver.url}, "verify token"),
        ({"verify_token": "word"}, "not a URL"),
    ]
    for fields, said in cases:
        answer = httpx.post(f"{gate.url}/v23.0/{shop.app}/subscriptions", params=base | fields)
        error = answer.json()["error"]
        assert (answer.status_code, error["code"]) == (400, 100), answer.text
        assert said in error["error_data"]["details"], answer.text
    receiver.close()


def test_a_number_and_an_account_may_have_addresses_of_their_own(gate: Running, shop: Shop) -> None:
    of_app, of_account, of_number = receivers = Receiver(), Receiver(), Receiver()
    user = User(gate, "339400001")

    def write(body: str) -> list[list[str]]:
        """What each receiver has once this came: a webhook goes to the address of the moment at which it is sent."""
        before = sum(len(receiver.received) for receiver in receivers)
        user.write(shop.number, body)
        wait_for(lambda: sum(len(receiver.received) for receiver in receivers) > before)
        return [[message["text"]["body"] for message in receiver.of("messages")] for receiver in receivers]

    subscribe(gate, shop, of_app.url)
    with shop.api(gate) as api:
        assert write("app") == [["app"], [], []]
        override = {"override_callback_uri": of_account.url, "verify_token": "word"}
        assert api.post(f"{shop.account}/subscribed_apps", json=override).json() == {"success": True}
        assert write("account") == [["app"], ["account"], []]
        configuration = {"override_callback_uri": of_number.url, "verify_token": "word"}
        assert api.post(shop.phone, json={"webhook_configuration": configuration}).json() == {"success": True}
        assert write("number") == [["app"], ["account"], ["number"]]
        assert api.request("DELETE", f"{shop.account}/subscribed_apps").json() == {"success": True}
        assert api.get(f"{shop.account}/subscribed_apps").json() == {"data": []}
        user.write(shop.number, "nobody")
        assert api.post(f"{shop.account}/subscribed_apps").json() == {"success": True}
        assert write("again")[2] == ["number", "again"]
    for receiver in receivers:
        receiver.close()
