"""Identify: no id goes further, and the two ways of packing give the same bytes."""

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecluse.events import AccountKind, Chat, Event, Kind, language_number, region_number, to_columns
from ecluse.ledger import IdentityKeys, Packed, SecretError
from ecluse.ledger.identify import EVENT, identify, identify_events
from tests.events.making import T, event, events

KEYS = IdentityKeys.from_secret(b"a secret of the tests")


def pack(*made):
    return identify_events(made, KEYS)


def peers(packed, place=0):
    one = packed.events[place]
    return packed.peers[one["peers_start"] : one["peers_start"] + one["peers_count"]].tolist()


def people(*ids):
    return [KEYS.of_account(account_id) for account_id in ids]


def same(one, other):
    return one.to_bytes() == other.to_bytes() and one.places.tolist() == other.places.tolist()


@given(st.lists(events(), max_size=8), st.data())
def test_both_ways_of_packing_give_the_same_bytes(made, data):
    columns = to_columns(made)
    assert same(identify(columns, KEYS), identify_events(made, KEYS))
    start, stop = sorted(data.draw(st.tuples(*[st.integers(0, len(made))] * 2)))
    assert same(identify(columns.slice(start, stop - start), KEYS), identify_events(made[start:stop], KEYS))


@given(st.lists(events(), max_size=8))
def test_bytes_are_read_back(made):
    packed = identify_events(made, KEYS)
    back = Packed.from_bytes(packed.to_bytes())
    assert back.events.tobytes() == packed.events.tobytes()
    assert back.peers.tolist() == packed.peers.tolist()


def test_no_id_and_no_text_is_packed():
    word = "a word that is seen"
    named = {name: word for name in Event.__struct_fields__ if name not in NUMBERS}
    packed = pack(event(recipients=[word], **named)).to_bytes()
    assert b"word" not in packed


NUMBERS = {
    "kind",
    "at",
    "recipients",
    "chat",
    "members",
    "fingerprint",
    "hops",
    "sender_kind",
    "registered_at",
    "region",
    "language",
}


def test_peers_are_the_distinct_recipients_but_for_the_sender_in_their_order():
    packed = pack(event(recipients=["cem", "ada", "bob", "cem", "bob", "dan"]))
    assert peers(packed) == people("cem", "bob", "dan")
    assert packed.places.tolist() == [0, 2, 5]


def test_a_message_to_oneself_has_no_peers():
    packed = pack(event(recipients=["ada"]), event(recipients=["ada", "ada"]), event(recipients=["eve"]))
    assert [peers(packed, place) for place in range(3)] == [[], [], people("eve")]


def test_1024_recipients_are_1024_peers():
    crowd = [f"crowd{i}" for i in range(1_024)]
    packed = pack(event(recipients=crowd), event(recipients=["bob"]), event(recipients=crowd[::-1]))
    assert [peers(packed, place) for place in range(3)] == [people(*crowd), people("bob"), people(*crowd[::-1])]
    assert same(packed, identify(to_columns([event(recipients=r) for r in (crowd, ["bob"], crowd[::-1])]), KEYS))


@pytest.mark.parametrize("kind", Kind.words())
def test_a_group_is_the_one_peer_of_what_is_sent_to_it(kind):
    packed = pack(event(kind=kind, group="g", recipients=["bob", "cem"], subject="eve"))
    group = packed.events["group"].tolist()
    assert peers(packed) == (group if kind in ("send", "forward") else people("bob", "cem"))


def test_a_person_and_a_group_of_one_id_are_two_peers():
    packed = pack(event(sender="ada", group="ada", id="ada", subject="ada")).events[0]
    assert packed["sender"] == packed["subject"] == KEYS.of_account("ada")
    assert len({int(packed["sender"]), int(packed["group"]), int(packed["id"])}) == 3


