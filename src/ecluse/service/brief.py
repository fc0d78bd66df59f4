"""Which events of a batch pass with nothing to say. Who asks in brief is told no more of these."""

from __future__ import annotations

from ecluse.gate import Gate
from ecluse.gate.verdicts import Verdicts
from ecluse.terms import Outcome


def plain(verdicts: Verdicts, gate: Gate) -> list[bool]:
    """Which events pass with nothing to say: no rule spoke, in whatever mode, they were not late, and ``gate`` has no
    hop token and no fact-check to hand on with them. What else a verdict holds (its event, the terms, content,
    campaign, what rehearsed terms would have said) is not said to who asks in brief.
    """
    records = verdicts.records
    if gate.forward_tokens is not None:
        return [False] * len(records)
    quiet = (records["outcome"] == Outcome.PASS) & (records["evidence_count"] == 0) & (records["late"] == 0)
    if gate.fact_check_words:
        quiet &= records["content"] == 0
    found: list[bool] = quiet.tolist()
    return found


class Plain:
    """Which events of a batch pass with nothing to say; looked at when somebody asks in brief, once for all of them."""

    __slots__ = ("_found", "_gate", "_verdicts")

    def __init__(self, verdicts: Verdicts, gate: Gate) -> None:
        self._verdicts, self._gate = verdicts, gate
        self._found: list[bool] | None = None

    def each(self, start: int, n: int) -> list[bool]:
        """Which of the ``n`` events from ``start`` on do."""
        if self._found is None:
            self._found = plain(self._verdicts, self._gate)
        return self._found[start : start + n]
