"""Webhooks, as somebody who may not be the API sends them."""

import json
import select
import socket
from contextlib import contextmanager

import httpx
import pytest

from ecluse.business.ids import sign
from ecluse.desk.bodies import BODIES_BYTES_MAX
from ecluse.desk.desk import Desk
from ecluse.desk.looking import Filter
from ecluse.desk.receiver import BODY_BYTES_MAX, create_app
from ecluse.desk.tables import Message
from ecluse.desk.views import Fate
from tests.desk.making import NOW_S
from tests.desk.world import VERIFY, served, write_desk
from tests.service.business.world import Shop, wait_for
from tests.service.running import free_port

SHOPS = {
    "flowers": Shop("p1", "a1", "secret-1", "w1", "101", "33101", "token-1"),
    "fruit": Shop("p2", "a2", "secret-2", "w2", "102", "33102", "token-2"),
    "vegetables": Shop("p2", "a2", "secret-2", "w2", "103", "33103", "token-2"),
}
"""Two of them behind the same app. Nobody listens where their API should be."""


class Door:
    """A desk's webhooks, and what is stored of them."""

    def __init__(self, desk, url):
        self.desk, self.url = desk, url

    def post(self, value, business="flowers", *, secret="secret-1", signature=None, body=None):
        """Send a webhook. Returns the status of its answer."""
        change = {"field": "messages", "value": value}
        body = body or json.dumps({"object": "x", "entry": [{"id": "w", "changes": [change]}]}).encode()
        headers = {"x-hub-signature-256": signature or sign(body, secret)}
        return httpx.post(f"{self.url}/webhook/{business}", content=body, headers=headers, timeout=30).status_code

    def texts(self, business="flowers"):
        """What people wrote to a business."""
        box = self.desk.inbox(business)
        rows = box.conversations(Filter(status=None), now_s=NOW_S).rows
        return [one.text for row in rows for one in box.conversation(row.id, now_s=NOW_S).messages if one.incoming]


@pytest.fixture
def door(tmp_path, records_url):
    with opened(tmp_path, records_url) as there:
        yield there


@contextmanager
def opened(tmp_path, records_url):
    path, port = write_desk(tmp_path / "desk", "http://127.0.0.1:9", SHOPS, records_url), free_port()
    with Desk.open(path) as desk, served(create_app(desk, now_s=lambda: NOW_S), port):
        yield Door(desk, f"http://127.0.0.1:{port}")


def message(said="Hello", wamid="wamid.1", number="101", **fields):
    """What a webhook says of a message."""
    return {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "33101", "phone_number_id": number},
        "contacts": [{"profile": {"name": "Zoe"}, "wa_id": "336001", "user_id": "FR.1"}],
        "messages": [
            {"from": "336001", "id": wamid, "timestamp": str(NOW_S), "type": "text", "text": {"body": said}, **fields}
        ],
    }


def test_a_message_is_stored_once_however_often_it_is_told(door):
    assert [door.post(message()) for _ in range(3)] == [200, 200, 200]
    assert door.texts() == ["Hello"]


@pytest.mark.parametrize("signature", ["", "sha256=" + "0" * 64, "sha1=x", "é"])
def test_what_is_not_signed_is_not_taken(door, signature):
    headers = {"x-hub-signature-256": signature.encode()}
    body = json.dumps({"entry": [{"changes": [{"field": "messages", "value": message()}]}]}).encode()
    assert httpx.post(f"{door.url}/webhook/flowers", content=body, headers=headers).status_code == 403
    assert door.post(message(), secret="secret-2") == 403
    assert door.texts() == []


def test_no_business_speaks_for_another(door):
    assert door.post(message(number="102")) == 200  # signed by another app: passed over
    assert door.post(message(number="999")) == 200
    assert (door.texts("flowers"), door.texts("fruit")) == ([], [])
    assert door.post(message(number="103"), "fruit", secret="secret-2") == 200  # of the same app
    assert (door.texts("fruit"), door.texts("vegetables")) == ([], ["Hello"])
    assert door.post(message(), "shoes") == 404


def test_the_handshake_gives_the_challenge_back_to_who_knows_the_word(door):
    asked = {"hub.mode": "subscribe", "hub.challenge": "42", "hub.verify_token": VERIFY}
    answer = httpx.get(f"{door.url}/webhook/flowers", params=asked)
    assert (answer.status_code, answer.text) == (200, "42")
    for wrong in ({"hub.verify_token": "x"}, {"hub.mode": "x"}):
        assert httpx.get(f"{door.url}/webhook/flowers", params=asked | wrong).status_code == 403
    assert httpx.get(f"{door.url}/webhook/shoes", params=asked).status_code == 403


def test_bodies_have_a_limit(door):
    assert door.post(None, body=b" " * (BODY_BYTES_MAX + 1)) == 413


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"entry": 1}', b"\xff", b"[" * 100_000])
def test_what_is_no_webhook_is_said(door, body):
    assert door.post(None, body=body) == 400


