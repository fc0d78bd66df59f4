"""The rooms that a policy server is in: their version, and how many people are there; kept in a file.

Members come with the answer to joining and then as events, which homeservers send to everyone in a room. Those are
written now and then (``keep``), and not one by one.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import Any

import msgspec

from ecluse.errors import EcluseError

MEMBERS_KEPT = 1_000
"""Members of a room that are known by name; of larger ones only their number is counted on from there."""


class RoomsFullError(EcluseError):
    """The server is in as many rooms as it may be."""


class KnownRoom(msgspec.Struct):
    """A room. members: the joined ones, up to MEMBERS_KEPT. more: how many others."""

    version: str
    via: str
    members: list[str] = []
    more: int = 0

    @property
    def people(self) -> int:
        """How many are joined."""
        return len(self.members) + self.more


class Rooms:
    """The rooms in a file, made if it is absent. rooms_max: how many there may be."""

    def __init__(self, path: Path, rooms_max: int) -> None:
        self._path, self._rooms_max = path, rooms_max
        self._rooms: dict[str, KnownRoom] = {}
        self._is_changed = False
        with contextlib.suppress(FileNotFoundError):
            self._rooms = msgspec.json.decode(path.read_bytes(), type=dict[str, KnownRoom])

    def __contains__(self, room_id: object) -> bool:
        return room_id in self._rooms

    def __len__(self) -> int:
        return len(self._rooms)

    def get(self, room_id: str) -> KnownRoom | None:
        """A room that it is in; None if it is not."""
        return self._rooms.get(room_id)

    def names(self) -> list[str]:
        """The ids of all rooms."""
        return list(self._rooms)

    def joined(self, room_id: str, version: str, via: str, members: list[str]) -> None:
        """It is in a room now. Raises RoomsFullError."""
        if room_id not in self._rooms and len(self._rooms) >= self._rooms_max:
            raise RoomsFullError(f"{self._rooms_max} rooms are all that there may be")
        kept = members[:MEMBERS_KEPT]
        self._rooms[room_id] = KnownRoom(version, via, kept, len(members) - len(kept))
        self._save()

    def left(self, room_id: str) -> None:
        """It is in a room no longer."""
        if self._rooms.pop(room_id, None) is not None:
            self._save()

    def saw(self, event: dict[str, Any]) -> None:
        """Somebody's membership changed, as an event says."""
        room, name, content = self._rooms.get(str(event.get("room_id"))), event.get("state_key"), event.get("content")
        if room is None or not isinstance(name, str) or not isinstance(content, dict):
            return
        is_in, joins = name in room.members, content.get("membership") == "join"
        self._is_changed = self._is_changed or joins != is_in
        if joins and not is_in:
            if len(room.members) < MEMBERS_KEPT:
                room.members.append(name[:255])
            else:
                room.more += 1
        elif not joins and is_in:
            room.members.remove(name)

    def keep(self) -> None:
        """Write who has come and gone since the last time. Raises OSError."""
        if self._is_changed:
            self._save()

    def _save(self) -> None:
        self._is_changed = False
        beside = self._path.with_suffix(".new")
        beside.write_bytes(msgspec.json.encode(self._rooms))
        os.replace(beside, self._path)
