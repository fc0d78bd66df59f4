"""Hop tokens on the way of an event: what a forward's token says goes into its record, before the journal has it.

From there on a record says of a forward how often it was forwarded, from which origin, and what is wrong with its
token; no kernel and no journal knows of keys. The loops here go over forwards that have a token, not over all events:
what each costs is the cryptography.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pyarrow as pa

from ecluse.events import Event
from ecluse.forwarding import Checked, Fault, ForwardTokens
from ecluse.ledger.identify import (
    EVENT,
    FORWARD,
    HOPS_MAX,
    SEND,
    Packed,
)


def check_events(tokens: ForwardTokens, events: Sequence[Event], packed: Packed) -> None:
    """Write what the tokens of forwards say into their records. packed: of these events."""
    for place, event in enumerate(events):
        if event.kind == "forward":
            _check(tokens, packed.events, place, event.forward_token, event.sender, event.text)


def check_columns(tokens: ForwardTokens, batch: pa.RecordBatch, packed: Packed) -> None:
    """The same of a batch of ``ecluse.events.SCHEMA``."""
    column = batch.column("forward_token")
    looked_at = packed.events["kind"] == FORWARD
    if not tokens.required:
        looked_at &= column.is_valid().to_numpy(zero_copy_only=False)
    senders, texts = batch.column("sender"), batch.column("text")
    for place in np.flatnonzero(looked_at).tolist():
        token, sender, text = column[place].as_py(), senders[place].as_py(), texts[place].as_py()
        _check(tokens, packed.events, place, token, sender, text)


def _check(
    tokens: ForwardTokens, records: np.ndarray, place: int, token: str | None, sender: str, text: str | None
) -> None:
    checked = tokens.check(token, holder=sender, at_s=int(records["at_s"][place]), content=_content(text))
    if checked is not None:
        write_checked(records[place], checked)


def write_checked(record: Any, checked: Checked) -> None:
    """Write into a forward's record (dtype EVENT) what its token says; if that is at fault, its fault alone."""
    record["token"] = checked.fault
    if checked.fault is Fault.NONE:
        record["hops"] = min(checked.hops + 1, HOPS_MAX)
        record["origin"] = checked.origin


def root_token(tokens: ForwardTokens, packed: Packed, place: int, text: str | None) -> str | None:
    """The root token of message ``place``; None if the event is no message, or its own token is at fault."""
    # one by one from NumPy takes ten times as long
    event = _SEEN.unpack_from(packed.events.data, place * EVENT.itemsize)
    event_id, sender, group, origin, at_s, start, count, kind, hops, fault = event
    if kind not in (SEND, FORWARD) or fault != Fault.NONE:
        return None
    if origin == 0:
        origin = origin_of(event_id, sender, group, at_s, packed.peers[start : start + count])
    return tokens.issue(origin=origin, hops=hops, issued_s=at_s, content=_content(text))


_SEEN: Final = struct.Struct("<3Q32xQ16xI4xI12xH2xBxBxB15x")
"""Of an event's record: id, sender, group, origin, at_s, peers_start, peers_count, kind, hops, token."""
assert _SEEN.size == EVENT.itemsize
_KNOWN_BY: Final = struct.Struct("<QQQI")


def origin_of(event_id: int, sender: int, group: int, at_s: int, peers: np.ndarray) -> int:
    """The origin of a message that names none, from 1 on: of its id, sender, group, second and peers, all hashed.

    Messages without an id from one sender to the same peers in one second have one origin.
    """
    known = _KNOWN_BY.pack(event_id, sender, group, at_s) + peers.tobytes()
    digest = hashlib.blake2b(known, digest_size=8, person=b"ecluse:origin").digest()
    return int.from_bytes(digest, "little") or 1


def _content(text: str | None) -> bytes | None:
    return None if text is None else text.encode(errors="surrogatepass")
