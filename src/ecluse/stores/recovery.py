"""Recovery: a gate that knows what it knew, from the newest whole snapshot and the batches after it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np

from ecluse.errors import EcluseError
from ecluse.gate.gate import Gate
from ecluse.ledger.identify import Packed
from ecluse.stores.data import DataFolder
from ecluse.stores.journal import Journal
from ecluse.stores.secret import WrongSecretError, key_check
from ecluse.stores.snapshot import (
    Contents,
    DamagedSnapshotError,
    State,
    read_contents,
    read_snapshot,
    snapshots,
)
from ecluse.terms import Versions, parse_versions

Progress = Callable[[str, int, int], None]
"""Called with what is being read ("snapshot" or "journal"), how much of it is done, and how much there is."""

log = logging.getLogger(__name__)


class RecoveryError(EcluseError):
    """A data folder does not hold enough to go on from, and to begin anew is for a person to decide."""

    def __init__(self, path: Path, reason: str) -> None:
        self.path, self.reason = path, reason
        super().__init__(
            f"{path}: {reason}. Put a snapshot back from a backup; or, to begin with empty ledgers, move the folder "
            "away (its secret and keys.sqlite may be kept)"
        )


class Recovery(NamedTuple):
    """What was recovered."""

    gate: Gate
    seq: int
    """The last batch that there was; the next one has a higher number."""
    snapshot: Path | None
    """What it was recovered from, besides the journal."""
    snapshot_seq: int
    batches: int
    """Batches of the journal that were judged again."""
    events: int
    """Events in them."""
    missing: list[tuple[int, int]]
    """First and last of batches that could not be read: what they changed is not known any more."""
    set_aside: list[Path]
    """Damaged snapshots and segments of the journal, under the names that they have now."""


def recover(
    folder: DataFolder,
    journal: Journal,
    versions: Versions | None,
    memory_bytes: int,
    content_memory_bytes: int,
    progress: Progress | None = None,
) -> Recovery:
    """Recover the gate of ``folder``, to judge by ``versions`` from here on; None: by those that it judged by last.

    Every batch is judged by the terms of its time. Cost: about 1 s a gigabyte of snapshot and a million events.
    Raises RecoveryError, JournalReadError, WrongSecretError, SnapshotFormatError; InputError if ``memory_bytes`` is too
    little; TermsError if this version does not read terms that an earlier one did.
    """
    path, contents, state, damaged = _newest(folder, progress)
    _check_beginning(folder, journal, path, damaged)
    gate = _begin(folder, journal, contents, state, versions, memory_bytes, content_memory_bytes)
    del state  # it may be gigabytes, and the gate has its own by now
    seq = contents.seq if contents else 0
    aside = [damage.path for damage in damaged] + journal.damaged
    set_aside = [damage.rename(damage.with_suffix(".damaged")) for damage in aside]
    base_seq, batches, events, missing = seq, 0, 0, []
    known = {gate.versions.digest: gate.versions}
    for batch in journal.read(base_seq):
        judged_by = known.get(batch.terms) or _parse(journal, batch.terms)
        if judged_by is None:
            continue
        if batch.seq > seq + 1:
            missing.append((seq + 1, batch.seq - 1))
        known[batch.terms] = judged_by
        gate.use(judged_by)
        packed = Packed(*map(np.copy, Packed.from_bytes(batch.events)))  # kernels take arrays that may be written
        gate.judge(packed, observe=batch.observed)
        seq, batches, events = batch.seq, batches + 1, events + len(packed.events)
        if progress is not None:
            progress("journal", seq - base_seq, journal.last_seq - base_seq)
    if seq < journal.last_seq:
        missing.append((seq + 1, journal.last_seq))
    for first, last in missing:
        log.warning("%s: batches %d to %d cannot be read and are left out", folder.path, first, last)
    gate.use(versions or gate.versions)
    return Recovery(gate, max(seq, journal.last_seq), path, base_seq, batches, events, missing, set_aside)


def _newest(
    folder: DataFolder, progress: Progress | None
) -> tuple[Path | None, Contents | None, State, list[DamagedSnapshotError]]:
    """The newest whole snapshot, and the damaged ones that are newer."""
    damaged: list[DamagedSnapshotError] = []
    for path in snapshots(folder.path):
        try:
            if read_contents(path).key_check != key_check(folder.secret):
                raise WrongSecretError(path)
            contents, state = read_snapshot(path, None if progress is None else _part(progress))
        except DamagedSnapshotError as error:
            log.warning("%s; the one before it is used", error)
            damaged.append(error)
        else:
            return path, contents, state, damaged
    return None, None, {}, damaged


def _part(progress: Progress) -> Callable[[int, int], None]:
    return lambda done, whole: progress("snapshot", done, whole)


def _check_beginning(
    folder: DataFolder, journal: Journal, snapshot: Path | None, damaged: list[DamagedSnapshotError]
) -> None:
    """See that what came before the journal is there: without it ordinary people would be taken for strangers."""
    if snapshot is not None or journal.first_seq == 1:
        return
    if damaged:
        raise RecoveryError(folder.path, f"{damaged[0]}, and nothing else holds what it held")
    if journal.damaged:
        raise RecoveryError(folder.path, f"{journal.damaged[0]} is damaged, and no snapshot holds what it held")
    if journal.first_seq is not None:
        raise RecoveryError(folder.path, f"the snapshot that goes before batch {journal.first_seq} is missing")


def _begin(
    folder: DataFolder,
    journal: Journal,
    contents: Contents | None,
    state: State,
    versions: Versions | None,
    memory_bytes: int,
    content_memory_bytes: int,
) -> Gate:
    if contents is not None:
        document = parse_versions(contents.document)
        return Gate.restore(document, folder.secret, dict(state), memory_bytes, content_memory_bytes)
    judged_by = versions or next((known for batch in journal.read() if (known := _parse(journal, batch.terms))), None)
    if judged_by is None:
        raise RecoveryError(folder.path, "nothing is remembered there, and no terms are given")
    return Gate(judged_by, secret=folder.secret, memory_bytes=memory_bytes, content_memory_bytes=content_memory_bytes)


def _parse(journal: Journal, digest: str) -> Versions | None:
    """The versions of that digest; None if their text is not what was written."""
    document = journal.documents.get(digest)
    return None if document is None else parse_versions(document, f"terms {digest} in the journal")
