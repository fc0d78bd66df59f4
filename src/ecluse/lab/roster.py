"""The roster: every account of a made-up log, what it is in truth, and what the service knows of it."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from ecluse.events import AccountKind
from ecluse.lab.draws import Ints

TIME = pa.timestamp("ms", tz="UTC")

ACCOUNTS = pa.schema(
    [
        ("account", pa.string()),
        ("role", pa.string()),
        ("sender_kind", pa.string()),
        ("registered_at", TIME),
        ("tool", pa.string()),
        ("provider", pa.string()),
        ("network", pa.string()),
        ("region", pa.string()),
        ("language", pa.string()),
    ]
)
"""One row an account, in the order of its number. ``role`` is the ground truth, which no gate is told."""


_A_NETWORK = 2.2  # people on one home network


def home_networks(people: int) -> int:
    """How many home networks so many people have, numbered from 0."""
    return max(1, int(people / _A_NETWORK))


def network_names(numbers: Ints) -> pa.Array:
    """Networks as prefixes of IPv6, out of the block that is set aside for documentation (RFC 3849).

    >>> network_names(np.array([1, 65_536])).to_pylist()
    ['2001:db8:0:1::/64', '2001:db8:1:0::/64']
    """
    different, places = np.unique(numbers, return_inverse=True)
    names = [f"2001:db8:{number >> 16:x}:{number & 0xFFFF:x}::/64" for number in different.tolist()]
    return pa.array(names, pa.string()).take(pa.array(places))


@dataclass(slots=True)
class Roster:
    """Accounts enlisted so far, in parts of one role each; an account's number is its place."""

    region: str | None
    language: str | None
    _parts: list[pa.Table] = field(default_factory=list)
    _registered: list[Ints] = field(default_factory=list)
    _of_role: dict[str, int] = field(default_factory=dict)
    _count: int = 0

    def enlist(
        self,
        role: str,
        registered_ms: Ints,
        *,
        kind: AccountKind = AccountKind.PERSONAL,
        tool: str | None = None,
        provider: str | None = None,
        networks: Ints | None = None,
    ) -> Ints:
        """Enlist one account for each of ``registered_ms`` (epoch); return their numbers.

        networks: the number of each one's network, None if the service does not know it.
        """
        count = len(registered_ms)
        first = self._of_role.get(role, 0) + 1
        self._of_role[role] = first + count - 1
        numbers = [f"{role}-{place}" for place in range(first, first + count)]
        same = {"role": role, "sender_kind": kind.word, "tool": tool, "provider": provider}
        same |= {"region": self.region, "language": self.language}
        columns = {name: pa.repeat(pa.scalar(value, pa.string()), count) for name, value in same.items()}
        columns |= {"account": pa.array(numbers, pa.string()), "registered_at": pa.array(registered_ms).cast(TIME)}
        columns["network"] = pa.nulls(count, pa.string()) if networks is None else network_names(networks)
        self._parts.append(pa.table([columns[name] for name in ACCOUNTS.names], schema=ACCOUNTS))
        self._registered.append(registered_ms)
        self._count += count
        return np.arange(self._count - count, self._count)

    @property
    def registered_ms(self) -> Ints:
        """When each account registered, epoch ms, by number."""
        return np.concatenate(self._registered)

    def table(self) -> pa.Table:
        """The accounts, ``ACCOUNTS``."""
        return pa.concat_tables(self._parts, promote_options="none").combine_chunks()
