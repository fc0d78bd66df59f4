"""Administrative acts as packed events: how they are written, and what they do in the gate.

An act uses the fields of an event's record for its own: sender is the keyed hash of its subject, group the number of
the restriction, subject that of the sanction, registered_s and region from when until when, members the new contacts a
day, hops the capability, sender_kind the sort of subject, chat whether it is laid or lifted, token whether the device
of an account goes with it. An account that is erased is its sender; chat says so, and it has no other field.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import numpy as np

from ecluse.compiled import kernel
from ecluse.errors import InputError
from ecluse.gate.erasure import erase_account
from ecluse.ledger.allocation import ARENA, find_or_create
from ecluse.ledger.identify import EVENT, Packed
from ecluse.ledger.keys import DEVICE, NETWORK, IdentityKeys
from ecluse.ledger.memory import poke_u8
from ecluse.ledger.record import STATUS
from ecluse.ledger.standing import (
    ACT,
    ERASE,
    FOREVER,
    LAY,
    LIFT,
    SORTS,
    Capability,
    SubjectSort,
    device_of,
    drop_ended,
    first_of,
    lay,
    lift,
)

RESTRICTED: Final = 1
"""Status of a ledger whose account has restrictions."""
SECOND_MAX: Final = (1 << 32) - 1
NEW_CONTACTS_MAX: Final = (1 << 16) - 1
ACCOUNT_SORT: Final = int(SubjectSort.ACCOUNT)
DEVICE_SORT: Final = int(SubjectSort.DEVICE)
REGISTERING: Final = int(Capability.REGISTER)

_U = np.uint64


class Restrict(NamedTuple):
    """A restriction is laid. number, sanction: in the records, from 1. until_s: None: until it is lifted.

    new_contacts: a day, with NEW_CONTACTS. with_device: the device by which an account was seen last can't register.
    """

    sort: SubjectSort
    subject: str
    number: int
    sanction: int
    capability: Capability
    from_s: int
    until_s: int | None = None
    new_contacts: int = 0
    with_device: bool = False


class Lift(NamedTuple):
    """A restriction is lifted, with the device's that went with it."""

    number: int


class Erase(NamedTuple):
    """All that is remembered of an account goes; its restrictions stay."""

    account: str


Act = Restrict | Lift | Erase


def pack_acts(acts: Sequence[Act], keys: IdentityKeys, at_s: int) -> Packed:
    """Acts of second ``at_s`` as packed events. Raises InputError."""
    events = np.zeros(len(acts), EVENT)
    events["kind"], events["at_s"] = ACT, at_s
    for event, act in zip(events, acts, strict=True):
        if isinstance(act, Erase):
            event["chat"], event["sender"] = ERASE, keys.of_account(act.account)
            continue
        event["group"] = _number("number", act.number, 1, (1 << 53) - 1)
        if isinstance(act, Lift):
            event["chat"] = LIFT
            continue
        event["chat"] = LAY
        event["sender"] = _key(act.sort, act.subject, keys)
        event["subject"] = _number("sanction", act.sanction, 1, (1 << 53) - 1)
        event["registered_s"] = _number("from_s", act.from_s, 0, SECOND_MAX)
        event["region"] = FOREVER if act.until_s is None else _number("until_s", act.until_s, 1, SECOND_MAX)
        event["members"] = _number("new_contacts", act.new_contacts, 0, NEW_CONTACTS_MAX)
        event["hops"], event["sender_kind"], event["token"] = act.capability, act.sort, act.with_device
    return Packed(events, np.zeros(0, np.uint64), np.zeros(0, np.uint16))


def _key(sort: SubjectSort, subject: str, keys: IdentityKeys) -> int:
    match sort:
        case SubjectSort.ACCOUNT:
            return keys.of_account(subject)
        case SubjectSort.PROVIDER:
            return keys.of_provider(subject)
        case SubjectSort.NETWORK:
            return keys.of(NETWORK, subject)
        case SubjectSort.DEVICE:
            return keys.of(DEVICE, subject)


def _number(field: str, value: int, least: int, most: int) -> int:
    if not least <= value <= most:
        raise InputError(field, value, f"from {least} to {most}")
    return value


@kernel
def apply_act(control: Any, standing: Any, act: Any) -> None:
    """Do what an act says. If there is no room, what ended goes; if there is still none, nothing is laid."""
    if act.chat == LIFT:
        lift(standing, act.group)
        return
    if act.chat == ERASE:
        erase_account(control, standing.devices, act.sender)
        return
    sort = np.int64(act.sender_kind)
    if standing.starts[SORTS] + 2 > len(standing.entries):
        drop_ended(standing, np.int64(act.at_s))
    if not lay(standing, sort, act.sender, act):
        return
    if sort == ACCOUNT_SORT:
        place = find_or_create(control, act.sender)
        if place != 0:
            poke_u8(control[ARENA], place + STATUS, RESTRICTED)
        if act.token != 0:
            device = device_of(standing.devices, act.sender)
            if device != _U(0) and lay(standing, DEVICE_SORT, device, act):
                _only_registrations(standing, device, act.group)


@kernel
def _only_registrations(standing: Any, device: Any, number: Any) -> None:
    """Let the restriction of a device be about registering: it goes with an account's that may be about anything."""
    place = first_of(standing, DEVICE_SORT, device)
    while standing.entries[place].restriction != number:
        place += 1
    standing.entries[place].capability = REGISTERING
