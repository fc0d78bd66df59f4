"""Trust tiers: what a partner of each status may do."""

from __future__ import annotations

from typing import Final, NamedTuple

from ecluse.partners.partner import Sort, Status


class Tier(NamedTuple):
    """What a partner may do.

    messages_a_second: of one number, in and out together counted each way. calls_an_hour: of its tokens, on one
    account. media_bytes: that it keeps at once. clients: that a provider may act for.
    """

    numbers: int
    messages_a_second: int
    calls_an_hour: int
    media_bytes: int
    tokens: int
    clients: int


NOTHING: Final = Tier(0, 0, 0, 0, 0, 0)

TIERS: Final[dict[Status, Tier]] = {
    Status.APPLIED: NOTHING,
    Status.VERIFIED: Tier(2, 80, 500_000, 1 << 30, 10, 25),
    Status.TRUSTED: Tier(20, 1_000, 10_000_000, 16 << 30, 50, 1_000),
    Status.SUSPENDED: NOTHING,
    Status.REFUSED: NOTHING,
    Status.EXPELLED: NOTHING,
}
"""80 messages a second and 1,000 for an upgraded number: Meta, "Throughput". The other figures are ours."""


def tier_of(status: Status, sort: Sort) -> Tier:
    """What a partner may do. Only a provider has clients."""
    tier = TIERS[status]
    return tier if sort is Sort.PROVIDER else tier._replace(clients=0)
