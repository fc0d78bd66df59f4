"""Identify: from events with ids to packed events with keyed hashes. No id and no text goes further than this.

A packed event is one fixed record; its peers (the distinct recipients but for the sender, in their order, or the group
that is sent to) lie in one array beside it. These are the bytes that kernels read and that the journal keeps.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple, Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ecluse.compiled import kernel, leaf
from ecluse.events import RECIPIENTS_MAX, AccountKind, Chat, Event, Kind, language_number, milliseconds, region_number
from ecluse.ledger.keys import (
    ACCOUNT,
    DEVICE,
    EVENT_ID,
    GROUP,
    NETWORK,
    ORIGIN,
    PROVIDER,
    TOOL,
    IdentityKeys,
)
from ecluse.ledger.layout import MEMBERS_MAX
from ecluse.ledger.siphash import hash_column, siphash

EVENT = np.dtype(
    [
        ("id", "<u8"),  # for deciding once: of the event's id, sender, kind and peers; 0 = no id
        ("sender", "<u8"),
        ("group", "<u8"),  # 0 = none
        ("subject", "<u8"),  # 0 = none
        ("provider", "<u8"),  # 0 = none
        ("network", "<u8"),  # 0 = unknown
        ("tool", "<u8"),  # 0 = unknown
        ("origin", "<u8"),  # 0 = unknown
        ("device", "<u8"),  # 0 = unknown
        ("fingerprint", "<u8"),  # the client's, as it came; 0 = none
        ("at_s", "<u4"),
        ("registered_s", "<u4"),  # 0 = unknown
        ("peers_start", "<u4"),
        ("region", "<u4"),  # by region_number; 0 = unknown
        ("language", "<u4"),  # by language_number; 0 = unknown
        ("text", "<u4"),  # 1 + where its fingerprint begins among the prints; 0 = no text
        ("peers_count", "<u2"),
        ("members", "<u2"),  # 0 = unknown, saturating
        ("kind", "u1"),
        ("sender_kind", "u1"),
        ("hops", "u1"),  # saturating; 1 for a forward that does not say
        ("chat", "u1"),  # of Chat
        ("token", "u1"),  # what is wrong with a forward's hop token, of Fault; 0 = nothing, or none was looked at
        ("reserved", "u1", (15,)),  # zero
    ]
)
assert EVENT.itemsize == 128

KIND_UNKNOWN: Final = 255
"""``sender_kind`` of an event that does not say."""

HOPS_MAX: Final = 255

IDS_AN_EVENT: Final = 9
"""Ids of an event besides its recipients: sender, subject, group, id, provider, network, tool, origin, device."""

SEEN_SLOTS: Final = 2 * RECIPIENTS_MAX

SEND: Final = int(Kind.SEND)
FORWARD: Final = int(Kind.FORWARD)
DIRECT_CHAT: Final = int(Chat.DIRECT)
GROUP_CHAT: Final = int(Chat.GROUP)

_U = np.uint64

RECORD: Final = struct.Struct("<72xQ5I4x2H5B15x")
"""An event's record, as ``fields_of`` gives its fields; its hashes are zeros."""
assert RECORD.size == EVENT.itemsize
_PACK = RECORD.pack

_KIND_WORDS, _ACCOUNT_KIND_WORDS = pa.array(Kind.words()), pa.array(AccountKind.words())
_KINDS = {word: number for number, word in enumerate(Kind.words())}
_SENDER_KINDS: dict[str | None, int] = {word: number for number, word in enumerate(AccountKind.words())}
_SENDER_KINDS[None] = KIND_UNKNOWN
_CHATS = {word: number for number, word in enumerate(Chat.words())}
_CHAT_WORDS = pa.array(Chat.words())
_OTHER_IDS: Final = {"provider": PROVIDER, "network": NETWORK, "tool": TOOL, "origin": ORIGIN, "device": DEVICE}

_LENGTHS: Final = struct.Struct("<II")
_NO_PRINTS: Final = np.zeros(0, np.uint32)


