"""What the clients of the lab's people say of the hops of what they forward: the truth, lies, or lies beside tokens."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import Any, Final

import pyarrow as pa

from ecluse.forwarding import ForwardTokens, HopKey, Keyring, derive

_KEY: Final = HopKey("1ab01ab0", bytes(32))
"""No secret at all."""


_TRUTH: Final = ("at", "sender", "recipients", "hops", "origin", "text")
"""What of a forward a token is made of."""


class Hops(StrEnum):
    """What a forward says of where it comes from."""

    TOLD = "told"
    """Hops and origin, truly."""
    LIED = "lied"
    """Nothing: every forward passes for the first, of an unknown origin."""
    TOKENS = "tokens"
    """Nothing; and every forward must show the hop token that it came with."""


def tokens_of(hops: Hops) -> ForwardTokens | None:
    """How the gate issues and checks tokens."""
    return ForwardTokens(Keyring([_KEY]), required=True) if hops is Hops.TOKENS else None


def untold(events: pa.Table) -> pa.Table:
    """Events as clients that lie would send them."""
    for name in ("hops", "origin"):
        place = events.schema.get_field_index(name)
        nothing = pa.nulls(events.num_rows, events.schema.field(place).type)
        events = events.set_column(place, name, nothing)
    return events


class Wallets:
    """The root tokens of what each account got, by what the lab knows to be the message.

    A message of which the lab knows no origin, or whose first forward this is, came from before the log.
    """

    def __init__(self, tokens: ForwardTokens) -> None:
        self._tokens = tokens
        self._roots: dict[tuple[str, str], str] = {}
        self._unknown = 0

    def token(self, event: dict[str, Any]) -> str | None:
        """What the sender of a forward has to show; None if the message never reached it."""
        hops, origin, sender = event["hops"] or 1, event["origin"], event["sender"]
        root = self._roots.get((sender, origin)) if origin is not None else None
        if root is None and origin is not None and hops > 1:
            return None
        if root is None:
            self._unknown += 1
            at_s = int(event["at"].timestamp())
            root = self._tokens.issue(origin=self._unknown, hops=hops - 1, issued_s=at_s, content=_content(event))
        return derive(root, sender)

    def take(self, event: dict[str, Any], root: str | None) -> None:
        """Let those whom a forward reached have its root."""
        if root is not None and event["origin"] is not None:
            for recipient in event["recipients"] or ():
                self._roots[recipient, event["origin"]] = root


def _content(event: dict[str, Any]) -> bytes | None:
    return None if event["text"] is None else event["text"].encode()


def pieces(events: pa.Table) -> Iterator[tuple[int, int]]:
    """Stretches of events in which nobody forwards what came to it in the same stretch."""
    start = 0
    got: set[tuple[str, str]] = set()
    columns = zip(*(events.column(name).to_pylist() for name in ("sender", "origin", "recipients")), strict=True)
    for place, (sender, origin, recipients) in enumerate(columns):
        if origin is None:
            continue
        if (sender, origin) in got:
            yield start, place
            start, got = place, set()
        got |= {(recipient, origin) for recipient in recipients or ()}
    yield start, events.num_rows


def with_tokens(events: pa.Table, wallets: Wallets) -> tuple[pa.Table, list[dict[str, Any] | None]]:
    """Events as clients that lie would send them, each forward with its token; and the forwards as they truly are."""
    kinds = events.column("kind").to_pylist()
    forwards = [
        {name: events.column(name)[place].as_py() for name in _TRUTH} if kind == "forward" else None
        for place, kind in enumerate(kinds)
    ]
    shown = pa.array([None if one is None else wallets.token(one) for one in forwards], pa.string())
    return untold(events).append_column("forward_token", shown), forwards
