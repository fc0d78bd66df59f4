"""What a policy server says of an event: it asks the gate once, and knows the verdict again by the event's id."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Mapping
from time import time
from typing import Any, Final, NamedTuple

from ecluse.adapters.policy.rooms import KnownRoom
from ecluse.adapters.synapse.answers import WITHOUT_WORDS, words
from ecluse.adapters.synapse.events import (
    MESSAGES,
    Facts,
    Room,
    audience,
    edit_of,
    event,
    forwarded_from,
    sent_at,
    text_of,
)
from ecluse.client import RefusedError, UnreachableError
from ecluse.events import Event
from ecluse.lines import LineClient
from ecluse.wire import Verdict

VERDICTS_KEPT: Final = 100_000
"""Events whose verdict is known; several servers ask about each."""

CHANNEL_MEMBERS: Final = 100
"""A room of more members is a channel."""


class Said(NamedTuple):
    """What is said of an event. allowed: it is signed. unjudged: the gate did not say so. author: of a message."""

    allowed: bool
    text: str = ""
    retry_ms: int | None = None
    rules: tuple[str, ...] = ()
    unjudged: bool = False
    author: str | None = None


class Judge:
    """Asks the gate. on_failure: ``open`` or ``closed``."""

    def __init__(self, gate: LineClient, on_failure: str) -> None:
        self._gate, self._open = gate, on_failure == "open"
        self._said: OrderedDict[str, asyncio.Future[Said]] = OrderedDict()
        self.unjudged = 0
        """Events that the gate did not judge."""

    async def judge(self, event_id: str, pdu: Mapping[str, Any], room: KnownRoom) -> Said:
        """What is said of an event; asked at once by several servers, the gate is asked once."""
        known = self._said.get(event_id)
        if known is None:
            known = self._said[event_id] = asyncio.ensure_future(self._ask(event_id, pdu, room))
            while len(self._said) > VERDICTS_KEPT:
                self._said.popitem(last=False)
        said = await asyncio.shield(known)
        if said.unjudged:
            self._said.pop(event_id, None)  # the next to ask may be told more
        return said

    async def _ask(self, event_id: str, pdu: Mapping[str, Any], room: KnownRoom) -> Said:
        asked = event_of(event_id, pdu, room)
        if asked is None or self._is_edit(pdu):
            return Said(True)
        try:
            verdict = await self._gate.decide(asked)
        except (UnreachableError, RefusedError):
            self.unjudged += 1
            retry_ms = None if self._open else 5_000
            return Said(self._open, "This could not be checked just now. Please try again.", retry_ms, unjudged=True)
        return said_of(verdict)._replace(author=asked.sender)

    def _is_edit(self, pdu: Mapping[str, Any]) -> bool:
        """Whether a message changes one of its sender's that was let through, and is remembered."""
        content = pdu["content"]
        known = self._said.get(edit_of(content) or "")
        if known is None or not known.done() or known.cancelled() or known.exception() is not None:
            return False
        return known.result().allowed and known.result().author == pdu["sender"]


def event_of(event_id: str, pdu: Mapping[str, Any], room: KnownRoom) -> Event | None:
    """A message as an event of Écluse; None for what is no message, such as state."""
    content, kind, sender = pdu.get("content"), pdu.get("type"), pdu.get("sender")
    if not isinstance(content, Mapping) or not isinstance(sender, str) or not sender or kind not in MESSAGES:
        return None
    who = Room(room.people, 0, room.members[:2], public=True)
    more = audience(str(pdu.get("room_id")), who, sender, CHANNEL_MEMBERS)
    origin = forwarded_from(content)
    if origin is not None:
        more["hops"] = 1
    facts = Facts(sent_at(pdu.get("origin_server_ts"), int(time() * 1000)))
    return Event(
        **event("send" if origin is None else "forward", sender, facts, event_id, text=text_of(content), **more)
    )


def said_of(verdict: Verdict) -> Said:
    """What a verdict comes to. There is no later: what would be delayed is refused, with the time to wait."""
    if verdict.outcome in ("pass", "label") or (verdict.outcome == "drop_strangers" and not verdict.dropped):
        return Said(True)
    told = [rule for rule in verdict.rules if rule.notice]
    text = verdict.sanction.notice if verdict.sanction is not None else told[0].notice if told else None
    retry_ms = None if verdict.retry_after is None else 1000 * verdict.retry_after
    return Said(False, text or words(WITHOUT_WORDS, "en"), retry_ms, tuple(rule.rule for rule in told))
