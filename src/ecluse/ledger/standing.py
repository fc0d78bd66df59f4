"""Standing: which capabilities are taken from whom, from when until when. One bounded table beside the ledgers.

A ledger's header says by its status byte whether its account has anything here, so an account in good standing costs
one comparison. Providers, networks and devices have no ledger: for them one comparison says whether there is anything
at all. What is here came as packed events of the kind ACT in the journal, so recovery and replay know it exactly.
"""

from __future__ import annotations

from enum import IntEnum, IntFlag
from typing import Any, Final, NamedTuple, Self

import numpy as np

from ecluse.compiled import kernel, leaf
from ecluse.errors import InputError

ACT: Final = 200
"""``kind`` of a packed event that is an administrative act. No event from outside has it."""

LAY: Final = 0
LIFT: Final = 1
ERASE: Final = 2
RATE: Final = 3
UNRATE: Final = 4
ASK: Final = 5

FOREVER: Final = 0
"""``until_s`` of what lasts until it is lifted."""


class Capability(IntFlag):
    """What can be taken from an account, each by itself."""

    START = 1
    """To write to whoever never wrote to it."""
    ANSWER = 2
    """To write to whoever did."""
    ADD = 4
    """To create groups and add people to them."""
    FORWARD = 8
    """To forward."""
    REGISTER = 16
    """To register."""
    SEND = 32
    """To send or forward at all."""
    ALL = 64
    """To do anything but report and block."""
    NEW_CONTACTS = 128
    """To write to more than so many people a day who never wrote to it."""

    @property
    def word(self) -> str:
        """The capability as records, terms and verdicts write it."""
        return str(self.name).lower()

    @classmethod
    def of(cls, word: str) -> Self:
        """The capability that ``word`` names. Raises KeyError."""
        return cls[word.upper()]


class SubjectSort(IntEnum):
    """Whose standing it is."""

    ACCOUNT = 0
    PROVIDER = 1
    NETWORK = 2
    """Holds back registrations."""
    DEVICE = 3
    """Holds back registrations."""


SORTS: Final = len(SubjectSort)

RESTRICTION = np.dtype(
    [
        ("key", "<u8"),  # keyed hash of the subject's id
        ("restriction", "<u8"),  # its number in the records
        ("sanction", "<u8"),  # the number of the sanction that it belongs to
        ("from_s", "<u4"),
        ("until_s", "<u4"),  # FOREVER: until it is lifted
        ("new_contacts", "<u2"),  # a day, with NEW_CONTACTS
        ("capability", "u1"),
        ("sort", "u1"),
        ("reserved", "<u4"),
    ]
)
assert RESTRICTION.itemsize == 40

BYTES_A_RESTRICTION: Final = 1 << 12
"""Bytes of memory for ledgers to each restriction that there is room for."""
RESTRICTIONS_MIN: Final = 1 << 10
DEVICE_WAYS: Final = 4
DEVICES_MIN: Final = 1 << 10
BYTES_A_DEVICE: Final = 1 << 10

_U = np.uint64


