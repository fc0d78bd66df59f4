"""The gate as the exchange asks it: an event goes through the chamber, with whatever else arrives in this tick."""

from __future__ import annotations

from time import perf_counter

import structlog

from ecluse.business.codes import ApiError
from ecluse.events import Event
from ecluse.gate.verdict import Verdict
from ecluse.service.chamber import Chamber
from ecluse.stores.remembering import RememberingGate
from ecluse.wire import time_form

log = structlog.get_logger(__name__)


class ChamberGate:
    """A gate behind its chamber."""

    def __init__(self, gate: RememberingGate, chamber: Chamber) -> None:
        self._gate, self._chamber = gate, chamber

    async def judge(self, event: Event) -> Verdict | None:
        """Judge an event; None: it simply passed. Raises ApiError 2, and 100 for ids that are none."""
        try:
            place = await self._chamber.enter([event], observe=False, since=perf_counter())
        except Exception as error:
            log.error("not judged", error=type(error).__qualname__)
            raise ApiError(2, "The gate takes nothing at the moment.") from None
        assert place.verdicts is not None
        return None if place.verdicts.passed_by(place.start) is not None else place.verdicts[place.start]

    def last_heard_s(self, account_id: str, peer_id: str, now_s: int) -> int:
        """When a peer last wrote to an account; 0: never."""
        return self._gate.last_heard_s(account_id, peer_id, now_s)

    def in_force_since(self, now_s: int) -> str | None:
        """From when the terms in force are in force, as a date; None: since ever."""
        begun = [entry.from_s for entry in self._gate.versions.entries if entry.from_s <= now_s]
        return time_form(begun[-1])[:10] if begun and begun[-1] else None
