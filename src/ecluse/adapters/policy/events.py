"""Matrix events as servers exchange them: canonical JSON, redaction, hashes, ids and signatures.

Source: the Matrix specification, server-server API, "Signing Events" and "Redactions" of room versions 1 to 12.
"""

from __future__ import annotations

import json
import re
from base64 import b64decode, urlsafe_b64encode
from base64 import b64encode as _b64encode
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

_KEPT: Final = frozenset(
    {
        *("event_id", "type", "room_id", "sender", "state_key", "content", "hashes", "signatures", "depth"),
        *("prev_events", "auth_events", "origin_server_ts"),
    }
)
_KEPT_BEFORE_11: Final = _KEPT | {"prev_state", "origin", "membership"}
_POWER: Final = ("ban", "events", "events_default", "kick", "redact", "state_default", "users", "users_default")
_INT_MAX: Final = (1 << 53) - 1


def canonical(value: Any) -> bytes:
    """Canonical JSON: sorted keys, nothing between, UTF-8. Raises ValueError for what it can't hold.

    >>> canonical({"b": "é", "a": 1}).decode()
    '{"a":1,"b":"é"}'
    """
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True, allow_nan=False).encode()


def unpadded(data: bytes) -> str:
    """Base64 without padding."""
    return _b64encode(data).decode().rstrip("=")


def decoded(text: str) -> bytes:
    """What ``unpadded`` wrote, of either alphabet. Raises ValueError."""
    plain = text.replace("-", "+").replace("_", "/")
    return b64decode(plain + "=" * (-len(plain) % 4), validate=True)


def number_of(version: str) -> int:
    """The number of a room version; those that are none are taken for the newest.

    >>> number_of("10"), number_of("org.example.new")
    (10, 12)
    """
    return int(version) if re.fullmatch(r"\d{1,3}", version) else 12


def redact(event: Mapping[str, Any], version: str) -> dict[str, Any]:
    """What is left of an event by the rules of a room version; this is what signatures cover."""
    number = number_of(version)
    kept = _KEPT if number >= 11 else _KEPT_BEFORE_11
    left = {name: value for name, value in event.items() if name in kept}
    content = event.get("content")
    left["content"] = _content(str(event.get("type")), content if isinstance(content, Mapping) else {}, number)
    return left


def _content(event_type: str, content: Mapping[str, Any], number: int) -> dict[str, Any]:
    names: tuple[str, ...] = ()
    match event_type:
        case "m.room.member":
            names = ("membership",) if number < 9 else ("membership", "join_authorised_via_users_server")
        case "m.room.create":
            if number >= 11:
                return dict(content)
            names = ("creator",)
        case "m.room.join_rules":
            names = ("join_rule",) if number < 8 else ("join_rule", "allow")
        case "m.room.power_levels":
            names = _POWER if number < 11 else (*_POWER, "invite")
        case "m.room.history_visibility":
            names = ("history_visibility",)
        case "m.room.aliases" if number < 6:
            names = ("aliases",)
        case "m.room.redaction" if number >= 11:
            names = ("redacts",)
    left = {name: content[name] for name in names if name in content}
    invite = content.get("third_party_invite")
    if event_type == "m.room.member" and number >= 11 and isinstance(invite, Mapping) and "signed" in invite:
        left["third_party_invite"] = {"signed": invite["signed"]}
    return left


def content_hash(event: Mapping[str, Any]) -> str:
    """The hash of all of an event but its signatures, hashes and what is unsigned."""
    return unpadded(sha256(canonical(_without(event, "signatures", "hashes", "unsigned"))).digest())


def has_its_hash(event: Mapping[str, Any]) -> bool:
    """Whether an event is what its hash says."""
    hashes = event.get("hashes")
    return isinstance(hashes, Mapping) and hashes.get("sha256") == content_hash(event)


def event_id(event: Mapping[str, Any], version: str) -> str:
    """The id of an event of room version 4 and later."""
    left = _without(redact(event, version), "signatures", "age_ts", "unsigned")
    return "$" + urlsafe_b64encode(sha256(canonical(left)).digest()).decode().rstrip("=")


def signature(value: Mapping[str, Any], key: Ed25519PrivateKey) -> str:
    """The signature of some JSON, without what is unsigned."""
    return unpadded(key.sign(canonical(_without(value, "signatures", "unsigned"))))


def event_signature(event: Mapping[str, Any], version: str, key: Ed25519PrivateKey) -> str:
    """The signature of an event: of what redaction leaves of it."""
    return signature(_without(redact(event, version), "age_ts", "unsigned"), key)


def signed(value: Mapping[str, Any], name: str, key_id: str, key: Ed25519PrivateKey) -> dict[str, Any]:
    """Some JSON with a signature of its own."""
    return {**value, "signatures": {name: {key_id: signature(value, key)}}}


def is_signed(value: Mapping[str, Any], signature: str, public: bytes) -> bool:
    """Whether a signature is that of some JSON by a public key."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(
            decoded(signature), canonical(_without(value, "signatures", "unsigned"))
        )
    except (InvalidSignature, ValueError):
        return False
    return True


def complete(event: dict[str, Any], version: str, name: str, key_id: str, key: Ed25519PrivateKey) -> dict[str, Any]:
    """An event of one's own, with hash and signature."""
    hashed = {**event, "hashes": {"sha256": content_hash(event)}}
    return {**hashed, "signatures": {name: {key_id: event_signature(hashed, version, key)}}}


def _without(value: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: one for name, one in value.items() if name not in names}