@pytest.mark.parametrize(
    "fields",
    [
        {"type": "system", "system": {"body": "x"}},
        {"type": None},
        {"id": None},
        {"id": "x" * 201},
        {"from": 7},
    ],
)
def test_what_is_no_message_is_passed_over(door, fields):
    assert door.post(message(**fields)) == 200
    assert door.texts() == []


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"type": "image", "image": {"id": "1", "caption": "A dot"}}, "[image] A dot"),
        ({"type": "unsupported"}, "[unsupported]"),
        ({"type": "location", "location": {"latitude": 1, "longitude": 2}}, "[location]"),
        ({"type": "contacts", "contacts": [{"name": {"formatted_name": "Ada"}}]}, "[contacts] Ada"),
        ({"text": {"body": "a\x00b\ud800"}}, "ab?"),
        ({"text": {"body": 7}}, ""),
        ({"timestamp": "99999999999"}, "Hello"),
        ({"timestamp": "x"}, "Hello"),
    ],
)
def test_every_sort_of_message_is_shown_somehow(door, fields, text):
    assert door.post(message(**fields)) == 200
    assert door.texts() == [text]
    (row,) = door.desk.inbox("flowers").conversations(now_s=NOW_S).rows
    assert row.window.closes_s == NOW_S + 86_400


def test_what_became_of_a_message_only_goes_up(door):
    door.post(message("agent"))
    box = door.desk.inbox("flowers")
    (row,) = box.conversations(now_s=NOW_S).rows
    number = box.reply(row.id, "Hello", agent="ada", now_s=NOW_S).id
    with door.desk.store.reading() as session:
        key = session.get_one(Message, number).key

    def tells(status, **fields):
        value = {"metadata": {"phone_number_id": "101"}}
        told = {"id": "wamid.9", "status": status, "timestamp": "5", "biz_opaque_callback_data": key, **fields}
        assert door.post(value | {"statuses": [told]}) == 200
        return box.message(number).fate

    assert [tells(status) for status in ("sent", "read", "delivered", "sent", "warning", "failed")] == [
        Fate.SENT, Fate.READ, Fate.READ, Fate.READ, Fate.READ, Fate.READ
    ]  # fmt: skip
    assert door.post({"metadata": {"phone_number_id": "101"}, "statuses": [{"id": "x", "status": "read"}]}) == 200


def test_a_refusal_by_webhook_is_shown_as_what_it_is(door):
    door.post(message("agent"))
    box = door.desk.inbox("flowers")
    (row,) = box.conversations(now_s=NOW_S).rows
    number = box.reply(row.id, "Hello", agent="ada", now_s=NOW_S).id
    with door.desk.store.reading() as session:
        key = session.get_one(Message, number).key
    errors = [{"code": 131047, "title": "Re-engagement message", "error_data": {"details": "24 hours"}}]
    told = {"id": "wamid.9", "status": "failed", "biz_opaque_callback_data": key, "errors": errors}
    assert door.post({"metadata": {"phone_number_id": "101"}, "statuses": [told]}) == 200
    seen = box.message(number)
    assert (seen.fate, seen.code, seen.error) == (Fate.REFUSED, 131047, "24 hours")


@pytest.mark.parametrize(
    "fields",
    [
        {"id": "wamid.\x00"},
        {"from": "336\ud800"},
        {"context": {"id": "\x00"}},
        {"type": "interactive", "interactive": {"type": "button_reply", "button_reply": {"id": "\x00", "title": "A"}}},
        {"type": "te\x00xt"},
    ],
)
def test_what_no_database_takes_is_left_out_wherever_it_stands(door, fields):
    assert door.post(message(**fields)) == 200
    assert door.post(message("Hello again", "wamid.2", **{"from": "336002"})) == 200
    assert "Hello again" in door.texts()


def test_what_no_database_takes_is_left_out_of_what_became_of_a_message(door):
    value = {"metadata": {"phone_number_id": "101"}}
    for told in ({"id": "\x00", "status": "read"}, {"id": "x", "status": "read", "biz_opaque_callback_data": "\x00"}):
        assert door.post(value | {"statuses": [told]}) == 200


def test_a_reaction_does_not_take_a_stop_back(door):
    door.post(message("STOP"))
    box = door.desk.inbox("flowers")

    def row():
        return box.conversations(Filter(status=None), now_s=NOW_S).rows[0]

    wait_for(lambda: row().stopped)
    number = row().id
    assert door.post(message(wamid="wamid.2", type="reaction", reaction={"message_id": "x", "emoji": "👍"})) == 200
    assert row().stopped
    assert box.reply(number, "An offer", agent="ada", now_s=NOW_S).fate is Fate.REFUSED
    assert door.post(message("Hello", "wamid.3")) == 200
    assert not row().stopped


def test_bodies_under_way_have_a_limit_together(door):
    def begun():
        """A webhook of which the last byte is not sent yet."""
        opened = socket.create_connection(("127.0.0.1", httpx.URL(door.url).port), 30)
        opened.sendall(b"POST /webhook/flowers HTTP/1.1\r\nhost: desk\r\ncontent-length: %d\r\n\r\n" % BODY_BYTES_MAX)
        opened.sendall(b" " * (BODY_BYTES_MAX - 1))
        return opened

    def status(opened):
        with opened:
            return opened.recv(12)

    held = [begun() for _ in range(BODIES_BYTES_MAX // (BODY_BYTES_MAX - 1) + 1)]
    (refused,), _, _ = select.select(held, [], [], 30)
    assert status(refused) == b"HTTP/1.1 503"
    held.remove(refused)
    for one in held:
        one.sendall(b" ")
    assert [status(one) for one in held] == [b"HTTP/1.1 403"] * len(held)
    assert door.post(message()) == 200
