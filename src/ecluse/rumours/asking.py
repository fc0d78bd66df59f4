"""Asking a gate and its records: what spreads fastest, and all that is known of one cluster."""

from __future__ import annotations

from typing import Final, NamedTuple, Self

from ecluse.errors import InputError
from ecluse.events import EXPECTED_REGION, is_region, primary_number
from ecluse.gate import Gate
from ecluse.ledger.signals import SHARED_WINDOWS
from ecluse.records import Records
from ecluse.rumours.fact_checks import FactChecks, check_cluster
from ecluse.rumours.forms import RumourForm, RumourSheet, rumour_form, sheet
from ecluse.rumours.labels import labels_for
from ecluse.wire import time_form

TOP_MAX: Final = 100
SENDERS: Final = 2
"""Accounts that a content has to have been sent by to be a rumour, unless told otherwise: a rumour travels."""


LATE_S: Final = 600
"""Seconds before the latest message as of which can be asked: a sixth of an hour, as finely as is counted."""


class Asked(NamedTuple):
    """What of all that spreads is asked for; see ``Spreading.top``."""

    window: str
    region: str | None
    language: str | None
    senders: int
    limit: int

    @classmethod
    def checked(cls, *, window: str, region: str | None, language: str | None, senders: int, limit: int) -> Self:
        """Check it. Raises InputError."""
        if window not in SHARED_WINDOWS:
            raise InputError("window", window, f"one of {', '.join(SHARED_WINDOWS)}")
        if region is not None and not is_region(region):
            raise InputError("region", region, EXPECTED_REGION)
        if language is not None and not primary_number(language):
            raise InputError("language", language, "a language such as pt or pt-BR")
        if senders < 1:
            raise InputError("senders", senders, "1 or more")
        if not 1 <= limit <= TOP_MAX:
            raise InputError("limit", limit, f"1 to {TOP_MAX}")
        return cls(window, region, language, senders, limit)


def top(gate: Gate, asked: Asked, second: int | None) -> list[RumourForm]:
    """What spreads fastest at ``second``; None: at the latest that anything was counted. Raises InputError."""
    spreading = gate.spreading
    found = spreading.top(
        _counted_at(gate, second),
        asked.window,
        region=asked.region,
        language=asked.language,
        senders=asked.senders,
        limit=asked.limit,
    )
    return [rumour_form(one, asked.window) for one in found]


def _counted_at(gate: Gate, second: int | None) -> int:
    """The second to ask as of. What was counted is kept for windows that end now, so the past can't be asked."""
    latest_s = gate.spreading.latest_s()
    if second is not None and second < latest_s - LATE_S:
        earliest = time_form(latest_s - LATE_S)
        raise InputError("at", time_form(second), f"{earliest} or later: windows that ended before are not kept")
    return latest_s if second is None else second


def sheet_of(gate: Gate, records: Records, cluster: str, second: int | None) -> RumourSheet:
    """All that is known of a cluster at ``second``; None: at the latest of anything counted. Raises InputError."""
    check_cluster(cluster)
    at_s = _counted_at(gate, second)
    found = gate.spreading.one(int(cluster, 16), at_s)
    rating = gate.spreading.ratings().get(int(cluster, 16))
    labels = labels_for(gate.versions, rating, at_s)
    return sheet(cluster, found, FactChecks(records).of_cluster(cluster), labels, at_s)
