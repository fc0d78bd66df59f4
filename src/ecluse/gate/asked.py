"""The events as they were asked about, so that a verdict can name them: their ids, and those of the peers dropped."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import pyarrow as pa

from ecluse.events import Event
from ecluse.forwarding import ForwardTokens
from ecluse.gate.forwarding import root_token
from ecluse.ledger.identify import Packed
from ecluse.ledger.room import Room


class Asked(Protocol):
    """What verdicts need of the events that they are on."""

    def event_id(self, place: int) -> str | None:
        """The id of event ``place``."""

    def event_ids(self, n: int) -> pa.Array:
        """The ids of all ``n`` events, as a column."""

    def language(self, place: int) -> str | None:
        """The language of the sender of event ``place``."""

    def peers(self, place: int, peers: Sequence[int]) -> list[str]:
        """The ids of some of an event's peers, by their places among its distinct peers."""

    @property
    def issues(self) -> bool:
        """Whether messages that are let through get a hop token."""

    def forward_token(self, place: int) -> str | None:
        """The root token of message ``place``; None if tokens are not issued, or not for this event."""


class Nameless:
    """Events known by their hashes alone, as from a journal."""

    def event_id(self, place: int) -> str | None:
        """None: hashes have no way back."""
        return None

    def event_ids(self, n: int) -> pa.Array:
        """Nulls."""
        return pa.nulls(n, pa.string())

    def language(self, place: int) -> str | None:
        """None: it is not kept."""
        return None

    def peers(self, place: int, peers: Sequence[int]) -> list[str]:
        """None of them."""
        return []

    @property
    def issues(self) -> bool:
        """No."""
        return False

    def forward_token(self, place: int) -> str | None:
        """None: who it is for is not known any more."""
        return None


class AskedEvents:
    """Events given as structs. tokens: what their messages get tokens of, if they do."""

    def __init__(self, events: Sequence[Event], packed: Packed, tokens: ForwardTokens | None = None) -> None:
        self._events, self._packed, self._tokens = events, packed, tokens

    def event_id(self, place: int) -> str | None:
        """The id of event ``place``."""
        return self._events[place].id

    def event_ids(self, n: int) -> pa.Array:
        """The ids of all events."""
        return pa.array([event.id for event in self._events], pa.string())

    def language(self, place: int) -> str | None:
        """The language of its sender."""
        return self._events[place].language

    def peers(self, place: int, peers: Sequence[int]) -> list[str]:
        """The ids of some of its peers."""
        event = self._events[place]
        return _names(event.group, event.recipients, self._packed, place, peers)

    @property
    def issues(self) -> bool:
        """Whether there are tokens."""
        return self._tokens is not None

    def forward_token(self, place: int) -> str | None:
        """The root token of one of them."""
        tokens = self._tokens
        return None if tokens is None else root_token(tokens, self._packed, place, self._events[place].text)


class AskedOne:
    """One event, as a struct, in a room, with no tokens. peers: how many distinct ones it has."""

    def __init__(self, event: Event, room: Room, peers: int) -> None:
        self._event, self._room, self._peers = event, room, peers

    def event_id(self, place: int) -> str | None:
        """Its id."""
        return self._event.id

    def event_ids(self, n: int) -> pa.Array:
        """Its id, as a column."""
        return pa.array([self._event.id], pa.string())

    def language(self, place: int) -> str | None:
        """The language of its sender."""
        return self._event.language

    def peers(self, place: int, peers: Sequence[int]) -> list[str]:
        """The ids of some of its peers."""
        return _names(self._event.group, self._event.recipients, self._room.packed(self._peers), 0, peers)

    @property
    def issues(self) -> bool:
        """No."""
        return False

    def forward_token(self, place: int) -> str | None:
        """None."""
        return None


class AskedColumns:
    """Events given as a batch of ``ecluse.events.SCHEMA``. tokens: what their messages get tokens of, if they do."""

    def __init__(self, batch: pa.RecordBatch, packed: Packed, tokens: ForwardTokens | None = None) -> None:
        self._batch, self._packed, self._tokens = batch, packed, tokens
        self._no_text = tokens is None or batch.column("text").null_count == batch.num_rows

    def event_id(self, place: int) -> str | None:
        """The id of event ``place``."""
        return self._batch.column("id")[place].as_py()

    def event_ids(self, n: int) -> pa.Array:
        """The column of ids."""
        return self._batch.column("id")

    def language(self, place: int) -> str | None:
        """The language of its sender."""
        language: str | None = self._batch.column("language")[place].as_py()
        return language

    def peers(self, place: int, peers: Sequence[int]) -> list[str]:
        """The ids of some of its peers."""
        group = self._batch.column("group")[place].as_py()
        recipients = self._batch.column("recipients")[place].as_py()
        return _names(group, recipients, self._packed, place, peers)

    @property
    def issues(self) -> bool:
        """Whether there are tokens."""
        return self._tokens is not None

    def forward_token(self, place: int) -> str | None:
        """The root token of one of them."""
        if self._tokens is None:
            return None
        text = None if self._no_text else self._batch.column("text")[place].as_py()
        return root_token(self._tokens, self._packed, place, text)


def _names(
    group: str | None, recipients: list[str] | None, packed: Packed, place: int, peers: Sequence[int]
) -> list[str]:
    if not peers:
        return []
    if group is not None:
        return [group]
    if recipients is None:
        return []
    start = int(packed.events["peers_start"][place])
    places: np.ndarray = packed.places
    return [recipients[int(places[start + k])] for k in peers]
