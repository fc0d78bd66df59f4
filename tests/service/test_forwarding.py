"""A chain of eight people over HTTP, before a gate that issues hop tokens, with clients that can't be trusted."""

import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import pyarrow as pa
import pytest

from ecluse.events import Event, to_columns
from ecluse.forwarding import HopKey, derive, issue
from ecluse.service.media import Media
from ecluse.stores.data import HOP_KEYS
from ecluse.stores.hop_keys import HopKeyStore
from tests.service.running import Running, now_ms, running, send

CHAIN = ("ada", "bob", "cem", "dan", "eve", "fay", "gus", "hal")
TEXT = "Share this with everybody you know!"


@pytest.fixture(scope="module")
def gate(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A gate that judges by the personal terms, and asks every forward for its token."""
    data = tmp_path_factory.mktemp("hops") / "data"
    data.mkdir()
    (data / "terms.yaml").write_text((files("ecluse.terms") / "shipped" / "personal.yaml").read_text())
    with running(data, "--forward-tokens", "require", "--forward-token-days", "30") as started:
        yield started


def forward(sender: str, *chats: str, token: str | None, **fields: Any) -> dict[str, Any]:
    """A forward by a client that lies: it says that this is the first."""
    shown = {} if token is None else {"forward_token": token}
    return send(sender, *chats, kind="forward", hops=0, **shown, **fields)


def asked(gate: Running, event: dict[str, Any]) -> dict[str, Any]:
    """The verdict on an event."""
    answer = gate.post(event)
    assert answer.status_code == 200, answer.text
    verdict: dict[str, Any] = answer.json()
    return verdict


def received(gate: Running, hops: int, person: str, text: str | None = None, of: str = "ada") -> str:
    """The token of ``person``, whom a message of ``of`` reached after so many hops."""
    content = {} if text is None else {"text": text}
    root = asked(gate, send(of, f"{of}-0", **content))["forward_token"]
    for hop in range(hops):
        holder = f"{of}-{hop}"
        said = asked(gate, forward(holder, f"{of}-{hop + 1}", token=derive(root, holder), **content))
        root = said["forward_token"]
    return derive(root, person)


def rules(verdict: dict[str, Any]) -> list[str]:
    return [rule["rule"] for rule in verdict["rules"]]


def hops_of(verdict: dict[str, Any]) -> set[float]:
    measures = [measure for rule in verdict["rules"] for measure in rule["measures"]]
    return {measure["value"] for measure in measures if measure["signal"] == "forward_hops"}


def test_a_chain_of_eight_people_is_labelled_by_its_hops(gate: Running) -> None:
    said = [asked(gate, send(CHAIN[0], CHAIN[1], text=TEXT))]
    for person, chat in zip(CHAIN[1:], (*CHAIN[2:], "the-last"), strict=True):
        token = derive(said[-1]["forward_token"], person)
        said.append(asked(gate, forward(person, chat, token=token, text=TEXT)))
    assert [verdict["outcome"] for verdict in said] == ["pass"] + ["label"] * 7
    assert [verdict["labels"] for verdict in said] == [[]] + [["forwarded"]] * 4 + [["forwarded_many_times"]] * 3
    assert [hops_of(verdict) for verdict in said] == [set(), *({float(hop)} for hop in range(1, 8))]
    assert [verdict["rules"][0]["shown"]["es"] for verdict in said[1:]] == ["Reenviado"] * 4 + [
        "Reenviado muchas veces"
    ] * 3


@pytest.mark.parametrize(("hops", "chats"), [(0, 5), (3, 5), (4, 1), (6, 1)])
def test_the_limit_is_that_of_the_hops_whatever_the_client_says(gate: Running, hops: int, chats: int) -> None:
    person = f"limited-{hops}"
    token = received(gate, hops, person, of=f"source-{hops}")
    peers = [f"{person}-{n}" for n in range(chats + 1)]
    verdict = asked(gate, forward(person, *peers, token=token))
    rule = "forward-to-five" if chats == 5 else "forward-to-one"
    assert (verdict["outcome"], rules(verdict)[-1], verdict["retry_after"]) == ("refuse", rule, None)
    assert f"This would be {chats + 1}; the limit is {chats}." in verdict["rules"][-1]["notice"]
    assert verdict["forward_token"] is None
    assert asked(gate, forward(person, *peers[:chats], token=token))["outcome"] == "label"


def test_a_group_is_one_chat_and_its_members_each_hold_a_token(gate: Running) -> None:
    token = received(gate, 6, "organiser", of="viral")
    to_group = {"kind": "forward", "at": now_ms(), "sender": "organiser", "group": "family", "members": 200}
    verdict = asked(gate, {**to_group, "forward_token": token})
    assert verdict["labels"] == ["forwarded_many_times"]
    for member in ("aunt", "uncle"):
        root = verdict["forward_token"]
        assert asked(gate, forward(member, "a-friend", token=derive(root, member)))["labels"] == [
            "forwarded_many_times"
        ]


def changed(token: str, place: int) -> str:
    data = bytearray(urlsafe_b64decode(token))
    data[place] ^= 1
    return urlsafe_b64encode(data).decode()


def of_another_key(key_id: str) -> str:
    return derive(issue(HopKey(key_id, bytes(32)), origin=1, hops=0, issued_s=now_ms() // 1000), "mallory")


def faulty(gate: Running, word: str) -> tuple[str | None, dict[str, Any]]:
    """A token with a fault, and what else is sent with it."""
    good = received(gate, 5, "mallory", of="genuine")
    key_id = urlsafe_b64decode(good)[4:8].hex()
    match word:
        case "there is none":
            return None, {}
        case "it is not a token":
            return "token", {}
        case "its key is no longer in use":
            return of_another_key("00000001"), {}
        case "it is forged":
            return of_another_key(key_id), {}
        case "it was altered":
            return changed(good, 1), {}
        case "it was given to another account":
            return received(gate, 0, "the-victim", of="genuine"), {}
        case "it belongs to another message":
            return received(gate, 0, "mallory", TEXT, of="genuine"), {"text": "Buy my pills"}
    at = now_ms() - 31 * 86_400_000
    root = asked(gate, send("old-friend", "mallory", at=at))["forward_token"]
    return derive(root, "mallory"), {}


@pytest.mark.parametrize(
    "word",
    [
        *("there is none", "it is not a token", "its key is no longer in use", "it is forged", "it was altered"),
        *("it was given to another account", "it belongs to another message", "it is too old"),
    ],
)
def test_a_token_that_is_not_right_is_refused_with_the_reason(gate: Running, word: str) -> None:
    token, fields = faulty(gate, word)
    verdict = asked(gate, forward("mallory", "a-victim", token=token, **fields))
    assert (verdict["outcome"], rules(verdict)) == ("refuse", ["forward-token"])
    assert verdict["rules"][0]["notice"].endswith(f" What is wrong with its hop token: {word}.")
    assert (verdict["retry_after"], verdict["forward_token"]) == (None, None)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("fr", "il a été remis à un autre compte."),
        ("pt-BR", "foi entregue a outra conta."),
        ("hi", "यह किसी दूसरे खाते को दिया गया था।"),
        ("es", "se entregó a otra cuenta."),
    ],
)
def test_the_reason_is_told_in_the_senders_language(gate: Running, language: str, words: str) -> None:
    token = received(gate, 0, "somebody", of="translated")
    verdict = asked(gate, forward("mallory", "a-victim", token=token, language=language))
    assert verdict["rules"][0]["notice"].endswith(words)


def test_keys_are_rotated_beside_the_running_gate(gate: Running) -> None:
    before = received(gate, 0, "rotated", of="key-one")
    store = HopKeyStore(gate.data / HOP_KEYS)
    old = store.everything()[-1].id
    new = store.rotate(now_s=int(time.time())).id

    def key_now() -> str:
        return urlsafe_b64decode(received(gate, 0, "rotated", of="key-two"))[4:8].hex()

    while key_now() != new:
        time.sleep(0.1)
    assert asked(gate, forward("rotated", "x", token=before))["outcome"] == "label"
    store.retire(old, now_s=int(time.time()))
    store.close()
    while asked(gate, forward("rotated", "x", token=before))["outcome"] == "label":
        time.sleep(0.1)
    verdict = asked(gate, forward("rotated", "x", token=before))
    assert verdict["rules"][0]["notice"].endswith("its key is no longer in use.")


def test_tokens_go_through_columns_as_well(gate: Running) -> None:
    token = received(gate, 5, "column", of="columns")
    events = [
        Event(kind="forward", at=now_ms(), sender="column", recipients=["x"], forward_token=token),
        Event(kind="forward", at=now_ms(), sender="column", recipients=["x"]),
        Event(kind="report", at=now_ms(), sender="column", subject="x"),
    ]
    batch = to_columns(events)
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema) as writer:
        writer.write_batch(batch)
    with gate.http("decide") as http:
        headers = {"content-type": Media.ARROW.value}
        answer = http.post("/v1/decisions", content=sink.getvalue().to_pybytes(), headers=headers)
    said = pa.ipc.open_stream(answer.content).read_all()
    assert said["labels"].to_pylist()[0] == ["forwarded_many_times"]
    assert said["outcome"].to_pylist() == ["label", "refuse", "pass"]
    roots = said["forward_token"].to_pylist()
    assert roots[1:] == [None, None]
    assert urlsafe_b64decode(roots[0])[1] == 6