class Packed(NamedTuple):
    """Packed events.

    events: dtype EVENT, shape (n,). peers: uint64, shape (m,), the peers of event i at
    ``peers[peers_start : peers_start + peers_count]``. places: uint16, shape (m,), where each peer stands in its
    event's recipients; it is not kept in the journal. prints: uint32, the fingerprints of the texts, as
    ``ecluse.content.prints`` writes them; no text can be read from them.
    """

    events: np.ndarray
    peers: np.ndarray
    places: np.ndarray
    prints: np.ndarray = _NO_PRINTS

    def to_bytes(self) -> bytes:
        """The packed events as bytes, without places."""
        lengths = _LENGTHS.pack(len(self.events), len(self.peers))
        return b"".join((lengths, self.events.tobytes(), self.peers.tobytes(), self.prints.tobytes()))

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Read what ``to_bytes`` wrote, into arrays that may be written: of one type, kernels are compiled once."""
        data = bytearray(data)
        n_events, n_peers = _LENGTHS.unpack_from(data)
        events = np.frombuffer(data, EVENT, n_events, _LENGTHS.size)
        at = _LENGTHS.size + events.nbytes
        peers = np.frombuffer(data, np.uint64, n_peers, at)
        prints = np.frombuffer(data, np.uint32, -1, at + peers.nbytes)
        return cls(events, peers, np.zeros(len(peers), np.uint16), prints)

    def slice(self, start: int, stop: int) -> Packed:
        """Events [start, stop), with all peers."""
        return self._replace(events=self.events[start:stop])


def identify(batch: pa.RecordBatch, keys: IdentityKeys) -> Packed:
    """Pack a checked batch of ``ecluse.events.SCHEMA``. Cost: about 25 ns an id."""
    events = np.zeros(batch.num_rows, EVENT)
    kind = pc.index_in(batch.column("kind"), _KIND_WORDS).to_numpy(zero_copy_only=False)
    events["kind"] = kind
    events["at_s"] = _seconds(batch.column("at"))
    events["registered_s"] = _seconds(batch.column("registered_at"))
    for name in ("sender", "subject"):
        events[name] = hash_column(batch.column(name), keys.account)
    events["group"] = hash_column(batch.column("group"), keys.group)
    events["id"] = hash_column(batch.column("id"), keys.event)
    for name, sort in _OTHER_IDS.items():
        events[name] = hash_column(batch.column(name), keys.words[sort])
    events["fingerprint"] = batch.column("fingerprint").fill_null(0).to_numpy(zero_copy_only=False)
    events["region"] = _numbers(batch.column("region"), region_number)
    events["language"] = _numbers(batch.column("language"), language_number)
    events["chat"] = _chats(batch.column("chat"), events["group"])
    sender_kind = pc.index_in(batch.column("sender_kind"), _ACCOUNT_KIND_WORDS)
    events["sender_kind"] = sender_kind.fill_null(KIND_UNKNOWN).to_numpy(zero_copy_only=False)
    hops = batch.column("hops").fill_null(1).to_numpy(zero_copy_only=False)
    events["hops"] = np.where(kind == Kind.FORWARD, np.minimum(hops, HOPS_MAX), 0)
    members = batch.column("members").fill_null(0).to_numpy(zero_copy_only=False)
    events["members"] = np.minimum(members, MEMBERS_MAX)
    recipients = batch.column("recipients")
    counts = pc.list_value_length(recipients).fill_null(0).to_numpy(zero_copy_only=False)
    events["peers_start"] = np.cumsum(counts) - counts
    events["peers_count"] = counts
    given = hash_column(recipients.flatten(), keys.account)
    peers, places = _room_for_peers(events, given)
    kept = settle(events, given, peers, places, _seen(int(counts.max(initial=0))))
    return Packed(events, peers[:kept], places[:kept])


def _room_for_peers(events: np.ndarray, given: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    most = len(given) + len(events)  # a group is a peer of its own
    return np.empty(most, np.uint64), np.empty(most, np.uint16)


def _seen(most: int) -> np.ndarray:
    """An empty set for the recipients of one event; ``most`` are those of any event of the batch."""
    return np.zeros(SEEN_SLOTS if most > 1 else 0, np.uint64)


def _numbers(column: pa.Array, number_of: Callable[[str], int]) -> np.ndarray:
    """The number of each code, 0 for none. Loops over the codes that differ."""
    if column.null_count == len(column):
        return np.zeros(len(column), np.uint32)
    coded = column.dictionary_encode()
    numbers = pa.array(list(map(number_of, coded.dictionary.to_pylist())), pa.uint32())
    return numbers.take(coded.indices).fill_null(0).to_numpy(zero_copy_only=False)


def _chats(column: pa.Array, group: np.ndarray) -> np.ndarray:
    """The kind of chat; where it is not said, ``group`` if there is one, else ``direct``."""
    unsaid = np.where(group != 0, np.uint8(Chat.GROUP), np.uint8(Chat.DIRECT))
    if column.null_count == len(column):
        return unsaid
    said = pc.index_in(column, _CHAT_WORDS).fill_null(-1).to_numpy(zero_copy_only=False)
    return np.where(said < 0, unsaid, said).astype(np.uint8)


def _seconds(column: pa.Array) -> np.ndarray:
    return column.cast(pa.int64()).fill_null(0).to_numpy(zero_copy_only=False) // 1000


def fields_of(event: Event) -> tuple[int, ...]:
    """The fields of one checked event's record behind its hashes. peers_count: of all recipients, as given."""
    at, registered_at, members, recipients = event.at, event.registered_at, event.members, event.recipients
    return (
        event.fingerprint or 0,
        (at if type(at) is int else milliseconds(at)) // 1000,
        0 if registered_at is None else milliseconds(registered_at) // 1000,
        0,
        0 if event.region is None else region_number(event.region),
        0 if event.language is None else language_number(event.language),
        0 if recipients is None else len(recipients),
        0 if members is None else min(members, MEMBERS_MAX),
        _KINDS[event.kind],
        _SENDER_KINDS[event.sender_kind],
        0 if event.kind != "forward" else 1 if event.hops is None else min(event.hops, HOPS_MAX),
        (GROUP_CHAT if event.group else DIRECT_CHAT) if event.chat is None else _CHATS[event.chat],
        0,
    )


