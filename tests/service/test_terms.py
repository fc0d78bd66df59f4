"""The terms of a gate that runs: put in force, back, in shadow; nothing is lost and everything is kept."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from ecluse.client import Client, RefusedError
from tests.service.running import TERMS, Running, running, send

TIGHTER = TERMS.replace('version: "1"', 'version: "2"').replace("strangers.1h > 3", "strangers.1h > 1")


@pytest.fixture
def gate(tmp_path: Path) -> Iterator[Running]:
    with running(tmp_path / "data") as started:
        yield started


def roles(state: dict) -> list[tuple[str, str]]:
    return [(version["terms"], version["role"]) for version in state["versions"]]


def outcome(gate: Running, sender: str, *recipients: str) -> tuple[str, str]:
    verdict = gate.post(send(sender, *recipients)).json()
    return verdict["outcome"], verdict["terms"]


def test_a_version_is_put_in_force_and_back(gate: Running) -> None:
    assert outcome(gate, "ada", "bob", "cem") == ("pass", "test@1")
    with gate.http("admin") as http:
        state = http.post("/v1/terms", json={"document": TIGHTER, "why": "spam"}).json()
        assert roles(state) == [("test@1", "superseded"), ("test@2", "in force")]
        assert outcome(gate, "eve", "bob", "cem") == ("refuse", "test@2")
        back = http.post("/v1/terms/rollback", json={"why": "too strict"}).json()
        assert roles(back) == [("test@1", "superseded"), ("test@2", "superseded"), ("test@1", "in force")]
    assert outcome(gate, "kim", "bob", "cem") == ("pass", "test@1")
    with gate.http("read") as http:
        acts = http.get("/v1/terms/history").json()
    assert [(act["who"], act["act"], act["terms"], act["why"]) for act in acts] == [
        ("the command line", "start", "test@1", "the gate was started with them"),
        ("admin", "activate", "test@2", "spam"),
        ("admin", "rollback", "test@1", "too strict"),
    ]


def test_a_version_to_come_waits_for_its_date_and_can_be_withdrawn(gate: Running) -> None:
    with gate.http("admin") as http:
        state = http.post("/v1/terms", json={"document": TIGHTER, "why": "later", "from": "2090-01-01"}).json()
        assert roles(state) == [("test@1", "in force"), ("test@2", "to come")]
        assert state["versions"][1]["from"] == "2090-01-01T00:00:00Z"
        assert roles(http.post("/v1/terms/rollback", json={"why": "no"}).json()) == [("test@1", "in force")]
        nothing = http.post("/v1/terms/rollback", json={"why": "no"})
    assert (nothing.status_code, nothing.json()["field"]) == (422, "terms")


@pytest.mark.parametrize(
    ("proposal", "field"),
    [
        ({"document": TERMS.replace("refuse", "refuze"), "why": "x"}, "document"),
        ({"document": TIGHTER, "why": " "}, "why"),
        ({"document": TIGHTER, "why": "x", "from": "yesterday"}, "from"),
        ({"document": TIGHTER, "why": "x", "from": "2020-01-01"}, "from"),
        ({"document": TERMS, "why": "x"}, "terms"),
    ],
)
def test_what_is_wrong_is_refused_and_the_old_version_stays(running_gate: Running, proposal: dict, field: str) -> None:
    with running_gate.http("admin") as http:
        refused = http.post("/v1/terms", json=proposal)
        assert (refused.status_code, refused.json()["field"]) == (422, field)
        assert roles(http.get("/v1/terms", headers=key(running_gate, "read")).json()) == [("test@1", "in force")]


def key(gate: Running, scope: str) -> dict[str, str]:
    return {"authorization": f"Bearer {gate.keys[scope]}"}


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"why": 3}', b"\xff", b'{"why": "x", "more": 1}'])
def test_a_body_that_is_none_is_named(running_gate: Running, body: bytes) -> None:
    with running_gate.http("admin") as http:
        refused = http.post("/v1/terms/rollback", content=body)
    assert (refused.status_code, refused.json()["code"]) == (400, "malformed")


def test_only_an_admin_changes_terms(running_gate: Running) -> None:
    for scope in ("decide", "observe", "read"):
        with running_gate.http(scope) as http:
            for method, path in (("POST", "/v1/terms"), ("POST", "/v1/terms/rollback"), ("PUT", "/v1/terms/rehearsal")):
                assert http.request(method, path, json={}).status_code == 403
    assert httpx.post(f"{running_gate.url}/v1/terms", json={}).status_code == 401


def test_a_rehearsal_is_counted_and_never_felt(gate: Running) -> None:
    with Client(gate.url, key=gate.keys["admin"]) as admin:
        state = admin.rehearse(TIGHTER, "to see what it does")
        assert state.rehearsed is not None
    verdict = gate.post(send("ada", "bob", "cem")).json()
    assert (verdict["outcome"], verdict["rehearsed"], verdict["rules"]) == ("pass", "refuse", [])
    assert [(rule["rule"], rule["terms"]) for rule in verdict["shadow"]] == [("three-strangers", "test@2")]
    with Client(gate.url, key=gate.keys["read"]) as reader:
        counted = reader.rehearsal()
    assert (counted.terms, counted.in_force) == ("test@2", "test@1")
    assert [(c.outcome, c.rehearsed, c.events) for c in counted.outcomes] == [("pass", "refuse", 1)]
    assert ("three-strangers", "shadow", 1) in [(rule.rule, rule.mode, rule.events) for rule in counted.rules]
    with Client(gate.url, key=gate.keys["admin"]) as admin:
        assert admin.end_rehearsal("seen").rehearsed is None
        with pytest.raises(RefusedError, match="none are"):
            admin.end_rehearsal("seen")
    assert gate.post(send("kim", "bob", "cem")).json()["rehearsed"] is None


def test_a_restarted_gate_goes_on_with_what_was_put_in_force(tmp_path: Path) -> None:
    with running(tmp_path / "data") as gate, gate.http("admin") as http:
        http.post("/v1/terms", json={"document": TIGHTER, "why": "spam"}).raise_for_status()
        assert outcome(gate, "ada", "bob") == ("pass", "test@2")
    with running(tmp_path / "data") as gate:  # started with version 1 again, which is known already
        assert outcome(gate, "eve", "bob", "cem") == ("refuse", "test@2")


def test_no_decision_is_lost_while_versions_change(gate: Running) -> None:
    answered: list[str] = []
    stop = threading.Event()

    def ask(name: str) -> None:
        with gate.http("decide") as http:
            while not stop.is_set():
                answer = http.post("/v1/decisions", json=send(name, "bob"))
                answered.append(answer.json()["terms"])

    threads = [threading.Thread(target=ask, args=(f"sender {n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    with gate.http("admin") as http:
        for number in range(2, 8):
            document = TERMS.replace('version: "1"', f'version: "{number}"')
            assert http.post("/v1/terms", json={"document": document, "why": "again"}).status_code == 200
            time.sleep(0.05)
    stop.set()
    for thread in threads:
        thread.join()
    assert set(answered) <= {f"test@{number}" for number in range(1, 8)}
    with gate.http("read") as http:
        told = http.get("/metrics").text
    counted = sum(int(float(line.split()[-1])) for line in told.splitlines() if line.startswith("ecluse_decisions"))
    assert counted == len(answered)
