"""The remembering gate: a gate that keeps a journal and snapshots in a data folder, and goes on from them.

A batch is committed before it is judged, so no verdict leaves that the journal could not give again.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable, Sequence
from pathlib import Path
from time import perf_counter
from typing import Final, Self

import pyarrow as pa

from ecluse.campaigns import Campaign, Sharing
from ecluse.content.memory import CONTENT_BYTES
from ecluse.errors import EcluseError
from ecluse.events import Event
from ecluse.gate.account import Account
from ecluse.gate.acts import Act
from ecluse.gate.asked import Asked
from ecluse.gate.gate import MEMORY_BYTES
from ecluse.gate.verdict import Verdict
from ecluse.gate.verdicts import Verdicts
from ecluse.ledger.identify import Packed
from ecluse.stores.data import DataFolder
from ecluse.stores.journal import SEGMENT_BYTES, Journal
from ecluse.stores.recovery import Progress, Recovery, recover
from ecluse.stores.secret import key_check
from ecluse.stores.segment import Durability
from ecluse.stores.snapshot import Contents, SnapshotError, State, seq_of, snapshots, write_snapshot
from ecluse.terms import Terms, Versions

SNAPSHOT_EVENTS: Final = 10_000_000
"""Events from one snapshot to the next: about ten seconds of recovery."""

SNAPSHOT_JOURNAL_BYTES: Final = 1 << 30
"""Bytes of journal from one snapshot to the next."""

SNAPSHOTS_KEPT: Final = 2

log = logging.getLogger(__name__)


class GateClosedError(EcluseError):
    """The gate was closed: it takes no more events."""

    def __init__(self) -> None:
        super().__init__("the gate is closed")


class RememberingGate:
    """The gate of a data folder: the same verbs as ``Gate``, and nothing forgotten at a stop, clean or not.

    terms: to judge by from here on; None: those in force last. memory_bytes: of the ledgers, content_memory_bytes:
    of what is known of contents, which may not change but to 0 and back. snapshot_events,
    snapshot_journal_bytes: a snapshot is due after so many events or bytes of journal; for its copy, memory for the
    ledgers in use is taken twice. segment_bytes: of write-ahead log. progress: of the recovery. The disk holds at
    most two snapshots, a third being written, and the journal of two intervals.

    May be used from several threads. Raises FolderInUseError, FolderError, RecoveryError, WrongSecretError,
    SecretMissingError, SnapshotFormatError, InputError.
    """

    def __init__(
        self,
        folder: Path,
        terms: Terms | Versions | None,
        *,
        memory_bytes: int = MEMORY_BYTES,
        content_memory_bytes: int = CONTENT_BYTES,
        durability: Durability = Durability.NORMAL,
        snapshot_events: int = SNAPSHOT_EVENTS,
        snapshot_journal_bytes: int = SNAPSHOT_JOURNAL_BYTES,
        segment_bytes: int = SEGMENT_BYTES,
        progress: Progress | None = None,
    ) -> None:
        self._snapshot_events, self._snapshot_journal_bytes = snapshot_events, snapshot_journal_bytes
        self._folder = DataFolder(folder)
        try:
            self._key_check = key_check(self._folder.secret)
            self._journal = Journal(
                self._folder.journal, self._key_check, durability=durability, segment_bytes=segment_bytes
            )
            memory = memory_bytes, content_memory_bytes
            self.recovery: Recovery = recover(self._folder, self._journal, _versions(terms), *memory, progress)
            """What was found at the start."""
        except BaseException:
            self._folder.close()
            raise
        self._journal.start_at(self.recovery.seq)
        self.gate = self.recovery.gate
        """The gate itself. What is given to it directly is not remembered."""
        self._know(self.gate.versions)
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        self._closed = False
        self._snapshot_seq = self.recovery.snapshot_seq
        self._events_since, self._bytes_since = self.recovery.events, 0
        self.snapshot_failure: SnapshotError | None = None
        """Why the last snapshot could not be written; None if it was."""
        self.journal_s = 0.0
        """Seconds that commits to the journal have taken."""

    @property
    def secret(self) -> bytes:
        """What ids are hashed with."""
        return self._folder.secret

    @property
    def seq(self) -> int:
        """The last batch in the journal."""
        return self._journal.last_seq

    @property
    def versions(self) -> Versions:
        """The versions of the terms that it judges by."""
        return self.gate.versions

    def use(self, terms: Terms | Versions) -> None:
        """Judge by other terms from the next batch on."""
        versions = Versions.of(terms) if isinstance(terms, Terms) else terms
        with self._lock:
            self._know(versions)
            self.gate.use(versions)

    def _know(self, versions: Versions) -> None:
        self._journal.documents[versions.digest] = versions.source

    def decide(self, batch: pa.RecordBatch | pa.Table | Sequence[Event], *, signals: bool = False) -> Verdicts:
        """Judge events in their order, once they are in the journal.

        Raises InputError, JournalError, GateClosedError: then none of the batch has been judged.
        """
        asked, packed = self.gate.ask(batch)
        return self.take(packed, signals=signals, asked=asked)

    def decide_one(self, event: Event) -> Verdict:
        """Judge one event. The same as a batch of one."""
        return self.decide((event,))[0]

    def observe(self, batch: pa.RecordBatch | pa.Table | Sequence[Event]) -> None:
        """Take events that need no verdict. Raises what ``decide`` raises."""
        self.take(self.gate.identify(batch), observe=True)

    def account(self, account_id: str, at_s: int | None = None) -> Account:
        """What the gate knows of an account."""
        return self.gate.account(account_id, at_s)

    def campaigns(self) -> list[Campaign]:
        """The campaigns that are known, the eldest first."""
        return self.gate.campaigns()

    def campaign(self, id_: int) -> Campaign | None:
        """The campaign of this id, or the one that it became part of."""
        return self.gate.campaign(id_)

    def campaign_ties(self, id_: int) -> tuple[Campaign, Sharing] | None:
        """The campaign of this id, or the one that it became part of, and who of it shares what."""
        return self.gate.campaign_ties(id_)

    def campaign_members(self, id_: int, account_ids: Iterable[str]) -> dict[str, int]:
        """Those of the accounts that are members of the campaign, with the second since when."""
        return self.gate.campaign_members(id_, account_ids)

    def last_heard_s(self, account_id: str, peer_id: str, now_s: int) -> int:
        """When a peer last wrote to an account; 0: never, or longer before ``now_s`` than is kept."""
        return self.gate.last_heard_s(account_id, peer_id, now_s)

    def take(
        self, packed: Packed, *, signals: bool = False, observe: bool = False, asked: Asked | None = None
    ) -> Verdicts:
        """Judge, or only observe, what ``gate.ask`` or ``gate.identify`` gave, once it is in the journal.

        Raises JournalError, GateClosedError.
        """
        data = packed.to_bytes()
        with self._lock:
            if self._closed:
                raise GateClosedError
            if len(packed.events):
                started = perf_counter()
                self._journal.append(self.gate.versions.digest, data, observed=observe)
                self.journal_s += perf_counter() - started
            verdicts = self.gate.judge(packed, signals=signals, observe=observe, asked=asked)
            self._events_since += len(packed.events)
            self._bytes_since += len(data)
            if self._events_since >= self._snapshot_events or self._bytes_since >= self._snapshot_journal_bytes:
                self._snapshot_beside()
        return verdicts

    def act(self, acts: Sequence[Act], at_s: int) -> None:
        """Do administrative acts from the next event on, once they are in the journal.

        Raises InputError, JournalError, GateClosedError: then none of them was done.
        """
        self.take(self.gate.pack_acts(acts, at_s))

    def clusters_of(self, texts: Sequence[str], at_s: int) -> list[int]:
        """The cluster of each text, 0 where nothing is left of it; texts are remembered, as if they had been sent.

        Raises JournalError, GateClosedError.
        """
        return self.take(self.gate.pack_asked(texts, at_s)).content.tolist() if texts else []

    def _snapshot_beside(self) -> None:
        """Copy the state, and let a thread write it; unless one is being written: then the next batch tries again."""
        if self._writing.acquire(blocking=False):
            contents, state = self._copy()
            threading.Thread(target=self._write_beside, args=(contents, state), name="snapshot", daemon=True).start()

    def _write_beside(self, contents: Contents, state: State) -> None:
        try:
            self._write(contents, state)
        except SnapshotError as error:
            log.warning("%s; the journal goes on from the one before", error)
        finally:
            self._writing.release()

    def _copy(self) -> tuple[Contents, State]:
        self._events_since = self._bytes_since = 0
        versions = self.gate.versions
        return Contents(self.seq, versions.digest, versions.source, self._key_check), self.gate.state()

    def _write(self, contents: Contents, state: State) -> Path:
        try:
            path = write_snapshot(self._folder.path, contents, state)
        except SnapshotError as error:
            self.snapshot_failure = error
            raise
        self.snapshot_failure = None
        self._snapshot_seq = contents.seq
        kept = snapshots(self._folder.path)
        for old in kept[SNAPSHOTS_KEPT:]:
            old.unlink()
        if len(kept) >= SNAPSHOTS_KEPT:
            self._journal.cut(seq_of(kept[SNAPSHOTS_KEPT - 1]))
        return path

    def snapshot(self) -> Path | None:
        """Write a snapshot now and wait for it; None if nothing came since the last. Raises SnapshotError."""
        with self._writing:
            with self._lock:
                if self.seq == self._snapshot_seq:
                    return None
                contents, state = self._copy()
            return self._write(contents, state)

    def close(self) -> None:
        """Write a snapshot and leave the folder. Raises SnapshotError: the journal has everything nonetheless."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
        try:
            self.snapshot()
        finally:
            self._journal.close()
            self._folder.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def read_gate(
    folder: Path,
    terms: Terms | Versions | None = None,
    *,
    memory_bytes: int = MEMORY_BYTES,
    content_memory_bytes: int = CONTENT_BYTES,
    progress: Progress | None = None,
) -> Recovery:
    """Recover the gate of a data folder that is not in use, only to look at it. Raises as ``RememberingGate`` does."""
    with DataFolder(folder, create=False) as held:
        journal = Journal(held.journal, key_check(held.secret))
        return recover(held, journal, _versions(terms), memory_bytes, content_memory_bytes, progress)


def _versions(terms: Terms | Versions | None) -> Versions | None:
    return Versions.of(terms) if isinstance(terms, Terms) else terms
