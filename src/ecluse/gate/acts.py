"""Administrative acts as packed events: how they are written, and what they do in the gate.

An act uses the fields of an event's record for its own: sender is the keyed hash of its subject, group the number of
the restriction, subject that of the sanction, registered_s and region from when until when, members the new contacts a
day, hops the capability, sender_kind the sort of subject, chat whether it is laid or lifted, token whether the device
of an account goes with it. An account that is erased is its sender; chat says so, and it has no other field. Of a
fact-check the sender is the cluster, group its number, registered_s its truth in thousand-millionths and one, 0 = not
said. What is only asked for its cluster has a text.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import numpy as np

from ecluse.campaigns.forgetting import forget_account
from ecluse.compiled import kernel
from ecluse.content.checks import drop_check, put_check
from ecluse.content.ledgers import CONTENT, key_of
from ecluse.content.once import count_all_of
from ecluse.errors import InputError
from ecluse.gate.erasure import erase_account
from ecluse.ledger.allocation import ARENA, find_or_create
from ecluse.ledger.identify import EVENT, Packed
from ecluse.ledger.keys import DEVICE, NETWORK, IdentityKeys
from ecluse.ledger.memory import poke_u8
from ecluse.ledger.record import STATUS
from ecluse.ledger.standing import (
    ACT,
    ASK,
    ERASE,
    FOREVER,
    LAY,
    LIFT,
    RATE,
    SORTS,
    UNRATE,
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
TRUTH_PARTS: Final = 1_000_000_000
CLUSTER_MAX: Final = (1 << 64) - 1

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


class Rate(NamedTuple):
    """A content has a fact-check: the one of ``number`` in the records counts. truth: 0 to 1; None: it is not said."""

    cluster: int
    number: int
    truth: float | None


class Unrate(NamedTuple):
    """A content has no fact-check any more."""

    cluster: int


Act = Restrict | Lift | Erase | Rate | Unrate


def pack_acts(acts: Sequence[Act], keys: IdentityKeys, at_s: int) -> Packed:
    """Acts of second ``at_s`` as packed events. Raises InputError."""
    events = np.zeros(len(acts), EVENT)
    events["kind"], events["at_s"] = ACT, at_s
    for event, act in zip(events, acts, strict=True):
        if isinstance(act, Erase):
            event["chat"], event["sender"] = ERASE, keys.of_account(act.account)
            continue
        if isinstance(act, Rate | Unrate):
            _pack_rating(event, act)
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


def _pack_rating(event: Any, act: Rate | Unrate) -> None:
    event["sender"] = _number("cluster", act.cluster, 1, CLUSTER_MAX)
    event["chat"] = UNRATE
    if isinstance(act, Rate):
        event["chat"], event["group"] = RATE, _number("number", act.number, 1, (1 << 53) - 1)
        if act.truth is not None:
            if not 0 <= act.truth <= 1:
                raise InputError("truth", act.truth, "from 0 to 1")
            event["registered_s"] = 1 + round(act.truth * TRUTH_PARTS)


def pack_asked(prints: np.ndarray, starts: np.ndarray, at_s: int) -> Packed:
    """Texts whose clusters are asked for at ``at_s``, as packed events. starts: where each one's prints begin."""
    events = np.zeros(len(starts), EVENT)
    events["kind"], events["chat"], events["at_s"], events["text"] = ACT, ASK, at_s, starts + 1
    return Packed(events, np.zeros(0, np.uint64), np.zeros(0, np.uint16), prints)


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
def apply_act(control: Any, standing: Any, ledgers: Any, graph: Any, act: Any) -> None:
    """Do what an act says. If there is no room, what ended goes; if there is still none, nothing is laid."""
    if act.chat >= RATE:
        _rate(ledgers, act)
        return
    if act.chat == LIFT:
        lift(standing, act.group)
        return
    if act.chat == ERASE:
        erase_account(control, standing.devices, act.sender)
        forget_account(graph, act.sender)
        count_all_of(ledgers, act.sender)
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
def _rate(ledgers: Any, act: Any) -> None:
    """Set or take away a content's fact-check; of a text that is asked for, its cluster was found before."""
    key = key_of(CONTENT, act.sender)
    if act.chat == RATE:
        truth = (np.int64(act.registered_s) - 1) / TRUTH_PARTS if act.registered_s != 0 else np.nan
        put_check(ledgers.checks, ledgers.checked, key, act.sender, act.group, truth)
    elif act.chat == UNRATE:
        drop_check(ledgers.checks, ledgers.checked, key)


@kernel
def _only_registrations(standing: Any, device: Any, number: Any) -> None:
    """Let the restriction of a device be about registering: it goes with an account's that may be about anything."""
    place = first_of(standing, DEVICE_SORT, device)
    while standing.entries[place].restriction != number:
        place += 1
    standing.entries[place].capability = REGISTERING
