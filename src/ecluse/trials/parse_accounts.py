"""The accounts of a case: what the service knows of them, and whom they were in touch with before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec
import yaml

from ecluse.errors import InputError
from ecluse.events import Event, check_event
from ecluse.terms.faults import quoted
from ecluse.terms.nodes import Value
from ecluse.trials.document import Account, Trace
from ecluse.trials.names import read_names
from ecluse.trials.times import Pace, read_length

FIELDS: Final = {
    "kind": "sender_kind",
    "region": "region",
    "language": "language",
    "provider": "provider",
    "tool": "tool",
    "network": "network",
}
"""Fields of an account, and what they are called on an event."""

WAYS: Final = ("talked_with", "heard_from", "wrote_to")
"""How an account was in touch with others: both wrote, only they, only it."""

_HISTORY_PACE: Final = Pace(60, about=True)
_ANSWER_S: Final = 30


def read_accounts(value: Value | None) -> dict[str, Account]:
    """Accounts by name; a name may be a range."""
    accounts: dict[str, Account] = {}
    for names, item in _entries(value):
        account = _account(item)
        for name in names:
            if name in accounts:
                item.blame(f"the account {quoted(name)} is there already")
                break
            accounts[name] = account
    return accounts


def _entries(value: Value | None) -> list[tuple[tuple[str, ...], Value]]:
    """The entries of a mapping from names to accounts."""
    if value is None:
        return []
    if not isinstance(value.node, yaml.MappingNode):
        value.blame(f"expected accounts by name, got {value.type}")
        return []
    entries = []
    for key, node in value.node.value:
        names = read_names(Value(key, value.path, value.faults))
        shown = key.value if isinstance(key, yaml.ScalarNode) else "?"
        entries.append((names, Value(node, f"{value.path}.{shown}", value.faults)))
    return entries


def _account(value: Value) -> Account:
    given = value.fields((), (*FIELDS, "age", "history"))
    known: dict[str, str] = {}
    for name, field in FIELDS.items():
        text = given[name].scalar("text", numbers=True) if name in given else None
        if text is not None and is_right(given[name], {field: text}):
            known[field] = text
    items = given["history"].items("what was before") if "history" in given else None
    history = [trace for item in items or () if (trace := _trace(item)) is not None]
    return Account(known, read_length(given.get("age")), tuple(history))


def is_right(value: Value, fields: Mapping[str, object]) -> bool:
    """Whether an event may have such a value; blames it if not."""
    try:
        event = Event(kind="send", at=1_600_000_000_000, sender="-", recipients=["-"])
        check_event(msgspec.structs.replace(event, **fields))
    except InputError as error:
        value.blame(f"{error.value} is not {error.expected}")
        return False
    return True


def _trace(value: Value) -> Trace | None:
    given = value.fields(("ago",), WAYS)
    ways = [way for way in WAYS if way in given]
    if len(ways) != 1:
        value.blame(f"expected one of {', '.join(map(quoted, WAYS))}")
        return None
    names, ago_s = read_names(given[ways[0]]), read_length(given.get("ago"))
    return None if ago_s is None else Trace(ways[0], names, ago_s)


def history(accounts: dict[str, Account], now_s: int) -> list[Event]:
    """What happened before second ``now_s``, in the order of time: about a minute apart, until ``ago`` before it.

    Of those who talked, the account wrote first, and was answered half a minute later.
    """
    events: list[tuple[int, Event]] = []
    for name, account in accounts.items():
        for trace in account.history:
            offsets = _HISTORY_PACE.seconds(len(trace.names))
            start_s = now_s - trace.ago_s - offsets[-1] - _ANSWER_S if offsets else now_s
            for peer, offset in zip(trace.names, offsets, strict=True):
                at_s = start_s + offset
                if trace.way != "heard_from":
                    events.append((at_s, _message(accounts, name, peer, at_s, now_s)))
                if trace.way != "wrote_to":
                    events.append((at_s + _ANSWER_S, _message(accounts, peer, name, at_s + _ANSWER_S, now_s)))
    events.sort(key=lambda pair: pair[0])
    return [event for _, event in events]


def _message(accounts: dict[str, Account], sender: str, peer: str, at_s: int, now_s: int) -> Event:
    return Event(
        kind="send", at=1_000 * at_s, sender=sender, recipients=[peer], **known_of(accounts.get(sender), now_s)
    )


def known_of(account: Account | None, now_s: int) -> dict[str, Any]:
    """The fields that an account's events have. now_s: when the case begins, which ages are counted from."""
    if account is None:
        return {}
    known: dict[str, Any] = dict(account.fields)
    if account.age_s is not None:
        known["registered_at"] = 1_000 * (now_s - account.age_s)
    return known