def ids_of(event: Event) -> tuple[str, ...]:
    """The ids of an event besides its recipients, in the order in which they are hashed; "" for one that it has not."""
    provider, network, tool, origin, device = event.provider, event.network, event.tool, event.origin, event.device
    return (
        event.sender,
        event.subject or "",
        event.group or "",
        event.id or "",
        provider or "",
        network or "",
        tool or "",
        origin or "",
        device or "",
    )


def identify_events(events: Sequence[Event], keys: IdentityKeys) -> Packed:
    """Pack checked events: the same as ``identify``, quicker for a few. Raises UnicodeEncodeError."""
    packed: list[bytes] = []
    ids: list[str] = []
    most = 0
    for event in events:
        recipients = event.recipients or ()
        ids += ids_of(event)
        ids += recipients
        most = max(most, len(recipients))
        packed.append(_PACK(*fields_of(event)))
    records = np.frombuffer(bytearray(b"".join(packed)), EVENT)
    text = np.frombuffer(bytearray(encode_ids(ids)), np.uint8)
    lengths = np.fromiter(map(len, ids), np.int64, len(ids))
    given = np.empty(len(ids) - IDS_AN_EVENT * len(records), np.uint64)
    peers, places = _room_for_peers(records, given)
    kept = hash_ids(text, lengths, keys.words, records, given, peers, places, _seen(most))
    return Packed(records, peers[:kept], places[:kept])


def encode_ids(ids: Sequence[str]) -> bytes:
    """Ids as UTF-8, one behind the other. Raises UnicodeEncodeError, whose ``object`` is the id that can't be."""
    try:
        return "".join(ids).encode()
    except UnicodeEncodeError:
        return b"".join(text.encode() for text in ids)


