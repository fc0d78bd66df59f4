"""The clerk: the one thread beside the loop that counts refusals, sees to dates, and gives acts to the gate.

The loop hands it verdicts and goes on; it writes to the records several times a second at most. What waits is bounded:
past that refusals are judged all the same, and are not counted. What was handed over less than a second before the
process is killed is not counted either. Sanctions themselves are never lost: what is in the records reaches the gate.
"""

from __future__ import annotations

import threading
from collections import deque
from time import time
from typing import Final

import numpy as np
import structlog

from ecluse.errors import EcluseError
from ecluse.gate.verdicts import Verdicts
from ecluse.records import Records
from ecluse.rights.retention import Retention, run_retention
from ecluse.rumours.telling import Telling
from ecluse.sanctions.climbing import climb
from ecluse.sanctions.ending import see_to_time
from ecluse.sanctions.outbox import all_words, give
from ecluse.sanctions.refusals import Key, Refusals, gather, merge
from ecluse.sanctions.strikes import forget_refusals
from ecluse.sanctions.transition import Warned, tell_warned, warned
from ecluse.service.media import Events
from ecluse.stores.remembering import RememberingGate
from ecluse.terms import Mode, Outcome

WAITING_EVENTS_MAX: Final = 500_000
"""Events in batches that wait to be looked at."""
KEYS_MAX: Final = 100_000
"""Accounts and rules whose refusals wait to be written."""
PAUSE_S: Final = 0.25
DATES_S: Final = 10.0
FORGET_S: Final = 3_600.0
RETAIN_S: Final = 86_400.0
REFUSE: Final = int(Outcome.REFUSE)
WARNED: Final = 1 + int(Mode.WARN)

log = structlog.get_logger(__name__)


class Clerk:
    """Keeps ``records`` for ``gate``. ``start`` begins its thread."""

    def __init__(self, records: Records, gate: RememberingGate, retention: Retention | None = None) -> None:
        self.records, self.gate = records, gate
        self.fact_checks = Telling(records, gate)
        self._retention = retention or Retention()
        self._retained_s = 0.0
        self._waiting: deque[tuple[Verdicts, Events]] = deque()
        self._waiting_events = 0
        self._refusals: dict[tuple[Key, int], Refusals] = {}
        self._warned: dict[tuple[str, str], Warned] = {}
        self._told: set[tuple[str, str]] = set()
        self._lock = threading.Lock()
        self._giving = threading.Lock()
        self._wake = threading.Event()
        self._stopping = False
        self._thread: threading.Thread | None = None
        self._dates_s = self._forgot_s = 0.0
        self.uncounted = 0
        """Refusals that were not counted, for too many waited."""
        self.failures = 0
        """Times that the records could not be written; it is tried again."""

    def start(self) -> None:
        """Tell the gate of what it missed, and begin."""
        with self.records.reading() as session:
            self.gate.gate.sanction_words.update(all_words(session))
        self.give()
        self.fact_checks.tell(None, int(time()))
        self._thread = threading.Thread(target=self._run, name="clerk", daemon=True)
        self._thread.start()

    def note(self, verdicts: Verdicts, events: Events) -> None:
        """Take verdicts that may matter; the loop calls this after every batch. Cost: a microsecond or two."""
        refused = int(np.count_nonzero(verdicts.outcome == REFUSE))
        warns = verdicts.versions.has_unfelt and bool((verdicts.spoke == WARNED).any())
        if not refused and not warns:
            return
        n = len(verdicts)
        with self._lock:
            if self._waiting_events + n > WAITING_EVENTS_MAX:
                self.uncounted += refused
                return
            self._waiting.append((verdicts, events))
            self._waiting_events += n

    def give(self) -> int:
        """Give the gate the acts that it has not got. From any thread."""
        with self._giving:
            return give(self.records, self.gate, int(time()))

    def settle(self) -> None:
        """Do now all that waits. Raises EcluseError if the records can't be written."""
        self._read()
        self._write()
        self._see_to_dates()

    def close(self) -> None:
        """Do what waits, and end."""
        self._stopping = True
        self._wake.set()
        if self._thread is not None:
            self._thread.join()
        try:
            self.settle()
        except EcluseError as error:
            log.error("records failed", error=type(error).__qualname__)
        self.records.close()

    def _run(self) -> None:
        while not self._stopping:
            self._wake.wait(PAUSE_S)
            self._wake.clear()
            try:
                self._read()
                self._write()
                if time() - self._dates_s > DATES_S:
                    self._see_to_dates()
            except EcluseError as error:
                self.failures += 1
                log.error("records failed", error=type(error).__qualname__)
            except Exception as error:  # one bad batch must not end the counting
                self.failures += 1
                log.error("counting failed", error=type(error).__qualname__)

    def _read(self) -> None:
        """Look at the batches that wait."""
        while True:
            with self._lock:
                if not self._waiting:
                    return
                verdicts, events = self._waiting.popleft()
                self._waiting_events -= len(verdicts)
            for one in warned(verdicts, events) if verdicts.versions.has_unfelt else ():
                if (one.account, one.once) not in self._told and len(self._told) < KEYS_MAX:
                    self._warned[one.account, one.once] = one
            found = gather(verdicts, events)
            if len(self._refusals) + len(found) > KEYS_MAX:
                self.uncounted += sum(one.count for one in found)
                continue
            merge(self._refusals, found)

    def _write(self) -> None:
        """Write what was counted, and give the gate what follows."""
        if not self._refusals and not self._warned:
            return
        refusals, now_s = sorted(self._refusals.values(), key=lambda one: one.first_s), int(time())
        told = self._warned
        with self.records.writing() as session:
            climbed = climb(session, refusals, now_s)
            for one in told.values():
                tell_warned(session, one, now_s)
        self._refusals, self._warned = {}, {}
        self._told |= set(told)
        if climbed.sanctions:
            self.give()

    def _see_to_dates(self) -> None:
        """Let what was announced begin and what has ended be over."""
        now = time()
        with self.records.writing() as session:
            see_to_time(session, int(now))
            if now - self._retained_s > RETAIN_S:
                run_retention(session, self._retention, now_s=int(now), who="clerk")
                self._retained_s = now
            if now - self._forgot_s > FORGET_S:
                forget_refusals(session, int(now) - 86_400)
                self._forgot_s, self._told = now, set()
        self._dates_s = now
        self.give()
        if self.fact_checks.behind:
            self.fact_checks.tell(None, int(now))