class Standing(NamedTuple):
    """All restrictions. entries: RESTRICTION, shape (n,), by sort, then key, then number; the first ``starts[SORTS]``
    are there. starts: int64, shape (SORTS + 1,), where each sort begins. devices: uint64, shape (m, 2), the device by
    which an account was seen last, by the account's hash, in sets of four; 0 = free.
    """

    entries: np.ndarray
    starts: np.ndarray
    devices: np.ndarray

    @classmethod
    def empty(cls, memory_bytes: int) -> Self:
        """Room in proportion to the memory of the ledgers: about 1 % of it for restrictions, 1.6 % for devices."""
        devices = max(DEVICES_MIN, 1 << (memory_bytes // BYTES_A_DEVICE).bit_length() - 1)
        return cls(
            np.zeros(max(RESTRICTIONS_MIN, memory_bytes // BYTES_A_RESTRICTION), RESTRICTION),
            np.zeros(SORTS + 1, np.int64),
            np.zeros((devices, 2), np.uint64),
        )

    @classmethod
    def restored(cls, memory_bytes: int, entries: np.ndarray, starts: np.ndarray, devices: np.ndarray) -> Self:
        """What a snapshot kept. Raises InputError if there is no room for it."""
        found = cls.empty(memory_bytes)
        if len(entries) > len(found.entries):
            least = len(entries) * BYTES_A_RESTRICTION
            raise InputError("memory_bytes", memory_bytes, f"at least {least}, for the restrictions of the snapshot")
        found.entries[: len(entries)] = entries
        return cls(found.entries, starts.copy(), devices.copy())

    @property
    def used(self) -> int:
        """How many restrictions there are."""
        return int(self.starts[SORTS])


@leaf
def first_of(standing: Any, sort: int, key: Any) -> int:
    """The place of the first restriction of a subject; if it has none, where one would stand."""
    low, high = standing.starts[sort], standing.starts[sort + 1]
    while low < high:
        middle = (low + high) >> 1
        if standing.entries[middle].key < key:
            low = middle + 1
        else:
            high = middle
    return low


@kernel
def lay(standing: Any, sort: int, key: Any, act: Any) -> bool:
    """Lay a restriction, in the place of the one of the same number if there is one. False: there is no room."""
    stop = standing.starts[sort + 1]
    place = first_of(standing, sort, key)
    while place < stop and standing.entries[place].key == key and standing.entries[place].restriction < act.group:
        place += 1
    known = place < stop and standing.entries[place].key == key and standing.entries[place].restriction == act.group
    if not known:
        if standing.starts[SORTS] == len(standing.entries):
            return False
        for k in range(standing.starts[SORTS], place, -1):
            _copy(standing.entries[k - 1], standing.entries[k])
        for later in range(sort + 1, SORTS + 1):
            standing.starts[later] += 1
    entry = standing.entries[place]
    entry.key = key
    entry.restriction = act.group
    entry.sanction = act.subject
    entry.from_s = act.registered_s
    entry.until_s = act.region
    entry.new_contacts = act.members
    entry.capability = act.hops
    entry.sort = sort
    return True


@kernel
def lift(standing: Any, number: Any) -> None:
    """Take away every restriction of a number: of an account, and of the device that goes with it."""
    _keep(standing, number, 0)


@kernel
def drop_ended(standing: Any, at_s: int) -> None:
    """Take away what ended over a day before ``at_s``, to make room."""
    _keep(standing, _U(0), max(0, at_s - 86_400))


@kernel
def drop_of(standing: Any, sort: int, key: Any) -> None:
    """Take away all restrictions of a subject."""
    first = first_of(standing, sort, key)
    stop = first
    while stop < standing.starts[sort + 1] and standing.entries[stop].key == key:
        stop += 1
    for k in range(stop, standing.starts[SORTS]):
        _copy(standing.entries[k], standing.entries[k - (stop - first)])
    for later in range(sort + 1, SORTS + 1):
        standing.starts[later] -= stop - first


@leaf
def _keep(standing: Any, number: Any, ended_s: int) -> None:
    """Keep all but those of a number (if it is not 0) and those that ended before ``ended_s``."""
    kept, first = 0, 0
    for sort in range(SORTS):
        stop = standing.starts[sort + 1]
        for k in range(first, stop):
            entry = standing.entries[k]
            over = entry.until_s != FOREVER and np.int64(entry.until_s) < ended_s
            if not over and (number == _U(0) or entry.restriction != number):
                if kept != k:
                    _copy(entry, standing.entries[kept])
                kept += 1
        first = stop
        standing.starts[sort + 1] = kept


@leaf
def _copy(source: Any, target: Any) -> None:
    target.key = source.key
    target.restriction = source.restriction
    target.sanction = source.sanction
    target.from_s = source.from_s
    target.until_s = source.until_s
    target.new_contacts = source.new_contacts
    target.capability = source.capability
    target.sort = source.sort


@leaf
def note_device(devices: Any, account: Any, device: Any) -> None:
    """Remember by which device an account was seen. Of a full set the account goes that was entered longest ago."""
    first = np.int64(account & _U(len(devices) // DEVICE_WAYS - 1)) * DEVICE_WAYS
    for slot in range(first, first + DEVICE_WAYS):
        if devices[slot, 0] == account or devices[slot, 0] == _U(0):
            devices[slot, 0] = account
            devices[slot, 1] = device
            return
    for slot in range(first, first + DEVICE_WAYS - 1):
        devices[slot, 0] = devices[slot + 1, 0]
        devices[slot, 1] = devices[slot + 1, 1]
    devices[first + DEVICE_WAYS - 1, 0] = account
    devices[first + DEVICE_WAYS - 1, 1] = device


@leaf
def device_of(devices: Any, account: Any) -> Any:
    """The device by which an account was seen last; 0 if that is not known."""
    first = np.int64(account & _U(len(devices) // DEVICE_WAYS - 1)) * DEVICE_WAYS
    for slot in range(first, first + DEVICE_WAYS):
        if devices[slot, 0] == account:
            return devices[slot, 1]
    return _U(0)
