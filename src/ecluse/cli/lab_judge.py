"""A gate as the judge of the lab's scenes: the one place where the lab's traffic meets terms."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import pyarrow as pa

from ecluse.gate import Gate, Measure, SpokenRule
from ecluse.lab.playing import VERDICTS
from ecluse.replay.words import amount
from ecluse.terms import Outcome, Versions, load_terms

MEMORY_BYTES: Final = 64 << 20
"""Memory of the gate of one scene: some tens of thousands of ledgers."""

_SECRET: Final = b"ecluse lab: no secret at all"
_WORDS: Final = pa.array(Outcome.words(), pa.string())


class GateJudge:
    """A fresh gate by some terms, as if they had been in force since ever: a scene has a date of its own.

    terms: a file, or the id of a shipped document. Raises InputError, TermsError.
    """

    def __init__(self, terms: str) -> None:
        self._gate = Gate(Versions.always(load_terms(terms)), secret=_SECRET, memory_bytes=MEMORY_BYTES)

    def observe(self, events: pa.Table) -> None:
        """Take what happened before the log."""
        self._gate.observe(events)

    def judge(self, events: pa.Table) -> pa.RecordBatch:
        """Judge events; return ``VERDICTS``, with reasons for what was delayed, dropped or refused."""
        verdicts = self._gate.decide(events)
        mild = {rule.id for _, rule in self._gate.versions.rules if rule.outcome < Outcome.DELAY}
        n = len(verdicts)
        dropped: list[list[str] | None] = [None] * n
        rules: list[list[str] | None] = [None] * n
        why: list[str | None] = [None] * n
        for place in np.flatnonzero(verdicts.outcome >= Outcome.DELAY).tolist():
            verdict = verdicts[place]
            dropped[place] = verdict.dropped
            stopping = [rule for rule in verdict.rules if rule.rule not in mild]
            rules[place] = [rule.rule for rule in stopping]
            why[place] = reasons(stopping)
        columns = [_WORDS.take(pa.array(verdicts.outcome)), dropped, rules, why]
        arrays = [pa.array(column, field.type) for column, field in zip(columns, VERDICTS, strict=True)]
        return pa.RecordBatch.from_arrays(arrays, schema=VERDICTS)


def reasons(rules: Sequence[SpokenRule]) -> str:
    """Rules that spoke, with what was measured.

    >>> reasons([SpokenRule("pace", "At most 60 messages in a minute.", [Measure("messages.1m", 61, ">", 60)])])
    'pace (messages.1m 61 > 60)'
    """
    return "; ".join(f"{rule.rule} ({', '.join(map(_measured, rule.measures))})" for rule in rules)


def _measured(measure: Measure) -> str:
    value = "unknown" if measure.value is None else amount(measure.signal, measure.value)
    return f"{measure.signal} {value} {measure.comparison} {amount(measure.signal, measure.limit)}"
