"""The clerk: the one thread beside the loop that counts refusals, sees to dates, and gives acts to the gate.

The loop hands it verdicts and goes on; it writes to the records several times a second at most. What waits is bounded:
past that refusals are judged all the same, and are not counted. What waits when the process is killed is not counted
either, for the journal has hashes, and the records ids. Sanctions themselves are never lost: what is in the records
reaches the gate.
"""

from __future__ import annotations

import secrets
import threading
from collections import deque
from time import time
from typing import Final, NamedTuple

import numpy as np
import structlog

from ecluse.errors import EcluseError
from ecluse.gate.verdicts import Verdicts
from ecluse.records import Records, RecordsError
from ecluse.records.once import is_new
from ecluse.rights.retention import Retention, run_retention
from ecluse.rumours.telling import Telling
from ecluse.sanctions.climbing import climb
from ecluse.sanctions.ending import see_to_time
from ecluse.sanctions.outbox import all_words, give
from ecluse.sanctions.refusals import Key, Refusals, gather, merge
from ecluse.sanctions.strikes import forget_refusals
from ecluse.sanctions.transition import Warned, tell_warned, warned
from ecluse.service.campaign_members import CampaignMembers
from ecluse.service.media import Events
from ecluse.stores.remembering import RememberingGate
from ecluse.terms import Mode, Outcome

WAITING_EVENTS_MAX: Final = 500_000
"""Events in batches that wait to be looked at."""
KEYS_MAX: Final = 100_000
"""Accounts and rules whose refusals wait to be written."""
PAUSE_S: Final = 0.25
FAILED_S: Final = 1.0
"""Seconds until the records are tried again."""
DATES_S: Final = 10.0
FORGET_S: Final = 3_600.0
RETAIN_S: Final = 86_400.0
REFUSE: Final = int(Outcome.REFUSE)
WARNED: Final = 1 + int(Mode.WARN)

log = structlog.get_logger(__name__)


class _Batch(NamedTuple):
    """What is written in one transaction."""

    refusals: list[Refusals]
    warned: list[Warned]

    @property
    def size(self) -> int:
        """How much it holds."""
        return len(self.refusals) + len(self.warned)

    def halves(self) -> tuple[_Batch, _Batch]:
        """It in two, the first half last."""
        refusals, warned = len(self.refusals) // 2, (len(self.warned) + 1) // 2
        first = _Batch(self.refusals[:refusals], self.warned[:warned])
        return _Batch(self.refusals[refusals:], self.warned[warned:]), first


