import json
from typing import Any

import pytest

from ecluse.adapters.synapse.events import (
    Facts,
    Room,
    audience,
    creation,
    edit_of,
    event,
    forwarded_from,
    invitation,
    joining,
    language_of,
    network_of,
    report,
    text_of,
)
from ecluse.events import Event, decode_event

FACTS = Facts(1_700_000_000_000, 1_600_000_000_000, "fr", "203.0.113.0/24", "DEVICE")
ADA, BOB, EVE, ROOM = "@ada:x", "@bob:x", "@eve:x", "!room"


def accepted(made: dict[str, Any]) -> Event:
    """The event as the gate takes it."""
    return decode_event(json.dumps(made).encode())


@pytest.mark.parametrize(
    ("room", "fields"),
    [
        (Room(1, 0, [ADA]), {"chat": "direct", "recipients": [ADA]}),
        (Room(2, 0, [ADA, BOB]), {"chat": "direct", "recipients": [BOB]}),
        (Room(1, 1, [ADA, BOB]), {"chat": "direct", "recipients": [BOB]}),
        (Room(2, 1, [ADA, BOB, EVE]), {"chat": "group", "group": ROOM, "members": 2}),
        (Room(100, 0, [], True), {"chat": "group", "group": ROOM, "members": 99}),
        (Room(101, 0, [], True), {"chat": "broadcast", "group": ROOM, "members": 100}),
        (Room(101, 0, [], False), {"chat": "group", "group": ROOM, "members": 100}),
    ],
)
def test_to_whom_a_message_goes(room: Room, fields: dict[str, Any]) -> None:
    assert audience(ROOM, room, ADA, 100) == fields
    assert accepted(event("send", ADA, FACTS, "e1", **fields)).members == fields.get("members")


@pytest.mark.parametrize(
    ("relation", "changed"),
    [
        ({"rel_type": "m.replace", "event_id": "$e"}, "$e"),
        ({"rel_type": "m.replace"}, None),
        ({"rel_type": "m.replace", "event_id": 5}, None),
        ({"rel_type": "m.thread", "event_id": "$e"}, None),
        ({"rel_type": "m.annotation", "event_id": "$e"}, None),
        ("nonsense", None),
    ],
)
def test_only_an_edit_is_no_message_of_its_own(relation: Any, changed: str | None) -> None:
    assert edit_of({"msgtype": "m.text", "body": "hi", "m.relates_to": relation}) == changed


def test_what_is_no_unicode_is_taken_all_the_same() -> None:
    """Else the gate could not be asked, and who writes so would not be judged."""
    odd, facts = "@\ud800:x", FACTS._replace(device="\udfff")
    for made in (
        event("send", odd, facts, odd, **audience(odd, Room(2, 0, [ADA, odd]), ADA, 100)),
        creation(odd, {"invite": [BOB, odd]}, facts, "e1")[0],
        invitation(odd, odd, odd, Room(2, 0, []), facts, "e1"),
        joining(odd, odd, facts, "e1"),
        report({"id": 1, "received_ts": FACTS.at_ms, "user_id": odd, "sender": odd}, "report"),
    ):
        assert accepted(made or {}).sender == "@?:x"


def test_a_language_is_a_language() -> None:
    assert [language_of(one) for one in ("fr", "pt-BR", "zh-Hant-TW")] == ["fr", "pt-BR", "zh-Hant-TW"]
    assert [language_of(one) for one in ("", "\ud800", "x" * 300, "en\n", None, ["fr"])] == [None] * 6


