"""Room for one event: memory that it is packed in, and that the next one is packed in after it.

Nothing is made for an event here but the bytes of its ids, and a kernel finds everything by its address.
"""

from __future__ import annotations

import struct
from typing import Final

import numpy as np

from ecluse.events import ID_CHARACTERS_MAX, RECIPIENTS_MAX, Event
from ecluse.ledger.identify import (
    EVENT,
    IDS_AN_EVENT,
    RECORD,
    SEEN_SLOTS,
    Packed,
    encode_ids,
    fields_of,
    hash_ids,
    ids_of,
)
from ecluse.ledger.keys import IdentityKeys

IDS_MAX: Final = IDS_AN_EVENT + RECIPIENTS_MAX
PEERS_MAX: Final = RECIPIENTS_MAX + 1
TEXT_BYTES_MAX: Final = 4 * ID_CHARACTERS_MAX * IDS_MAX
"""Bytes of all ids of one event; pages are taken from the system as they are needed."""

_INTO_RECORD = RECORD.pack_into
_LENGTHS = struct.Struct(f"<{IDS_AN_EVENT + 1}q").pack_into


class Room:
    """Memory for one event of any size.

    events: EVENT, shape (1,). text: uint8, its ids as ``hash_ids`` takes them. lengths: int64, shape (IDS_MAX,). peers,
    places, given, seen: as in ``settle``.
    """

    def __init__(self) -> None:
        self.events = np.zeros(1, EVENT)
        self.text = np.zeros(TEXT_BYTES_MAX, np.uint8)
        self.lengths = np.zeros(IDS_MAX, np.int64)
        self.given = np.zeros(PEERS_MAX, np.uint64)
        self.peers = np.zeros(PEERS_MAX, np.uint64)
        self.places = np.zeros(PEERS_MAX, np.uint16)
        self.seen = np.zeros(SEEN_SLOTS, np.uint64)
        self._record, self._text, self._lengths = self.events.data.cast("B"), self.text.data, self.lengths.data

    def put(self, event: Event) -> None:
        """Put in a checked event, whose ids are still to be hashed. Raises UnicodeEncodeError."""
        sender, event_id, recipients = event.sender, event.id or "", event.recipients
        if recipients is not None and len(recipients) == 1 and _has_no_other_ids(event):
            text = encode_ids((sender, event_id, recipients[0]))
            lengths = len(sender), 0, 0, len(event_id), 0, 0, 0, 0, 0, len(recipients[0])
            _LENGTHS(self._lengths, 0, *lengths)
        else:
            ids = (*ids_of(event), *(recipients or ()))
            text = encode_ids(ids)
            struct.pack_into(f"<{len(ids)}q", self._lengths, 0, *map(len, ids))
        self._text[: len(text)] = text
        _INTO_RECORD(self._record, 0, *fields_of(event))

    def packed(self, kept: int) -> Packed:
        """The event as it lies here, until the next one is put in. kept: its peers, as ``hash_ids`` counted them."""
        return Packed(self.events, self.peers[:kept], self.places[:kept])


def _has_no_other_ids(event: Event) -> bool:
    """Whether an event has only its own id, its sender's and its recipients', as most: that saves a quarter."""
    return (
        event.provider is None
        and event.network is None
        and event.device is None
        and event.tool is None
        and event.group is None
        and event.origin is None
        and event.subject is None
    )


def identify_one(event: Event, keys: IdentityKeys, room: Room) -> Packed:
    """Pack a checked event: the same as ``identify_events`` of one. Raises UnicodeEncodeError."""
    room.put(event)
    kept = hash_ids(room.text, room.lengths, keys.words, room.events, room.given, room.peers, room.places, room.seen)
    return room.packed(kept)
