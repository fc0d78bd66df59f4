"""A gate as the judge of the lab's scenes: the one place where the lab's traffic meets terms."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import pyarrow as pa

from ecluse.cli.lab_hops import Hops, Wallets, pieces, tokens_of, untold, with_tokens
from ecluse.gate import Gate, Measure, SpokenRule, Verdicts
from ecluse.lab.playing import VERDICTS
from ecluse.replay.words import amount
from ecluse.terms import Outcome, Versions, load_terms

MEMORY_BYTES: Final = 64 << 20
"""Memory of the gate of one scene: some tens of thousands of ledgers."""

_SECRET: Final = b"ecluse lab: no secret at all"
_WORDS: Final = pa.array(Outcome.words(), pa.string())


class GateJudge:
    """A fresh gate by some terms, as if they had been in force since ever: a scene has a date of its own.

    terms: a file, or the id of a shipped document. hops: what forwards say. Raises InputError, TermsError.
    """

    def __init__(self, terms: str, hops: Hops = Hops.TOLD) -> None:
        versions, tokens = Versions.always(load_terms(terms)), tokens_of(hops)
        self._gate = Gate(versions, secret=_SECRET, memory_bytes=MEMORY_BYTES, forward_tokens=tokens)
        self._wallets = None if tokens is None else Wallets(tokens)
        self._lies = hops is not Hops.TOLD

    def observe(self, events: pa.Table) -> None:
        """Take what happened before the log."""
        self._gate.observe(events)

    def judge(self, events: pa.Table) -> pa.RecordBatch:
        """Judge events; return ``VERDICTS``, with reasons for what was delayed, dropped or refused."""
        if self._wallets is None:
            return self._said(self._gate.decide(untold(events) if self._lies else events))
        said = [self._with_tokens(events.slice(start, end - start), self._wallets) for start, end in pieces(events)]
        return pa.Table.from_batches(said).combine_chunks().to_batches()[0] if len(said) > 1 else said[0]

    def _with_tokens(self, events: pa.Table, wallets: Wallets) -> pa.RecordBatch:
        """Judge a stretch of events whose forwards show tokens, and hand the tokens of what is delivered to whom it
        reached.
        """
        shown, forwards = with_tokens(events, wallets)
        verdicts = self._gate.decide(shown)
        for place, forward in enumerate(forwards):
            if forward is not None:
                wallets.take(forward, verdicts[place].forward_token)
        return self._said(verdicts)

    def _said(self, verdicts: Verdicts) -> pa.RecordBatch:
        """Verdicts as the lab has them."""
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
