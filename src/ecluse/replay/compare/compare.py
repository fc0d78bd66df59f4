"""Compare: a log in, two terms beside each other out."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Final

from ecluse.gate import MEMORY_BYTES
from ecluse.placing import placed
from ecluse.replay.compare.changes import ChangeFile
from ecluse.replay.compare.comparison import Comparison
from ecluse.replay.compare.duel import duel
from ecluse.replay.compare.ordinary import Roles
from ecluse.replay.compare.page import write_comparison
from ecluse.replay.judge import REPLAY_SECRET
from ecluse.replay.logs import Logs
from ecluse.replay.replay import Watch
from ecluse.terms import Terms, Versions

LISTED: Final = 10
"""Accounts of each group that are listed, unless told otherwise."""


def compare(
    logs: Logs,
    a: Terms | Versions,
    b: Terms | Versions,
    *,
    out: Path | None = None,
    report: Path | None = None,
    roles: Roles | None = None,
    limit: int = LISTED,
    secret: bytes = REPLAY_SECRET,
    memory_bytes: int = MEMORY_BYTES,
    watch: Watch | None = None,
) -> Comparison:
    """Judge a recorded log by two terms, each event by those in force at its time, and say what differs.

    out: where the events judged otherwise go, as ``ChangeFile``. report: where the HTML report goes; limit: accounts
    of each group in it. roles: what accounts are, where it is known. secret: what ids are hashed with. memory_bytes:
    for the ledgers of each of three gates. Raises InputError, ColumnsError, SecretError; then nothing is written.
    """
    versions_a, versions_b = (terms if isinstance(terms, Versions) else Versions.of(terms) for terms in (a, b))
    comparison = Comparison(versions_a, versions_b, secret=secret, roles=roles)
    with ExitStack() as outputs:
        page = outputs.enter_context(placed(report)) if report else None
        part = outputs.enter_context(placed(out)) if out else None
        file = outputs.enter_context(ChangeFile(part, versions_a, versions_b)) if part else None
        for pair in duel(logs, versions_a, versions_b, secret=secret, memory_bytes=memory_bytes):
            comparison.add(pair)
            if file:
                file.write(pair)
            if watch:
                watch(logs.bytes_read, comparison.events)
        if page:
            write_comparison(comparison, page, [log.name for log in logs.files], limit)
    return comparison
