"""Replay: logs in, verdicts and a report out."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from ecluse.gate import MEMORY_BYTES
from ecluse.placing import placed
from ecluse.replay.campaigns import CampaignLog
from ecluse.replay.judge import REPLAY_SECRET, Judge
from ecluse.replay.logs import Logs
from ecluse.replay.outputs import VerdictFile
from ecluse.replay.report import write_report
from ecluse.replay.rumours import RumourLog
from ecluse.replay.tally import Tally
from ecluse.terms import Terms, Versions

Watch = Callable[[int, int], None]
"""Told after each batch how many bytes of the logs have been read, and how many events have been judged."""


def replay(
    logs: Logs,
    terms: Terms | Versions,
    *,
    out: Path | None = None,
    signals: bool = False,
    report: Path | None = None,
    campaigns: Path | None = None,
    rumours: Path | None = None,
    secret: bytes = REPLAY_SECRET,
    memory_bytes: int = MEMORY_BYTES,
    watch: Watch | None = None,
) -> Tally:
    """Judge a recorded log by terms, each event by those in force at its time.

    out: where the verdicts go, as ``VerdictFile``; signals: with every event's signals. report: where the HTML report
    goes; it takes a second gate, so twice the memory. campaigns: where those go that were found, as ``CampaignLog``.
    rumours: where that goes which spread furthest, as ``RumourLog``.
    secret: what ids are hashed with. memory_bytes: for the ledgers of a gate. Raises InputError, ColumnsError,
    SecretError; then nothing is written.
    """
    versions = terms if isinstance(terms, Versions) else Versions.of(terms)
    judge = Judge(versions, secret=secret, memory_bytes=memory_bytes, signals=signals, recorded=report is not None)
    tally = Tally(versions)
    found = CampaignLog(campaigns) if campaigns else None
    spread = RumourLog(rumours) if rumours else None
    with ExitStack() as outputs:
        page = outputs.enter_context(placed(report)) if report else None
        crowd = outputs.enter_context(placed(campaigns)) if campaigns else None
        told = outputs.enter_context(placed(rumours)) if rumours else None
        part = outputs.enter_context(placed(out)) if out else None
        file = outputs.enter_context(VerdictFile(part, versions, signals=signals)) if part else None
        for whole in logs:
            for batch in spread.parts(whole, judge.spreading) if spread else (whole,):
                judged = judge.judge(batch)
                tally.add(judged)
                if found:
                    found.add(judged)
                if spread:
                    spread.add(judged)
                if file:
                    file.write(judged)
            if watch:
                watch(logs.bytes_read, tally.events)
        if found and crowd:
            found.write(judge.campaigns(), crowd)
        if spread and told:
            spread.write(judge.spreading, told)
        if page:
            write_report(tally, page, [log.name for log in logs.files])
    return tally
