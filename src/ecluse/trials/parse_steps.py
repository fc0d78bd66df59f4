"""The steps of a case: who does what, how often and when. One line may stand for a thousand events."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import msgspec

from ecluse.errors import InputError
from ecluse.events import Chat, Event, Kind, check_event
from ecluse.forwarding import FAULTS, Fault
from ecluse.terms import fields
from ecluse.terms.faults import quoted
from ecluse.terms.nodes import Value
from ecluse.trials.document import DELIVERIES_MAX, EVENTS_MAX, Account, Expectation
from ecluse.trials.names import read_names
from ecluse.trials.parse_accounts import is_right, known_of
from ecluse.trials.parse_expect import read_expect
from ecluse.trials.times import Pace, read_length, read_pace

PLAIN: Final = {"members": int, "hops": int, "fingerprint": int, "chat": str, "origin": str, "text": str, "id": str}
"""Fields of a step that its events have as they stand."""

OF_SENDER: Final = ("language", "region", "provider", "tool", "network")
"""Fields of a step in place of those of the account."""

DEFAULT_AFTER_S: Final = 60
"""Seconds from the last event of a step to the first of the next, unless told otherwise; between its events, too."""

_WHEN: Final = ("at", "after", "every", "repeat")
_WHOM: Final = ("to", "to_each", "group", "about")
TOKEN_FAULT: Final = "token_fault"
"""Field of a step that says what is wrong with the hop tokens of its forwards."""

_OPTIONAL: Final = (*Kind.words(), *_WHOM, *PLAIN, *OF_SENDER, TOKEN_FAULT, *_WHEN, "expect")


class Played(NamedTuple):
    """The events of a case's steps, in the order of time, and what is expected of them.

    expects: whether any step says so, even one that is wrong. faults: of the hop token of each event.
    """

    events: list[Event]
    faults: list[Fault]
    expectations: list[Expectation]
    expects: bool


def read_steps(value: Value | None, accounts: dict[str, Account], now_s: int) -> Played:
    """Read the steps of a case that begins at second ``now_s``."""
    events: list[Event] = []
    faults: list[Fault] = []
    expectations: list[Expectation] = []
    at_s, expects = now_s, False
    for place, item in enumerate((value.items("steps") if value else None) or ()):
        given = item.fields((), _OPTIONAL)
        expects |= "expect" in given
        kinds = [word for word in Kind.words() if word in given]
        if len(kinds) != 1:
            item.blame(f"expected one of {', '.join(map(quoted, Kind.words()))}, with who does it")
            continue
        start = len(events)
        at_s = _start(given, at_s, first=place == 0)
        made = _events(item, given, kinds[0], accounts, now_s, at_s)
        events += made
        faults += [_token_fault(given.get(TOKEN_FAULT), kinds[0])] * len(made)
        if len(events) > EVENTS_MAX or deliveries(events) > DELIVERIES_MAX:
            item.blame(f"a case has at most {EVENTS_MAX:,} events, and {DELIVERIES_MAX:,} recipients of all together")
            break
        if made:
            at_s = _second(made[-1])
            expectations += read_expect(given.get("expect"), place + 1, start, len(made))
    return Played(events, faults, expectations, expects)


def deliveries(events: list[Event]) -> int:
    """Recipients of all events together."""
    return sum(len(event.recipients or ()) for event in events)


def _second(event: Event) -> int:
    assert isinstance(event.at, int)
    return event.at // 1_000


def _start(given: dict[str, Value], at_s: int, *, first: bool) -> int:
    """When the first event of a step happens."""
    if "at" in given and "after" in given:
        given["after"].blame("expected `at` or `after`, not both")
    moment = fields.moment(given.get("at"))
    if moment is None:
        after_s = read_length(given.get("after"))
        return at_s + (after_s if after_s is not None else 0 if first else DEFAULT_AFTER_S)
    if moment < at_s:
        given["at"].blame("time does not go back: this is before the events above it")
    return max(moment, at_s)


def _events(
    item: Value, given: dict[str, Value], kind: str, accounts: dict[str, Account], now_s: int, at_s: int
) -> list[Event]:
    """The events of one step: one for each sender, or each of ``to_each``, ``group`` or ``about``, times ``repeat``."""
    senders, together = read_names(given[kind]), read_names(given.get("to"))
    each = {name: read_names(given[name]) for name in ("to_each", "group", "about") if name in given}
    if "to" in given and "to_each" in given:
        given["to_each"].blame("expected `to`, one event to all of them, or `to_each`, one event to each; not both")
    if not senders or ("to" in given and not together) or not all(each.values()):
        return []  # blamed for it
    counts = {len(names) for names in (senders, *each.values())} - {1}
    if len(counts) > 1:
        item.blame(f"expected one name or equally many in {', '.join(map(quoted, (kind, *each)))}")
        return []
    n = max(counts, default=1)
    repeat = _repeat(given.get("repeat"), n)
    pace = read_pace(given.get("every")) or Pace(DEFAULT_AFTER_S)
    plain = _plain(given)
    events = []
    for place, offset in enumerate(pace.seconds(n * repeat)):
        k = place % n
        sender = senders[k % len(senders)]
        one = {name: names[k % len(names)] for name, names in each.items()}
        recipients = [one["to_each"]] if "to_each" in one else list(together) or None
        known = known_of(accounts.get(sender), now_s)
        whom: dict[str, Any] = {"recipients": recipients, "group": one.get("group"), "subject": one.get("about")}
        at_ms = 1_000 * (at_s + offset)
        events.append(Event(**{"kind": kind, "at": at_ms, "sender": sender, **known, **whom, **plain}))
    _check(item, events[:1])
    return events


def _repeat(value: Value | None, n: int) -> int:
    text = value.scalar("how often, a whole number", numbers=True) if value else "1"
    if value is None or text is None:
        return 1
    if not text.isdecimal() or not 1 <= int(text) * n <= EVENTS_MAX:
        value.blame(f"expected a whole number from 1 on, at most {EVENTS_MAX:,} events in all, got {quoted(text)}")
        return 1
    return int(text)


def _plain(given: dict[str, Value]) -> dict[str, Any]:
    """Fields that every event of a step has."""
    plain: dict[str, Any] = {}
    for name in (*PLAIN, *OF_SENDER):
        text = given[name].scalar("text", numbers=True) if name in given else None
        if text is None:
            continue
        if PLAIN.get(name) is int and not (text.isdecimal() and len(text) < 20):
            given[name].blame(f"expected a whole number, got {quoted(text)}")
            continue
        read: object = int(text) if PLAIN.get(name) is int else text
        if is_right(given[name], {name: read}):
            plain[name] = read
    if "group" in given and "chat" not in plain and not any(k in given for k in ("create_group", "add_to_group")):
        plain["chat"] = Chat.GROUP.word
    return plain


def _token_fault(value: Value | None, kind: str) -> Fault:
    """What is wrong with the tokens of a step's events, by its word."""
    word = value.scalar("what is wrong with a hop token") if value else None
    if value is None or word is None:
        return Fault.NONE
    if kind != Kind.FORWARD.word:
        value.blame("only a forward has a hop token")
    elif word not in FAULTS:
        value.blame(f"expected one of {', '.join(map(quoted, FAULTS))}, got {quoted(word)}")
    else:
        return FAULTS[word]
    return Fault.NONE


def _check(item: Value, events: list[Event]) -> None:
    """Blame a step whose events lack something, or are outside of what an event may be."""
    for event in events:
        try:
            check_event(event)
            msgspec.json.encode(event)
        except InputError as error:
            item.blame(f"its events need {error.field}: {error.expected}, got {error.value}")