def test_of_html_what_clients_show_is_the_text() -> None:
    said = {"msgtype": "m.text", "body": "something else each time", "format": "org.matrix.custom.html"}
    assert text_of(said | {"formatted_body": "<p>Buy <b>n</b>ow</p>"}) == "Buy now"
    assert text_of(said | {"formatted_body": "<mx-reply>He: hi</mx-reply>Yes &amp; no"}) == "Yes & no"
    assert text_of(said | {"formatted_body": "Hi</mx-reply>"}) == "Hi"
    assert text_of(said | {"formatted_body": "<a href='https://x.example/?a=1&amp;b'>here</a>"}) == (
        "here https://x.example/?a=1&b"
    )
    for html in ("", "<p></p>", None):
        assert text_of(said | {"formatted_body": html}) == said["body"]
    assert text_of(said | {"format": "other", "formatted_body": "Buy now"}) == said["body"]
    assert len(text_of(said | {"formatted_body": "<" * 200_000}) or "") <= 65_536


def test_only_what_somebody_wrote_is_a_text() -> None:
    assert text_of({"msgtype": "m.text", "body": "hi"}) == "hi"
    assert text_of({"msgtype": "m.image", "body": "cat.png"}) is None
    assert text_of({"msgtype": "m.text", "body": 5}) is None
    assert text_of({"msgtype": "m.text", "body": ""}) is None
    assert text_of({"ciphertext": "AwgA"}) is None
    long = text_of({"msgtype": "m.text", "body": "\ud800" + "x" * 70_000})
    assert long is not None
    assert accepted(event("send", ADA, FACTS, "e1", recipients=[BOB], text=long)).text == long


def test_a_forward_says_of_what() -> None:
    assert forwarded_from({"m.forwarded": {"event_id": "$e"}}) == "$e"
    assert forwarded_from({"org.matrix.msc2723.forwarded": {}}) == ""
    assert forwarded_from({"m.forwarded": "yes"}) is None
    assert forwarded_from({}) is None


def test_a_new_room_is_a_first_contact_or_a_group() -> None:
    one, people = creation(ADA, {"invite": [BOB], "preset": "trusted_private_chat"}, FACTS, "e1")
    assert (one["kind"], one["recipients"], people) == ("send", [BOB], [BOB])
    several, people = creation(ADA, {"invite": [BOB, EVE, BOB]}, FACTS, "e1")
    assert (several["kind"], several["recipients"], people) == ("create_group", [BOB, EVE], [BOB, EVE])
    public, _ = creation(ADA, {"invite": [BOB], "preset": "public_chat"}, FACTS, "e1")
    assert public["kind"] == "create_group"
    for config in ({}, {"invite": None}, {"invite": [5, ""]}):
        nobody, people = creation(ADA, config, FACTS, "e1")
        assert (nobody["kind"], "recipients" in nobody, people) == ("create_group", False, [])
    for made in (one, several, nobody):
        accepted(made)


def test_an_invitation_is_a_first_contact_or_an_addition() -> None:
    assert invitation(ADA, BOB, ROOM, Room(1, 0, [ADA]), FACTS, "e1")["kind"] == "send"
    added = invitation(ADA, EVE, ROOM, Room(2, 0, [ADA, BOB]), FACTS, "e1")
    assert (added["kind"], added["recipients"], added["group"]) == ("add_to_group", [EVE], ROOM)
    assert accepted(joining(ADA, ROOM, FACTS, "e1")).recipients == [ADA]


@pytest.mark.parametrize(
    ("address", "network"),
    [("::ffff:203.0.113.7", "203.0.113.0/24"), ("", None), (None, None), ("2001:db8::1", "2001:db8::/48")],
)
def test_networks(address: str | None, network: str | None) -> None:
    assert network_of(address) == network


def test_reports() -> None:
    row = {"id": 7, "received_ts": 1_700_000_000_000, "user_id": BOB, "sender": ADA}
    made = report(row, "report")
    assert made is not None
    assert accepted(made) == Event(kind="report", at=1_700_000_000_000, sender=BOB, subject=ADA, id="report-7")
    assert report(row | {"sender": None, "target_user_id": EVE}, "user-report") == made | {
        "subject": EVE,
        "id": "user-report-7",
    }
    assert report({"id": 1}, "report") is None
