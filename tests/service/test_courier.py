"""Notices are posted, signed, until each has arrived; none is lost over a restart."""

import doctest
import hashlib
import hmac
import time
from pathlib import Path

import pytest

from ecluse.records import Records
from ecluse.records.tables import Notice
from ecluse.service import courier
from ecluse.service.courier import WAITS_S, Courier
from tests.sanctions.making import S, rows, strike
from tests.service.receiving import receiving
from tests.service.running import free_port, running

SECRET = "a secret of sixteen"


@pytest.fixture
def records(records_url: str):
    with Records(records_url, migrate=True) as opened:
        yield opened


def test_a_notice_is_posted_signed_and_known_to_have_arrived(records):
    strike(records)
    with receiving() as receiver:
        sender = Courier(records, receiver.url, SECRET)
        assert [sender.deliver(S + 10), sender.deliver(S + 20)] == [1, 0]
        sender.close()
    ((header, body),) = receiver.posts
    t, _, v1 = header.removeprefix("t=").partition(",v1=")
    assert v1 == hmac.new(SECRET.encode(), f"{t}.".encode() + body, hashlib.sha256).hexdigest()
    (told,) = receiver.notices()
    assert (told["notice"], told["subject"], told["kind"], told["title"]) == (1, "ada", "sanction", "Warning")
    (notice,) = rows(records, Notice)
    assert (notice.delivered_s, notice.delivered_by) == (S + 10, "webhook")


def test_what_fails_is_tried_again_later_and_later(records):
    strike(records)
    with receiving() as receiver:
        receiver.failing = len(WAITS_S) + 1
        sender = Courier(records, receiver.url, SECRET)
        now_s = S
        for wait_s in (*WAITS_S, WAITS_S[-1]):
            assert [sender.deliver(now_s), sender.deliver(now_s + wait_s - 1)] == [1, 0]
            now_s += wait_s
        (notice,) = rows(records, Notice)
        assert (notice.attempts, notice.last_error, notice.delivered_s) == (len(WAITS_S) + 1, "status 500", None)
        assert [sender.deliver(now_s), len(receiver.posts)] == [1, 1]
        sender.close()
    assert rows(records, Notice)[0].delivered_s == now_s


def test_where_nobody_listens_it_waits(records):
    strike(records)
    sender = Courier(records, f"http://127.0.0.1:{free_port()}/", SECRET)
    assert sender.deliver(S) == 1
    sender.close()
    assert (rows(records, Notice)[0].last_error, rows(records, Notice)[0].next_try_s) == (
        "ConnectError",
        S + WAITS_S[0],
    )


def test_no_notice_is_lost_over_a_restart(tmp_path: Path):
    port, options = free_port(), ("--webhook-secret", SECRET, "--webhook")
    url = f"http://127.0.0.1:{port}/notices"
    with running(tmp_path / "data", *options, url) as gate, gate.http("admin") as http:
        body = {"measure": "limit", "rule": "three-strangers", "facts": "Seen by hand.", "lasts_s": 3600}
        assert http.post("/v1/accounts/ada/sanctions", json=body).status_code == 200
    with receiving(port) as receiver, running(tmp_path / "data", *options, url):
        give_up = time.monotonic() + 60
        while not receiver.posts and time.monotonic() < give_up:
            time.sleep(0.1)
    assert [told["subject"] for told in receiver.notices()] == ["ada"]


def test_those_of_one_account_come_in_their_order_and_hold_up_nobody_else(records):
    strike(records)
    strike(records, day=1)
    strike(records, "bea", day=1)
    with receiving() as receiver:
        receiver.failing = 1
        sender = Courier(records, receiver.url, SECRET)
        assert sender.deliver(S + 2 * 86_400) == 2  # ada's first fails, bea's arrives
        assert sender.deliver(S + 2 * 86_400) == 0  # ada's second waits for the first
        assert [sender.deliver(S + 2 * 86_400 + WAITS_S[0]) for _ in range(3)] == [1, 1, 0]
        sender.close()
    assert [(told["subject"], told["sanction"]) for told in receiver.notices()] == [("bea", 3), ("ada", 1), ("ada", 2)]


def test_suspension_and_lift_arrive_signed_and_in_order_over_a_restart(tmp_path: Path):
    """The courier of a real gate, with nobody at the other end at first, to a receiver that fails once."""
    port, options = free_port(), ("--webhook-secret", SECRET, "--webhook")
    url, people = f"http://127.0.0.1:{port}/notices", ("ada", "bea")
    with running(tmp_path / "data", *options, url) as gate, gate.http("admin") as http:
        for account in people:
            body = {"measure": "suspension", "rule": "three-strangers", "facts": "Seen by hand.", "lasts_s": 3600}
            number = http.post(f"/v1/accounts/{account}/sanctions", json=body).json()["sanction"]
            assert http.post(f"/v1/sanctions/{number}/lift", json={"why": "A mistake."}).status_code == 200
    with receiving(port) as receiver, running(tmp_path / "data", *options, url) as gate, gate.http("admin") as http:
        receiver.failing = 1
        number = http.post("/v1/accounts/ada/sanctions", json=body).json()["sanction"]
        give_up = time.monotonic() + 120
        while len(receiver.posts) < 5 and time.monotonic() < give_up:
            time.sleep(0.1)
    told = receiver.notices()
    assert [(one["kind"], one["facts"]["status"]) for one in told if one["subject"] == "ada"] == [
        ("sanction", "in_force"),
        ("lifted", "lifted"),
        ("sanction", "in_force"),
    ]
    assert [one["kind"] for one in told if one["subject"] == "bea"] == ["sanction", "lifted"]
    assert [one["sanction"] for one in told if one["subject"] == "ada"][-1] == number
    assert len({one["notice"] for one in told}) == len(told) == 5
    for header, posted in receiver.posts:
        t, _, v1 = header.removeprefix("t=").partition(",v1=")
        assert v1 == hmac.new(SECRET.encode(), f"{t}.".encode() + posted, hashlib.sha256).hexdigest()


def test_the_examples_of_docstrings_run():
    failed, attempted = doctest.testmod(courier)
    assert (failed, attempted > 0) == (0, True)