class Clerk:
    """Keeps ``records`` for ``gate``. ``start`` begins its thread."""

    def __init__(self, records: Records, gate: RememberingGate, retention: Retention | None = None) -> None:
        self.records, self.gate = records, gate
        self.fact_checks = Telling(records, gate)
        self._retention = retention or Retention()
        self._retained_s = 0.0
        self._name, self._batches = f"clerk {secrets.token_hex(8)}", 1
        self._due: list[_Batch] = []
        """To be written, the last first."""
        self._waiting: deque[tuple[Verdicts, Events]] = deque()
        self._waiting_events = 0
        self._refusals: dict[tuple[Key, int], Refusals] = {}
        self._warned: dict[tuple[str, str], Warned] = {}
        self._told: set[tuple[str, str]] = set()
        self._lock = threading.Lock()
        self._giving = threading.Lock()
        self._members = CampaignMembers(records, gate)
        self._wake = threading.Event()
        self._stopping = False
        self._thread: threading.Thread | None = None
        self._acts = False
        self._dates_s = self._forgot_s = 0.0
        self.uncounted = 0
        """Refusals that were not counted, for too many waited."""
        self.failures = 0
        """Times that the records could not be written; it is tried again."""

    def start(self) -> None:
        """Tell the gate of what it missed, and begin."""
        with self.records.reading() as session:
            self.gate.gate.sanction_words.update(all_words(session))
        self.see_to_members()
        self.give()
        self.fact_checks.tell(None, int(time()))
        self._thread = threading.Thread(target=self._run, name="clerk", daemon=True)
        self._thread.start()

    def note(self, verdicts: Verdicts, events: Events) -> None:
        """Take verdicts that may matter; the loop calls this after every batch. Cost: a microsecond or two."""
        refused = int(np.count_nonzero(verdicts.outcome == REFUSE))
        warns = verdicts.versions.has_unfelt and bool((verdicts.spoke == WARNED).any())
        if not refused and not warns and not self._members.concern(verdicts):
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

    def see_to_members(self) -> None:
        """Lay what campaigns are sanctioned with on the members that are known by now. From any thread."""
        self._members.refresh()
        self._members.see_to(int(time()))

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
        pause_s = PAUSE_S
        while not self._stopping:
            self._wake.wait(pause_s)
            self._wake.clear()
            pause_s = FAILED_S
            try:
                self._read()
                self._write()
                if time() - self._dates_s > DATES_S:
                    self._see_to_dates()
                pause_s = PAUSE_S
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
                if (one.account, one.once) not in self._told and len(self._told) + len(self._warned) < KEYS_MAX:
                    self._warned[one.account, one.once] = one
            self._members.note(verdicts, events)
            found = gather(verdicts, events)
            if len(self._refusals) + len(found) > KEYS_MAX:
                self.uncounted += sum(one.count for one in found)
                continue
            merge(self._refusals, found)

    def _write(self) -> None:
        """Write what was counted, and give the gate what follows.

        A batch that failed is tried again as it was: it may have been written, and its answer lost. One that the
        records can't hold is halved until what they can't hold is alone, and left out.
        """
        while (batch := self._next_batch()) is not None:
            try:
                sanctions = self._keep(batch)
            except RecordsError:
                raise
            except Exception as error:
                self._halve(batch, error)
                continue
            if sanctions:
                self._members.refresh()
                self._acts = True
            self._due.pop()
            self._batches += 1
            self._told |= {(one.account, one.once) for one in batch.warned}
        if self._members.see_to(int(time())) or self._acts:
            self.give()
            self._acts = False

    def _keep(self, batch: _Batch) -> bool:
        """Write a batch. Returns whether sanctions may have followed."""
        now_s = int(time())
        with self.records.writing() as session:
            if not is_new(session, self._name, self._batches, now_s):
                return True
            sanctions = bool(climb(session, batch.refusals, now_s).sanctions)
            for one in batch.warned:
                tell_warned(session, one, now_s)
            return sanctions

    def _halve(self, batch: _Batch, error: Exception) -> None:
        """Try the halves of a batch instead of it; of one alone, do without it."""
        self._due.pop()
        if batch.size == 1:
            self.failures += 1
            self.uncounted += sum(one.count for one in batch.refusals)
            log.error("not counted: the records can't hold it", error=type(error).__qualname__)
        else:
            self._due += batch.halves()

    def _next_batch(self) -> _Batch | None:
        """The batch that failed, or one of what was counted since."""
        if not self._due and (self._refusals or self._warned):
            refusals = sorted(self._refusals.values(), key=lambda one: one.first_s)
            self._due.append(_Batch(refusals, list(self._warned.values())))
            self._refusals, self._warned = {}, {}
        return self._due[-1] if self._due else None

    def _see_to_dates(self) -> None:
        """Let what was announced begin and what has ended be over."""
        now = time()
        retain, forget = now - self._retained_s > RETAIN_S, now - self._forgot_s > FORGET_S
        with self.records.writing() as session:
            see_to_time(session, int(now))
            if retain:
                run_retention(session, self._retention, now_s=int(now), who="clerk")
            if forget:
                forget_refusals(session, int(now) - 86_400)
        if retain:
            self._retained_s = now
        if forget:
            self._forgot_s, self._told = now, set()
        self._dates_s = now
        self.see_to_members()
        self.give()
        if self.fact_checks.behind:
            self.fact_checks.tell(None, int(now))
