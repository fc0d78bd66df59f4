"""Both gates, the compiled one and the model, put to the same events and held to the same answers."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Sequence
from functools import cache

import numpy as np
from hypothesis import reject

from ecluse.content.shelf import RETENTION_S
from ecluse.events import Event
from ecluse.gate import Gate
from ecluse.gate.verdict import Verdict
from ecluse.ledger import SIGNAL_COLUMNS, IdentityKeys
from ecluse.ledger.layout import HAS_BLOCKED, HAS_REPORTED, KIND_MASK, MEMBERS_SHIFT
from ecluse.ledger.siphash import siphash
from ecluse.terms import Outcome, parse_terms
from tests.model.gate import ModelGate, ModelVerdict, second
from tests.model.ledgers import Ledger, Peer
from tests.model.signals import NAMES, Seen, measure
from tests.model.terms import MODES, Rule, to_yaml

SECRET = b"a secret of the tests"
MEMORY_BYTES = 1 << 24
KEYS = IdentityKeys.from_secret(SECRET)
KINDS_OF_PEER = ("person", "group", "business")
INEXACT = ("gap_regularity", "reply_ratio", "peer_wrote_within")


@cache
def hash_of(peer: Peer) -> int:
    """The keyed hash by which a ledger knows a peer."""
    sort, name = peer
    if sort == "person":
        return KEYS.of_account(name)
    data = np.frombuffer(name.encode(), np.uint8)
    return int(siphash(data, 0, len(data), KEYS.group[0], KEYS.group[1]))


def compiled(rules: Iterable[Rule], memory_bytes: int = MEMORY_BYTES) -> Gate:
    """A compiled gate with these rules."""
    return Gate(parse_terms(to_yaml(list(rules))), secret=SECRET, memory_bytes=memory_bytes)


class Both:
    """A compiled gate and the model with the same rules."""

    def __init__(self, rules: Sequence[Rule] = (), memory_bytes: int = MEMORY_BYTES) -> None:
        self.gate = compiled(rules, memory_bytes)
        self.model = ModelGate(rules, hash_of)
        self._given: list[ModelVerdict] = []
        self._latest_s, self._disordered = 0, False

    def _is_of_forgotten_texts(self, event: Event, off: Collection[str]) -> bool:
        """Whether what differs may come of a text that the index forgot and the model, told which are alike, did not:
        once time has gone back by more than an index remembers.
        """
        return self._disordered and all(name.startswith("content.") for name in off)

    def decide(self, events: Sequence[Event]) -> list[ModelVerdict]:
        """Put one batch to both; they must say the same of every event. Returns what the model says."""
        verdicts = self.gate.decide(events, signals=True)
        assert verdicts.signals is not None
        expected = [self.model.decide(event) for event in events]
        for place, (event, model) in enumerate(zip(events, expected, strict=True)):
            self._disordered = self._disordered or second(event) < self._latest_s - RETENTION_S
            self._latest_s = max(self._latest_s, second(event))
            repeated = any(model is before for before in self._given)
            self._given.append(model)
            assert bool(verdicts.repeated[place]) == repeated, f"repeated: {event}"
            if not repeated:
                named = {name: float(verdicts.signals[place, column]) for name, column in SIGNAL_COLUMNS.items()}
                off = differences(named, model.signals or {})
                if off and self._is_of_forgotten_texts(event, off):
                    reject()
                assert not off, f"{off} (given, expected): {event}"
            given, should = said(verdicts[place]), said_by_model(model)
            assert given == should, f"{given} instead of {should}: {event}"
            assert Outcome(int(verdicts.outcome[place])).word == model.outcome
            assert int(verdicts.retry_after[place]) == (-1 if model.retry_after is None else model.retry_after)
            assert bool(verdicts.late[place]) == model.late
        return expected

    def check_ledgers(self, *accounts: str) -> None:
        """Both must hold the same rows and figures of ``accounts``, or of every account the model knows."""
        for name in accounts or self.model.ledgers:
            account, ledger = self.gate.account(name), self.model.ledgers[name]
            assert account.known, name
            header = (account.at_s, account.kind, account.registered_s, account.last_send_s)
            assert header == (ledger.latest, ledger.kind, ledger.registered, ledger.last_send), f"{name}: {header}"
            rows, should = rows_of(account.rows), rows_of_model(ledger)
            wrong = {
                peer: (rows.get(peer), should.get(peer)) for peer in rows | should if rows.get(peer) != should.get(peer)
            }
            assert not wrong, f"rows of {name} (given, expected): {wrong}"
            given = {signal: math.nan if value is None else value for signal, value in account.signals.items()}
            off = differences(given, measure(Seen(ledger, ledger.latest)))
            assert not off, f"signals of {name} (given, expected): {off}"


def differences(given: dict[str, float], expected: dict[str, float]) -> dict[str, tuple[float, float]]:
    """The signals on which two disagree, each as (given, expected)."""
    assert given.keys() == expected.keys() == set(NAMES)
    return {name: (given[name], expected[name]) for name in NAMES if not same(name, given[name], expected[name])}


def same(name: str, given: float, expected: float) -> bool:
    """Whether two values of a signal are equal; ratios but for rounding."""
    if math.isnan(expected):
        return math.isnan(given)
    if name.startswith(INEXACT) or name.endswith("strangers_share") or "strangers_share." in name:
        return math.isclose(given, expected, rel_tol=1e-6)
    return given == expected


Said = tuple[str, list[tuple[str, str, str, float]], int | None, list[str], list[str], bool]


def said(verdict: Verdict) -> Said:
    """What a compiled verdict says."""
    measures = [
        (mode, rule.rule, m.signal, math.inf if m.value is None else round(m.value, 5))
        for mode, rules in (("enforce", verdict.rules), ("warn", verdict.warnings), ("shadow", verdict.shadow))
        for rule in rules
        for m in rule.measures
    ]
    return verdict.outcome, measures, verdict.retry_after, verdict.labels, verdict.dropped, verdict.late


def said_by_model(verdict: ModelVerdict) -> Said:
    """What the model says."""
    by_mode = sorted(verdict.measures, key=lambda measure: MODES.index(measure[0]))
    measures = [(mode, rule, signal, round(value, 5)) for mode, rule, signal, value in by_mode]
    return verdict.outcome, measures, verdict.retry_after, verdict.labels, verdict.dropped, verdict.late


PlainRow = tuple[int, int, int, int, str, int, frozenset[str]]
SAID = {HAS_REPORTED: "report", HAS_BLOCKED: "block"}


def rows_of(rows: np.ndarray) -> dict[int, PlainRow]:
    """Packed rows by hash of the peer."""
    return {
        int(peer): (
            *(first, last, heard, unanswered, KINDS_OF_PEER[kind & KIND_MASK], kind >> MEMBERS_SHIFT),
            frozenset(word for bit, word in SAID.items() if kind & bit),
        )
        for peer, first, last, heard, unanswered, kind in rows.tolist()
    }


def rows_of_model(ledger: Ledger) -> dict[int, PlainRow]:
    """The rows that the model keeps by now, by hash of the peer."""
    kept = {peer: row for peer, row in ledger.rows.items() if row.kept_at(ledger.latest)}
    return {hash_of(peer): tuple(row) for peer, row in kept.items()}  # type: ignore[misc]