@pytest.mark.parametrize(
    ("fields", "column", "value"),
    [
        ({"at": T + 999}, "at_s", T // 1_000),
        ({"at": T + 1_000}, "at_s", T // 1_000 + 1),
        ({"registered_at": T - 1}, "registered_s", T // 1_000 - 1),
        ({}, "registered_s", 0),
        ({"members": 4_095}, "members", 4_095),
        ({"members": 10_000_000}, "members", 4_095),
        ({}, "members", 0),
        ({"kind": "forward"}, "hops", 1),
        ({"kind": "forward", "hops": 0}, "hops", 0),
        ({"kind": "forward", "hops": 255}, "hops", 255),
        ({"kind": "forward", "hops": 1_000_000}, "hops", 255),
        ({"hops": 5}, "hops", 0),
        ({}, "sender_kind", 255),
        ({"sender_kind": "client"}, "sender_kind", AccountKind.CLIENT),
        ({"kind": "block", "subject": "eve"}, "kind", Kind.BLOCK),
        ({}, "id", 0),
        ({}, "group", 0),
        ({}, "subject", 0),
        ({}, "provider", 0),
        ({}, "region", 0),
        ({"region": "br-sp"}, "region", region_number("BR-SP")),
        ({}, "language", 0),
        ({"language": "pt-br"}, "language", language_number("pt-BR")),
        ({"language": "Plattdeutsch"}, "language", 0),
        ({}, "network", 0),
        ({}, "device", 0),
        ({}, "fingerprint", 0),
        ({"fingerprint": 2**64 - 1}, "fingerprint", 2**64 - 1),
        ({}, "token", 0),
        ({}, "chat", Chat.DIRECT),
        ({"group": "g"}, "chat", Chat.GROUP),
        ({"group": "g", "chat": "broadcast"}, "chat", Chat.BROADCAST),
    ],
)
def test_what_is_packed(fields, column, value):
    made = event(**fields)
    assert pack(made).events[column].tolist() == identify(to_columns([made]), KEYS).events[column].tolist() == [value]


SORTS = ["provider", "network", "tool", "origin", "device"]


def test_one_word_as_ids_of_several_sorts_is_as_many_hashes():
    packed = pack(event(sender="x", group="x", id="x", **dict.fromkeys(SORTS, "x"))).events[0]
    assert len({int(packed[name]) for name in ["sender", "group", "id", *SORTS]}) == 8


ONCE = event(id="1", recipients=["bob", "cem"])
ANOTHER = [
    {"id": "2"},
    {"sender": "eve"},
    {"kind": "forward"},
    {"recipients": ["bob"]},
    {"recipients": ["bob", "dan"]},
    {"recipients": ["cem", "bob"]},
    {"group": "g"},
]
THE_SAME = [
    {"at": T + 5_000},
    {"text": "hello"},
    {"registered_at": T},
    {"recipients": ["bob", "bob", "cem"]},
    {"recipients": ["ada", "bob", "cem"]},
    {"chat": "broadcast"},
]


@pytest.mark.parametrize("fields", ANOTHER)
def test_another_event_of_the_same_id_is_another(fields):
    assert pack(ONCE).events["id"] != pack(msgspec.structs.replace(ONCE, **fields)).events["id"]


@pytest.mark.parametrize("fields", THE_SAME)
def test_the_same_event_asked_again_is_the_same(fields):
    assert pack(ONCE).events["id"] == pack(msgspec.structs.replace(ONCE, **fields)).events["id"]


def test_an_id_in_itself_is_nothing_but_a_key():
    assert pack(event(id="a\0b")).events["id"] != pack(event(id="a")).events["id"]
    assert pack(event(id="é")).events["id"] != pack(event(id="e\u0301")).events["id"]


def test_a_slice_keeps_its_peers():
    packed = pack(event(recipients=["bob"]), event(recipients=["cem", "dan"]), event(recipients=["eve"]))
    cut = packed.slice(1, 3)
    assert [peers(cut, place) for place in range(2)] == [people("cem", "dan"), people("eve")]


def test_nothing_is_packed_as_nothing():
    assert same(pack(), identify(to_columns([]), KEYS))
    assert pack().to_bytes() == bytes(4)


def test_keys_are_made_from_a_secret_of_16_bytes():
    with pytest.raises(SecretError) as raised:
        IdentityKeys.from_secret(bytes(15))
    assert str(raised.value) == "secret: 15 bytes given, at least 16 needed"
    one, other = IdentityKeys.from_secret(bytes(16)), IdentityKeys.from_secret(bytes(17))
    words = np.concatenate([one.words.ravel(), other.words.ravel()])
    assert len(set(words.tolist())) == 32
    assert one.words.tolist() == IdentityKeys.from_secret(bytes(16)).words.tolist()
    assert EVENT.itemsize == 128
