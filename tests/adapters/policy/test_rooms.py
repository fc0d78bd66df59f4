from pathlib import Path
from typing import Any

import pytest

from ecluse.adapters.policy.judging import event_of, said_of
from ecluse.adapters.policy.keys import load_keys
from ecluse.adapters.policy.rooms import MEMBERS_KEPT, KnownRoom, Rooms, RoomsFullError
from ecluse.wire import SpokenRule, Verdict, Withheld


def member(name: str, membership: str) -> dict[str, Any]:
    return {"room_id": "!r", "type": "m.room.member", "state_key": name, "content": {"membership": membership}}


def test_rooms_are_known_again_and_bounded(tmp_path: Path) -> None:
    rooms = Rooms(tmp_path / "rooms.json", 2)
    rooms.joined("!r", "12", "x", ["@ada:x"])
    rooms.joined("!s", "11", "x", [f"@p{n}:x" for n in range(MEMBERS_KEPT + 5)])
    with pytest.raises(RoomsFullError):
        rooms.joined("!t", "12", "x", [])
    again = Rooms(tmp_path / "rooms.json", 2)
    assert again.get("!r") == KnownRoom("12", "x", ["@ada:x"])
    assert (again.get("!s").people, len(again), "!t" in again) == (MEMBERS_KEPT + 5, 2, False)  # type: ignore[union-attr]
    again.left("!s")
    assert Rooms(tmp_path / "rooms.json", 2).names() == ["!r"]


def test_members_come_and_go(tmp_path: Path) -> None:
    rooms = Rooms(tmp_path / "rooms.json", 2)
    rooms.joined("!r", "12", "x", ["@ada:x"])
    for name, membership in (("@bob:y", "join"), ("@bob:y", "join"), ("@ada:x", "leave"), ("@eve:z", "invite")):
        rooms.saw(member(name, membership))
    rooms.saw({"room_id": "!unknown"})
    rooms.saw(member("@kim:y", "join") | {"content": None})
    assert rooms.get("!r") == KnownRoom("12", "x", ["@bob:y"])
    rooms.keep()
    assert Rooms(tmp_path / "rooms.json", 2).get("!r") == KnownRoom("12", "x", ["@bob:y"])
    (tmp_path / "rooms.json").unlink()
    rooms.saw(member("@bob:y", "join"))
    rooms.keep()
    assert not (tmp_path / "rooms.json").exists(), "nothing has changed since"


def test_keys_are_made_once_for_the_owner_alone(tmp_path: Path) -> None:
    first = load_keys(tmp_path / "policy")
    assert load_keys(tmp_path / "policy").policy_public == first.policy_public
    assert [path.stat().st_mode & 0o777 for path in (tmp_path / "policy").iterdir()] == [0o600, 0o600]
    assert len(first.policy_public) == 43


def test_an_event_as_the_gate_takes_it() -> None:
    room = KnownRoom("12", "x", ["@ada:x", "@bob:y", "@ecluse:p"])
    pdu = {
        "type": "m.room.message",
        "sender": "@ada:x",
        "room_id": "!r",
        "content": {"msgtype": "m.text", "body": "hi"},
    }
    made = event_of("$e", pdu, room)
    assert made is not None
    assert (made.kind, made.group, made.members, made.text, made.id) == ("send", "!r", 2, "hi", "$e")
    assert event_of("$e", pdu | {"state_key": ""}, room) is not None, "a message that is sent as state is one"
    assert event_of("$e", pdu | {"type": "m.room.topic", "state_key": ""}, room) is None
    assert event_of("$e", pdu | {"type": "m.reaction"}, room) is None
    assert event_of("$e", {"type": "m.room.message"}, room) is None


def test_what_is_said_of_a_verdict() -> None:
    rule = SpokenRule("three", "Three.", [], notice="This was not sent. Three.")
    assert said_of(Verdict("e", "label", labels=["forwarded"])).allowed
    refused = said_of(Verdict("e", "refuse", [rule], retry_after=60))
    assert refused == (False, "This was not sent. Three.", 60_000, ("three",), False, None)
    assert said_of(Verdict("e", "delay", [rule], retry_after=5)).retry_ms == 5_000
    assert said_of(Verdict("e", "drop_strangers", dropped=[])).allowed
    assert not said_of(Verdict("e", "drop_strangers", dropped=["!r"])).allowed
    held = Withheld(sanction=7, capability="start", until=None, notice="You may not write to strangers.")
    assert said_of(Verdict("e", "refuse", sanction=held)).text == "You may not write to strangers."
