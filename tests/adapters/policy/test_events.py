from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ecluse.adapters.policy.events import (
    canonical,
    complete,
    decoded,
    event_id,
    has_its_hash,
    is_signed,
    redact,
    signature,
    unpadded,
)

KEY = Ed25519PrivateKey.from_private_bytes(decoded("YJDBA9Xnr2sVqXD9Vj7XVUnmFZcZrlw8Md7kMW+3XA1"))
"""The key of the examples in the specification's appendix."""

EVENT: dict[str, Any] = {
    "type": "m.room.message",
    "room_id": "!room",
    "sender": "@ada:x",
    "content": {"msgtype": "m.text", "body": "hé"},
    "depth": 3,
    "prev_events": ["$a"],
    "auth_events": ["$b"],
    "origin_server_ts": 1_700_000_000_000,
    "origin": "x",
    "unsigned": {"age": 3},
}


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({}, "K8280/U9SSy9IVtjBuVeLr+HpOB4BQFWbg+UZaADMtTdGYI7Geitb76LTrr5QV/7Xg4ahLwYGYZzuHGZKM5ZAQ"),
        (
            {"one": 1, "two": "Two"},
            "KqmLSbO39/Bzb0QIYE82zqLwsA+PDzYIpIRA2sRQ4sL53+sN6/fpNSoqE7BP7vBZhG6kYdD13EIMJpvhJI+6Bw",
        ),
    ],
)
def test_signatures_are_those_of_the_specification(document: dict[str, Any], expected: str) -> None:
    assert signature(document, KEY) == expected
    public = KEY.public_key().public_bytes_raw()
    assert is_signed({**document, "unsigned": {"age": 1}}, expected, public)
    assert not is_signed({**document, "three": 3}, expected, public)
    assert not is_signed(document, "AAAA", public)
    assert not is_signed(document, "no base64!", public)


def test_canonical_json() -> None:
    assert canonical({"b": [1, True, None], "a": "\n日"}) == '{"a":"\\n日","b":[1,true,null]}'.encode()
    with pytest.raises(ValueError, match="not JSON compliant"):
        canonical({"a": float("nan")})


def test_an_event_is_what_its_hash_says_and_no_other() -> None:
    made = complete(EVENT, "12", "x", "ed25519:1", KEY)
    assert has_its_hash(made)
    assert has_its_hash({**made, "unsigned": {"age": 9}})
    assert not has_its_hash({**made, "content": {"msgtype": "m.text", "body": "other"}})
    assert not has_its_hash(EVENT)


def test_an_id_is_of_what_redaction_leaves() -> None:
    made = complete(EVENT, "12", "x", "ed25519:1", KEY)
    name = event_id(made, "12")
    assert name == event_id({**made, "content": {"body": "redacted"}, "signatures": {}, "unsigned": {}}, "12")
    assert name != event_id({**made, "depth": 4}, "12")
    assert len(name) == 44


@pytest.mark.parametrize(
    ("version", "kind", "content", "left"),
    [
        ("12", "m.room.message", {"body": "x"}, {}),
        ("12", "m.room.create", {"creator": "c", "type": "t"}, {"creator": "c", "type": "t"}),
        ("10", "m.room.create", {"creator": "c", "type": "t"}, {"creator": "c"}),
        ("11", "m.room.redaction", {"redacts": "$e", "reason": "r"}, {"redacts": "$e"}),
        ("10", "m.room.redaction", {"redacts": "$e", "reason": "r"}, {}),
        ("12", "m.room.power_levels", {"invite": 1, "users": {}, "x": 1}, {"invite": 1, "users": {}}),
        ("10", "m.room.power_levels", {"invite": 1, "users": {}}, {"users": {}}),
        (
            "8",
            "m.room.member",
            {"membership": "join", "join_authorised_via_users_server": "@a:x"},
            {"membership": "join"},
        ),
        ("7", "m.room.join_rules", {"join_rule": "restricted", "allow": []}, {"join_rule": "restricted"}),
        ("9", "m.room.join_rules", {"join_rule": "restricted", "allow": []}, {"join_rule": "restricted", "allow": []}),
    ],
)
def test_redaction_by_room_version(version: str, kind: str, content: dict[str, Any], left: dict[str, Any]) -> None:
    event = {**EVENT, "type": kind, "content": content}
    found = redact(event, version)
    assert found["content"] == left
    assert ("origin" in found, "unsigned" in found) == (int(version) < 11, False)


def test_unpadded_base64() -> None:
    for n in range(5):
        assert decoded(unpadded(bytes(range(250, 250 + n)))) == bytes(range(250, 250 + n))
    assert unpadded(b"\xfb\xff\xfe").count("=") == 0