@kernel
def hash_ids(data, lengths, keys, events, given, peers, places, seen):  # type: ignore[no-untyped-def]
    """Hash the ids of each event (as ``ids_of`` gives them, then its recipients) into its record; then settle.

    data: their UTF-8, uint8. lengths: int64, characters of each. Returns peers written.
    """
    slot, at, start = 0, 0, 0
    for i in range(len(events)):
        event = events[i]
        event.sender, at = _hash_id(data, at, lengths[slot], keys[ACCOUNT])
        event.subject, at = _hash_id(data, at, lengths[slot + 1], keys[ACCOUNT])
        event.group, at = _hash_id(data, at, lengths[slot + 2], keys[GROUP])
        event.id, at = _hash_id(data, at, lengths[slot + 3], keys[EVENT_ID])
        event.provider, at = _hash_id(data, at, lengths[slot + 4], keys[PROVIDER])
        event.network, at = _hash_id(data, at, lengths[slot + 5], keys[NETWORK])
        event.tool, at = _hash_id(data, at, lengths[slot + 6], keys[TOOL])
        event.origin, at = _hash_id(data, at, lengths[slot + 7], keys[ORIGIN])
        event.device, at = _hash_id(data, at, lengths[slot + 8], keys[DEVICE])
        slot += IDS_AN_EVENT
        event.peers_start = start
        for k in range(event.peers_count):
            given[start + k], at = _hash_id(data, at, lengths[slot + k], keys[ACCOUNT])
        slot += event.peers_count
        start += event.peers_count
    return settle(events, given, peers, places, seen)


@leaf
def _hash_id(data, at, length, key):  # type: ignore[no-untyped-def]
    """The hash of the id of so many characters at ``at``, 0 for an empty one, and where the next one is."""
    if length == 0:
        return _U(0), at
    stop = at
    for _ in range(length):
        first = data[stop]  # of a character in UTF-8, which says how many more there are
        stop += 1 + (first >= 0xC0) + (first >= 0xE0) + (first >= 0xF0)
    return siphash(data, at, stop, key[0], key[1]), stop


@kernel
def settle(events, given, peers, places, seen):  # type: ignore[no-untyped-def]
    """Write each event's distinct peers other than its sender to ``peers``, and digest its id. Returns peers written.

    given: hashes of the recipients, at each event's ``peers_start``. peers: uint64, as long as ``given`` and one more
    an event, for a group that is sent to is the one peer. places[k]: where peer k stood in its event's recipients.
    seen: uint64, shape (SEEN_SLOTS,), zeros, left so; it may be empty if no event has more than one recipient.
    """
    kept = 0
    for i in range(len(events)):
        event = events[i]
        start, count, first = event.peers_start, event.peers_count, kept
        if event.group != _U(0) and (event.kind == SEND or event.kind == FORWARD):
            peers[kept], places[kept] = event.group, 0
            kept += 1
        else:
            for k in range(count):
                peer = given[start + k]
                if peer != event.sender and (count == 1 or _add(seen, peer)):
                    peers[kept], places[kept] = peer, k
                    kept += 1
            if count > 1:
                for slot in range(len(seen)):
                    seen[slot] = _U(0)
        event.peers_start = first
        event.peers_count = kept - first
        if event.id != _U(0):
            digest = _mix(_mix(_mix(event.id, event.sender), event.group ^ event.subject), _U(event.kind))
            for k in range(first, kept):
                digest = _mix(digest, peers[k])
            event.id = digest if digest != _U(0) else _U(1)
    return kept


@leaf
def _add(seen, peer):  # type: ignore[no-untyped-def]
    """Add ``peer`` to an open-addressed set. Returns whether it is new."""
    slot = peer & _U(SEEN_SLOTS - 1)
    while seen[slot] != _U(0):
        if seen[slot] == peer:
            return False
        slot = (slot + _U(1)) & _U(SEEN_SLOTS - 1)
    seen[slot] = peer
    return True


@leaf
def _mix(digest, word):  # type: ignore[no-untyped-def]
    """Fold a word into a digest; its inputs are keyed hashes already, so any good mixer does (here SplitMix64's)."""
    digest = (digest ^ word) + _U(0x9E3779B97F4A7C15)
    digest = (digest ^ (digest >> _U(30))) * _U(0xBF58476D1CE4E5B9)
    digest = (digest ^ (digest >> _U(27))) * _U(0x94D049BB133111EB)
    return digest ^ (digest >> _U(31))
